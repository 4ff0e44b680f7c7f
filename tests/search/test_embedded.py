"""The embedded engine across processes: locks, crashes, damage, versions."""

import contextlib
import multiprocessing
import os
import random
import signal
import time

import pytest

from search.engines.base import SearchRequest, SearchUnavailable
from search.engines.embedded import EmbeddedEngine
from search.engines.generations import Generations

from .corpus import DOCUMENTS, LEXICON, NOW, PUBLIC, document

processes = multiprocessing.get_context("fork")


@pytest.fixture
def engine(tmp_path):
    engine = EmbeddedEngine(tmp_path / "index", lexicon=lambda: LEXICON)
    with engine.rebuild() as generation:
        generation.add(DOCUMENTS)
    return engine


def total(engine, text="trésorerie"):
    return engine.search(SearchRequest(text, PUBLIC, now=NOW)).total


def run(target, *arguments):
    process = processes.Process(target=target, args=arguments)
    process.start()
    process.join(timeout=30)
    assert process.exitcode == 0


def test_another_process_sees_what_was_written(engine):
    assert total(engine) == 4
    run(engine.upsert, [document("fiche-90", "Trésorerie encore")])
    assert total(engine) == 5


def test_another_process_sees_a_new_generation(engine):
    assert total(engine) == 4

    def rebuild():
        with engine.rebuild() as generation:
            generation.add(DOCUMENTS[:1])

    run(rebuild)
    assert total(engine) == 1


def test_a_process_forked_after_reading_reads_what_came_since(engine):
    assert total(engine) == 4
    ready, go = processes.Event(), processes.Event()

    def child():
        ready.set()
        go.wait(20)
        os._exit(0 if total(engine) == 5 else 1)

    process = processes.Process(target=child)
    process.start()
    ready.wait(20)
    engine.upsert([document("fiche-90", "Trésorerie encore")])
    go.set()
    process.join(timeout=30)
    assert process.exitcode == 0


def test_writers_of_two_processes_take_turns(engine):
    def write(first):
        for number in range(first, first + 5):
            engine.upsert([document(f"fiche-{number}", "Trésorerie partagée")])

    writers = [processes.Process(target=write, args=(first,)) for first in (100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
        assert writer.exitcode == 0
    assert total(engine, "partagée") == 10


def test_a_second_rebuild_at_the_same_time_is_refused(engine):
    with engine.rebuild() as generation:
        generation.add(DOCUMENTS)
        with pytest.raises(SearchUnavailable), engine.rebuild():
            pass
    assert total(engine) == 4


def test_a_writer_killed_at_any_moment_leaves_a_readable_index(engine):
    chance = random.Random(4)

    def write_for_ever():
        for number in range(1000, 10_000):
            engine.upsert([document(f"fiche-{number}", "Trésorerie encore", body="mot " * 500)])

    for _ in range(6):
        writer = processes.Process(target=write_for_ever)
        writer.start()
        time.sleep(chance.uniform(0.05, 0.3))
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        assert EmbeddedEngine(engine.generations.root, lexicon=lambda: LEXICON).health().ok
        assert total(engine) >= 4
    engine.upsert([document("fiche-90", "Trésorerie enfin")])
    assert total(engine, "enfin") == 1


def test_a_rebuild_killed_midway_leaves_the_former_index_and_is_cleaned_up(engine):
    def start_and_hang():
        with engine.rebuild() as generation:
            generation.add(DOCUMENTS[:2])
            os.kill(os.getpid(), signal.SIGKILL)

    process = processes.Process(target=start_and_hang)
    process.start()
    process.join(timeout=30)
    assert total(engine) == 4
    with engine.rebuild() as generation:
        generation.add(DOCUMENTS)
    assert len([path for path in engine.generations.root.iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize(
    "how", ["truncate", "garbage", "remove-all", "remove-meta", "garbage-meta", "empty-current"]
)
def test_damage_is_unavailability_never_another_error(engine, how):
    path = engine.generations.current()
    segments = [
        file for file in path.iterdir() if file.suffix in {".term", ".idx", ".store", ".fast", ".pos"}
    ]
    for file in segments if how in ("truncate", "garbage") else ():
        file.write_bytes(b"" if how == "truncate" else os.urandom(200))
    if how == "remove-all":
        for file in path.iterdir():
            file.unlink()
    elif how == "remove-meta":
        (path / "meta.json").unlink()
    elif how == "garbage-meta":
        (path / "meta.json").write_text("{")
    elif how == "empty-current":
        (engine.generations.root / "CURRENT").write_text("")
    # A process that had opened it may go on with what it holds; a new one must not break.
    fresh = EmbeddedEngine(engine.generations.root, lexicon=lambda: LEXICON)
    with pytest.raises(SearchUnavailable):
        total(fresh)
    with contextlib.suppress(SearchUnavailable):
        total(engine)
    health = fresh.health()
    assert not health.ok
    assert health.needs_rebuild
    with fresh.rebuild() as generation:
        generation.add(DOCUMENTS)
    assert fresh.health().ok
    assert total(fresh) == total(engine) == 4


def test_damage_found_by_a_reader_is_left_for_the_worker_to_see(engine):
    assert total(engine) == 4
    engine.generations.mark_damaged(engine.generations.current())
    assert EmbeddedEngine(engine.generations.root).health().needs_rebuild


def test_an_index_of_another_version_is_not_opened(engine):
    other = Generations(engine.generations.root, "tantivy9.9.9-00000000")
    with pytest.raises(SearchUnavailable, match="autre version"):
        other.current()


def test_names_in_current_cannot_lead_elsewhere(engine):
    (engine.generations.root / "CURRENT").write_text(f"{engine.generations.tag}-/../../etc")
    with pytest.raises(SearchUnavailable):
        total(engine)
