"""A worker that is killed: real processes, a real mail server, a database file."""

import asyncio
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from django.conf import settings

from tests.databases import environment, run_module

from .conftest import Inbox, start_server

# The mark makes pytest-django create the test database that the file is copied from.
pytestmark = pytest.mark.django_db
WORKER = "tests.notifications.worker_process"


class SilentOnce(Inbox):
    """Takes the whole message, then says nothing: the first time only."""

    def __init__(self):
        super().__init__()
        self.begun = threading.Event()

    async def handle_DATA(self, server, session, envelope):
        if not self.begun.is_set():
            self.begun.set()
            await asyncio.sleep(3600)  # Cut short when the client goes away.
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def serve():
    controllers = []

    def start(inbox) -> int:
        controllers.append(start_server(inbox))
        return controllers[-1].port

    yield start
    for controller in controllers:
        controller.stop()


@pytest.fixture
def outbox_file(tmp_path, empty_sqlite_file):
    """A database file with one message to send: (path, DATABASE_URL)."""
    path = tmp_path / "outbox.sqlite3"
    shutil.copy(empty_sqlite_file, path)
    row = {
        "state": "pending",
        "priority": 5,
        "attempts": 0,
        "created_at": "2026-01-05 09:00:00",
        "next_try_at": "2026-01-05 09:00:00",
        "last_error": "",
        "recipient": "ines@exemple.test",
        "sender": "portail@exemple.test",
        "subject": "Bonjour",
        "kind": "essai",
        "message_id": "<unique@exemple.test>",
        "content": b"Message-ID: <unique@exemple.test>\r\nTo: ines@exemple.test\r\n\r\nTexte\r\n",
        "is_secret": False,
        "maybe_sent_twice": False,
    }
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    with sqlite3.connect(path) as database:
        database.execute(
            f"insert into notifications_outgoingmessage ({names}) values ({marks})", list(row.values())
        )
    database.close()
    return path, f"sqlite:///{path}"


def rows_of(path) -> list[dict]:
    with sqlite3.connect(path) as database:
        database.row_factory = sqlite3.Row
        found = database.execute("select * from notifications_outgoingmessage order by id").fetchall()
    database.close()
    return [dict(row) for row in found]


def end_lease(path) -> None:
    """Make the lease of the dead worker run out, instead of waiting for it."""
    with sqlite3.connect(path) as database:
        database.execute("update notifications_outgoingmessage set lease_until = '2000-01-01 00:00:00'")
    database.close()


def test_killed_before_the_servers_yes_it_is_sent_once(outbox_file, serve):
    path, url = outbox_file
    inbox = SilentOnce()
    port = serve(inbox)
    worker = subprocess.Popen(
        [sys.executable, "-m", WORKER, str(port)], env=environment(url), cwd=settings.BASE_DIR
    )
    try:
        assert inbox.begun.wait(60)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
    assert rows_of(path)[0]["state"] == "leased"

    run_module(WORKER, str(port), database_url=url)
    assert inbox.message_ids() == [], "the lease of the first worker still holds"

    end_lease(path)
    run_module(WORKER, str(port), database_url=url)
    row = rows_of(path)[0]
    assert row["state"] == "done"
    assert inbox.message_ids() == [row["message_id"]]
    # From here nobody can tell that the server had not taken it.
    assert row["maybe_sent_twice"] == 1


def test_killed_between_yes_and_commit_it_is_sent_again_the_same_and_marked(outbox_file, serve):
    path, url = outbox_file
    inbox = Inbox()
    port = serve(inbox)
    with pytest.raises(subprocess.CalledProcessError) as killed:
        run_module(WORKER, str(port), "--die-after-yes", database_url=url)
    assert killed.value.returncode == -signal.SIGKILL
    assert len(inbox.envelopes) == 1
    row = rows_of(path)[0]
    assert (row["state"], row["sent_at"]) == ("leased", None)

    end_lease(path)
    run_module(WORKER, str(port), database_url=url)
    row = rows_of(path)[0]
    assert (row["state"], row["maybe_sent_twice"]) == ("done", 1)
    assert inbox.message_ids() == [row["message_id"]] * 2
    assert inbox.envelopes[0].content == inbox.envelopes[1].content
