"""What a takeaway can become. The apps above declare it in their ``outcomes.py`` (autodiscovered)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

from .models import Takeaway


@dataclass(frozen=True)
class Offer:
    """What is offered to someone who runs the session.

    ``post_url`` is the address of a button (nothing changes before it is pressed), ``link_url`` that of what
    exists already; either may be "". ``note`` says how things stand.
    """

    label: str
    post_url: str = ""
    link_url: str = ""
    note: str = ""


#: Called with a takeaway and who looks at it; None: nothing to offer.
Outcome = Callable[[Takeaway, object], Offer | None]
_outcomes: dict[str, Outcome] = {}


def register_outcome(name: str, outcome: Outcome) -> Outcome:
    """Declare what a takeaway can become; a name is registered once."""
    if name in _outcomes and _outcomes[name] is not outcome:
        raise ValueError(f"An outcome named {name!r} is registered already.")
    _outcomes[name] = outcome
    return outcome


def offers_for(takeaway: Takeaway, user) -> list[Offer]:
    """Return what ``takeaway`` can become, for ``user`` who runs the session, in order of name."""
    autodiscover_modules("outcomes")
    offers = (_outcomes[name](takeaway, user) for name in sorted(_outcomes))
    return [offer for offer in offers if offer is not None]
