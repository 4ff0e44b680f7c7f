"""The readings of ``readings.js`` see what they are there to see: each is shown a page with that fault."""

import pytest

from .visiting import Visit, violations_of

FAULTS = [
    ("structure", "<h1>Un</h1><h3>Trois</h3>", "a hole before"),
    ("structure", "<h1>Un</h1><h1>Deux</h1>", "2 h1"),
    ("structure", "<h1>Un</h1><table><tr><td>1</td></tr></table>", "a table without a caption"),
    ("structure", "<h1>Un</h1><a href='/' target='_blank'>Ailleurs</a>", "a new window"),
    (
        "structure",
        "<h1>Un</h1><div class='errors' tabindex='-1'>Un point</div>",
        "does not begin at its summary",
    ),
    ("spokenText", "<p>Webinaire <span>|</span> en ligne</p>", "a sign read aloud"),
    ("spokenText", "<p>Accueil › Thèmes</p>", "a sign read aloud"),
    ("spokenText", "<p><time>28 nov. 2026</time></p>", "a date cut short"),
    ("spokenText", "<p class='drawn'>Un</p>", "drawn and read aloud"),
    ("names", "<a href='/1/'>Lire</a> <a href='/2/'>Lire</a>", "the same name for 2"),
    (
        "names",
        "<form method='post' action='/1'><button name='a' value='1'>Retirer</button></form>"
        "<form method='post' action='/2'><button>Retirer</button></form>",
        "the same name",
    ),
    ("names", "<a href='/1/'><svg aria-hidden='true'></svg></a>", "no name"),
    ("names", "<input type='text' name='ville'>", "a field without a label"),
    ("autocomplete", "<main><input type='email' name='email'></main>", "autocomplete"),
    ("sideways", "<div class='wide'>Trop large</div>", "it scrolls sideways"),
    (
        "cut",
        "<div class='cut'>Un texte qui ne tient pas dans la hauteur de sa boîte, loin de là.</div>",
        "cut in height",
    ),
    ("cut", "<p class='on-top'>Dessous</p><p class='on-top'>Dessus</p>", "on top of one another"),
    ("smallTargets", "<button class='small'>x</button>", "×"),
    ("moving", "<p class='moves'>Bouge</p>", "a transition"),
]
STYLE = """
.drawn::after { content: " · "; }
.wide { width: 3000px; }
.cut { width: 120px; height: 20px; overflow: hidden; }
.on-top { position: absolute; top: 10px; left: 10px; }
.small { height: 20px; padding: 0; }
.moves { transition: color 1s; }
"""
RING = "<style>a:focus { outline: 3px solid #17303a; box-shadow: 0 0 0 6px #eeb23c }</style>"
ARGUMENTS = {"sideways": (1280,), "smallTargets": (44,)}


@pytest.fixture
def blank(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def show(page, body: str) -> Visit:
    page.set_content(
        f"<!DOCTYPE html><html lang='fr'><title>Essai</title><style>{STYLE}</style>{body}</html>"
    )
    return Visit(None, page)


@pytest.mark.parametrize(("name", "body", "expected"), FAULTS, ids=[f"{f[0]}-{f[2]}" for f in FAULTS])
def test_a_fault_is_seen(blank, name, body, expected):
    found = show(blank, body).read(name, *ARGUMENTS.get(name, ()))
    assert any(expected in line for line in found), found


def test_a_page_without_a_fault_has_none(blank):
    visit = show(
        blank,
        "<main><h1>Un</h1><h2>Deux</h2><p>Le <time>28 novembre 2026</time>, en ligne.</p>"
        "<p><a href='/1/'>Lire la première</a> <a href='/2/'>Lire la seconde</a></p></main>",
    )
    for name in ("structure", "spokenText", "names", "autocomplete", "cut", "moving"):
        assert visit.read(name) == [], name
    assert visit.read("sideways", 1280) == []


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("outline: none", "no ring"),
        ("outline: 3px solid #17303a", "a ring of one tone"),
        ("outline: 3px solid #999; box-shadow: 0 0 0 6px #aaa", "a ring of one tone"),
        ("outline: 3px solid #eee; box-shadow: 0 0 0 6px #ddd", "a ring rgb"),
        ("position: fixed; top: -200px", "out of sight"),
    ],
)
def test_a_focus_that_is_not_seen(blank, style, expected):
    visit = show(blank, f"<style>a:focus {{ {style} }}</style><a href='/'>Un lien</a>")
    blank.keyboard.press("Tab")
    assert any(expected in line for line in visit.read("focusReport")["found"])


def test_a_focus_that_is_covered(blank):
    cover = "<div style='position: fixed; inset: 0 0 auto; height: 200px; background: #fff'></div>"
    visit = show(blank, f"{RING}{cover}<a href='/'>Un lien</a>")
    blank.keyboard.press("Tab")
    assert any("covered by" in line for line in visit.read("focusReport")["found"])


def test_a_focus_that_goes_back_up(blank):
    visit = show(blank, f"{RING}<a href='/1/'>Un</a><p><a href='/2/' tabindex='1'>Deux</a></p>")
    for expected in ([], ["it comes back up the page"]):
        blank.keyboard.press("Tab")
        assert visit.read("focusReport")["found"] == expected


def test_what_the_system_s_colours_hide(browser):
    page = browser.new_page(forced_colors="active")
    drawn = "<svg class='ico' width='20' height='20' stroke='#fefefe'><path d='M0 0h9' /></svg>"
    found = show(page, f"<p>{drawn}</p><a class='btn' href='/'>Un bouton</a>").read("forced")
    assert any("an icon that does not show" in line for line in found)
    assert any("nothing marks what one presses" in line for line in found)
    page.close()


def test_axe_has_the_rules_of_wcag_2_2(blank):
    show(
        blank,
        "<main><h1>Un</h1><style>button { width: 9px; height: 9px; padding: 0; border: 0; display: block }</style>"
        "<button>a</button><button>b</button></main>",
    )
    assert "target-size" in {violation["id"] for violation in violations_of(blank)}
