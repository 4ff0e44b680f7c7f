"""Supervise the background processes: start one each, start again whichever ends."""

import signal
import subprocess
import sys
import threading
import time

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run the index, mail, task and clock processes, and restart whichever exits."

    def add_arguments(self, parser):
        parser.add_argument("--only", nargs="*", choices=list(settings.WORKER_PROCESSES), help="these alone")

    def handle(self, *, only, **options):
        wanted = {n: c for n, c in settings.WORKER_PROCESSES.items() if not only or n in only}
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        processes = {name: self.start(name, command) for name, command in wanted.items()}
        started = dict.fromkeys(wanted, time.monotonic())
        while not stopping.wait(0.5):
            for name, process in processes.items():
                if process.poll() is None:
                    continue
                # One that ends at once is given time, so that a lasting fault does not burn the processor.
                pause = 0 if time.monotonic() - started[name] > 10 else 3
                self.stderr.write(f"{name} s’est arrêté (code {process.returncode}), il repart.")
                if stopping.wait(pause):
                    break
                processes[name] = self.start(name, wanted[name])
                started[name] = time.monotonic()
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self, name, command):
        # Its own session: Ctrl+C reaches the supervisor alone, which then stops its children in order.
        return subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, start_new_session=True
        )
