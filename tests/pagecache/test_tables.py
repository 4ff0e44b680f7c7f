import pytest
from django.apps import apps
from django.db import connection

from portal.pagecache.tables import changes_pages, hidden, hide, is_declared, is_read
from tests import factories

PAGE = '"wagtailcore_page"'


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        '(SELECT "a" FROM "wagtailcore_page")',
        "  select 1",
        'SELECT "id" FROM "wagtailcore_page" FOR UPDATE',
        "SAVEPOINT s1",
        "ROLLBACK TO SAVEPOINT s1",
        "BEGIN IMMEDIATE",
        "PRAGMA foreign_keys",
        "CREATE TABLE x (id int)",
    ],
)
def test_what_only_reads(sql):
    assert is_read(sql)


@pytest.mark.parametrize(
    ("sql", "changes"),
    [
        (f'UPDATE {PAGE} SET "title" = %s WHERE "id" = %s', True),
        (f'update {PAGE} set "title" = %s', True),
        ("UPDATE wagtailcore_page SET path = 'x'", True),
        (f"DELETE FROM {PAGE} WHERE id = 1", True),
        (f'INSERT INTO {PAGE} ("id") VALUES (1) RETURNING "id"', True),
        ('INSERT INTO "nobody_knows_it" ("id") VALUES (1)', True),
        ("TRUNCATE django_session", True),
        ("ALTER TABLE x ADD y int", True),
        (f'WITH old AS (SELECT 1) UPDATE {PAGE} SET "title" = 1', True),
        ("WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a", False),
        # Hidden tables.
        ('INSERT INTO "django_session" ("id") VALUES (1)', False),
        ('INSERT OR IGNORE INTO "django_session" ("id") VALUES (1)', False),
        ('DELETE FROM "django_session" WHERE 1', False),
        (f'DELETE FROM "django_session"; DELETE FROM {PAGE}', True),
        # Some operations.
        ('INSERT INTO "wagtailimages_rendition" ("id") VALUES (1)', False),
        ('DELETE FROM "wagtailimages_rendition" WHERE "id" IN (1)', True),
        # Some columns.
        (f'UPDATE {PAGE} SET "latest_revision_id" = %s, "draft_title" = %s WHERE "id" = %s', False),
        (f'UPDATE {PAGE} SET "latest_revision_id" = %s, "title" = %s WHERE "draft_title" = %s', True),
        (f"UPDATE {PAGE} SET draft_title = %s, title = %s", True),
        (f'UPDATE {PAGE} SET "draft_title" = (SELECT x FROM y WHERE 1), "title" = %s', True),
        (
            'UPDATE "registrations_eventstate" SET "sequence" = ("registrations_eventstate"."sequence" + 1)',
            False,
        ),
        ('UPDATE "registrations_eventstate" SET "sequence" = 1, "cancelled_at" = %s WHERE "id" = 1', True),
        ('INSERT INTO "registrations_eventstate" ("sequence") VALUES (1)', True),
    ],
)
def test_what_changes_pages(sql, changes):
    assert changes_pages(sql) is changes


def test_every_model_is_spoken_of():
    """A new model fails here until its app says, in ``page_cache.py``, whether anonymous pages show it."""
    labels = {model._meta.label for model in apps.get_models()} - {"pagecache.Change"}
    assert [label for label in sorted(labels) if not is_declared(label)] == []


def test_what_is_hidden_exists_and_says_why():
    for one in hidden():
        if one.label == "wagtailsearch.SQLiteFTSIndexEntry" and connection.vendor != "sqlite":
            continue
        columns = {field.column for field in apps.get_model(one.label)._meta.local_concrete_fields}
        assert one.why
        assert one.columns <= columns


def test_a_table_declared_later_counts(monkeypatch):
    monkeypatch.setattr("portal.pagecache.tables._hidden", {})
    hide("themes.Theme", why="test")
    assert not changes_pages('UPDATE "themes_theme" SET "label" = %s')
    monkeypatch.undo()
    hide("sessions.Session", why="how people sign in")
    assert changes_pages('UPDATE "themes_theme" SET "label" = %s')


@pytest.mark.django_db
def test_everyday_writes_leave_the_pages_alone(generation, tree, taxonomy, client, member, now):
    """A sign-in, a registration, a cancellation, a draft, a search: nothing that a stranger sees."""
    from portal.registrations import services

    cafe = factories.make_cafe(tree.centre, audience="public", capacity=1, themes=[taxonomy.tresorerie])
    fiche = factories.make_fiche(tree.centre)
    second = factories.make_user()
    # The first page of all makes the row of the portal's settings.
    client.get("/")
    before = generation()
    client.force_login(member)
    client.get("/")
    mine = services.register(event=cafe, user=member, rule_accepted=True, now=now)
    services.register(event=cafe, user=second, rule_accepted=True, now=now)
    services.cancel_registration(registration=mine, by=member, now=now)
    client.get("/recherche/?q=fiche")
    assert generation() == before
    fiche.title = "Un brouillon"
    fiche.save_revision(user=member)
    assert generation() == before
    fiche.get_latest_revision().publish()
    assert generation() != before


@pytest.fixture
def now():
    from django.utils import timezone

    return timezone.now()
