"""People who are about to register: ``python -m tests.bench.crowd PEOPLE`` on an empty database.

Makes two events (20 seats; no limit), PEOPLE members signed in to the portal for each, and prints as JSON
what the load generator needs, and how many SQL queries one registration takes.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from importlib import import_module
from urllib.parse import urlencode

import django

SEATS = 20
#: 32 characters: the form of Django's secret before it is masked.
CSRF = "b" * 32
AGENT = "bench"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("people", type=int)
    parser.add_argument("--count", action="store_true", help="only what is in the database now")
    arguments = parser.parse_args()
    django.setup()
    told = counted() if arguments.count else prepared(arguments.people)
    sys.stdout.write(json.dumps(told))


def prepared(number: int) -> dict:
    from tests import factories

    tree = factories.make_tree()
    plans = {}
    for name, seats in (("a seat for everyone", None), (f"{SEATS} seats, then the queue", SEATS)):
        event = factories.make_cafe(tree.centre, capacity=seats, confidentiality="entre-pairs")
        cookies = signed_in(number)
        queries = queries_of_one(event)
        plans[name] = {
            "event": event.pk,
            "queries": queries,
            "requests": [ask(event, one) for one in cookies],
        }
    return plans


def signed_in(number: int) -> list[str]:
    """The cookies of as many members, signed in as allauth leaves them."""
    from django.db import transaction

    from tests import factories

    with transaction.atomic():
        # The numbers of the factories start again in each process; this database stays.
        return [
            signed_in_as(factories.make_user(f"{secrets.token_hex(8)}@exemple.test")) for _ in range(number)
        ]


def signed_in_as(user) -> str:
    """Sign ``user`` in as allauth does, and return their cookies."""
    from allauth.usersessions.models import UserSession
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=session.session_key, user_agent=AGENT)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={CSRF}"


def ask(event, cookie: str) -> list:
    """The request by which the owner of ``cookie`` registers for ``event``."""
    from django.urls import reverse

    headers = {
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": AGENT,
        # What the proxy before gunicorn says.
        "X-Forwarded-For": "127.0.0.1",
    }
    body = urlencode({"csrfmiddlewaretoken": CSRF, "rule": "on", "access_needs": ""})
    path = reverse("registrations:register", args=[event.pk])
    return ["POST", path, headers, body, f"302 {reverse('registrations:registered', args=[event.pk])}"]


def queries_of_one(event) -> int:
    """How many SQL queries one registration takes, from the request to the answer, mail stored.

    BEGIN and COMMIT are not counted. Somebody registers before: what a process reads once and keeps is not
    what a registration costs.
    """
    first, second = signed_in(2)
    queries_of(event, first)
    return queries_of(event, second)


def queries_of(event, cookie: str) -> int:
    """Register the owner of ``cookie``, and count."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    method, path, headers, body, expected = ask(event, cookie)
    client = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
    client.cookies.load(cookie)
    content_type = headers.pop("Content-Type")
    del headers["Cookie"]
    with CaptureQueriesContext(connection) as context:
        answer = client.post(path, body, content_type=content_type, headers=headers)
    if f"{answer.status_code} {answer.headers.get('Location', '')}" != expected:
        sys.exit(f"the registration was not made: {answer.status_code} {answer.content[:2000]!r}")
    return sum(not query["sql"].startswith(("BEGIN", "COMMIT")) for query in context)


def counted() -> dict:
    """By event: confirmed, waiting, ranks in order; and all the mail."""
    from portal.notifications.models import OutgoingMessage
    from portal.registrations.models import EventPage, Registration

    events = {}
    for event in EventPage.objects.order_by("pk"):
        rows = Registration.objects.filter(event=event)
        events[event.pk] = {
            "confirmed": rows.confirmed().count(),
            "waiting": rows.waiting().count(),
            "queries": queries_of_one(event),
        }
    return {
        "events": events,
        "registrations": Registration.objects.count(),
        "mails": OutgoingMessage.objects.filter(kind__startswith="registration_").count(),
    }


if __name__ == "__main__":
    main()
