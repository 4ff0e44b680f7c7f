"""From a change in the database to the index: noted with the change, applied, retried, never lost."""

import dataclasses
import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from portal.background.outbox import OutboxState
from portal.themes.models import Terme, Theme
from ressources.models import FichePage
from search import lexicon_source, services
from search.engines.base import IndexingFailed, SearchRequest, SearchUnavailable
from search.models import IndexChange, Target
from search.registry import registry
from search.worker import IndexWorker
from tests import factories

PUBLIC = frozenset({"public"})
pytestmark = pytest.mark.django_db


def titles(engine, text="", principals=PUBLIC):
    return {hit.document.title for hit in engine.search(SearchRequest(text, principals, per_page=100)).hits}


def urls(engine, text):
    return {hit.document.url for hit in engine.search(SearchRequest(text, PUBLIC)).hits}


@pytest.fixture
def fiche(tree):
    return factories.make_fiche(tree.centre, title="Loyers impayés", slug="loyers")


# --- Noting


def test_a_change_is_noted_in_its_own_transaction(fiche):
    IndexChange.objects.all().delete()

    def change_then_fail():
        with transaction.atomic():
            fiche.save()
            assert IndexChange.objects.filter(name="fiche", key=str(fiche.pk)).exists()
            raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError, match="rolled back"):
        change_then_fail()
    assert not IndexChange.objects.exists()


def test_publishing_unpublishing_and_deleting(index, bring_up_to_date, fiche):
    bring_up_to_date()
    assert "Loyers impayés" in titles(index, "loyer")
    fiche.title = "Charges impayées"
    fiche.save_revision()
    bring_up_to_date()
    assert "Loyers impayés" in titles(index), "a draft changes nothing"
    fiche.get_latest_revision().publish()
    bring_up_to_date()
    assert titles(index, "charges") == {"Charges impayées"}
    assert not titles(index, "loyer")
    FichePage.objects.get().unpublish()
    bring_up_to_date()
    assert not titles(index, "charges")
    FichePage.objects.get().get_latest_revision().publish()
    bring_up_to_date()
    assert titles(index, "charges")
    FichePage.objects.get().delete()
    bring_up_to_date()
    assert not titles(index, "charges")


def test_deleting_a_parent_takes_what_it_contains(index, bring_up_to_date, tree, fiche):
    bring_up_to_date()
    tree.centre.get_parent().specific.delete()
    bring_up_to_date()
    assert not titles(index, "loyer")


def test_moving_and_renaming_a_parent_change_the_addresses(index, bring_up_to_date, tree, fiche):
    other = factories.make_centre(tree, title="Autre centre", slug="autre")
    bring_up_to_date()
    assert urls(index, "loyers") == {"/centres/crdla-financement/loyers/"}
    FichePage.objects.get().move(other, pos="last-child")
    bring_up_to_date()
    assert urls(index, "loyers") == {"/centres/autre/loyers/"}
    other.refresh_from_db()
    other.slug = "nouveau"
    other.save_revision().publish()
    bring_up_to_date()
    assert urls(index, "loyers") == {"/centres/nouveau/loyers/"}


def test_a_change_of_audience(index, bring_up_to_date, fiche):
    bring_up_to_date()
    fiche.audience = "reseau"
    fiche.save()
    bring_up_to_date()
    assert not titles(index, "loyers")
    assert titles(index, "loyers", frozenset({"reseau"}))


def test_what_a_fiche_is_filed_under(index, bring_up_to_date, taxonomy, fiche):
    fiche.themes.set([taxonomy.tresorerie])
    fiche.save()
    bring_up_to_date()
    facets = index.search(SearchRequest("loyers", PUBLIC)).facets
    assert facets["theme"] == {taxonomy.tresorerie.slug: 1}
    theme = Theme.objects.get(pk=taxonomy.tresorerie.pk)
    theme.slug = "argent"
    theme.save()
    bring_up_to_date()
    assert index.search(SearchRequest("loyers", PUBLIC)).facets["theme"] == {"argent": 1}
    theme.delete()
    bring_up_to_date()
    assert index.search(SearchRequest("loyers", PUBLIC)).facets["theme"] == {}


