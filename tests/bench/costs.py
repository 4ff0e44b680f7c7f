"""What each page asks of the database, and who is signed in: ``python -m tests.bench.costs < stops.json``.

Reads a list of (path, e-mail address or ""), prints as JSON the number of queries of each, the second time that it
is asked for, and the cookies of the people.
"""

from __future__ import annotations

import json
import sys

import django

from .crowd import AGENT, signed_in_as


def main() -> None:
    django.setup()
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    stops = json.load(sys.stdin)
    people = sorted({who for _, who in stops if who})
    cookies = {who: signed_in_as(get_user_model().objects.get(email=who)) for who in people}
    queries = []
    for path, who in stops:
        client = Client(SERVER_NAME="127.0.0.1", HTTP_USER_AGENT=AGENT, HTTP_X_FORWARDED_FOR="127.0.0.1")
        client.cookies.load(cookies.get(who, ""))
        client.get(path)
        with CaptureQueriesContext(connection) as context:
            answer = client.get(path)
        if answer.status_code != 200:
            sys.exit(f"{path}: {answer.status_code}")
        queries.append(len(context))
    sys.stdout.write(json.dumps({"queries": queries, "cookies": cookies}))


if __name__ == "__main__":
    main()
