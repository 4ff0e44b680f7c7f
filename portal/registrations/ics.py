"""Calendar files (RFC 5545). Calendars are shared with teams: no personal link, no situation, no video address.

What an entry says of its session follows its confidentiality rule (``Rule.calendar_title``): where the rule
has a title of its own, neither the subject, nor the summary, nor the page's address (which spells the subject)
is in the file; a number leads to the page instead.

One UID per event for its whole life, in mails and in feeds alike; SEQUENCE and cancellation come from
``EventState``. Times are local, with their zone and its rules (VTIMEZONE). What is downloaded is published
(METHOD:PUBLISH); what is mailed is an invitation (REQUEST, then CANCEL: RFC 5546), because that alone makes
calendars follow a change. One mailed file holds one event: RFC 5546 wants a single UID in a request.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from email.mime.text import MIMEText
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration, vText

from portal.notifications.rendering import absolute

from .models import EventPage
from .rules import rule_of

PRODUCT = "-//Entre pairs//portail du réseau DLA//FR"
CONTENT_TYPE = "text/calendar; charset=utf-8"
#: The right-hand side of every UID; it names no machine and never changes.
DOMAIN = "portail-dla"
#: How often a calendar reads a feed again.
REFRESH = dt.timedelta(hours=1)


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
        # A feed: its name (RFC 7986, and what came before it), and how often it is worth reading again.
        file.add("name", name)
        file.add("x-wr-calname", name)
        file.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        file.add("x-published-ttl", vDuration(REFRESH))
    for component in components:
        file.add_component(component)
    content = file.to_ical()
    if not components:
        return content
    starts = [component.decoded("dtstart") for component in components]
    years = min(start.year for start in starts) - 1, max(start.year for start in starts) + 1
    # In the order in which the file speaks of them.
    names = dict.fromkeys(start.tzinfo.key for start in starts if start.tzinfo.key != "UTC")
    zones = b"".join(_zone_rules(name, *years) for name in names)
    return content.replace(b"BEGIN:VEVENT", zones + b"BEGIN:VEVENT", 1)


@functools.lru_cache(maxsize=64)
def _zone_rules(name: str, first_year: int, last_year: int) -> bytes:
    """The VTIMEZONE of a zone for those years, written once: it takes longer than all the rest of a file.

    For all the years of a zone it would be longer than the rest of it, too.
    """
    first, last = dt.date(first_year, 1, 1), dt.date(last_year, 12, 31)
    return Timezone.from_tzid(name, first_date=first, last_date=last).to_ical()


def _component(event: EventPage, *, now: dt.datetime) -> Event:
    zone = ZoneInfo(event.time_zone)
    state = getattr(event, "state", None)
    rule = rule_of(event)
    discreet = bool(rule.calendar_title)
    address = absolute(reverse("registrations:event", args=[event.pk]) if discreet else event.url or "/")
    item = Event()
    item.add("uid", uid_of(event))
    item.add("dtstamp", now.astimezone(dt.UTC))
    item.add("dtstart", event.start.astimezone(zone))
    item.add("dtend", event.end.astimezone(zone))
    item.add("summary", rule.calendar_title or event.title)
    item.add("sequence", state.sequence if state else 0)
    item.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    item.add("location", event.place or "En visio")
    item.add("url", address)
    item.add("class", "PRIVATE" if event.is_reserved else "PUBLIC")
    summary = "" if discreet else event.summary
    item.add("description", "\n\n".join(filter(None, [summary, f"{rule.label} : {rule.sentence}", address])))
    if event.last_published_at:
        item.add("last-modified", event.last_published_at.astimezone(dt.UTC))
    return item


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if name:
        address.params["CN"] = vText(name)
    return address
