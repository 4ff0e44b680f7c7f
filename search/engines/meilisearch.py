"""Meilisearch, through its official client: our own records, queries and task handling."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import meilisearch
import requests
from meilisearch.errors import (
    MeilisearchApiError,
    MeilisearchCommunicationError,
    MeilisearchTimeoutError,
)

from search.documents import FACET_FIELDS, Document
from search.lexicon import Lexicon

from . import meilisearch_wire as wire
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

logger = logging.getLogger(__name__)

#: Seconds that a page waits before it falls back to the database.
SEARCH_TIMEOUT = 0.9
_WRITE_TIMEOUT = 30
#: Seconds during which a server that did not answer is not asked again.
_REST = 3
_TASK_SECONDS = 900
#: Swapping takes no time, waiting for its turn may.
_SWAP_SECONDS = 120
_BATCH = 500
#: The first that was tried; before, the ranking rules are not all known.
_OLDEST_VERSION = (1, 50)
_DOWN = (MeilisearchCommunicationError, MeilisearchTimeoutError, requests.exceptions.RequestException)


class MeilisearchEngine(SearchEngine):
    """The index ``<prefix>-<version of our records>`` of the server at ``url``.

    ``api_key`` is limited to the indexes ``<prefix>*`` and needs these actions there: search, documents.add,
    documents.get, documents.delete, indexes.create, indexes.get, indexes.delete, indexes.swap, settings.get,
    settings.update, tasks.get, stats.get. Never give it the master key.
    """

    name = "meilisearch"

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        prefix: str,
        lexicon: Callable[[], Lexicon] = Lexicon,
        timeout: float = SEARCH_TIMEOUT,
    ):
        super().__init__(lexicon=lexicon)
        digest = hashlib.blake2b(json.dumps(wire.fingerprint()).encode(), digest_size=4).hexdigest()
        self.prefix = prefix
        self.uid = f"{prefix}-{digest}"
        self._url, self._api_key, self._timeout = url.rstrip("/"), api_key, timeout
        # The client keeps its headers in one shared dictionary: one client for each thread.
        self._local = threading.local()
        self._rests_until = 0.0

    def _client(self, *, writing: bool = False) -> meilisearch.Client:
        name = "writer" if writing else "reader"
        if not hasattr(self._local, name):
            timeout = _WRITE_TIMEOUT if writing else self._timeout
            setattr(self._local, name, meilisearch.Client(self._url, self._api_key or None, timeout=timeout))
        return getattr(self._local, name)

    # --- Reading

    def _multi_search(self, queries: Sequence[dict]) -> list[dict]:
        """Send ``queries`` in one request. Raises SearchUnavailable when the answer is late, wrong or missing."""
        if time.monotonic() < self._rests_until:
            raise SearchUnavailable("Le moteur de recherche ne répondait pas il y a un instant.")
        try:
            results = self._client().multi_search(queries)["results"]
            if len(results) != len(queries):
                raise ValueError("not one result for each query")
            return results
        except MeilisearchApiError as error:
            if error.status_code >= 500 or error.status_code == 429:
                self._rests_until = time.monotonic() + _REST
            raise self._unavailable(error) from error
        except _DOWN as error:
            self._rests_until = time.monotonic() + _REST
            raise self._unavailable(error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise self._unavailable(error) from error

    @staticmethod
    def _unavailable(error: Exception) -> SearchUnavailable:
        logger.error("Meilisearch: %s: %s", type(error).__name__, error)
        return SearchUnavailable("Le moteur de recherche ne répond pas.")

    def _page(self, query: EngineQuery, request: SearchRequest):
        purposes, queries = zip(*wire.page_queries(self.uid, query, request), strict=True)
        results = dict(zip(purposes, self._multi_search(queries), strict=True))
        with self._expected_shape():
            page = results.pop("page")
            facets = {facet: {} for facet in FACET_FIELDS} | {"periode": {}}
            facets |= page.get("facetDistribution") or {}
            for purpose, result in results.items():
                kind, name = purpose.split(":")
                if kind == "facet":
                    facets[name] = result["facetDistribution"][name]
                elif result["totalHits"]:
                    facets["periode"][name] = result["totalHits"]
            hits = [Hit(Document.from_payload(hit["payload"])) for hit in page["hits"]]
            return hits, page["totalHits"], facets

    def _counts(self, wanted: Sequence[EngineQuery], request: SearchRequest) -> list[int]:
        results = self._multi_search([wire.count_query(self.uid, query, request) for query in wanted])
        with self._expected_shape():
            return [result["totalHits"] for result in results]

    def _holding(
        self, query: EngineQuery, rarities: Sequence[float], principals: frozenset[str], limit: int
    ) -> list[Hit]:
        queries = wire.holding_queries(self.uid, query, rarities, principals, limit)
        # By document: the most that it holds, and the best rank it has there.
        found: dict[str, tuple[float, int, dict]] = {}
        results = self._multi_search([asked for _, asked in queries])
        with self._expected_shape():
            for (held, _), result in zip(queries, results, strict=True):
                for rank, hit in enumerate(result["hits"]):
                    known = found.get(hit["payload"]["id"])
                    if known is None or (held, -rank) > (known[0], -known[1]):
                        found[hit["payload"]["id"]] = (held, rank, hit["payload"])
            held_most = sorted(found.values(), key=lambda each: (-each[0], each[1]))[: 3 * limit]
            candidates = [(held, rank, Document.from_payload(payload)) for held, rank, payload in held_most]
        lexicon = self.lexicon()
        # Its own rules compare within one choice of words: between them, a word that a text is about says more.
        ordered = sorted(
            candidates,
            key=lambda each: (-each[0] - wire.said_of_itself(each[2], query, rarities, lexicon), each[1]),
        )
        return [Hit(document) for _, _, document in ordered[:limit]]

    def _titles(
        self, query: EngineQuery, principals: frozenset[str], types: Sequence[str], limit: int
    ) -> list[Hit]:
        (result,) = self._multi_search([wire.title_query(self.uid, query, principals, types, limit)])
        with self._expected_shape():
            return [Hit(Document.from_payload(hit["payload"])) for hit in result["hits"]]

    @contextlib.contextmanager
    def _expected_shape(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            raise self._unavailable(error) from error

    # --- Writing

    @contextlib.contextmanager
    def _writing(self) -> Iterator[meilisearch.Client]:
        """Give a client; what the server refuses is IndexingFailed, anything else SearchUnavailable."""
        try:
            yield self._client(writing=True)
        except MeilisearchApiError as error:
            if error.status_code in (400, 413):
                raise IndexingFailed(str(error)) from error
            raise self._unavailable(error) from error
        except _DOWN as error:
            raise self._unavailable(error) from error

    def _wait(self, client: meilisearch.Client, *tasks: int) -> None:
        """Wait until ``tasks`` are done. Raises IndexingFailed with the server's reason."""
        for uid in tasks:
            task = client.wait_for_task(uid, timeout_in_ms=_TASK_SECONDS * 1000, interval_in_ms=30)
            if task.status != "succeeded":
                reason = (task.error or {}).get("message", task.status)
                raise IndexingFailed(f"Meilisearch, tâche {uid} : {reason}")

    def _require_index(self, client: meilisearch.Client) -> None:
        # Adding to an index that does not exist would create one without settings.
        client.get_raw_index(self.uid)

    def upsert(self, documents: Iterable[Document]) -> None:
        with self._writing() as client:
            self._require_index(client)
            self._wait(client, *self._add(client, self.uid, documents))

    def _add(self, client: meilisearch.Client, uid: str, documents: Iterable[Document]) -> list[int]:
        lexicon = self.lexicon()
        records = [wire.record(document, lexicon) for document in documents]
        # Several tasks at once: the server batches what is queued.
        return [
            client.index(uid).add_documents(records[start : start + _BATCH], primary_key="id").task_uid
            for start in range(0, len(records), _BATCH)
        ]

    def delete(self, ids: Iterable[str]) -> None:
        ids = list(ids)
        if ids:
            with self._writing() as client:
                self._require_index(client)
                self._wait(client, *self._delete(client, self.uid, ids))

    @staticmethod
    def _delete(client: meilisearch.Client, uid: str, ids: Iterable[str]) -> list[int]:
        # One task each, which the server batches: the client deprecates lists of identifiers.
        return [client.index(uid).delete_document(identifier).task_uid for identifier in ids]

    @contextlib.contextmanager
    def rebuild(self) -> Iterator[Generation]:
        uid = f"{self.uid}-{int(time.time())}{secrets.token_hex(3)}"
        with self._writing() as client:
            self._wait(client, client.create_index(uid, {"primaryKey": "id"}).task_uid)
        try:
            with self._writing() as client:
                self._wait(client, client.index(uid).update_settings(wire.settings(self.lexicon())).task_uid)
            generation = _MeilisearchGeneration(self, uid)
            yield generation
            with self._writing() as client:
                self._publish(client, generation)
        finally:
            # After the swap it is the former index that bears this name.
            with contextlib.suppress(SearchUnavailable, IndexingFailed), self._writing() as client:
                self._wait(client, client.delete_index(uid).task_uid)
                self._remove_old(client)

    def _publish(self, client: meilisearch.Client, generation: _MeilisearchGeneration) -> None:
        self._wait(client, *generation.tasks)
        held = client.index(generation.uid).get_stats().number_of_documents
        if held != len(generation.ids):
            raise IndexingFailed(
                f"Meilisearch : {held} documents indexés pour {len(generation.ids)} envoyés."
            )
        if not self._exists(client):
            # A swap needs both.
            self._wait(client, client.create_index(self.uid, {"primaryKey": "id"}).task_uid)
        built = client.get_raw_index(generation.uid)["createdAt"]
        swap = client.swap_indexes([{"indexes": [self.uid, generation.uid]}]).task_uid
        try:
            self._wait(client, swap)
        except MeilisearchApiError as error:
            # A key that is limited to indexes may swap them, and may not see the task that does it.
            if error.code != "task_not_found":
                raise
            self._wait_until_serving(client, built)

    def _wait_until_serving(self, client: meilisearch.Client, built: str) -> None:
        """Wait until the index created at ``built`` (as the server says it) bears the serving name."""
        deadline = time.monotonic() + _SWAP_SECONDS
        while client.get_raw_index(self.uid)["createdAt"] != built:
            if time.monotonic() > deadline:
                raise IndexingFailed("Meilisearch : l’échange des index n’a pas eu lieu.")
            time.sleep(0.05)

    def _exists(self, client: meilisearch.Client) -> bool:
        try:
            client.get_raw_index(self.uid)
        except MeilisearchApiError as error:
            if error.code == "index_not_found":
                return False
            raise
        return True

    def _remove_old(self, client: meilisearch.Client) -> None:
        """Remove what former versions and interrupted rebuilds left, once it is a day old."""
        ours = re.compile(rf"{re.escape(self.prefix)}-[0-9a-f]{{8}}(-[0-9a-f]+)?")
        yesterday = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 86_400))
        for index in client.get_raw_indexes({"limit": 1000})["results"]:
            if index["uid"] != self.uid and ours.fullmatch(index["uid"]) and index["updatedAt"] < yesterday:
                client.delete_index(index["uid"])

    def prepare(self) -> bool:
        with self._writing() as client:
            if not self._exists(client):
                return False
            actual = client.index(self.uid).get_settings()
            if names := wire.settings_differ(actual):
                logger.warning("Meilisearch: settings applied again: %s", ", ".join(names))
            if names or wire.lexicon_differs(actual, self.lexicon()):
                self._apply_settings(client)
        return True

    def adopt_lexicon(self) -> None:
        with self._writing() as client:
            self._require_index(client)
            if wire.lexicon_differs(client.index(self.uid).get_settings(), self.lexicon()):
                self._apply_settings(client)

    def _apply_settings(self, client: meilisearch.Client) -> None:
        self._wait(client, client.index(self.uid).update_settings(wire.settings(self.lexicon())).task_uid)

    def hashes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        with self._writing() as client:
            while True:
                page = client.index(self.uid).get_documents(
                    {"fields": ["id", "hash"], "limit": 1000, "offset": len(found)}
                )
                found |= {document.id: document.hash for document in page.results}
                if not page.results or len(found) >= page.total:
                    return found

    def health(self) -> Health:
        try:
            with self._writing() as client:
                version = self._version(client)
                if version and tuple(int(part) for part in version.split(".")[:2]) < _OLDEST_VERSION:
                    return Health(False, f"Meilisearch {version} est trop ancien.")
                if not self._exists(client):
                    return Health(False, "L’index n’a pas encore été construit.", needs_rebuild=True)
                documents = client.index(self.uid).get_stats().number_of_documents
                differing = wire.settings_differ(client.index(self.uid).get_settings())
        except (SearchUnavailable, IndexingFailed) as error:
            return Health(False, str(error))
        except (KeyError, TypeError, ValueError) as error:
            return Health(False, str(self._unavailable(error)))
        name = f"Meilisearch {version}".strip()
        if differing:
            return Health(False, f"{name} : réglages différents ({', '.join(differing)}).", documents)
        return Health(True, f"{name}, {documents} documents.", documents)

    @staticmethod
    def _version(client: meilisearch.Client) -> str:
        """Return the server's version, nothing where the key may not ask: one limited to indexes cannot."""
        try:
            return client.get_version()["pkgVersion"]
        except MeilisearchApiError as error:
            if error.status_code == 403:
                return ""
            raise


class _MeilisearchGeneration(Generation):
    def __init__(self, engine: MeilisearchEngine, uid: str):
        self._engine = engine
        self.uid = uid
        self.ids: set[str] = set()
        self.tasks: list[int] = []

    def add(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        with self._engine._writing() as client:
            self.tasks += self._engine._add(client, self.uid, documents)
        self.ids |= {document.id for document in documents}

    def delete(self, ids: Iterable[str]) -> None:
        if ids := list(ids):
            with self._engine._writing() as client:
                self.tasks += self._engine._delete(client, self.uid, ids)
            self.ids -= set(ids)
