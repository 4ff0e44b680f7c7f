"""« Firefox sur Windows »: a device named as its owner would, from what its browser says of itself.

A few well-known names, no more: a list that pretends to know every browser is wrong within the year. The exact
version is left out: it says nothing to whoever wonders whether this is her own computer.
"""

from __future__ import annotations

#: The first that is found wins: Edge and Opera call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "un iPhone"),
    ("iPad", "un iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "un Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Return « Firefox sur Windows », what of it is known, or « Un autre appareil »."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} sur {system}"
    if browser:
        return browser
    return f"Un navigateur sur {system}" if system else "Un autre appareil"


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for token, name in known if token in (user_agent or "")), "")
