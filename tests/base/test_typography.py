"""The rules that pages and letters are read by; ``tests/demo`` reads every page, this file every letter."""

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from wagtail.rich_text import RichText
from wagtail.templatetags.wagtailcore_tags import richtext

from portal.base.typography import typographed_html
from portal.styleguide import letters
from portal.styleguide.samples import GROUPS
from tests import factories
from tests.typography import mistakes_in, mistakes_of_page, paragraphs_of


@pytest.mark.parametrize(
    "wrong",
    [
        "L'été", 'Un "mot"', "Voici : le lien", "Voici: le lien", "Oui !", "Pourquoi ?", "Pourquoi?", "« oui »",
        "«\u00a0oui »", "Un  deux", "Un\u00a0 deux", "Et puis...", "oui -- non", "50 %", "50%", "12 €", "le 1 mars",
        "1ère", "1ere", "2ème", "le 2nd", "à 9: puis",
    ],
)  # fmt: skip
def test_a_mistake_is_found(wrong):
    assert len(mistakes_in(wrong)) >= 1


@pytest.mark.parametrize(
    "right",
    [
        "L’été\u00a0: «\u00a0oui\u00a0»\u00a0; à 9:30", "https://exemple.test/?a=b;c", "camille@exemple.test",
        "Le 1er mars, la 1re fois, la 2e", "50\u00a0%, 12\u202f€", "Oui\u00a0?!", "de A à Z…", "le 11 mars", "0:12",
        "/agenda/?theme=a",
    ],
)  # fmt: skip
def test_what_is_right_passes(right):
    assert mistakes_in(right) == []


def test_a_page_is_read_as_it_is_shown():
    html = """<html><head><title>L'un</title></head><body><p>Un
      <b>deux</b>&nbsp;: trois</p><pre>a "b"</pre><input value="l'un"><!-- l'un --><p>Où<br>?</p></body></html>"""
    assert paragraphs_of(html) == ["L'un", "Un deux\u00a0: trois", "Où", "?"]
    assert mistakes_of_page("<p>Où</p><p>Un <b>mot</b> !</p><p>Un <i>mot</i> !</p>") == [
        "espace insécable attendue : 'Un mot !'"
    ]


@pytest.mark.parametrize("name", letters.names())
def test_every_letter(db, name):
    shown = letters.rendered(name, now=timezone.now())
    assert mistakes_of_page(shown.html) == []
    assert [
        mistake for line in shown.text.splitlines() for mistake in mistakes_in(line) if line != "--"
    ] == []
    assert mistakes_in(shown.subject) == []


@pytest.mark.parametrize("component", [c for group in GROUPS for c in group.components], ids=lambda c: c.name)
def test_every_component(db, component):
    for title, html in component.shown(timezone.now()):
        assert mistakes_in(title) == []
        assert mistakes_of_page(html) == []


# --- What editors type


def test_plain_texts_are_mended_as_they_are_saved(tree):
    fiche = factories.make_fiche(tree.centre, title="Pourquoi l'été ?", summary="« Oui » : 50 %...")
    fiche.refresh_from_db()
    assert fiche.title == "Pourquoi l’été\u00a0?"
    assert fiche.summary == "«\u00a0Oui\u00a0»\u00a0: 50\u00a0%…"


def test_rich_text_is_mended_as_it_is_shown():
    typed = "<p>L'été : <b>oui</b> !</p><p><a href=\"https://exemple.test/?a='b' ; c\">« là »</a></p>"
    shown = render_to_string("wagtailcore/shared/richtext.html", {"html": typed})
    assert shown.strip() == (
        "<p>L’été\u00a0: <b>oui</b>\u00a0!</p>"
        "<p><a href=\"https://exemple.test/?a='b' ; c\">«\u00a0là\u00a0»</a></p>"
    )
    assert typographed_html("<p>L&#x27;un <code>l'autre ;</code> :</p>") == (
        "<p>L’un <code>l'autre ;</code>\u00a0:</p>"
    )
    assert "Pour qui\u00a0?" in str(richtext("<p>Pour qui ?</p>"))
    assert "Pour qui\u00a0?" in str(RichText("<p>Pour qui ?</p>"))


@pytest.mark.parametrize("text", ["a < b", "1 & 2", "<br/>", "", "<!-- l'un -->", "</code>"])
def test_what_needs_nothing_is_left(text):
    assert typographed_html(text) == text


def test_what_is_not_safe_stays_escaped():
    template = Template("{{ text|typo_html }}")
    assert template.render(Context({"text": "<b>l'un ?</b>"})) == "&lt;b&gt;l’un\u00a0?&lt;/b&gt;"
    assert template.render(Context({"text": mark_safe("<b>l'un ?</b>")})) == "<b>l’un\u00a0?</b>"
