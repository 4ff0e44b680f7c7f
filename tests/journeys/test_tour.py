"""Every stop of the tour, read as a reader would who sees little, hears the page, or holds a phone.

A stop is opened once: axe with all its rules in both schemes, names and headings, 320 px wide, spaced text, twice
the size. What was served is kept for the HTML checker (``test_valid_html.py``).
"""

import pytest

from tests.tour import STOPS

#: WCAG 1.4.12: the spacing that a reader may ask for.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
TWICE = "html { font-size: 200% !important; }"
#: The narrow width is that of a screen of 1280 px at 400 %.
WIDTHS = (1440, 390)


@pytest.mark.parametrize("number", range(len(STOPS)), ids=[stop.name for stop in STOPS])
def test_stop(tour, number):
    stop = STOPS[number]
    # Light on a wide screen and dark on a phone, then the other way round at the next stop.
    first, second = WIDTHS if number % 2 == 0 else WIDTHS[::-1]
    visit = tour.visit(stop, width=first)
    page = visit.page
    assert visit.served[-1].status == (stop.answer if stop.act else stop.status)
    tour.served[stop.name] = visit.served[-1].text()
    found = visit.axe()
    if visit.is_printed:
        # Paper is neither heard nor pressed.
        page.close()
        assert not found, "\n".join(found)
        return
    found += [*visit.read("structure"), *visit.read("spokenText"), *visit.read("names")]
    found += [*visit.read("autocomplete"), *visit.read("moving"), *visit.read("sideways", first)]
    page.set_viewport_size({"width": second, "height": 844})
    page.emulate_media(color_scheme="dark")
    found += [f"dark, {second} px: {line}" for line in visit.axe()]
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {line}" for line in (*visit.read("sideways", width), *visit.read("cut"))]
        found += [f"{width} px, small: {line}" for line in visit.read("smallTargets", 44)]
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        visit.read("restyle", SPACED)
        found += [
            f"spaced, {width} px: {line}" for line in (*visit.read("sideways", width), *visit.read("cut"))
        ]
    visit.read("restyle", TWICE)
    found += [f"twice the size: {line}" for line in (*visit.read("sideways", 1280), *visit.read("cut"))]
    page.close()
    assert not found, "\n".join(found)
