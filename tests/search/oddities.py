"""What nobody should type, and somebody will: odd words, odd addresses, and the worst cases that are known."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

PARAMETERS = (
    *("q", "type", "theme", "secteur", "phase", "region", "structure", "centre", "periode", "tri", "page"),
    *("q[]", "theme[]", "page[0]", "depuis", "utm_source", ""),
)
TANTIVY = (
    'title:"a" OR *',
    "body:[a TO z}",
    "+(-plan^9999999999 AND {)",
    "plan~99",
    '"plan de"~9999999999',
    "id:/.*.*.*/",
    "over_at:>=0 OR audience:reseau",
    "IN [reseau] title:IN [a b",
    "\\",
    "a\\\"b' OR 1=1 --",
)
MEILISEARCH = (
    'audience IN ["reseau"]',
    '"] OR audience EXISTS OR "',
    "x' OR audience != 'public",
    "_geoRadius(0,0,9)",
    "NOT (a = 1",
    'plan -"',
    '"plan" "',
)
HOSTILE = (
    "\x00",
    "plan\x00de\x00trésorerie",
    "\x1b[31m\x07\x08\x7f",
    "<script>alert(1)</script>",
    "{{ 7 }}{% include 'x' %}",
    "%00%ff%u0041",
    "\u202etrésorerie\u202c",
    "מה שלומך السلام عليكم",
    "👩🏽‍🚒👨‍👩‍👧‍👦 🏴‍☠️",
    "ﬁche ﷺ ㎏ ß İ ǆ Å",
    "e\u0301\u0301\u0301" * 60,
    "\ud800plan\udfff",
    "'’ʼ‘" * 50,
    "-" * 200,
    '"' * 199,
    "«" * 100,
    "(e)" * 60,
    "A.B.C.D.E." * 20,
    "salarié·e·s·e·s·e·s",
)
ODD = (*TANTIVY, *MEILISEARCH, *HOSTILE)


def worst(words: list[str], searches: list[str]) -> dict[str, str]:
    """Return the texts that are known to cost most; ``words`` come by frequency, ``searches`` are mistyped."""
    common = [word for word in words[:80] if len(word) > 3]
    long = [word for word in words[2000:] if len(word) > 10 and word.isalpha()]
    return {
        "10 long mistyped words": " ".join(f"{word[:4]}x{word[5:]}" for word in long[:10]),
        "10 long mistyped beginnings": " ".join(f"{word[:4]}x{word[5:9]}" for word in long[10:20]),
        "one letter": "a",
        "a beginning of one letter and a word": "trésorerie p",
        "10 common words": " ".join(common[:10]),
        "200 words": " ".join(words[100:300]),
        "10,000 letters": "a" * 10_000,
        "10,000 letters in words": "trésorerie " * 910,
        "a phrase of 10 words": f'"{" ".join(common[:10])}"',
        "10 exclusions": " ".join(f"-{word}" for word in common[:10]),
        "10 searches in one": " ".join(searches[:10]),
        "nothing": "",
    }


def texts() -> st.SearchStrategy[str]:
    """Arbitrary texts, with lone surrogates, and those that are odd on purpose, alone and in others."""
    anything = st.text(st.characters(), max_size=60)
    odd = st.sampled_from(ODD)
    return st.one_of(
        anything,
        odd,
        st.builds("{} {}".format, odd, anything),
        st.builds("{}{}".format, anything, odd),
        st.builds(lambda text, times: text * times, st.one_of(anything, odd), st.integers(2, 200)),
        st.sampled_from(("a" * 10_000, "é" * 3000, "x " * 3000, "1" * 5000)),
    )


def encoded(text: str) -> str:
    """Return ``text`` for an address; lone surrogates as the three bytes that no decoder takes."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def values() -> st.SearchStrategy[str]:
    """Values of a parameter, as they stand in an address: encoded, or bytes that are no UTF-8."""
    numbers = st.one_of(
        st.integers().map(str),
        st.sampled_from(("0", "-1", "1e9", "999999", "9" * 400, "٣", "²", "NaN", "+1", "0x10", "1_0", " 2")),
    )
    slugs = st.sampled_from(("gouvernance", "bretagne", "a-venir", "date", "fiche", "avise", "public"))
    return st.one_of(
        texts().map(encoded),
        numbers.map(encoded),
        slugs,
        st.binary(max_size=30).map(quote_from_bytes),
        st.sampled_from(("%", "%f", "%zz", "%00", "%ED%A0%80", "%C3%28", "%F8%A1%A1%A1%A1", "=", "a=b", "+")),
    )


@st.composite
def addresses(draw) -> str:
    """What stands after the ``?``: a query most of the time, and any parameters, some of them repeated."""
    pairs = [("q", draw(values()))] if draw(st.integers(0, 4)) else []
    pairs += draw(st.lists(st.tuples(st.sampled_from(PARAMETERS), values()), max_size=5))
    made = [f"{name}={value}" for name, value in pairs]
    # A long value a thousand times is no address that a server reads.
    if pairs and not draw(st.integers(0, 9)) and len(made[-1]) < 60:
        made += [made[-1]] * draw(st.sampled_from((2, 50, 1000, 3000)))
    separator = draw(st.sampled_from(("&", "&", "&", "&&", ";")))
    return separator.join(made)