def test_a_term_of_the_lexicon_takes_effect_without_a_restart(index, bring_up_to_date, tree):
    factories.make_fiche(tree.centre, title="Un plan de continuité d’activité")
    bring_up_to_date()
    assert not titles(index, "PCA")
    terme = Terme(sigle="PCA", slug="pca")
    terme.expansions.create(text="plan de continuité d'activité")
    terme.save()
    assert IndexChange.objects.filter(target=Target.EVERYTHING, state=OutboxState.PENDING).exists()
    bring_up_to_date()
    assert "Un plan de continuité d’activité" in titles(index, "PCA")
    Terme.objects.get().delete()
    bring_up_to_date()
    lexicon_source.forget_lexicon()
    assert "Un plan de continuité d’activité" not in titles(index, "PCA")


# --- Applying


def test_changes_of_one_document_are_one_piece_of_work(index, fiche, monkeypatch):
    written = []
    upsert = index.upsert
    monkeypatch.setattr(
        index, "upsert", lambda documents: written.append([d.id for d in documents]) or upsert(documents)
    )
    IndexChange.objects.all().delete()
    for _ in range(5):
        fiche.save()
    assert services.apply_changes(index, now=timezone.now()) == IndexChange.objects.count() >= 5
    assert written == [[f"fiche-{fiche.pk}"]]
    assert not IndexChange.objects.waiting().exists()
    assert services.apply_changes(index, now=timezone.now()) == 0


def test_an_engine_that_is_away_loses_nothing_and_is_caught_up_with(index, fiche, monkeypatch):
    now = timezone.now()

    def away(*_):
        raise SearchUnavailable("away")

    monkeypatch.setattr(index, "upsert", away)
    with pytest.raises(SearchUnavailable):
        services.apply_changes(index, now=now)
    waiting = IndexChange.objects.waiting()
    assert waiting.exists()
    assert not IndexChange.objects.filter(state=OutboxState.DONE, name="fiche").exists()
    assert all(change.next_try_at > now and change.last_error == "away" for change in waiting)
    monkeypatch.undo()
    assert services.apply_changes(index, now=now) == 0, "not before the next try"
    services.bring_forward(now=now)
    assert services.apply_changes(index, now=now) > 0
    assert "Loyers impayés" in titles(index)


def test_a_change_waits_as_long_as_it_takes(fiche):
    change = IndexChange.objects.first()
    change.attempts = 5000
    change.fail(now=timezone.now(), error="away")
    assert change.state == OutboxState.PENDING


def test_a_worker_that_died_is_taken_over_from(index, fiche):
    now = timezone.now()
    IndexChange.objects.claim(now=now, limit=100, lease=services.LEASE)
    assert services.apply_changes(index, now=now) == 0
    later = now + services.LEASE + dt.timedelta(seconds=1)
    assert services.apply_changes(index, now=later) > 0
    assert "Loyers impayés" in titles(index)


def test_one_broken_page_does_not_hold_up_the_others(index, tree, fiche, monkeypatch):
    other = factories.make_fiche(tree.centre, title="Une autre fiche")
    registration = registry.get("fiche")

    def document(page):
        if page.pk == fiche.pk:
            raise KeyError("broken")
        return registration.document(page)

    monkeypatch.setitem(registry._by_kind, "fiche", dataclasses.replace(registration, document=document))
    services.apply_changes(index, now=timezone.now())
    assert "Une autre fiche" in titles(index)
    assert not IndexChange.objects.waiting().filter(key=str(other.pk), name="fiche").exists()
    broken = IndexChange.objects.waiting().filter(key=str(fiche.pk), name="fiche")
    assert {change.last_error for change in broken} == {"KeyError: 'broken'"}


def test_one_refused_document_does_not_hold_up_the_others(index, tree, fiche, monkeypatch):
    factories.make_fiche(tree.centre, title="Une autre fiche")
    upsert = index.upsert

    def refuse_one(documents):
        if any(document.title == fiche.title for document in documents):
            raise IndexingFailed("refused")
        upsert(documents)

    monkeypatch.setattr(index, "upsert", refuse_one)
    services.apply_changes(index, now=timezone.now())
    assert "Une autre fiche" in titles(index)
    assert {change.last_error for change in IndexChange.objects.waiting()} == {"refused"}


def test_a_page_that_groups_may_read_but_none_does_is_not_indexed(index, bring_up_to_date, fiche):
    bring_up_to_date()
    FichePage.objects.filter(pk=fiche.pk).update(audience="groupe")
    services.note_documents("fiche", [fiche.pk], now=timezone.now())
    bring_up_to_date()
    assert not titles(index, "loyers", frozenset({"public", "reseau"}))
    assert not IndexChange.objects.waiting().exists()


