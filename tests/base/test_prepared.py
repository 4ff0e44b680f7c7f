"""Statements written once: the same answers as queries written anew, for every reader, and what is refused."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import Value
from django.utils import timezone

from portal.base.models import BasePage, PortalSettings
from portal.base.prepared import Fixed, prepared, read
from portal.registrations.models import EventPage
from ressources.models import FichePage
from tests import factories

pytestmark = pytest.mark.django_db


def visible(user, now, slugs):
    pages = EventPage.objects.visible_to(user).upcoming(now).filter(slug__in=slugs)
    return pages.values("pk", "title", "start", "audience")


@pytest.fixture
def events(tree):
    group = Group.objects.create(name="Pilotes")
    made = [
        factories.make_cafe(tree.centre, slug=audience, audience=audience)
        for audience in ("public", "reseau")
    ]
    made.append(factories.make_cafe(tree.centre, slug="groupe", audience="groupe", audience_groups=[group]))
    made.append(factories.make_cafe(tree.centre, slug="passe", starts_in=-dt.timedelta(days=3)))
    return made, group


def test_each_reader_gets_what_the_query_gives(events, member, pending, admin):
    _, group = events
    of_the_group = factories.make_user(groups=[group, Group.objects.create(name="Autres")])
    statement, now = prepared(visible), timezone.now()
    slugs = ["public", "reseau", "groupe", "passe"]
    found = {}
    # Twice, and the widest reader first: what was written for one is not what another reads.
    for user in (admin, of_the_group, member, pending, AnonymousUser()) * 2:
        rows = statement(user=user, now=now, slugs=slugs)
        assert rows == list(visible(user, now, slugs))
        found[str(user)] = [row["title"] for row in rows]
    assert [len(titles) for titles in found.values()] == [3, 3, 2, 1, 1]


def test_an_inactive_administrator_reads_what_strangers_do(events, admin):
    admin.is_active = False
    rows = prepared(visible)(user=admin, now=timezone.now(), slugs=["public", "reseau", "groupe"])
    assert [row["audience"] for row in rows] == ["public"]


def test_values_are_those_of_each_call(events, django_assert_num_queries):
    made, _ = events
    statement, admin = prepared(visible), AnonymousUser()
    assert statement(user=admin, now=timezone.now(), slugs=["public"])
    assert not statement(user=admin, now=made[0].end, slugs=["public"])
    assert not statement(user=admin, now=timezone.now(), slugs=["reseau"])
    with django_assert_num_queries(0):
        assert statement(user=admin, now=timezone.now(), slugs=[]) == []


def test_the_statement_is_written_once_a_shape(events):
    calls = []

    @prepared
    def counted(keys, window):
        calls.append(len(keys))
        return EventPage.objects.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)[window[0] :]

    made, _ = events
    keys = [event.pk for event in made]
    assert counted(keys=keys, window=Fixed((0, None))) == keys
    assert counted(keys=keys[::-1], window=Fixed((0, None))) == keys
    assert counted(keys=keys, window=Fixed((1, None))) == keys[1:]
    assert counted(keys=keys[:2], window=Fixed((0, None))) == keys[:2]
    assert calls == [4, 4, 2]


def test_the_content_is_never_kept(tree):
    fiche = factories.make_fiche(tree.centre, title="Avant")
    titles = prepared(lambda page: FichePage.objects.filter(pk=page).values_list("title", flat=True))
    assert titles(page=fiche.pk) == ["Avant"]
    FichePage.objects.filter(pk=fiche.pk).update(title="Après")
    assert titles(page=fiche.pk) == ["Après"]


def test_an_argument_that_is_not_left_as_it_is_is_refused():
    beginning = prepared(lambda text: BasePage.objects.filter(slug__startswith=text).values("pk"))
    with pytest.raises(ValueError, match="not as it is"):
        beginning(text="tenir")


def test_the_moment_of_the_first_call_is_refused():
    now = prepared(lambda user: EventPage.objects.visible_to(user).upcoming().values("pk"))
    with pytest.raises(ValueError, match="make it an argument"):
        now(user=AnonymousUser())


def test_constants_of_the_query_stay(tree):
    factories.make_fiche(tree.centre, slug="une")
    rows = prepared(lambda slug: FichePage.objects.filter(slug=slug).values("slug", what=Value("fiche")))
    assert rows(slug="une") == [{"slug": "une", "what": "fiche"}]


def test_read_gives_a_whole_object(tree, django_assert_num_queries):
    fiche = factories.make_fiche(
        tree.centre, etapes=[("etape", {"quand": "Octobre", "texte": "Premier rendez-vous."})]
    )
    with django_assert_num_queries(1):
        found = read(FichePage, pk=fiche.pk)
        assert (found.title, found.etapes[0].value["quand"]) == (fiche.title, "Octobre")
        assert found.first_published_at == fiche.first_published_at
    assert found == fiche
    assert not found._state.adding
    assert not found.get_deferred_fields()
    assert read(FichePage, pk=0) is None


def test_settings_are_made_where_there_are_none(client, tree):
    PortalSettings.objects.all().delete()
    assert client.get("/").status_code == 200
    assert PortalSettings.objects.count() == 1
