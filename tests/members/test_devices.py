"""A device is named as its owner would name it."""

import pytest
from allauth.usersessions.models import UserSession
from bs4 import BeautifulSoup

from portal.members.devices import device_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{WINDOWS[:-1]}; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome sur Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge sur Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/120.0", "Opera sur Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari sur un iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Safari/605.1.15",
            "Safari sur un Mac",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {WEBKIT} Chrome/140.0 Mobile Safari/537.36",
            "Chrome sur Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Linux"),
        ("outil (Windows)", "Un navigateur sur Windows"),
        ("curl/8.5.0", "Un autre appareil"),
        ("", "Un autre appareil"),
        (None, "Un autre appareil"),
    ],
)
def test_a_device_is_named(user_agent, name):
    assert device_name(user_agent) == name


def test_the_page_of_devices_shows_no_raw_user_agent(client, tree, member):
    agent = f"{WINDOWS} {WEBKIT} Chrome/140.0.0.0 Safari/537.36"
    client.force_login(member)
    client.get("/mon-espace/", headers={"user-agent": agent})
    page = BeautifulSoup(
        client.get("/compte/sessions/", headers={"user-agent": agent}).content, "html.parser"
    )
    assert UserSession.objects.filter(user=member).exists()
    assert "Chrome sur Windows" in page.main.get_text()
    assert "Cet appareil" in page.main.get_text()
    assert "Mozilla" not in page.get_text()
