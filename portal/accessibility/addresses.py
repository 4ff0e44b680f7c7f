"""What page a report speaks of: an address of this portal, without what may be personal in it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

LENGTH = 300
#: Names of the parts of an address that are worth a key.
_SECRETS = re.compile(r"token|key|uid")


class NotOurs(ValueError):
    """This is no address of the portal."""


def own_page(typed: str, *, host: str) -> str:
    """Return the path of ``typed``, a path or a full address on ``host``. Raises NotOurs.

    Without its query, which may hold what somebody searched; the key of a link that was mailed to one person is
    taken out, for whoever reads the report could follow it.
    """
    typed = typed.strip()
    if typed.startswith(f"{host}/"):
        typed = f"https://{typed}"
    if not url_has_allowed_host_and_scheme(typed, allowed_hosts={host}):
        raise NotOurs
    try:
        path = urlsplit(typed).path
    except ValueError as error:
        raise NotOurs from error
    if not path.startswith("/") or len(path) > LENGTH or not path.isprintable():
        raise NotOurs
    try:
        match = resolve(path)
    except Resolver404:
        return path
    for name, value in match.kwargs.items():
        if _SECRETS.search(name):
            path = path.replace(str(value), "…")
    return path
