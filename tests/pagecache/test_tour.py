"""On each public page of the demonstration: what is kept is, byte for byte, what is made each time."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.demo import services
from portal.pagecache.entries import pages
from portal.pagecache.tables import hidden
from tests.factories import ensure_roots
from tests.tour import PUBLIC

#: The feed and the map are kept too.
PATHS = [*(stop.path for stop in PUBLIC), "/flux.atom", "/sitemap.xml"]
#: Read with the events, and shown in holes only.
HOLES = {"registrations_registration"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load in a transaction that is rolled back after the module."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        ensure_roots()
        services.load(now=timezone.now(), say=lambda step: None)
        # The first of all makes the row of the portal's settings.
        Client().get("/")
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("path", PATHS)
def test_a_kept_page_is_the_page(demonstration, settings, path):
    settings.PAGE_CACHE = False
    # Once before: renditions are made.
    Client().get(path)
    anew = Client().get(path)
    settings.PAGE_CACHE = True
    with CaptureQueriesContext(connection) as captured:
        first = Client().get(path)
    second = Client().get(path)
    assert len(pages) == 1, "this page is not kept"
    assert first.content == second.content == anew.content
    assert first["ETag"] == second["ETag"]
    for name in ("Content-Type", "Content-Security-Policy", "X-Frame-Options"):
        assert second[name] == anew[name]
    # It is made from nothing whose writes are passed over: else it would go stale.
    said = " ".join(query["sql"] for query in captured.captured_queries)
    # Some are there with one database only (Wagtail's search).
    whole = {one.label for one in hidden() if not one.only and not one.columns}
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.label in whole}
    assert tables
    assert {table for table in tables if f'"{table}"' in said} <= HOLES


def test_what_is_declared_partly_hidden_is_not_shown_by_these_columns(demonstration):
    """Writing something else there changes no page: announced dates, drafts."""
    from django.db.models import F
    from wagtail.models import Page

    from portal.registrations.models import EventState

    paths = ["/", "/agenda/", "/cafes/"]
    with override_settings(PAGE_CACHE=False), transaction.atomic():
        before = [Client().get(path).content for path in paths]
        EventState.objects.update(
            sequence=F("sequence") + 1,
            seats_on_offer=3,
            closed_out_at=timezone.now(),
            announced_place="Ailleurs",
        )
        Page.objects.update(draft_title="Brouillon", has_unpublished_changes=True, locked=True)
        assert [Client().get(path).content for path in paths] == before
        transaction.set_rollback(True)
