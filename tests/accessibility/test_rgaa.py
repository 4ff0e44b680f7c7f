"""The grid: 106 criteria, one status each on every page, and the rates that follow."""

import datetime as dt

import pytest

from portal.accessibility import rgaa
from portal.accessibility.rgaa import BadGrid, Count, Status

#: How many criteria each of the thirteen themes of the RGAA 4.1 has.
BY_THEME = [9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12]

CRITERIA = {
    "version": "4.1.2",
    "themes": [
        {"number": 1, "name": "Images", "criteria": {"1.1": "Une ?", "1.2": "Deux ?", "1.10": "Dix ?"}}
    ],
}
PAGES = [
    {"key": "une", "name": "Une", "address": "/", "why": ""},
    {"key": "deux", "name": "Deux", "address": "/deux/", "why": ""},
]


def grid(criteres: dict) -> rgaa.Assessment:
    findings = {"1.1": {}, "1.2": {}, "1.10": {}, **criteres}
    return rgaa.read(CRITERIA, {"date": dt.date(2026, 11, 27), "pages": PAGES, "criteres": findings})


def test_the_published_grid_has_the_106_criteria_of_the_rgaa():
    found = rgaa.assessment()
    assert [len(theme.findings) for theme in found.themes] == BY_THEME
    assert sum(BY_THEME) == len(found.findings) == 106
    assert len({finding.number for finding in found.findings}) == 106
    assert all(finding.title for finding in found.findings)


def test_the_published_grid_says_something_of_every_page():
    found = rgaa.assessment()
    assert len(found.pages) >= 10
    keys = [page.key for page in found.pages]
    assert all(list(finding.by_page) == keys for finding in found.findings)


def test_what_fails_or_was_not_checked_says_why():
    found = rgaa.assessment()
    lacking = [*found.with_status(Status.FAILED), *found.with_status(Status.UNCHECKED)]
    assert lacking
    assert [finding.number for finding in lacking if not finding.remark] == []


def test_nothing_that_needs_an_assistive_technology_is_said_to_be_met():
    found = {finding.number: finding.status for finding in rgaa.assessment().findings}
    # The criteria whose tests are made with one (RGAA, méthodologie: 4.13.1, 7.1.2), and the status messages.
    assert {found[number] for number in ("4.13", "7.1", "7.5")} == {Status.UNCHECKED}


def test_one_page_that_fails_is_enough():
    found = grid({"1.1": {"NC": ["deux"], "C": "ailleurs", "par": ["main"]}})
    assert found.findings[0].status is Status.FAILED
    assert found.findings[0].by_page == {"une": Status.MET, "deux": Status.FAILED}
    assert found.count == Count(met=0, failed=1, unchecked=0, not_applicable=2)


def test_what_was_not_checked_counts_against_the_rate():
    found = grid({"1.1": {"C": "partout", "par": ["auto"]}, "1.2": {"NV": ["une"]}})
    assert found.count.applicable == 2
    assert found.count.rate == 50.0
    assert (found.count_of("une").rate, found.count_of("deux").rate) == (50.0, 100.0)
    assert found.mean_rate == 75.0


def test_the_rate_is_never_rounded_up():
    assert Count(met=2, failed=1, unchecked=0, not_applicable=0).rate == 66.6
    assert Count(met=0, failed=0, unchecked=0, not_applicable=3).rate == 0.0


@pytest.mark.parametrize(
    "entry",
    [
        {"C": ["trois"], "par": ["main"]},
        {"C": ["une"], "NC": ["une"], "par": ["main"]},
        {"OK": "partout"},
        {"C": "partout"},
        {"C": "partout", "par": ["au jugé"]},
    ],
    ids=["unknown page", "two statuses", "unknown status", "no means", "unknown means"],
)
def test_a_grid_that_is_not_clear_is_refused(entry):
    with pytest.raises(BadGrid):
        grid({"1.1": entry})


def test_a_criterion_is_neither_forgotten_nor_invented():
    findings = {"1.1": {}, "1.2": {}}
    evaluation = {"date": dt.date(2026, 11, 27), "pages": PAGES, "criteres": findings}
    with pytest.raises(BadGrid, match=r"1\.10"):
        rgaa.read(CRITERIA, evaluation)
