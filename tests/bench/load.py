"""Many clients of one site, in a process of their own: ``python -m tests.bench.load < plan.json``.

The plan: ``host``, ``port``, ``clients``, and ``requests``, a list of (method, path, headers, body, expected
status). Each client keeps its connection, as a proxy does. Prints what came of it, as JSON.
"""

from __future__ import annotations

import http.client
import json
import queue
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def send(plan: dict) -> dict:
    """Send the requests of ``plan`` from a process of its own; return ``rate`` (per second), ``p50``, ``p95``
    (milliseconds) and ``answers``, how many of each kind: "as expected" or what came instead."""
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout)


def main() -> None:
    plan = json.load(sys.stdin)
    waiting = queue.SimpleQueue()
    for request in plan["requests"]:
        waiting.put(request)
    times, answers = [], Counter()
    began = time.monotonic()
    clients = [
        threading.Thread(target=client, args=(plan, waiting, times, answers)) for _ in range(plan["clients"])
    ]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    seconds = time.monotonic() - began
    cuts = statistics.quantiles(times, n=20)
    outcome = {
        "rate": len(times) / seconds,
        "p50": statistics.median(times) * 1000,
        "p95": cuts[-1] * 1000,
        "answers": answers,
    }
    sys.stdout.write(json.dumps(outcome))


def client(plan: dict, waiting: queue.SimpleQueue, times: list[float], answers: Counter) -> None:
    connection = http.client.HTTPConnection(plan["host"], plan["port"], timeout=60)
    while True:
        try:
            method, path, headers, body, expected = waiting.get_nowait()
        except queue.Empty:
            return
        sent = time.monotonic()
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            response.read()
            found = f"{response.status} {response.headers.get('Location', '')}".strip()
        except (OSError, http.client.HTTPException) as error:
            found = type(error).__name__
            connection.close()
        times.append(time.monotonic() - sent)
        answers["as expected" if found == expected else found] += 1


if __name__ == "__main__":
    main()
