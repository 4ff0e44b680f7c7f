"""The same request again and again over kept connections, from a process of its own that costs little:
``python -m tests.bench.hammer < plan.json``.

One thread and one ``epoll`` over plain sockets: on the processors that the servers share with it, a client that
parses what it gets would measure itself. The plan: ``targets``, a list of ``host``, ``port``, ``path`` and
``headers``; ``clients`` (connections), ``seconds`` for each target and ``rounds``: the targets take turns, so that
what else the machine does falls on all of them. Prints, for each target, what ``Outcome`` holds, as JSON.
"""

from __future__ import annotations

import json
import select
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 1 << 18


@dataclass
class Outcome:
    """``rate``: answers per second, the median of the rounds; ``p50`` and ``p95``: milliseconds, of all rounds;
    ``failures``: answers that were not 200, connections that broke."""

    rate: float
    p50: float
    p95: float
    failures: int


def hammer(targets: Iterable[dict], *, clients: int, seconds: float, rounds: int) -> list[Outcome]:
    """Run the plan in a process of its own."""
    plan = {"targets": list(targets), "clients": clients, "seconds": seconds, "rounds": rounds}
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [Outcome(**found) for found in json.loads(done.stdout)]


def main() -> None:
    plan = json.load(sys.stdin)
    rates, times, failures = ([[] for _ in plan["targets"]] for _ in range(3))
    for _ in range(plan["rounds"]):
        for number, target in enumerate(plan["targets"]):
            taken, failed, spent = turn(target, plan["clients"], plan["seconds"])
            rates[number].append(len(taken) / spent)
            times[number] += taken
            failures[number].append(failed)
    found = [
        Outcome(
            rate=statistics.median(rates[number]),
            p50=statistics.median(times[number]) * 1000 if times[number] else 0,
            p95=statistics.quantiles(times[number], n=20)[-1] * 1000 if len(times[number]) > 1 else 0,
            failures=sum(failures[number]),
        )
        for number in range(len(plan["targets"]))
    ]
    sys.stdout.write(json.dumps([asdict(outcome) for outcome in found]))


class Client:
    """One connection: a request is sent, its answer read to the end and thrown away."""

    def __init__(self, target: dict, poll):
        self.target, self.poll = target, poll
        lines = [f"GET {target['path']} HTTP/1.1", f"Host: {target['host']}:{target['port']}"]
        lines += [f"{name}: {value}" for name, value in target.get("headers", {}).items()]
        self.request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection((self.target["host"], self.target["port"]), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.poll.register(self.socket, select.EPOLLIN)

    def close(self) -> None:
        self.poll.unregister(self.socket)
        self.socket.close()

    def ask(self) -> None:
        self.sent, self.head, self.left = time.perf_counter(), b"", None
        self.socket.sendall(self.request)

    def read(self) -> bool | None:
        """Read what came: True once the answer is whole and 200, False where it failed, None before."""
        data = self.socket.recv(CHUNK)
        if not data:
            return False
        if self.left is None:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = self.head[:end].lower()
            at = head.find(b"content-length:")
            if at < 0:
                # Without a length the end would have to be looked for: no page of ours is sent so.
                return False
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            self.left = length - (len(self.head) - end - 4)
            self.closes = b"connection: close" in head
        else:
            self.left -= len(data)
        if self.left > 0:
            return None
        return b" 200 " in self.head[:20]


def turn(target: dict, number: int, seconds: float) -> tuple[list[float], int, float]:
    """Ask ``target`` for ``seconds`` with ``number`` connections; return times, failures and seconds spent."""
    poll = select.epoll()
    clients = {}
    for _ in range(number):
        client = Client(target, poll)
        clients[client.socket.fileno()] = client
    times, failed, began = [], 0, time.perf_counter()
    until = began + seconds
    for client in clients.values():
        client.ask()
    asking = len(clients)
    while asking:
        for descriptor, _ in poll.poll(60):
            client = clients[descriptor]
            try:
                done = client.read()
            except OSError:
                done = False
            if done is None:
                continue
            now = time.perf_counter()
            times.append(now - client.sent)
            failed += not done
            if now >= until:
                asking -= 1
                continue
            if not done or client.closes:
                client.close()
                del clients[descriptor]
                client.connect()
                clients[client.socket.fileno()] = client
            client.ask()
    spent = time.perf_counter() - began
    for client in clients.values():
        client.close()
    poll.close()
    return times, failed, spent


if __name__ == "__main__":
    main()
