"""From the page of a session to a meeting held elsewhere, in a real browser, under the site's own policy.

What a test client cannot see: a browser refuses a form that is answered by a redirection to another origin
(``form-action 'self'``), and says or hides where one comes from.
"""

import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from portal.registrations import services
from portal.registrations.personal_links import join_link
from tests import factories
from tests.journeys.conftest import CHROMIUM

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.journey,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def meeting():
    """A meeting room on another origin; ``referers`` are what it was told of where people come from."""
    referers = []

    class Room(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/salle":
                referers.append(self.headers.get("Referer"))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1>La salle</h1>")

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Room)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.referers = referers
    server.address = f"http://127.0.0.1:{server.server_port}/salle"
    yield server
    server.shutdown()


@pytest.mark.parametrize("javascript", [True, False])
def test_one_button_from_the_link_to_the_meeting(tree, live_server, settings, meeting, javascript):
    from playwright.sync_api import sync_playwright

    settings.WAGTAILADMIN_BASE_URL = live_server.url
    event = factories.make_cafe(
        tree.centre, starts_in=dt.timedelta(minutes=20), meeting_url=meeting.address, title="La paie approche"
    )
    seat = services.register(event=event, user=factories.make_user(), now=timezone.now())
    link = join_link(seat)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        page = browser.new_context(java_script_enabled=javascript, locale="fr-FR").new_page()
        page.goto(link)
        title = page.get_by_role("heading", level=1).inner_text()
        page.get_by_role("button", name="Rejoindre la visio").click()
        page.wait_for_url(meeting.address)
        arrived = page.get_by_role("heading", level=1).inner_text()
        browser.close()
    assert title == "La paie approche"
    assert arrived == "La salle"
    assert meeting.referers == [None], "the meeting is not told the personal link"
    seat.refresh_from_db()
    assert seat.attendance == "present"
