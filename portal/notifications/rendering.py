"""From a template to a message, with the addresses that every message links to."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import NoReverseMatch, reverse

from portal.base.letters import Rendered, absolute, letterhead, render


def render_message(name: str, context: Mapping) -> Rendered:
    """Render ``templates/emails/<name>/``, with times of Paris. Raises TemplateDoesNotExist.

    Whoever writes many messages gives them the same ``surroundings()`` within ``context``: one query for all.
    """
    return render(f"emails/{name}", context if "portal" in context else {**surroundings(), **context})


def surroundings() -> dict:
    """What every message may use: the portal's identity and the addresses it links to."""
    try:
        preferences = absolute(reverse("notifications:preferences"))
    except NoReverseMatch:
        preferences = ""
    return {**letterhead(), "my_space_url": absolute("/mon-espace/"), "preferences_url": preferences}
