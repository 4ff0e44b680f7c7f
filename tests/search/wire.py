"""A stand-in for a Meilisearch server that checks all it is told against Meilisearch's own description."""

import json
import os
import re
import time
from pathlib import Path
from urllib.parse import parse_qs

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from werkzeug import Response

_URI = "urn:meilisearch"
_REPOSITORY = Path(__file__).resolve().parents[2]
#: The description is not part of the project: where it is absent, what needs it is skipped.
DESCRIPTION = Path(
    os.environ.get("MEILISEARCH_OPENAPI", _REPOSITORY.parent / "shared" / "meilisearch-openapi.json")
)


class Description:
    """Meilisearch's OpenAPI file, made strict: an unknown key is an error."""

    def __init__(self, path: Path):
        document = json.loads(path.read_text(encoding="utf-8"))
        schemas = document["components"]["schemas"]
        # Two errors of the file: on the wire a pattern list is an array, and a plain multi-search is not federated.
        schemas["AttributePatterns"] = {"type": "array", "items": {"type": "string"}}
        document["paths"]["/multi-search"]["post"]["responses"]["200"]["content"]["application/json"][
            "schema"
        ] = {
            "type": "object",
            "required": ["results"],
            "properties": {
                "results": {"type": "array", "items": {"$ref": "#/components/schemas/SearchResultWithIndex"}}
            },
        }
        composed = set(re.findall(r'"allOf": \[.*?\]', json.dumps(schemas)))
        parts = {name for text in composed for name in re.findall(r"schemas/(\w+)", text)}
        for name, schema in schemas.items():
            if name not in parts and schema.get("type") == "object" and schema.get("properties"):
                schema.setdefault("additionalProperties", False)
        self.paths = document["paths"]
        resource = Resource.from_contents(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": _URI, **document}
        )
        self._registry = Registry().with_resource(_URI, resource)
        # Literal paths before those with parameters.
        self._routes = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", template) + "$"), template)
            for template in sorted(self.paths, key=lambda template: template.count("{"))
        ]

    def operation(self, method: str, path: str) -> tuple[str, dict]:
        for pattern, template in self._routes:
            if pattern.match(path) and method.lower() in self.paths[template]:
                return template, self.paths[template][method.lower()]
        raise AssertionError(f"Meilisearch has no {method} {path}")

    def check_request(self, method: str, path: str, query: str, body) -> None:
        template, operation = self.operation(method, path)
        known = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert set(parse_qs(query)) <= known, f"unknown parameters of {method} {path}: {query}"
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            assert body in (None, ""), f"{method} {path} takes no body"
            return
        self._check(template, method, ["requestBody", "content", "application/json", "schema"], body)

    def check_reply(self, method: str, path: str, status: int, body) -> None:
        template, operation = self.operation(method, path)
        if str(status) in operation["responses"]:
            self._check(
                template, method, ["responses", str(status), "content", "application/json", "schema"], body
            )

    def _check(self, template, method, steps, value) -> None:
        pointer = "/".join(
            step.replace("~", "~0").replace("/", "~1") for step in ["paths", template, method.lower(), *steps]
        )
        validator = Draft202012Validator({"$ref": f"{_URI}#/{pointer}"}, registry=self._registry)
        errors = sorted(validator.iter_errors(value), key=lambda error: len(error.path))
        assert not errors, f"{method} {template}: {errors[0].message} at {list(errors[0].absolute_path)}"


