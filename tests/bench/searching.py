"""What the part ``search`` does in processes of their own: ``python -m tests.bench.searching STEP SIZE FOLDER``.

Each prints what it has to tell, line by line, and leaves its figures for the others in FOLDER.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import django

from tests.bench.crowd import AGENT, signed_in_as
from tests.bench.prose import Prose

QUERIES = 200
#: Each search is made so many times, the median counts: others work on the same machine.
ROUNDS = 3
#: Seconds that one search of Wagtail's may take.
WAGTAIL_SECONDS = 20
PUBLICATIONS = 6
#: Lists of documents in memory at once.
BATCH = 50
MEMBER = "bench@exemple.test"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    django.setup()
    STEPS[arguments.step](arguments.size, arguments.folder)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def figures(folder: Path) -> dict:
    """What the steps left so far."""
    path = folder / "figures.json"
    return json.loads(path.read_text()) if path.exists() else {}


def leave(folder: Path, **found) -> None:
    (folder / "figures.json").write_text(json.dumps(figures(folder) | found))


# --- The content


def fill(size: int, folder: Path) -> None:
    """Whole fiches, and a member who reads them."""
    from django.utils import timezone

    from tests import factories
    from tests.bench import library

    prose, now, began = Prose(), timezone.now(), time.monotonic()
    library.prepare()
    library.fiches(prose, size, now=now)
    user = factories.make_user(MEMBER)
    words = statistics.mean(text.words for text in prose.texts(0, 500))
    say(f"{size} fiches of {words:.0f} words written in {time.monotonic() - began:.0f} s")
    leave(folder, now=now.isoformat(), rows=size, cookie=signed_in_as(user))
    name_static_files(folder / "static")


def name_static_files(folder: Path) -> None:
    """Tell production the names of its static files: it is not they that are measured, nor their compression."""
    from django.contrib.staticfiles.finders import get_finders

    names = [name.replace("\\", "/") for finder in get_finders() for name, _ in finder.list([])]
    manifest = {"version": "1.1", "hash": "", "paths": {name: name for name in names}}
    (folder / "staticfiles.json").write_text(json.dumps(manifest))


def grow(size: int, folder: Path) -> None:
    """Documents without whole pages, up to ``size``, and their index."""
    import datetime as dt

    from search.engines import get_engine
    from tests.bench import library

    found = figures(folder)
    prose, now, began = Prose(), dt.datetime.fromisoformat(found["now"]), time.monotonic()
    library.bare_pages(found["rows"], size, prose, now=now)
    say(
        f"{size - found['rows']} rows that the search asks the database about, without the rest of their pages, "
        f"written in {time.monotonic() - began:.0f} s"
    )
    with get_engine().rebuild() as generation:
        seconds = index_beside(size, folder, prose, generation.add)
        began = time.perf_counter()
    seconds += time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"our engine: {size / seconds:5.0f}/s indexed (documents made beforehand), peak {peak:.0f} MB")
    leave(folder, rows=size)


def index_beside(size: int, folder: Path, prose: Prose, add=lambda chunk: None) -> float:
    """Index ``size`` documents with the bare engine, and with ``add``; return the seconds of the latter."""
    import datetime as dt

    from tests.bench import library
    from tests.bench.bare import BareIndex

    bare, seconds, bare_seconds = BareIndex(bare_folder(size, folder)), 0.0, 0.0
    documents = library.documents(prose, size, now=dt.datetime.fromisoformat(figures(folder)["now"]))
    # Made before the clock starts: tantivy works in a thread of its own while Python makes the next ones.
    while batch := list(islice(documents, BATCH)):
        began = time.perf_counter()
        bare.fill(batch)
        bare_seconds += time.perf_counter() - began
        began = time.perf_counter()
        for chunk in batch:
            add(chunk)
        seconds += time.perf_counter() - began
    say(f"bare engine: {size / bare_seconds:5.0f}/s indexed")
    return seconds


def bare_folder(size: int, folder: Path) -> Path:
    return folder / f"bare-{size}"


# --- Searches


def member():
    """The member, as a request has them: nothing read of them yet but their row."""
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(email=MEMBER)


class Service:
    """A search with all that the page does before its template: parameters, engine, permissions, highlights."""

    def __init__(self):
        self.user = member()

    def __call__(self, address: str):
        from django.http import QueryDict
        from django.utils import timezone

        from search.forms import SearchParameters
        from search.labels import facet_labels
        from search.results import find

        # A request reads the groups of its reader once.
        self.user.__dict__.pop("_audience_group_ids", None)
        labels = facet_labels(self.user)
        parameters = SearchParameters.parse(QueryDict(address), labels)
        return find(parameters, user=self.user, labels=labels, now=timezone.now())


def measure(size: int, folder: Path) -> None:
    """The service beside the bare engine, search by search, in turns."""
    from search.engines import get_engine
    from tests.bench.bare import BareIndex

    prose = Prose()
    if not bare_folder(size, folder).exists():
        index_beside(size, folder, prose)
    bare = BareIndex(bare_folder(size, folder))
    sizes = megabytes(folder / "index"), megabytes(bare_folder(size, folder))
    say(f"index on disk: {sizes[0]:.0f} MB, bare {sizes[1]:.0f} MB")
    service, engine = Service(), get_engine()
    principals = {"public", "reseau"}
    queries = prose.queries(QUERIES, size)
    addresses = [address(query) for query in queries]
    chosen = [f"{found}&theme=gouvernance&phase=anticiper&phase=faire-face" for found in addresses]
    kinds = {
        "bare engine": lambda n: bare.search(queries[n], principals),
        "our engine": lambda n: engine.search(request_of(queries[n], principals)),
        "whole service": lambda n: service(addresses[n]),
        "whole service, two facets chosen": lambda n: service(chosen[n]),
    }
    times = {kind: [[] for _ in queries] for kind in kinds}
    empty = 0
    for turn in range(-1, ROUNDS):
        for number in range(len(queries)):
            for kind, ask in kinds.items():
                began, worked = time.perf_counter(), time.process_time()
                found = ask(number)
                spent = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
                # The first turn warms up what a process keeps.
                if turn >= 0:
                    times[kind][number].append(spent)
                elif kind == "whole service":
                    empty += not found.total
    told = {}
    say(f"{'':<33} by the clock           of the processor, which others on the machine do not lengthen")
    for kind, rounds in times.items():
        told[kind] = {}
        for place, clock in enumerate(("clock", "processor")):
            medians = [statistics.median(spent[place] for spent in each) for each in rounds]
            told[kind][clock] = statistics.median(medians), statistics.quantiles(medians, n=20)[-1]
        bare_p95 = told["bare engine"]["processor"][1]
        (p50, p95), (worked50, worked95) = told[kind].values()
        say(
            f"{kind:<33} p50 {p50:5.1f} p95 {p95:6.1f} ms  p50 {worked50:5.1f} p95 {worked95:6.1f} ms  "
            f"x{worked95 / bare_p95:.2f} of the bare p95"
        )
    say(f"{len(queries)} searches, {empty} of them without a result")
    leave(folder, **{f"service-{size}": told})


def address(query: str, **more: str) -> str:
    from urllib.parse import urlencode

    return urlencode({"q": query, **more})


def request_of(text: str, principals):
    from django.utils import timezone

    from search.engines.base import SearchRequest

    return SearchRequest(text, frozenset(principals), now=timezone.now())


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def requests(size: int, folder: Path) -> None:
    """The requests of the HTTP measure, for the load generator."""
    headers = {"Cookie": figures(folder)["cookie"], "User-Agent": AGENT, "X-Forwarded-For": "127.0.0.1"}
    queries = Prose().queries(QUERIES, size)
    plans = {
        path: [["GET", f"{path}?{address(query)}", headers, None, "200"] for query in queries]
        for path in ("/recherche.json", "/recherche/")
    }
    (folder / "requests.json").write_text(json.dumps(plans))


# --- What is odd


def odd(size: int, folder: Path) -> None:
    """A thousand odd strings through the service, the worst known ones first; the slowest are told."""
    from hypothesis import HealthCheck, Phase, given, settings

    from tests.search import oddities

    service, times = Service(), []
    prose = Prose()
    worst = oddities.worst(prose.vocabulary, prose.queries(QUERIES, size))

    def ask(kind: str, query: str) -> None:
        began = time.perf_counter()
        service(query)
        times.append(((time.perf_counter() - began) * 1000, kind, query))

    for _ in range(2):
        # Twice: what a process keeps is not what a search costs.
        times.clear()
        for kind, text in worst.items():
            ask(kind, address(text))
    for spent, kind, _ in sorted(times, reverse=True)[:6]:
        say(f"{spent:7.1f} ms  {kind}")
    times.clear()

    @settings(
        max_examples=1000 - len(worst),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(oddities.addresses())
    def anything(query):
        ask("arbitrary", query)

    anything()
    slowest = sorted(times, reverse=True)[:3]
    for spent, _, query in slowest:
        say(f"{spent:7.1f} ms  arbitrary: {query[:90]!r}")
    over = sum(spent > 300 for spent, *_ in times)
    say(f"{len(times) + len(worst)} odd searches, {over} of the arbitrary ones above 300 ms")


# --- From a publication to a search


def publish(size: int, folder: Path) -> None:
    """Publish with the worker running, and search until it is found."""
    from portal.centres.models import CentrePage
    from ressources.models import FichePage

    worker = subprocess.Popen([sys.executable, "manage.py", "index_worker"])
    centre, service, times = CentrePage.objects.first(), Service(), []
    try:
        for number in range(PUBLICATIONS):
            word = f"introuvable{'abcdefghij'[number] * 3}"
            page = centre.add_child(
                instance=FichePage(
                    title=f"Fiche {word}", slug=word, live=False, demarche="<p>Le déroulé.</p>"
                )
            )
            page.save_revision().publish()
            began = time.monotonic()
            while f"fiche-{page.pk}" not in {hit.document.id for hit in service(address(word)).hits}:
                if time.monotonic() - began > 30:
                    sys.exit("what was published is not found")
                time.sleep(0.02)
            times.append(time.monotonic() - began)
    finally:
        worker.terminate()
        worker.wait(timeout=40)
    # The first waits for the worker to start.
    times = times[1:]
    say(f"published, then found after {statistics.median(times):.2f} s (slowest {max(times):.2f} s)")


# --- Wagtail's own


def wagtail(size: int, folder: Path) -> None:
    """Wagtail's database search on the same texts: a rare word, a common one, and five facets."""
    from tests.bench import wagtail_search

    wagtail_search.measure(Prose(), say, seconds=WAGTAIL_SECONDS)


STEPS = {
    "fill": fill,
    "grow": grow,
    "measure": measure,
    "requests": requests,
    "odd": odd,
    "publish": publish,
    "wagtail": wagtail,
}

if __name__ == "__main__":
    main()
