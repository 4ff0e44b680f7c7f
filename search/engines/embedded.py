"""The embedded engine: a tantivy index in a local directory, shared by the processes of one host."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import tantivy

from search.analysis import ANALYSIS_VERSION, Analysed, analyse
from search.documents import FACET_FIELDS, Document, fingerprint
from search.lexicon import Lexicon

from . import embedded_queries as queries
from .base import (
    EngineQuery,
    Generation,
    Health,
    Hit,
    IndexingFailed,
    SearchEngine,
    SearchRequest,
    SearchUnavailable,
)
from .generations import Generations
from .vocabulary import Vocabulary

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

_WRITER_HEAP = 30_000_000
_BUILD_HEAP = 60_000_000
_LOCK_SECONDS = 30
#: Raised when what is stored changes without the schema changing.
_FORMAT = 3


def _tag() -> str:
    described = json.dumps([queries.FIELDS, _FORMAT, ANALYSIS_VERSION], sort_keys=True)
    return f"tantivy{tantivy.__version__}-{hashlib.blake2b(described.encode(), digest_size=4).hexdigest()}"


def _is_damage(error: BaseException) -> bool:
    """Tell what tantivy raises on files that are missing or damaged."""
    # A damaged file may panic, which PyO3 raises as a BaseException of its own.
    panicked = type(error).__name__ == "PanicException"
    return panicked or (
        isinstance(error, (ValueError, OSError, RuntimeError)) and not isinstance(error, SearchUnavailable)
    )


class EmbeddedEngine(SearchEngine):
    """tantivy in ``directory``. Reading is safe from any thread and after a fork; writing takes a lock."""

    name = "embedded"

    def __init__(self, directory: Path, *, lexicon: Callable[[], Lexicon] = Lexicon):
        super().__init__(lexicon=lexicon)
        self.schema = queries.schema()
        self.generations = Generations(directory, _tag())
        self._opened: tuple[Path, tantivy.Index] | None = None
        self._words: tuple[Path, Vocabulary] | None = None
        self._opening = threading.Lock()

    # --- Reading

    def _read(self, ask: Callable[[tantivy.Searcher], Answer]) -> Answer:
        """Return what ``ask`` makes of the serving index with its latest commit. Raises SearchUnavailable.

        A rebuild may replace and remove the index under a reader, who then asks the new one.
        """
        with self._translated():
            path = self.generations.current()
            while True:
                try:
                    index = self._index(path)
                    # Each request looks for new commits: the automatic reload does not survive a fork.
                    index.reload()
                    return ask(index.searcher())
                except BaseException as error:
                    if not _is_damage(error) or (newer := self.generations.current()) == path:
                        raise
                    path = newer

    def _index(self, path: Path) -> tantivy.Index:
        opened = self._opened
        if opened and opened[0] == path:
            return opened[1]
        with self._opening:
            index = tantivy.Index.open(str(path))
            self._opened = (path, index)
        return index

    def _vocabulary(self) -> Vocabulary:
        """Return the words of the serving index. Raises SearchUnavailable when there is none."""
        path = self.generations.current()
        known = self._words
        if not known or known[0] != path:
            self._words = known = (path, Vocabulary(path))
        return known[1]

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what tantivy raises on a missing or damaged index into SearchUnavailable."""
        try:
            yield
        except SearchUnavailable:
            raise
        except BaseException as error:
            if not _is_damage(error):
                raise
            with contextlib.suppress(SearchUnavailable):
                self.generations.mark_damaged(self.generations.current())
            self._opened = None
            logger.error("the embedded index cannot be read: %s", error)
            raise SearchUnavailable("L’index est endommagé ; il va être reconstruit.") from error

    def _page(self, query: EngineQuery, request: SearchRequest):
        text = queries.text_query(self.schema, query, self._vocabulary().of(request.principals))
        readable = queries.readable(self.schema, text, request.principals)
        wanted = queries.filtered(self.schema, readable, request)
        offset = (request.page - 1) * request.per_page
        by_date = request.sort == "date" or query.is_empty

        def ask(searcher: tantivy.Searcher):
            beyond = offset >= searcher.num_docs
            found = searcher.search(
                wanted,
                limit=1 if beyond else request.per_page,
                offset=0 if beyond else offset,
                order_by_field="date" if by_date else None,
            )
            hits = [] if beyond else [self._hit(searcher, score, address) for score, address in found.hits]
            counts = searcher.aggregate(readable, queries.facet_aggregations(request))
            return hits, found.count, queries.facet_counts(counts)

        return self._read(ask)

    @staticmethod
    def _hit(searcher, score, address) -> Hit:
        payload = searcher.doc(address).get_first("payload")
        return Hit(Document.from_payload(json.loads(bytes(payload))), float(score or 0))

    def _holding(
        self, query: EngineQuery, rarities: Sequence[float], principals: frozenset[str], limit: int
    ) -> list[Hit]:
        text = queries.text_query(self.schema, query, self._vocabulary().of(principals), rarities=rarities)
        return self._found(queries.readable(self.schema, text, principals), limit)

    def _found(self, wanted: tantivy.Query, limit: int) -> list[Hit]:
        return self._read(
            lambda searcher: [
                self._hit(searcher, score, address)
                for score, address in searcher.search(wanted, limit=limit, count=False).hits
            ]
        )

    def _counts(self, wanted: Sequence[EngineQuery], request: SearchRequest) -> list[int]:
        vocabulary = self._vocabulary().of(request.principals)
        texts = [queries.text_query(self.schema, query, vocabulary, ranked=False) for query in wanted]
        readable = [queries.readable(self.schema, text, request.principals) for text in texts]
        return self._read(lambda searcher: [searcher.search(each, limit=1).count for each in readable])

    def _titles(
        self, query: EngineQuery, principals: frozenset[str], types: Sequence[str], limit: int
    ) -> list[Hit]:
        wanted = queries.readable(self.schema, queries.title_query(self.schema, query), principals)
        if types:
            wanted = queries.restricted(self.schema, wanted, "type", types)
        return self._found(wanted, limit)

    def hashes(self) -> dict[str, str]:
        def ask(searcher: tantivy.Searcher) -> dict[str, str]:
            everything = tantivy.Query.all_query()
            found = searcher.search(everything, limit=max(searcher.num_docs, 1), count=False)
            stored = (searcher.doc(address) for _, address in found.hits)
            return {each.get_first("id"): bytes(each.get_first("hash")).decode() for each in stored}

        return self._read(ask)

    def health(self) -> Health:
        def ask(searcher: tantivy.Searcher) -> int:
            for _, address in searcher.search(tantivy.Query.all_query(), limit=1).hits:
                searcher.doc(address)
            return searcher.num_docs

        try:
            if self.generations.is_damaged(self.generations.current()):
                return Health(False, "L’index est endommagé.", needs_rebuild=True)
            documents = self._read(ask)
        except SearchUnavailable as error:
            return Health(False, str(error), needs_rebuild=True)
        return Health(True, f"Index local, {documents} documents.", documents)

    # --- Writing

    def upsert(self, documents: Iterable[Document]) -> None:
        with self._writing() as writer:
            self._add(writer, documents, self._vocabulary())

    def delete(self, ids: Iterable[str]) -> None:
        with self._writing() as writer:
            for identifier in ids:
                writer.delete_documents_by_term("id", identifier)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        with self.generations.lock("writer", timeout=_LOCK_SECONDS):
            with self._translated():
                # Opened anew, it knows the files that other processes made. What a killed writer left bears the
                # names that the next one gives.
                index = tantivy.Index.open(str(self.generations.current()))
                writer = index.writer(heap_size=_WRITER_HEAP, num_threads=1)
                writer.garbage_collect_files()
            try:
                yield writer
            except BaseException:
                with contextlib.suppress(ValueError):
                    writer.rollback()
                raise
            with self._translated():
                writer.commit()
                writer.wait_merging_threads()

    def _add(
        self, writer: tantivy.IndexWriter, documents: Iterable[Document], vocabulary: Vocabulary
    ) -> None:
        lexicon = self.lexicon()
        words: dict[tuple[str, ...], set[str]] = {}
        for document in documents:
            try:
                analysed = analyse(document, lexicon)
                record = self._record(document, analysed)
                writer.delete_documents_by_term("id", document.id)
                writer.add_document(record)
            except (ValueError, OverflowError) as error:
                raise IndexingFailed(f"{document.id} : {error}") from error
            words.setdefault(document.audiences, set()).update(analysed.vocabulary)
        for audiences, found in words.items():
            vocabulary.add(found, audiences)

    @staticmethod
    def _record(document: Document, words: Analysed) -> tantivy.Document:
        record = tantivy.Document()
        record.add_text("id", document.id)
        payload = document.to_json()
        record.add_bytes("hash", fingerprint(payload).encode())
        record.add_bytes("payload", payload.encode())
        for name in queries.RANKED_FIELDS:
            if text := getattr(words, name):
                keyed = queries.keyed(text)
                record.add_text(name, keyed)
                record.add_text("all", keyed)
        for text in words.raw:
            record.add_text("all", queries.keyed(text))
        for text in (words.name, words.name_raw):
            record.add_text("title_words", queries.keyed(text))
        for audience in document.audiences:
            record.add_text("audience", audience)
        record.add_text("weight", str(document.weight))
        for facet in FACET_FIELDS:
            for value in document.facet_values(facet):
                record.add_text(facet, value)
        record.add_integer("date", int(document.date.timestamp()) if document.date else 0)
        if document.over_at:
            record.add_integer("over_at", int(document.over_at.timestamp()))
        return record

    @contextlib.contextmanager
    def rebuild(self) -> Iterator[Generation]:
        with self.generations.lock("rebuild", timeout=1):
            path = self.generations.create()
            try:
                index = tantivy.Index(self.schema, path=str(path))
                writer = index.writer(heap_size=_BUILD_HEAP, num_threads=1)
                yield _EmbeddedGeneration(self, writer, Vocabulary(path))
                writer.commit()
                writer.wait_merging_threads()
            except BaseException:
                self.generations.discard(path)
                raise
            # Nobody writes to the old generation while it is replaced.
            with self.generations.lock("writer", timeout=_LOCK_SECONDS):
                self.generations.publish(path)


class _EmbeddedGeneration(Generation):
    def __init__(self, engine: EmbeddedEngine, writer: tantivy.IndexWriter, vocabulary: Vocabulary):
        self._engine = engine
        self._writer = writer
        self._vocabulary = vocabulary

    def add(self, documents: Iterable[Document]) -> None:
        self._engine._add(self._writer, documents, self._vocabulary)

    def delete(self, ids: Iterable[str]) -> None:
        for identifier in ids:
            self._writer.delete_documents_by_term("id", identifier)