class FakeMeilisearch:
    """Answers like a server with indexes, settings and tasks, and keeps what it was asked.

    ``failing`` names the task types that fail, ``search`` gives the results of a multi-search, ``trouble`` a
    reply that comes in place of any other.
    """

    def __init__(self, description: Description | None):
        self.description = description
        self.indexes: dict[str, dict] = {}
        self.requests: list[tuple[str, str, object]] = []
        self.headers: list[dict] = []
        self.tasks: list[dict] = []
        self.failing: set[str] = set()
        #: Types of tasks that the key may not see.
        self.hidden: set[str] = set()
        self.errors: list[AssertionError] = []
        self.version = "1.50.0"
        self.trouble = None
        self.search = self.find_nothing

    def add_index(self, uid: str, *, updated: str = "2026-11-23T08:00:00.123456Z") -> None:
        created = f"2026-11-23T08:00:00.{len(self.requests):06d}Z"
        self.indexes[uid] = {"settings": {}, "documents": {}, "updated": updated, "created": created}

    def said(self, *, reading: bool = True) -> list[str]:
        """The requests so far, as « POST /indexes »; without the GETs unless ``reading``."""
        return [f"{method} {path}" for method, path, _ in self.requests if reading or method != "GET"]

    def handle(self, request) -> Response:
        body = json.loads(request.get_data()) if request.get_data() else None
        query = request.query_string.decode()
        self.requests.append((request.method, request.path, body))
        self.headers.append(dict(request.headers))
        if self.trouble:
            return self.trouble()
        status, reply = self.answer(request.method, request.path, body)
        try:
            if self.description:
                self.description.check_request(request.method, request.path, query, body)
                self.description.check_reply(request.method, request.path, status, reply)
        except AssertionError as error:
            self.errors.append(error)
        return Response(json.dumps(reply), status=status, content_type="application/json")

    def answer(self, method, path, body):
        parts = path.strip("/").split("/")
        match method, parts:
            case "POST", ["multi-search"]:
                return 200, {"results": [self.search(query) for query in body["queries"]]}
            case "GET", ["version"]:
                date = "2026-07-23T14:39:41.123456Z"
                return 200, {"commitSha": "x", "commitDate": date, "pkgVersion": self.version}
            case "GET", ["tasks", number]:
                task = self.tasks[int(number)]
                if task["type"] in self.hidden:
                    return 404, _error("task_not_found", f"Task `{number}` not found.")
                return 200, task
            case "GET", ["indexes"]:
                views = [self._view(uid) for uid in self.indexes]
                return 200, {"results": views, "offset": 0, "limit": 1000, "total": len(views)}
            case "POST", ["indexes"]:
                return self._task("indexCreation", body["uid"], lambda: self.add_index(body["uid"]))
            case "POST", ["swap-indexes"]:
                return self._task("indexSwap", None, lambda: self._swap(*body[0]["indexes"]))
            case _, ["indexes", uid, *_] if uid not in self.indexes:
                return 404, _error("index_not_found", f"Index `{uid}` not found.")
            case "GET", ["indexes", uid]:
                return 200, self._view(uid)
            case "DELETE", ["indexes", uid]:
                return self._task("indexDeletion", uid, lambda: self.indexes.pop(uid))
            case "GET", ["indexes", uid, "settings"]:
                return 200, self.indexes[uid]["settings"]
            case "PATCH", ["indexes", uid, "settings"]:
                return self._task("settingsUpdate", uid, lambda: self.indexes[uid]["settings"].update(body))
            case "GET", ["indexes", uid, "stats"]:
                count = len(self.indexes[uid]["documents"])
                stats = {"numberOfDocuments": count, "isIndexing": False, "fieldDistribution": {}}
                return 200, stats | {
                    "rawDocumentDbSize": 1,
                    "avgDocumentSize": 1,
                    "indexSize": 1,
                    "usedIndexSize": 1,
                }
            case "POST", ["indexes", uid, "documents"]:
                held = self.indexes[uid]["documents"]
                return self._task(
                    "documentAdditionOrUpdate",
                    uid,
                    lambda: held.update({record["id"]: record for record in body}),
                )
            case "GET", ["indexes", uid, "documents"]:
                records = list(self.indexes[uid]["documents"].values())
                return 200, {"results": records, "offset": 0, "limit": 1000, "total": len(records)}
            case "POST", ["indexes", uid, "documents", "fetch"]:
                records = list(self.indexes[uid]["documents"].values())
                return 200, {"results": records, "offset": 0, "limit": 1000, "total": len(records)}
            case "DELETE", ["indexes", uid, "documents", identifier]:
                return self._task(
                    "documentDeletion", uid, lambda: self.indexes[uid]["documents"].pop(identifier, None)
                )
        raise AssertionError(f"unexpected {method} {path}")

    def _view(self, uid):
        held = self.indexes[uid]
        return {"uid": uid, "createdAt": held["created"], "updatedAt": held["updated"], "primaryKey": "id"}

    def _swap(self, one, other):
        self.indexes[one], self.indexes[other] = self.indexes[other], self.indexes[one]

    def _task(self, kind, uid, effect):
        failed = kind in self.failing
        if not failed:
            effect()
        moment = "2026-11-23T08:00:00.123456Z"
        number = len(self.tasks)
        self.tasks.append(
            {
                "uid": number,
                "batchUid": number,
                "indexUid": uid,
                "status": "failed" if failed else "succeeded",
                "type": kind,
                "canceledBy": None,
                "details": None,
                "error": _error("internal", "no space left on device") if failed else None,
                "duration": "PT0.1S",
                "enqueuedAt": moment,
                "startedAt": moment,
                "finishedAt": moment,
            }
        )
        return 202, {
            "taskUid": number,
            "indexUid": uid,
            "status": "enqueued",
            "type": kind,
            "enqueuedAt": moment,
        }

    @staticmethod
    def find_nothing(query):
        return {
            "indexUid": query["indexUid"],
            "hits": [],
            "query": query["q"],
            "processingTimeMs": 1,
            "facetDistribution": {facet: {} for facet in query.get("facets", [])},
            **(
                {"limit": query["limit"], "offset": 0, "estimatedTotalHits": 0}
                if "limit" in query
                else {"page": 1, "hitsPerPage": query["hitsPerPage"], "totalHits": 0, "totalPages": 0}
            ),
        }


def _error(code, message):
    return {
        "message": message,
        "code": code,
        "type": "invalid_request",
        "link": f"https://docs.example/{code}",
    }


def refused(status, code="bad", **headers):
    """A reply that says no."""
    return lambda: Response(
        json.dumps(_error(code, "no")), status=status, content_type="application/json", headers=headers
    )


def said(text, status=200, content_type="application/json"):
    """A reply with any text."""
    return lambda: Response(text, status=status, content_type=content_type)


def late(seconds):
    """A reply that comes too late."""

    def reply():
        time.sleep(seconds)
        return Response("{}", content_type="application/json")

    return reply
