"""One note a transaction, in it: seen when the change is seen, gone when the change is gone."""

import contextlib

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.db.backends.signals import connection_created
from django.utils import timezone

from portal.base.jobs import prune_changes
from portal.pagecache.generation import current_generation, prune
from portal.pagecache.models import Change
from portal.pagecache.watching import ChangeWatcher, watcher_of
from portal.themes.models import Theme

pytestmark = pytest.mark.django_db(transaction=True)


def rename(label: str) -> None:
    Theme.objects.filter(slug="theme").update(label=label)


def lose(label: str) -> None:
    """Rename in a savepoint that comes to nothing."""
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        rename(label)
        raise ZeroDivisionError


@pytest.fixture(autouse=True)
def theme():
    return Theme.objects.create(label="Thème", slug="theme")


def test_a_change_is_another_generation():
    before = current_generation()
    rename("Autre")
    assert current_generation() != before


def test_a_row_that_returns_its_key_is_written_with_its_note():
    """What SQLite waits for at the end of a transaction."""
    before = Change.objects.count()
    theme = Theme.objects.create(label="Neuf", slug="neuf")
    assert Theme.objects.get(pk=theme.pk).label == "Neuf"
    made = Theme.objects.bulk_create([Theme(label=f"N{number}", slug=f"n{number}") for number in range(3)])
    assert len({theme.pk for theme in made}) == 3
    assert Change.objects.count() == before + 2


def test_without_a_transaction_the_change_is_lost_with_its_note(monkeypatch):
    def fail(self, connection):
        raise IntegrityError

    monkeypatch.setattr(ChangeWatcher, "_note", fail)
    with pytest.raises(IntegrityError):
        rename("Autre")
    assert Theme.objects.get().label == "Thème"


def test_one_note_a_transaction():
    before = Change.objects.count()
    with transaction.atomic():
        for number in range(5):
            with transaction.atomic():
                rename(f"Thème {number}")
        rename("Dernier")
    assert Change.objects.count() == before + 1
    rename("Après")
    assert Change.objects.count() == before + 2


def test_what_is_rolled_back_changes_nothing():
    before = current_generation()
    with transaction.atomic():
        rename("Autre")
        transaction.set_rollback(True)
    assert current_generation() == before
    with transaction.atomic():
        rename("Autre")
    assert current_generation() != before


def test_a_note_lost_with_its_savepoint_is_written_again():
    before = current_generation()
    with transaction.atomic():
        lose("Perdu")
        rename("Gardé")
    assert Theme.objects.get().label == "Gardé"
    assert current_generation() != before


def test_a_savepoint_rolled_back_by_hand_too():
    before = current_generation()
    with transaction.atomic():
        point = transaction.savepoint()
        rename("Perdu")
        transaction.savepoint_rollback(point)
        rename("Gardé")
    assert current_generation() != before


def test_only_the_savepoint_is_lost():
    before = current_generation()
    with transaction.atomic():
        rename("Gardé")
        lose("Perdu")
    assert Theme.objects.get().label == "Gardé"
    assert current_generation() != before


def test_a_connection_that_was_closed_is_still_watched():
    connection.close()
    before = current_generation()
    with transaction.atomic():
        rename("Autre")
    connection.close()
    rename("Encore")
    assert Theme.objects.get().label == "Encore"
    assert (
        len([wrapper for wrapper in connection.execute_wrappers if isinstance(wrapper, ChangeWatcher)]) == 1
    )
    assert current_generation() != before


def test_a_wrapper_of_another_does_not_take_ours_away():
    connection.execute_wrappers.clear()
    with connection.execute_wrapper(lambda execute, *given: execute(*given)):
        # As when the connection is made in there.
        connection_created.send(sender=type(connection), connection=connection)
    before = current_generation()
    rename("Autre")
    assert current_generation() != before


def test_what_empties_the_tables_is_noted_after_it():
    """A flush takes the notes away with the rest: the generation of before must not come back."""
    with transaction.atomic():
        rename("Autre")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM pagecache_change")
    assert current_generation()


def test_what_no_page_shows_is_not_noted():
    before = current_generation()
    Session.objects.create(session_key="x", session_data="", expire_date=timezone.now())
    Session.objects.all().delete()
    assert current_generation() == before


def test_before_the_first_migration_nothing_is_noted(monkeypatch):
    watcher = watcher_of(connection)
    monkeypatch.setattr(watcher, "_table_is_there", False)
    monkeypatch.setattr(connection.introspection, "table_names", lambda cursor: ["themes_theme"])
    before = Change.objects.count()
    rename("Autre")
    assert Change.objects.count() == before
    assert Theme.objects.get().label == "Autre"


def test_pruning_leaves_one_row_and_the_same_generation():
    for number in range(5):
        rename(f"Thème {number}")
    before = current_generation()
    assert prune(more_than=100) == 0
    assert prune(more_than=3) > 5
    assert (Change.objects.count(), current_generation()) == (1, before)
    rename("Autre")
    assert current_generation() != before
    assert prune_changes() == 0


def test_generations_of_a_restored_copy_are_others():
    """As many changes after it as were made before: other ones."""
    copy = list(Change.objects.values("weight", "token"))
    rename("Avant")
    lost = current_generation()
    with watcher_of(connection).silence():
        Change.objects.all().delete()
        Change.objects.bulk_create([Change(**row) for row in copy])
    rename("Après")
    assert current_generation().split("-")[0] == lost.split("-")[0]
    assert current_generation() != lost


def test_without_its_table_there_is_no_generation(monkeypatch, caplog):
    monkeypatch.setattr("portal.pagecache.generation._SUMS", "SELECT SUM(weight), SUM(token) FROM nowhere")
    assert current_generation() is None
    assert "No page is kept" in caplog.text
