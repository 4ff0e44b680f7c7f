"""Every component is in the guide, in its states, and is what its first line says: flat."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.base import Lexer, TokenType
from django.utils import timezone

from portal.styleguide.components import declared_parameters, own_ids, templates_of_components
from portal.styleguide.samples import GROUPS

COMPONENTS = [component for group in GROUPS for component in group.components]
OURS = sorted(templates_of_components())
#: Queries that a component makes by itself: its text is explained by the lexicon.
LOOKUPS = {"blocks/section.html": 1}
#: What a template language knows by itself.
WORDS = {
    "if", "elif", "else", "endif", "for", "endfor", "in", "empty", "and", "or", "not", "is", "with", "endwith", "as",
    "only", "include", "True", "False", "None",
}  # fmt: skip


def sampled(template: str):
    return next((component for component in COMPONENTS if component.template == template), None)


def test_there_are_components():
    assert len(OURS) > 35


@pytest.mark.parametrize("template", OURS)
def test_every_component_is_shown(template, db):
    component = sampled(template)
    assert component, "give it a sample in portal/styleguide/samples/"
    assert component.samples(timezone.now())


def test_a_component_is_shown_once():
    shown = [component.template for component in COMPONENTS]
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_it_renders_with_what_it_is_passed_and_no_row(component, db, django_assert_max_num_queries):
    """No request, no user, no row: what is not passed is not there. The lexicon alone is looked up."""
    component.shown(timezone.now())  # Django remembers the content types from then on.
    with django_assert_max_num_queries(LOOKUPS.get(component.template, 0)):
        shown = component.shown(timezone.now())
    assert all("None" not in re.sub(r"<[^>]*>", "", html) for _, html in shown)
    assert any(html.strip() for _, html in shown)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_it_is_passed_what_its_first_line_names(component, db):
    passed = set().union(*(sample.context for sample in component.samples(timezone.now())))
    assert passed == declared_parameters(component.template)


def names_read(source: str) -> set[str]:
    """The names that a template reads and does not make itself."""
    read, made = set(), {"forloop", "block"}
    for token in Lexer(source).tokenize():
        if token.token_type not in (TokenType.VAR, TokenType.BLOCK):
            continue
        text = re.sub(r'"[^"]*"|\'[^\']*\'', " ", token.contents)
        if token.token_type == TokenType.BLOCK:
            tag, _, text = text.partition(" ")
            if tag in ("load", "comment"):
                continue
            if tag in ("image", "picture", "srcset_image"):
                text = text.split()[0]
            if tag == "for":
                made.update(re.findall(r"\w+", text.split(" in ")[0]))
                text = text.split(" in ", 1)[1]
            made.update(re.findall(r"\bas (\w+)", text))
            text = re.sub(r"\bas \w+", " ", text)
            if tag == "with":
                made.update(re.findall(r"(\w+)=", text))
            text = re.sub(r"\w+=", " ", text)
        text = re.sub(r"\|\s*\w+", " ", text)
        read.update(re.findall(r"(?<![\w.])([a-z_]\w*)", re.sub(r"\.\w+", "", text)))
    return read - made - WORDS


@pytest.mark.parametrize("template", OURS)
def test_it_reads_nothing_that_it_was_not_passed(template):
    source = (Path(settings.BASE_DIR) / "templates" / template).read_text()
    assert names_read(source) - declared_parameters(template) == set()


def test_a_hidden_name_is_found():
    source = '{% load a %}{% for x in rows %}{{ x.y|date:"c" }}{% endfor %}{% include "b" with u=request.user only %}'
    assert names_read(source) == {"rows", "request"}
    assert names_read("{% with a=b.c|default:d as e %}{{ a }}{% endwith %}{% if not f and g == 1 %}") == {
        "b", "d", "f", "g",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (
            "{# What it is. one · two: what · three, four: of it (optional) #}",
            {"one", "two", "three", "four"},
        ),
        ("{# What it is. one (a thing) · two (optional) #}", {"one", "two"}),
        ("{# Nothing to say. No parameter #}", set()),
    ],
)
def test_a_first_line_is_read(line, names, tmp_path, monkeypatch):
    monkeypatch.setattr("portal.styleguide.components.TEMPLATES", tmp_path)
    (tmp_path / "x.html").write_text(f"{line}\n<p></p>\n")
    assert declared_parameters("x.html") == names


@pytest.mark.parametrize("line", ["<p></p>", "{# What it is #}", "{# What it is. Two words #}"])
def test_a_first_line_that_names_nothing_is_refused(line, tmp_path, monkeypatch):
    monkeypatch.setattr("portal.styleguide.components.TEMPLATES", tmp_path)
    (tmp_path / "x.html").write_text(f"{line}\n")
    with pytest.raises(ValueError, match="x.html"):
        declared_parameters("x.html")


def test_two_states_share_no_id():
    source = (
        '<p id="a"><b id="b"><i id="a_help"><label for="a b" aria-describedby="a_help">x</label>'
        '<a href="#a">y</a><a href="#else">z</a>'
    )
    html = Template(source).render
    first, second = own_ids(html(Context()), "x-1"), own_ids(html(Context()), "x-2")
    assert 'id="x-1-a"' in first
    assert 'for="x-1-a x-1-b"' in first
    assert 'href="#x-1-a"' in first
    assert 'href="#else"' in first
    assert set(re.findall(r'id="([^"]+)"', first)) & set(re.findall(r'id="([^"]+)"', second)) == set()
