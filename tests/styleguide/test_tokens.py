"""The guide reads the tokens from their sheet, and shows each of them."""

import re

import pytest

from portal.styleguide import tokens
from tests.base.test_colours import READ


def test_every_token_is_in_a_family_that_the_guide_names():
    families = tokens.families()
    shown = [token.name for family in families for token in family.tokens]
    written = re.findall(r"^\s*--([\w-]+):", tokens.blocks()["light"], re.MULTILINE)
    assert shown == written
    assert {family.title for family in families} <= set(tokens.FAMILIES.values())


def test_what_is_dark_only_would_be_lost():
    light, dark = (set(re.findall(r"--([\w-]+):", tokens.blocks()[scheme])) for scheme in ("light", "dark"))
    assert dark <= light


def test_every_pair_that_is_read_has_its_ratio():
    shown = {(text, ratio.ground): ratio for text, ratios in tokens.ratios() for ratio in ratios}
    assert [pair for pair in READ if pair not in shown] == []
    assert all(shown[pair].is_readable for pair in READ)


def test_a_weak_pair_is_said():
    assert not tokens.Ratio("grey", "thread", 3.1, 9).is_readable
    assert not tokens.Ratio("grey", "thread", 9, 4.49).is_readable


@pytest.mark.parametrize(("scheme", "paper"), [("light", "#fbf7f0"), ("dark", "#0f2023")])
def test_a_scheme_is_held_whatever_the_setting(scheme, paper):
    held = tokens.guide_sheet(scheme).split("}")[0]
    assert re.findall(r"--paper: (#\w+)", held)[-1] == paper
    assert f"color-scheme: {scheme}" in held
    assert "--paper" not in tokens.guide_sheet()


def test_hover_and_focus_have_a_class():
    sheet = tokens.guide_sheet()
    assert ".btn.is-hover {" in sheet
    assert ".btn--quiet.is-hover {" in sheet
    assert "\n.is-focus {" in sheet
    assert ":hover" not in sheet
    assert ".token--e3 { inline-size: var(--e3); }" in sheet
