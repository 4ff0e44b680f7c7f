"""The transcript as it is laid out: anchors that are unique, and the second that an address asks for."""

import pytest

from webinaires.captions import Chapter, Cue
from webinaires.replay import line_at, second_asked, sections

CHAPTERS = [Chapter(0, 60, "Début"), Chapter(60, 120, "Suite")]
CUES = [
    Cue(0.2, 2, "A", "Bonjour."),
    Cue(2.1, 3, "A", "Un."),
    Cue(2.8, 4, "A", "Deux."),
    Cue(60.0, 62, "B", "Suite."),
    Cue(63.4, 64, "B", "Fin."),
]


def anchors(laid_out) -> list[str]:
    found = []
    for section in laid_out:
        found.append(section.anchor)
        for paragraph in section.paragraphs:
            found.append(paragraph.anchor)
            found += [line.anchor for line in paragraph.lines]
    return [anchor for anchor in found if anchor]


def test_every_second_where_something_starts_is_reached_and_no_anchor_is_given_twice():
    found = anchors(sections(CHAPTERS, CUES))
    assert len(found) == len(set(found))
    assert {"t=0", "t=2", "t=60", "t=63", "t-0", "t-60"} <= set(found)


def test_a_chapter_carries_its_second_and_the_line_that_starts_with_it_does_not():
    _, second = sections(CHAPTERS, CUES)
    assert second.anchor == "t=60"
    assert second.paragraphs[0].lines[0].anchor == ""
    assert second.paragraphs[0].anchor == "t-60"


def test_a_voice_is_named_when_it_changes_only():
    said = [Cue(start, start + 1, "A", "x") for start in (0, 50, 100)]
    [section] = sections([], said)
    assert [paragraph.voice for paragraph in section.paragraphs] == ["A", "", ""]
    assert (section.title, section.anchor, section.end) == ("", "", 101)


def test_chapters_without_words_are_kept():
    laid_out = sections(CHAPTERS, [])
    assert [section.title for section in laid_out] == ["Début", "Suite"]
    assert not any(section.paragraphs for section in laid_out)


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("760", 760),
        ("760.9", 760),
        (" 12:40 ", 760),
        ("1:02:40", 3760),
        ("0", 0),
        ("", None),
        (None, None),
        ("abc", None),
        ("-3", None),
        ("12:75", None),
        ("9" * 40, None),
        ("٣", None),
        ("1e5", None),
        ("760\x00", None),
    ],
)
def test_the_second_of_an_address(text, second):
    assert second_asked(text) == second


@pytest.mark.parametrize(
    ("second", "words"), [(0, "Bonjour."), (2, "Deux."), (30, "Deux."), (63, "Fin."), (9999, "Fin.")]
)
def test_the_line_at_a_second_is_the_one_said_then_or_just_before(second, words):
    assert line_at(sections(CHAPTERS, CUES), second).text == words


def test_no_line_without_a_transcript():
    assert line_at([], 10) is None
    assert line_at(sections(CHAPTERS, []), 10) is None
