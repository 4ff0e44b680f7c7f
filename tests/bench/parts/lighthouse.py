"""Lighthouse, on a telephone, of the pages that matter, read without an account and signed in.

Needs Node 18.16 or later, npm and Chromium; says so otherwise. Lighthouse is installed once, in ``var/``. Its default
set-up: a slow telephone on a slow line, simulated. The performance is the median of three runs, because what else
the machine does weighs on it; the other scores do not vary.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import urllib.parse
from http.cookies import SimpleCookie
from pathlib import Path

from tests import tour
from tests.demonstration import CHROMIUM, PASSWORD, ROOT, running

VERSION = "12.8.2"
NODE = (18, 16)
FOLDER = ROOT / "var" / "lighthouse"
#: Scores are out of 100.
AIM = 98
RUNS = 3
#: Of one run, when the browser's trace could not be recorded.
ATTEMPTS = 3
PAGES = ["accueil", "ressources", "fiche", "replay", "cafe", "urgence", "recherche-resultats", "agenda"]
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking"


class CannotMeasure(Exception):
    """Something that Lighthouse needs is not on this machine; the message says what."""


def add_arguments(parser) -> None:
    parser.add_argument(
        "--lighthouse-site",
        metavar="ADDRESS",
        help="a demonstration that runs already, instead of one started for the bench",
    )
    parser.add_argument("--lighthouse-only", default="", help="names of stops of the tour")
    parser.add_argument(
        "--lighthouse-runs", type=int, default=RUNS, help="of which performance is the median"
    )


def run(say, options) -> None:
    try:
        command, chromium = tools(say)
    except CannotMeasure as why:
        say(f"not measured: {why}")
        return
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portail-bench-")))
        site = options.lighthouse_site or stack.enter_context(running(folder))
        measure = Measure(command, chromium, folder, options.lighthouse_runs)
        cookie = sign_in(site, tour.ADVISER)
        say(f"Lighthouse {VERSION}, median of {options.lighthouse_runs} for performance; aim: {AIM}")
        say(
            f"{'':<32}{'performance':>12}{'accessibility':>15}{'practices':>11}{'SEO':>5}{'LCP':>8}{'CLS':>7}{'TBT':>8}"
        )
        stops = {stop.name: stop for stop in tour.STOPS}
        for name in options.lighthouse_only.split(",") if options.lighthouse_only else PAGES:
            for reader, header in (("", ""), ("signed in", cookie)):
                stop = stops[name]
                # What search engines are told to leave has no score to reach.
                categories = [c for c in CATEGORIES if c != "seo" or (stop.indexed and not reader)]
                found = measure(f"{site}{stop.path}", header, categories)
                show(say, f"{name} {reader}".strip(), found)


def tools(say) -> tuple[list[str], str]:
    """Return the command that runs Lighthouse, installed if need be, and the path of Chromium.

    Raises CannotMeasure.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise CannotMeasure("Lighthouse needs Node and npm (Debian: apt install nodejs npm)")
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", printed)[:2])
    if version < NODE:
        raise CannotMeasure(
            f"Lighthouse {VERSION} needs Node {NODE[0]}.{NODE[1]} or later; this is {printed.strip()}"
        )
    if not CHROMIUM:
        raise CannotMeasure("Lighthouse needs Chromium (Debian: apt install chromium)")
    package = FOLDER / "node_modules" / "lighthouse"
    manifest = package / "package.json"
    if not manifest.exists() or json.loads(manifest.read_text())["version"] != VERSION:
        say(f"installing Lighthouse {VERSION} in {FOLDER.relative_to(ROOT)}")
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [
            npm,
            "install",
            "--prefix",
            str(FOLDER),
            f"lighthouse@{VERSION}",
            "--no-audit",
            "--no-fund",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotMeasure(f"npm could not install Lighthouse: {done.stderr.strip()[-300:]}")
    return [node, str(package / "cli" / "index.js")], CHROMIUM


def sign_in(site: str, who: str) -> str:
    """Return the Cookie header of ``who``, signed in with the demonstration's password."""
    place = urllib.parse.urlsplit(site).netloc
    cookies = SimpleCookie()

    def ask(method: str, body: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection(place, timeout=30)
        headers = {"Cookie": cookies.output(attrs=[], header="", sep=";").strip(), "Referer": f"{site}/"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, "/compte/login/", body or None, headers)
        answer = connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie", []):
            cookies.load(header)
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    _, form = ask("GET")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    fields = {"csrfmiddlewaretoken": token, "login": who, "password": PASSWORD}
    status, _ = ask("POST", urllib.parse.urlencode(fields))
    if status != 302 or "sessionid" not in cookies:
        raise RuntimeError(f"{who} could not sign in: {status}")
    return f"sessionid={cookies['sessionid'].value}"


class Measure:
    """Runs Lighthouse on an address."""

    def __init__(self, command: list[str], chromium: str, folder: Path, runs: int):
        self.command, self.chromium, self.folder, self.runs = command, chromium, folder, runs

    def __call__(self, address: str, cookie: str, categories: list[str]) -> dict:
        """Return the report of a first run, its performance replaced by the median of every run."""
        report = self.once(address, cookie, categories)
        scores = [report["categories"]["performance"]["score"]]
        scores += [
            self.once(address, cookie, ["performance"])["categories"]["performance"]["score"]
            for _ in range(self.runs - 1)
        ]
        report["categories"]["performance"]["score"] = statistics.median(scores)
        return report

    def once(self, address: str, cookie: str, categories: list[str]) -> dict:
        """Return the report of one run; what Lighthouse itself asks to run again is, twice at most."""
        for attempt in range(ATTEMPTS):
            report = self.attempt(address, cookie, categories)
            error = report.get("runtimeError")
            if not error:
                break
            if attempt == ATTEMPTS - 1:
                raise RuntimeError(f"Lighthouse failed on {address}: {error['message']}")
        return report

    def attempt(self, address: str, cookie: str, categories: list[str]) -> dict:
        path = self.folder / "report.json"
        path.unlink(missing_ok=True)
        command = [*self.command, address, "--output=json", f"--output-path={path}", "--quiet"]
        command += [f"--only-categories={','.join(categories)}", f"--chrome-flags={FLAGS}"]
        if cookie:
            command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
        environment = {**os.environ, "CHROME_PATH": self.chromium}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if not path.exists():
            raise RuntimeError(f"Lighthouse failed on {address}:\n{done.stderr[-2000:]}")
        return json.loads(path.read_text())


def show(say, name: str, report: dict) -> None:
    """Print the scores of a page and, under those that miss the aim, what they miss it by."""
    scores = {key: round(category["score"] * 100) for key, category in report["categories"].items()}
    audits = report["audits"]
    printed = [
        f"{scores.get(key, '–'):>{width}}" for key, width in zip(CATEGORIES, (12, 15, 11, 5), strict=True)
    ]
    timings = [
        f"{audits['largest-contentful-paint']['numericValue'] / 1000:>6.1f} s",
        f"{audits['cumulative-layout-shift']['numericValue']:>7.3f}",
        f"{audits['total-blocking-time']['numericValue']:>5.0f} ms",
    ]
    say(f"{name:<32}{''.join(printed)}{''.join(timings)}")
    for key, score in scores.items():
        if score < AIM:
            for line in missed(report, key):
                say(f"    below {AIM} in {key}: {line}")


def missed(report: dict, category: str) -> list[str]:
    """The audits of a category that weigh and are not passed, with the first places that they show."""
    lines = []
    for reference in report["categories"][category]["auditRefs"]:
        audit = report["audits"][reference["id"]]
        if not reference["weight"] or audit["score"] is None or audit["score"] >= 0.9:
            continue
        items = (audit.get("details") or {}).get("items") or []
        places = [
            item.get("node", {}).get("snippet") or item.get("url") or item.get("description")
            for item in items
        ]
        shown = " · ".join(place for place in places[:3] if place)
        lines.append(
            " ".join(part for part in (audit["title"], audit.get("displayValue", ""), shown) if part)
        )
    return lines or ["many small things"]
