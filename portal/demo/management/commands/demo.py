"""The demonstration: set up what is missing, start web and worker together, stop them together."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from wagtail.models import Site

from portal.demo.people import ACCOUNTS, PASSWORD
from search.engines import get_engine

KINDS = {
    "conseillere": "une conseillère",
    "centre": "un centre de ressources",
    "redaction": "la rédaction (Avise)",
    "administration": "l’administration",
}


class Command(BaseCommand):
    help = "Run the demonstration: migrate, load, index, then serve until Ctrl+C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="start over from the content files")
        parser.add_argument("--reload", action="store_true", help="development server instead of gunicorn")

    def handle(self, *, port, reset, reload, **options):
        if not settings.DEMO:
            raise CommandError("La démonstration tourne avec ses propres réglages (portal.settings.dev).")
        self.refuse_busy_port(port)
        began = time.monotonic()
        if reset:
            self.reset()
        self.step("Base de données", self.migrate)
        self.step("Contenu", lambda: call_command("load_demo", stdout=self.stdout))
        # Links in mails and feeds follow the port.
        Site.objects.filter(is_default_site=True).update(port=port)
        self.step("Index de recherche", self.index)
        if not reload:
            self.step("Fichiers statiques", self.collect)
        self.run(port, reload=reload, began=began)

    def step(self, label, action):
        began = time.monotonic()
        self.stdout.write(f"{label}…")
        self.stdout.flush()
        try:
            action()
        except DatabaseError as error:
            raise CommandError(
                f"La base de données ne répond pas comme prévu ({error}). `make demo RESET=1` repart de zéro."
            ) from error
        self.stdout.write(f"  fait en {time.monotonic() - began:.0f} s")

    def refuse_busy_port(self, port):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(f"Le port {port} est pris. Essayez : make demo PORT={port + 1}") from None

    def reset(self):
        for name in ("portail.sqlite3", "portail.sqlite3-wal", "portail.sqlite3-shm"):
            (settings.VAR_DIR / name).unlink(missing_ok=True)
        for folder in (settings.MEDIA_ROOT, settings.SEARCH_INDEX_DIR):
            shutil.rmtree(folder, ignore_errors=True)

    def migrate(self):
        call_command("migrate", verbosity=0, interactive=False)

    def index(self):
        if get_engine().health().ok:
            self.stdout.write("  à jour")
        else:
            call_command("rebuild_index", stdout=self.stdout)

    def collect(self):
        # Hashing and compressing everything again takes longer than all the rest of a second start.
        mark, current = settings.STATIC_ROOT / ".collected", self.static_fingerprint()
        if mark.exists() and mark.read_text() == current:
            self.stdout.write("  à jour")
            return
        call_command("collectstatic", verbosity=0, interactive=False)
        mark.write_text(current)

    def static_fingerprint(self):
        """What the static files are made of: the libraries' versions and our own files."""
        digest = hashlib.sha256((settings.BASE_DIR / "uv.lock").read_bytes())
        for path in sorted((settings.PORTAL_DIR / "static").rglob("*")):
            digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
        return digest.hexdigest()

    def run(self, port, *, reload, began):
        web = (
            [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}"]
            if reload
            else [
                *(sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"127.0.0.1:{port}"),
                *(
                    "--workers",
                    "2",
                    "--threads",
                    "4",
                    # Room for an over-long search, which the portal answers in French.
                    "--limit-request-line",
                    "8190",
                    "--log-level",
                    "warning",
                    "--access-logfile",
                    "/dev/null",
                ),
            ]
        )
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "BASE_URL": f"http://127.0.0.1:{port}",
        }
        # Their own sessions: Ctrl+C reaches this process alone, which stops both in order.
        start = {"cwd": settings.BASE_DIR, "env": environment, "start_new_session": True}
        children = [
            subprocess.Popen(web, **start),
            subprocess.Popen([sys.executable, "manage.py", "worker"], **start),
        ]
        stopping = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.append(True))
        try:
            self.announce(port, began, children, stopping)
            while not stopping and all(child.poll() is None for child in children):
                time.sleep(0.3)
        finally:
            for child in children:
                child.terminate()
            for child in children:
                try:
                    child.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    child.kill()
        if not stopping:
            raise CommandError("Le portail s’est arrêté de lui-même : voyez le message ci-dessus.")
        self.stdout.write("\nArrêté. `make demo` reprend où vous en étiez.")

    def announce(self, port, began, children, stopping):
        address = f"http://127.0.0.1:{port}"
        for _ in range(150):
            if stopping or any(child.poll() is not None for child in children):
                return
            try:
                urllib.request.urlopen(f"{address}/sante/", timeout=2)  # noqa: S310 (our own address)
                break
            except urllib.error.HTTPError:
                break  # It answers: a worker that has just started is no reason to wait.
            except OSError:
                time.sleep(0.2)
        lines = [
            "",
            f"Entre pairs est là : {address}  (prêt en {time.monotonic() - began:.0f} s)",
            f"  administration     {address}/admin/",
            f"  courriels          {address}/demo/courriels/  (rien n’est envoyé ; les codes s’y lisent)",
            "",
            f"Comptes de démonstration, mot de passe « {PASSWORD} » :",
            *(f"  {email:<26} {KINDS[kind]}" for kind, email in ACCOUNTS.items()),
            "",
            "Ctrl+C arrête tout.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
