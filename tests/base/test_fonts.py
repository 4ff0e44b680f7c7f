"""The fonts that are served: every letter that French needs, every weight that the styles ask for, and light."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

STATIC = Path(settings.BASE_DIR) / "portal/static/portal"
FONTS = {
    "title": STATIC / "fonts/bricolage-grotesque-fr.woff2",
    "text": STATIC / "fonts/atkinson-hyperlegible-next-fr.woff2",
}
FRENCH = "aàâæbcçdeéèêëfghiîïjklmnoôœpqrstuùûüvwxyÿzAÀÂÆBCÇDEÉÈÊËFGHIÎÏJKLMNOÔŒPQRSTUÙÛÜVWXYZ"
SIGNS = "0123456789·«»’‘“”…–—-‑€%°×•§&@!?:;/()[]+=*#\u00a0\u202f\u2009"
#: Of each font: what a first visit can afford (tests/journeys/test_weight.py).
MOST_BYTES = 28_000


@pytest.fixture(params=FONTS, scope="module")
def font(request):
    return TTFont(FONTS[request.param])


def test_it_writes_french(font):
    missing = [sign for sign in FRENCH + SIGNS if ord(sign) not in font.getBestCmap()]
    assert missing == []


def test_the_narrow_space_is_narrow_and_empty(font):
    name = font.getBestCmap()[0x202F]
    assert 0 < font["hmtx"][name][0] < font["hmtx"]["space"][0]
    assert font["glyf"][name].numberOfContours == 0


def test_figures_line_up(font):
    """Tabular figures by their feature; they are lining by nature: as high as one another."""
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert "tnum" in features
    heights = {font["glyf"][font.getBestCmap()[ord(figure)]].yMax for figure in "0123456789"}
    assert max(heights) - min(heights) < 40


def test_it_is_light(font):
    assert font.reader.file.seek(0, 2) < MOST_BYTES


def test_every_weight_of_the_styles_is_there():
    """Beyond the served range a browser takes the nearest, or draws a false bold."""
    ranges = {
        use: (axis.minValue, axis.maxValue)
        for use, path in FONTS.items()
        for axis in TTFont(path)["fvar"].axes
    }
    wrong = []
    for sheet in sorted((STATIC / "css").glob("*.css")):
        style = re.sub(r"@font-face \{.*?\}", "", sheet.read_text(), flags=re.S)
        asked = [("text", weight) for weight in re.findall(r"font-weight: (\d+)", style)]
        for weight, family in re.findall(r"font: (\d+) [^;]*var\(--(title|text)\)", style):
            asked.append((family, weight))
        wrong += [
            f"{sheet.name}: {family} {weight}"
            for family, weight in asked
            if not ranges[family][0] <= int(weight) <= ranges[family][1]
        ]
    assert wrong == []
