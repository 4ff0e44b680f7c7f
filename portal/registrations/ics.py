"""Calendar files (RFC 5545). Calendars are shared with teams: no personal link, no situation, no video address.

One UID per event for its whole life, in mails and in feeds alike; SEQUENCE and cancellation come from
``EventState``. Times are local, with their zone and its rules (VTIMEZONE). What is downloaded is published
(METHOD:PUBLISH); what is mailed is an invitation (REQUEST, then CANCEL: RFC 5546), because that alone makes
calendars follow a change. One mailed file holds one event: RFC 5546 wants a single UID in a request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from email.mime.text import MIMEText
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from portal.notifications.rendering import absolute

from .models import EventPage
from .rules import rule_of

PRODUCT = "-//Entre pairs//portail du réseau DLA//FR"
CONTENT_TYPE = "text/calendar; charset=utf-8"
#: The right-hand side of every UID; it names no machine and never changes.
DOMAIN = "portail-dla"


def uid_of(event: EventPage) -> str:
    """Return the UID of ``event``: stable, and made of nothing that may change."""
    return f"rendez-vous-{event.pk}@{DOMAIN}"


def calendar(events: Iterable[EventPage], *, name: str = "", now: dt.datetime) -> bytes:
    """Return one file with ``events``, to download or to subscribe to.

    ``now`` is what DTSTAMP says. The ``state`` of each event is read: prefetch it for many.
    """
    return _file([_component(event, now=now) for event in events], method="PUBLISH", name=name)


def invitation(event: EventPage, user, *, method: str, now: dt.datetime) -> MIMEText:
    """Return the file of ``event`` as a part of a mail to ``user``; ``method`` is REQUEST or CANCEL."""
    item = _component(event, now=now)
    item.add("organizer", _address(*parseaddr(settings.DEFAULT_FROM_EMAIL)))
    attendee = _address(user.get_full_name(), user.email)
    # She has answered already, on the portal: the calendar need not ask her.
    attendee.params.update({"PARTSTAT": "DECLINED" if method == "CANCEL" else "ACCEPTED", "RSVP": "FALSE"})
    item.add("attendee", attendee)
    if method == "CANCEL":
        item["status"] = vText("CANCELLED")
    part = MIMEText(_file([item], method=method).decode(), "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename=f"rendez-vous-{event.pk}.ics")
    return part


def _file(components: list[Event], *, method: str, name: str = "") -> bytes:
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", method)
    if name:
        file.add("x-wr-calname", name)
    for component in components:
        file.add_component(component)
    if components:
        # The rules of the years in question: all those of a zone take longer to write than the rest.
        days = [component.decoded("dtstart").date() for component in components]
        margin = dt.timedelta(days=366)
        file.add_missing_timezones(first_date=min(days) - margin, last_date=max(days) + margin)
    return file.to_ical()


def _component(event: EventPage, *, now: dt.datetime) -> Event:
    zone = ZoneInfo(event.time_zone)
    state = getattr(event, "state", None)
    address = absolute(event.url or "/")
    item = Event()
    item.add("uid", uid_of(event))
    item.add("dtstamp", now.astimezone(dt.UTC))
    item.add("dtstart", event.start.astimezone(zone))
    item.add("dtend", event.end.astimezone(zone))
    item.add("summary", event.title)
    item.add("sequence", state.sequence if state else 0)
    item.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    item.add("location", event.place or "En visio")
    item.add("url", address)
    item.add("class", "PRIVATE" if event.is_reserved else "PUBLIC")
    rule = rule_of(event)
    item.add(
        "description", "\n\n".join(filter(None, [event.summary, f"{rule.label} : {rule.sentence}", address]))
    )
    if event.last_published_at:
        item.add("last-modified", event.last_published_at.astimezone(dt.UTC))
    return item


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if name:
        address.params["CN"] = vText(name)
    return address