# --- The worker


def test_the_worker_builds_a_missing_index_and_says_so(settings, tmp_path, fiche, caplog):
    settings.SEARCH_INDEX_DIR = tmp_path / "other"
    engine = services_engine()
    IndexWorker(engine).step()
    assert engine.health().ok
    assert "Loyers impayés" in titles(engine)
    assert "rebuilding" in caplog.text


def services_engine():
    from search.engines import get_engine

    return get_engine()


def test_the_worker_mends_an_index_that_a_reader_found_damaged(index, fiche, monkeypatch):
    worker = IndexWorker(index)
    worker.step()
    index.generations.mark_damaged(index.generations.current())
    monkeypatch.setattr(worker, "_is_time_to_check", lambda: True)
    worker.step()
    assert index.health().ok
    assert "Loyers impayés" in titles(index)


def test_the_worker_waits_for_an_engine_that_is_away_then_catches_up(index, fiche, monkeypatch):
    worker = IndexWorker(index)
    worker.step()
    fiche.title = "Charges impayées"
    fiche.save()
    monkeypatch.setattr(index, "upsert", lambda documents: (_ for _ in ()).throw(SearchUnavailable("away")))
    assert worker.step() == 0
    assert worker.step() == 0
    monkeypatch.undo()
    monkeypatch.setattr(worker, "_is_time_to_check", lambda: True)
    assert worker.step() > 0
    assert "Charges impayées" in titles(index)


# --- Rebuilding and checking


def test_what_changes_during_a_rebuild_is_in_the_new_index(index, bring_up_to_date, tree, fiche):
    bring_up_to_date()
    doomed = factories.make_fiche(tree.centre, title="Supprimée entre-temps")

    def meanwhile(done):
        # After everything was read: one is added, one changed, one removed, and the worker is quick.
        if not FichePage.objects.filter(title="Ajoutée entre-temps").exists():
            factories.make_fiche(tree.centre, title="Ajoutée entre-temps")
            FichePage.objects.get(pk=doomed.pk).delete()
            changed = FichePage.objects.get(pk=fiche.pk)
            changed.title = "Changée entre-temps"
            changed.save()
            services.apply_changes(index, now=timezone.now())

    services.rebuild(index, now=timezone.now(), progress=meanwhile)
    found = titles(index)
    assert {"Ajoutée entre-temps", "Changée entre-temps"} <= found
    assert not {"Supprimée entre-temps", "Loyers impayés"} & found
    assert services.check(index, repair=False, now=timezone.now()).is_empty


def test_a_rebuild_covers_what_was_waiting(index, fiche):
    assert IndexChange.objects.waiting().exists()
    services.rebuild(index, now=timezone.now())
    assert not IndexChange.objects.waiting().exists()
    assert "Loyers impayés" in titles(index)


def test_a_failed_rebuild_forgets_nothing(index, fiche, monkeypatch):
    waiting = IndexChange.objects.waiting().count()

    def fail(done):
        raise IndexingFailed("refused")

    with pytest.raises(IndexingFailed):
        services.rebuild(index, now=timezone.now(), progress=fail)
    assert IndexChange.objects.waiting().count() == waiting


def test_check_finds_and_repairs(index, bring_up_to_date, tree, fiche):
    bring_up_to_date()
    stale = factories.make_fiche(tree.centre, title="Périmée")
    bring_up_to_date()
    FichePage.objects.filter(pk=stale.pk).update(summary="Changé sans signal")
    ghost = next(documents[0] for documents in registry.chunks(["fiche"]))
    index.upsert([dataclasses.replace(ghost, id="fiche-999999")])
    index.delete([f"fiche-{fiche.pk}"])
    now = timezone.now()
    drift = services.check(index, repair=False, now=now)
    assert (drift.missing, drift.stale, drift.superfluous) == (
        (f"fiche-{fiche.pk}",),
        (f"fiche-{stale.pk}",),
        ("fiche-999999",),
    )
    assert not IndexChange.objects.waiting().exists()
    services.check(index, repair=True, now=now)
    bring_up_to_date()
    assert services.check(index, repair=False, now=now).is_empty


def test_old_changes_are_purged(index, fiche, bring_up_to_date):
    bring_up_to_date()
    assert services.purge(now=timezone.now()) == 0
    assert services.purge(now=timezone.now() + services.KEPT + dt.timedelta(hours=1)) > 0
