"""What a session leaves goes on changing after its draft was opened: the draft follows."""

from __future__ import annotations

from portal.registrations.signals import takeaway_changed

from .drafts import follow_takeaway


def connect() -> None:
    """Connect the receivers, once."""
    takeaway_changed.connect(on_takeaway_changed, dispatch_uid="ressources.on_takeaway_changed")


def on_takeaway_changed(sender, takeaway, former_situation, now, **kwargs):
    """A takeaway_changed receiver, in the transaction of the change."""
    follow_takeaway(takeaway=takeaway, former_situation=former_situation, now=now)
