"""Who waits is told once, of what she may read, and stops when she wants."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from portal.base.audience import Audience
from portal.commissioning import services
from portal.commissioning.jobs import tell
from portal.commissioning.links import stop_token
from portal.commissioning.models import Need, Watch
from portal.commissioning.services import telling
from portal.notifications.models import OutgoingMessage
from portal.notifications.services import save_preferences
from tests import factories
from tests.notifications.conftest import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def watch(need, now):
    return lambda *users: [services.watch(user=user, need=need, now=now) for user in users]


@pytest.fixture
def publish(taken, tree, centre_user, now):
    """Publish the fiche of ``taken``, open to ``audience``; returns the page."""

    def make(audience="public", **fields):
        page = factories.make_fiche(tree.centre, title="Tenir trois mois", audience=audience, **fields)
        services.link_page(need=taken, page=page, by=centre_user, now=now)
        return page

    return make


def test_asking_twice_is_asking_once(watch, member):
    watch(member, member)
    assert Watch.objects.count() == 1


def test_she_is_told_once(watch, publish, member, mails, now):
    watch(member)
    page = publish()
    assert mails(member) == ["fiche_there"]
    page.unpublish()
    page.save_revision().publish()
    tell(now)
    assert mails(member) == ["fiche_there"]
    assert Watch.objects.get().told_at == now


def test_what_the_message_says(watch, make_need, publish, member, now):
    watch(member)
    services.watch(user=member, need=make_need("Une autre ?"), now=now)
    page = publish()
    message = OutgoingMessage.objects.get(user=member)
    assert (message.is_secret, message.priority) == (True, 5), (
        "its link is hers, and nobody waits at the screen"
    )
    text = parse(bytes(message.content)).get_body(("plain",)).get_content()
    assert "Tenir trois mois" in text
    assert "jusqu’à la subvention" in text
    assert page.url in text
    assert reverse("stop_waiting", args=[stop_token(member)]) in text
    assert "Vous en attendez 1\u00a0autre" in text


@pytest.mark.parametrize("audience", ["public", "reseau", "groupe"])
def test_only_who_may_read_it_is_told(watch, publish, member, pending, mails, now, audience):
    insider = factories.make_user(groups=[Group.objects.create(name="Dedans")])
    watch(member, pending, insider)
    groups = {"audience_groups": list(insider.groups.all())} if audience == "groupe" else {}
    publish(audience, **groups)
    told = {user for user in (member, pending, insider) if mails(user)}
    assert (
        told
        == {
            "public": {member, pending, insider},
            "reseau": {member, insider},
            "groupe": {insider},
        }[audience]
    )
    assert set(Watch.objects.filter(told_at=None).values_list("user", flat=True)) == {
        user.pk for user in {member, pending, insider} - told
    }
    assert tell(now) == "0 personne(s) prévenue(s)"


def test_she_is_told_when_her_account_is_approved(watch, publish, pending, mails, now):
    watch(pending)
    publish("reseau")
    pending.approved_at = now
    pending.save()
    assert tell(now) == "1 personne(s) prévenue(s)"
    assert tell(now) == "0 personne(s) prévenue(s)"
    assert mails(pending) == ["fiche_there"]


def test_she_is_told_when_the_page_is_opened_to_her(watch, publish, pending, mails):
    watch(pending)
    page = publish("reseau")
    page.audience = Audience.PUBLIC
    page.save_revision().publish()
    assert mails(pending) == ["fiche_there"]


def test_an_unpublished_page_is_told_to_nobody(watch, publish, pending, mails, now):
    watch(pending)
    page = publish("reseau")
    page.unpublish()
    pending.approved_at = now
    pending.save()
    tell(now)
    assert mails(pending) == []


def test_who_refused_such_mail_is_not_written_to(watch, publish, member, mails, now):
    save_preferences(user=member, wanted={"fiches-attendues": False})
    watch(member)
    publish()
    assert mails(member) == []
    assert Watch.objects.get().told_at is not None, "her space says it; the clock asks no more"


def test_a_closed_account_is_not_written_to(watch, publish, member, mails):
    watch(member)
    member.is_active = False
    member.save()
    publish()
    assert mails(member) == []


def test_a_crowd_is_told_chunk_by_chunk(watch, publish, now, monkeypatch):
    monkeypatch.setattr(telling, "CHUNK", 2)
    watch(*(factories.make_user() for _ in range(5)))
    publish()
    told = OutgoingMessage.objects.filter(kind="fiche_there")
    assert told.count() == 2
    assert tell(now) == "2 personne(s) prévenue(s)"
    assert tell(now) == "1 personne(s) prévenue(s)"
    assert told.values("user").distinct().count() == told.count() == 5


def test_who_may_not_read_it_does_not_hold_the_others_up(watch, publish, pending, now, monkeypatch):
    monkeypatch.setattr(telling, "CHUNK", 1)
    watch(pending, factories.make_user())
    publish("reseau")
    assert OutgoingMessage.objects.filter(kind="fiche_there").exclude(user=pending).count() == 1


@pytest.mark.parametrize("state", [Need.State.PUBLISHED, Need.State.SET_ASIDE])
def test_nobody_waits_for_what_is_over(need, member, now, state):
    Need.objects.update(state=state)
    with pytest.raises(services.NothingToAwait):
        services.watch(user=member, need=need, now=now)
    assert not Watch.objects.exists()


# -- the pages


def test_members_see_what_is_to_be_written(client, need, member, watch):
    client.force_login(member)
    page = client.get("/recherche/a-ecrire/").content.decode()
    assert need.question in page
    assert reverse("need_watch", args=[need.pk]) in page
    watch(member)
    page = client.get("/recherche/a-ecrire/").content.decode()
    assert reverse("need_watch", args=[need.pk]) not in page
    assert "1\u00a0personne l’attend" in page


def test_it_is_for_members(client, need, pending):
    address = reverse("need_watch", args=[need.pk])
    assert client.get("/recherche/a-ecrire/").status_code == 302
    assert client.post(address).status_code == 302
    client.force_login(pending)
    assert client.get("/recherche/a-ecrire/").status_code == 403
    assert client.post(address).status_code == 403
    assert not Watch.objects.exists()


def test_an_answer_shows_to_who_may_read_it_only(client, publish, member, tree):
    page = publish("groupe", audience_groups=[tree.centre.group])
    client.force_login(member)
    assert page.title not in client.get("/recherche/a-ecrire/").content.decode()
    member.groups.add(tree.centre.group)
    assert page.title in client.get("/recherche/a-ecrire/").content.decode()


def test_it_would_help_me_too(client, need, member):
    client.force_login(member)
    address = reverse("need_watch", args=[need.pk])
    assert client.get(address).status_code == 405
    assert client.post(address).url == f"/recherche/a-ecrire/#besoin-{need.pk}"
    client.post(address)
    assert Watch.objects.get().user == member


def test_too_late_to_wait(client, need, member, editor, now):
    services.set_aside(need=need, by=editor, reason="Non.", now=now)
    client.force_login(member)
    page = client.post(reverse("need_watch", args=[need.pk]), follow=True)
    assert services.NothingToAwait.sentence in page.content.decode()


def test_she_waits_no_more(client, need, member, watch):
    watch(member)
    client.force_login(member)
    address = reverse("need_unwatch", args=[need.pk])
    assert client.get(address).status_code == 200
    assert Watch.objects.exists(), "a GET changes nothing"
    client.post(address)
    assert not Watch.objects.exists()
    assert client.get(address).status_code == 404
    assert "rien n’a changé" in client.post(address, follow=True).content.decode()


def test_nobody_stops_for_another(client, need, member, watch):
    watch(member)
    client.force_login(factories.make_user())
    client.post(reverse("need_unwatch", args=[need.pk]))
    assert Watch.objects.filter(user=member).exists()


def test_the_link_of_the_message_stops_it_all_by_post(client, need, member, watch):
    watch(member)
    address = reverse("stop_waiting", args=[stop_token(member)])
    assert "1\u00a0fiche" in client.get(address).content.decode()
    assert Watch.objects.exists(), "mail scanners follow links"
    assert "C’est fait" in client.post(address).content.decode()
    assert not Watch.objects.exists()
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("token", ["x", "1.x", "99999999999999999999.x"])
def test_a_link_cut_on_its_way_says_so(client, db, token):
    for answer in (client.get, client.post):
        page = answer(reverse("stop_waiting", args=[token]))
        assert page.status_code == 400
        assert "incomplet" in page.content.decode()


def test_her_space_says_where_it_stands(client, need, member, pending, watch, publish, editor, now):
    watch(member, pending)
    client.force_login(member)
    assert "CRDLA Financement l’écrit" in client.get("/mon-espace/").content.decode()
    page = publish("reseau")
    assert page.url in client.get("/mon-espace/").content.decode()
    client.force_login(pending)
    hers = client.get("/mon-espace/").content.decode()
    assert page.url not in hers
    assert page.title not in hers
    assert "pas encore ouverte à votre compte" in hers


def test_set_aside_her_space_says_why(client, need, member, watch, editor, now):
    watch(member)
    services.set_aside(need=need, by=editor, reason="Un guide national vient de paraître.", now=now)
    client.force_login(member)
    assert "Un guide national vient de paraître." in client.get("/mon-espace/").content.decode()


def test_the_list_costs_the_same_whatever_the_number(client, make_need, taxonomy, member, watch):
    client.force_login(member)

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            client.get("/recherche/a-ecrire/")
        return len(captured)

    watch(member)
    queries()
    few = queries()
    for number in range(8):
        make_need(f"Question {number} ?", themes=[taxonomy.tresorerie, taxonomy.gouvernance])
    assert queries() == few


# -- forgetting


def test_what_was_answered_is_forgotten(watch, publish, member, now):
    watch(member)
    publish()
    assert services.forget_watches(now=now + dt.timedelta(days=29)) == 0
    assert services.forget_watches(now=now + dt.timedelta(days=31)) == 1


def test_what_was_set_aside_is_forgotten(watch, need, member, editor, now):
    watch(member)
    services.set_aside(need=need, by=editor, reason="Non.", now=now)
    assert services.forget_watches(now=now + dt.timedelta(days=29)) == 0
    assert services.forget_watches(now=now + dt.timedelta(days=31)) == 1


def test_nobody_waits_more_than_two_years(watch, member, now):
    watch(member)
    assert services.forget_watches(now=now + dt.timedelta(days=700)) == 0
    assert services.forget_watches(now=now + dt.timedelta(days=731)) == 1
