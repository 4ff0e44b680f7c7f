"""The demonstration, loaded once for the module and indexed by each engine."""

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from portal.demo import services
from search import lexicon_source
from tests.factories import ensure_roots

from . import scoring


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load in a transaction that is rolled back after the module."""
    media = tmp_path_factory.mktemp("media")
    lexicon_source.forget_lexicon()
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        ensure_roots()
        services.load(now=timezone.now(), say=lambda step: None)
        yield
        transaction.set_rollback(True)
    lexicon_source.forget_lexicon()


@pytest.fixture(scope="module", params=scoring.ENGINES)
def engine(request, demonstration, tmp_path_factory):
    try:
        with scoring.indexed(request.param, tmp_path_factory.mktemp("index")) as used:
            yield used
    except scoring.NoServer:
        pytest.skip("Meilisearch: not run")
