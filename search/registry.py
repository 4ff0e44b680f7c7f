"""What is searchable: each app declares its models in an ``indexing.py``, autodiscovered.

``search`` never knows a page type. An app says how to list what is indexable and how to turn one object into
a ``Document``::

    registry.register(
        FichePage, kind="fiche", document=fiche_document, queryset=FichePage.objects.live,
        label="Fiche", plural="Fiches", icon="doc",
    )
    registry.depends(Theme, kind="fiche", pks=fiches_of_theme)
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models
from django.db.models import Q

from portal.base.models import BasePage

from . import files
from .documents import Document

logger = logging.getLogger(__name__)

CHUNK = 200


@dataclass(frozen=True)
class Label:
    """How a type is shown: « Fiche », « Fiches », and the symbol of its icon.

    ``callout`` (a sentence and an address) is shown above results that hold this type: where to go first.
    ``suggested_as`` is the title it is suggested under while one types, with its summary where ``says_summary``.
    """

    label: str
    plural: str
    icon: str = "doc"
    callout: tuple[str, str] | None = None
    suggested_as: str = "Contenus"
    says_summary: bool = False


@dataclass(frozen=True)
class Registration:
    """A model that is indexed. ``document`` returns None for an object that must not be."""

    model: type[models.Model]
    kind: str
    document: Callable[[models.Model], Document | None]
    queryset: Callable[[], models.QuerySet]
    types: Mapping[str, Label]
    fallback_fields: Sequence[str] = ()

    def visible(self, user) -> models.QuerySet:
        """Return the indexable objects that ``user`` may read."""
        queryset = self.queryset()
        return queryset.visible_to(user) if hasattr(queryset, "visible_to") else queryset


@dataclass(frozen=True)
class Dependency:
    """Documents of ``kind`` show something of ``source``; ``pks`` lists those that show this object."""

    source: type[models.Model]
    kind: str
    pks: Callable[[models.Model], Iterable]


@dataclass
class Found:
    """Documents, identifiers that have none any more (in order), and errors by identifier."""

    documents: list[Document] = field(default_factory=list)
    gone: dict[str, None] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass
class Registry:
    _by_kind: dict[str, Registration] = field(default_factory=dict)
    _dependencies: list[Dependency] = field(default_factory=list)

    def register(
        self,
        model: type[models.Model],
        *,
        kind: str,
        document: Callable[[models.Model], Document | None],
        queryset: Callable[[], models.QuerySet],
        label: str,
        plural: str,
        icon: str = "doc",
        types: Mapping[str, Label] | None = None,
        fallback_fields: Sequence[str] | None = None,
        hidden_files: files.Hidden = lambda page: (),
    ) -> Registration:
        """Make ``model`` searchable. Raises ValueError for a kind or a model that is registered already.

        ``types`` names the types that documents of this kind may have, where it is not the kind itself (a
        webinar that took place is a ``replay``). ``fallback_fields`` are the columns that the database is
        searched by when the engine is down: by default those of title and summary that the model has.

        The texts of a page's files are added to its document; ``hidden_files`` gives the keys of the documents
        that a page holds and does not show now.
        """
        if kind in self._by_kind or "-" in kind and kind.rpartition("-")[2].isdigit():
            raise ValueError(f"The kind {kind!r} is registered already, or ends like an identifier.")
        if any(registration.model is model for registration in self._by_kind.values()):
            raise ValueError(f"{model.__name__} is registered already.")
        if fallback_fields is None:
            columns = {column.name for column in model._meta.get_fields()}
            fallback_fields = [name for name in ("title", "summary") if name in columns]
        if issubclass(model, BasePage):
            document = files.with_files(document, hidden_files)
            for source, pks in files.dependencies(model):
                self.depends(source, kind=kind, pks=pks)
        registration = Registration(
            model,
            kind,
            document,
            queryset,
            types or {kind: Label(label, plural, icon)},
            tuple(fallback_fields),
        )
        self._by_kind[kind] = registration
        return registration

    def depends(
        self, source: type[models.Model], *, kind: str, pks: Callable[[models.Model], Iterable]
    ) -> None:
        """Index the objects ``pks(instance)`` of ``kind`` again when an instance of ``source`` changes."""
        self._dependencies.append(Dependency(source, kind, pks))

    def unregister(self, kind: str) -> None:
        """Forget a kind; for tests."""
        self._by_kind.pop(kind, None)
        self._dependencies = [dependency for dependency in self._dependencies if dependency.kind != kind]

    # --- What there is

    def kinds(self) -> list[str]:
        return sorted(self._by_kind)

    def get(self, kind: str) -> Registration | None:
        return self._by_kind.get(kind)

    def for_model(self, model: type[models.Model]) -> Registration | None:
        """Return the registration of ``model`` or of the nearest of its parents."""
        for parent in model.__mro__:
            for registration in self._by_kind.values():
                if registration.model is parent:
                    return registration
        return None

    def types(self) -> dict[str, Label]:
        """Return the label of every type."""
        return {slug: label for reg in self._by_kind.values() for slug, label in reg.types.items()}

    def dependencies(self, source: type[models.Model]) -> list[Dependency]:
        return [dependency for dependency in self._dependencies if issubclass(source, dependency.source)]

    # --- Documents

    def identifier(self, instance: models.Model) -> str | None:
        """Return the document identifier of ``instance``, None when its model is not indexed."""
        registration = self.for_model(type(instance))
        return f"{registration.kind}-{instance.pk}" if registration else None

    def chunks(self, kinds: Iterable[str] = ()) -> Iterator[list[Document]]:
        """Yield every document in lists of at most ``CHUNK``; objects are read as they are needed."""
        for kind in kinds or self.kinds():
            registration = self._by_kind[kind]
            last = None
            while True:
                # By key, not by offset: what is published meanwhile shifts nothing.
                page = registration.queryset().order_by("pk")
                if last is not None:
                    page = page.filter(pk__gt=last)
                instances = list(page[:CHUNK])
                if not instances:
                    break
                last = instances[-1].pk
                if found := self._documents(registration, instances):
                    yield found

    @staticmethod
    def _documents(registration: Registration, instances: Iterable[models.Model]) -> list[Document]:
        documents = []
        for instance in instances:
            try:
                document = registration.document(instance)
            except Exception:  # One broken page must not leave the site without an index.
                logger.exception("%s-%s cannot be made a document", registration.kind, instance.pk)
                continue
            if document is not None and document.audiences:
                documents.append(document)
        return documents

    def find(self, ids: Iterable[str]) -> Found:
        """Return the documents ``ids`` as the database holds them now: one query for each kind.

        One object that cannot be turned into a document is reported and does not stop the others.
        """
        found = Found()
        by_kind: dict[str, list[str]] = {}
        for identifier in ids:
            kind, _, pk = identifier.rpartition("-")
            by_kind.setdefault(kind, []).append(pk)
            found.gone[identifier] = None
        for kind, pks in by_kind.items():
            registration = self._by_kind.get(kind)
            for instance in registration.queryset().filter(pk__in=pks) if registration else ():
                identifier = f"{kind}-{instance.pk}"
                try:
                    document = registration.document(instance)
                except Exception as error:
                    logger.exception("document %s cannot be made", identifier)
                    found.failed[identifier] = f"{type(error).__name__}: {error}"
                    del found.gone[identifier]
                    continue
                if document is not None and document.audiences:
                    found.documents.append(document)
                    del found.gone[identifier]
        return found

    def count(self) -> int:
        """Return how many objects are indexable (a few of them may have no document)."""
        return sum(registration.queryset().count() for registration in self._by_kind.values())

    # --- The database's word on who may read

    def visible_ids(self, user, documents: Iterable[Document]) -> set[str]:
        """Return the identifiers of ``documents`` that ``user`` may read now.

        One query for all the pages, which share their rule, and one for each other kind.
        """
        pages: dict[str, str] = {}
        others: dict[str, list[str]] = {}
        for document in documents:
            registration = self._by_kind.get(document.kind)
            if registration is None:
                continue
            if issubclass(registration.model, BasePage):
                pages[document.pk] = document.id
            else:
                others.setdefault(document.kind, []).append(document.pk)
        visible = set()
        if pages:
            readable = BasePage.objects.visible_to(user).filter(pk__in=pages)
            found = readable.order_by().values_list("pk", flat=True)
            visible.update(pages[str(pk)] for pk in found)
        for kind, pks in others.items():
            found = self._by_kind[kind].visible(user).filter(pk__in=pks).values_list("pk", flat=True)
            visible.update(f"{kind}-{pk}" for pk in found)
        return visible

    def search_database(
        self,
        words: Sequence[str],
        user,
        *,
        keep: Callable[[Document], bool] = lambda document: True,
        limit: int,
    ) -> list[Document]:
        """Return documents whose title or summary holds all ``words``, without the engine: those to ``keep``.

        Accents count and mistakes are not forgiven: it is what is left when the engine is down.
        """
        by_kind: list[list[Document]] = []
        for registration in self._by_kind.values():
            if not registration.fallback_fields:
                continue
            condition = Q()
            for word in words:
                condition &= Q(
                    *((f"{name}__icontains", word) for name in registration.fallback_fields), _connector=Q.OR
                )
            instances = registration.visible(user).filter(condition).order_by("-pk")[:limit]
            by_kind.append([each for each in self._documents(registration, instances) if keep(each)])
        # One of each kind in turn: many of one must not hide the others.
        turns = itertools.zip_longest(*by_kind)
        return [document for turn in turns for document in turn if document is not None][:limit]


registry = Registry()
register = registry.register
depends = registry.depends


def model_of(label: str) -> type[models.Model] | None:
    """Return the model named ``app.model``, None when it is gone."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
