"""How a length of time is written."""

import pytest

from portal.base.templatetags.portal_tags import duration


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (45, "45 min"),
        (60, "1 h"),
        (90, "1 h 30"),
        (605, "10 h 05"),
        (6000, "100 h"),
        (None, "0 min"),
    ],
)
def test_minutes_as_one_says_them(minutes, text):
    assert duration(minutes).replace("\u00a0", " ") == text
