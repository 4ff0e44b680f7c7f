import datetime as dt

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry

from portal.members.groups import ensure_avise_groups
from portal.members.models import Profile
from portal.registrations import services
from portal.registrations.espace_animation import my_facilitations
from portal.registrations.models import EventPage, Facilitator, Registration
from portal.registrations.permissions import may_facilitate, may_run
from portal.registrations.privacy import erase_registrations, export_registrations
from tests import factories
from tests.registrations.conftest import calendars_of

pytestmark = pytest.mark.django_db
SECRET = "Le bureau ne se réunit plus"


@pytest.fixture
def facilitator(cafe, now):
    user = factories.make_user("anime@exemple.test", first_name="Ana", last_name="Nime")
    services.add_facilitator(event=cafe, user=user, by=None, now=now)
    return user


@pytest.fixture
def editor(db):
    """Avise: free to change every registration, and named nowhere."""
    return factories.make_user("redaction@exemple.test", groups=[ensure_avise_groups()[0]])


@pytest.fixture
def brought(cafe, member, now):
    return services.register(event=cafe, user=member, question=SECRET, now=now)


def address(name, *args):
    return reverse(f"registrations:{name}", args=args)


def start_at(event, moment):
    """Move ``event`` in time without announcing it: ``moment`` is its new start."""
    EventPage.objects.filter(pk=event.pk).update(start=moment, end=moment + (event.end - event.start))
    return EventPage.objects.get(pk=event.pk)


# -- named, taken off


def test_named_by_an_organiser_told_and_logged(cafe, centre_user, member, mails, last_mail, now):
    services.add_facilitator(event=cafe, user=member, by=centre_user, now=now)
    assert may_facilitate(member, cafe)
    assert mails(member) == ["facilitator_named"]
    assert "METHOD:REQUEST" in calendars_of(last_mail(member))[0]
    entry = PageLogEntry.objects.get(action="registrations.facilitator_named")
    assert (entry.user, entry.data) == (centre_user, {"person": str(member), "herself": False})
    assert str(member) in entry.message
    with pytest.raises(services.FacilitatesAlready):
        services.add_facilitator(event=cafe, user=member, by=centre_user, now=now)
    assert mails(member) == ["facilitator_named"]


def test_who_may_name_and_be_named(cafe, member, pending, centre_user, now):
    with pytest.raises(services.MayNotChange):
        services.add_facilitator(event=cafe, user=member, by=member, now=now)
    with pytest.raises(services.MayNotFacilitate):
        services.add_facilitator(event=cafe, user=pending, by=centre_user, now=now)
    assert not Facilitator.objects.exists()


def test_naming_oneself_is_possible_for_an_organiser_and_logged(client, cafe, centre_user, mails):
    client.force_login(centre_user)
    client.get(address("name_myself", cafe.pk))
    assert not may_facilitate(centre_user, cafe), "GET changes nothing"
    client.post(address("name_myself", cafe.pk))
    assert may_facilitate(centre_user, cafe)
    assert mails(centre_user) == []
    entry = PageLogEntry.objects.get(action="registrations.facilitator_named")
    assert entry.data["herself"] is True
    client.post(address("name_myself", cafe.pk))
    assert cafe.facilitators.count() == 1


def test_taken_off(cafe, facilitator, centre_user, mails, now):
    services.remove_facilitator(event=cafe, user=facilitator, by=centre_user, now=now)
    assert not may_facilitate(facilitator, cafe)
    assert mails(facilitator) == ["facilitator_named", "facilitator_removed"]
    with pytest.raises(services.DoesNotFacilitate):
        services.remove_facilitator(event=cafe, user=facilitator, by=centre_user, now=now)


def test_an_account_that_is_closed_facilitates_nothing(cafe, facilitator):
    facilitator.is_active = False
    facilitator.save()
    assert not may_run(facilitator, cafe)


def test_the_first_announcement_names_who_made_the_page(tree, centre_user, pending, now):
    hers = factories.make_cafe(tree.centre, owner=centre_user)
    assert [row.user for row in hers.facilitators.all()] == [centre_user]
    services.remove_facilitator(event=hers, user=centre_user, by=None, now=now)
    hers.save_revision().publish()
    assert not hers.facilitators.exists(), "a later publication names nobody back"
    assert not factories.make_cafe(tree.centre, owner=pending).facilitators.exists()
    past = factories.make_cafe(tree.centre, owner=centre_user, starts_in=dt.timedelta(days=-3))
    assert not past.facilitators.exists()


# -- what is brought is read by the facilitators only


def test_situations_are_for_facilitators_alone(
    client, cafe, facilitator, brought, centre_user, admin, editor
):
    cafe.refresh_from_db()
    for organiser in (centre_user, admin, editor):
        client.force_login(organiser)
        for page in (address("animation", cafe.pk), reverse("inscriptions:event", args=[cafe.pk])):
            response = client.get(page)
            assert response.status_code == 200, (organiser, page)
            assert SECRET not in response.content.decode(), (organiser, page)
    client.force_login(facilitator)
    assert SECRET in client.get(address("animation", cafe.pk)).content.decode()
    assert SECRET not in client.get(address("sheet", cafe.pk)).content.decode(), "names only on paper"


def test_an_organiser_who_names_herself_reads_it_in_the_admin(client, cafe, brought, centre_user, now):
    services.add_facilitator(event=cafe, user=centre_user, by=centre_user, now=now)
    client.force_login(centre_user)
    assert SECRET in client.get(reverse("inscriptions:event", args=[cafe.pk])).content.decode()


def test_the_page_is_not_there_for_anyone_else(client, cafe, member, facilitator):
    assert client.get(address("animation", cafe.pk)).status_code == 302
    client.force_login(member)
    for name in ("animation", "sheet", "hand_over", "cancel_event", "run_sheet"):
        assert client.get(address(name, cafe.pk)).status_code == 404
    for name in ("everyone", "animation_add", "name_myself", "close_out", "nothing_to_note"):
        assert client.post(address(name, cafe.pk), {"act": "present"}).status_code == 404
    client.force_login(facilitator)
    other = factories.make_cafe(cafe.get_parent())
    assert client.get(address("animation", other.pk)).status_code == 404


# -- handed over


def test_hand_over_one_message_each(tree, centre_user, people, mails, last_mail, now):
    ill, co, to, registered = people(4)
    cafe = factories.make_cafe(
        tree.centre, owner=centre_user, asks_question=True, meeting_phone="01 02 03 04 05"
    )
    services.remove_facilitator(event=cafe, user=centre_user, by=None, now=now)
    for user in (ill, co):
        services.add_facilitator(event=cafe, user=user, by=None, now=now)
    services.register(event=cafe, user=registered, question=SECRET, now=now)
    before = {user: len(mails(user)) for user in (ill, co, to, centre_user, registered)}
    services.hand_over(event=cafe, to=to, by=ill, now=now)
    assert {row.user for row in cafe.facilitators.all()} == {co, to}
    assert mails(to) == ["handed_over"]
    for user in (co, centre_user):
        assert mails(user)[before[user] :] == ["handover_told"]
    for user in (ill, registered):
        assert mails(user)[before[user] :] == []
    message = last_mail(to)
    text = message.get_body(("plain",)).get_content()
    assert "https://visio.example.org/salle" in text
    assert "01 02 03 04 05" in text
    assert f"/rendez-vous/{cafe.pk}/animation/" in text
    assert SECRET not in text
    assert SECRET not in message["Subject"]
    assert "METHOD:REQUEST" in calendars_of(message)[0]


def test_hand_over_refusals(cafe, facilitator, member, pending, centre_user, now):
    for to, refusal in ((facilitator, services.HandsOverToHerself), (pending, services.MayNotFacilitate)):
        with pytest.raises(refusal):
            services.hand_over(event=cafe, to=to, by=facilitator, now=now)
    with pytest.raises(services.DoesNotFacilitate):
        services.hand_over(event=cafe, to=member, by=centre_user, now=now)
    with pytest.raises(services.EventOver):
        services.hand_over(event=cafe, to=member, by=facilitator, now=cafe.end)
    services.cancel_event(event=cafe, by=facilitator, reason="", now=now)
    with pytest.raises(services.EventCancelled):
        services.hand_over(event=cafe, to=member, by=facilitator, now=now)


def test_hand_over_from_the_page(client, cafe, facilitator, member, mails):
    client.force_login(facilitator)
    page = address("hand_over", cafe.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"email": "personne@exemple.test"}).status_code == 422
    asked = client.post(page, {"email": member.email})
    assert f"Passer la main à {member}" in asked.content.decode()
    assert not may_facilitate(member, cafe), "the first POST asks"
    done = {"email": member.email, "person": "", "confirmed": "oui"}
    assert client.post(page, done).url == reverse("members:espace")
    assert may_facilitate(member, cafe)
    assert not may_facilitate(facilitator, cafe)
    # A double click: she runs it no more.
    assert client.post(page, done).status_code == 404
    assert mails(member) == ["handed_over"]


def test_only_people_of_the_event_are_in_the_list(client, cafe, facilitator, people, now):
    seated, stranger = people(2)
    services.register(event=cafe, user=seated, now=now)
    client.force_login(facilitator)
    page = address("hand_over", cafe.pk)
    choices = client.get(page).context["form"].fields["person"].queryset
    assert list(choices) == [seated]
    assert client.post(page, {"person": stranger.pk, "confirmed": "oui"}).status_code == 422
    assert client.post(page, {"person": seated.pk, "confirmed": "oui"}).status_code == 302
    assert may_facilitate(seated, cafe)


# -- cancelled, moved


def test_a_facilitator_cancels_and_everyone_is_told_once(client, tree, centre_user, people, mails):
    cafe = factories.make_cafe(tree.centre, owner=centre_user)
    ill, co, seated = people(3)
    for user in (ill, co, seated):
        services.add_facilitator(event=cafe, user=user, by=None, now=cafe.first_published_at)
    services.register(event=cafe, user=seated, now=cafe.first_published_at)
    before = {user: len(mails(user)) for user in (ill, co, seated, centre_user)}
    client.force_login(ill)
    page = address("cancel_event", cafe.pk)
    client.get(page)
    assert not EventPage.objects.get(pk=cafe.pk).is_cancelled
    client.post(page, {"reason": "Souffrante"})
    client.post(page, {"reason": "Souffrante"})
    assert EventPage.objects.get(pk=cafe.pk).is_cancelled
    new = {user: mails(user)[number:] for user, number in before.items()}
    assert new == {
        ill: [],
        co: ["facilitator_event_cancelled"],
        seated: ["event_cancelled"],
        centre_user: ["facilitator_event_cancelled"],
    }


def test_facilitators_are_told_of_a_move(cafe, facilitator, mails, last_mail, now):
    cafe.start += dt.timedelta(days=1)
    cafe.end += dt.timedelta(days=1)
    cafe.save_revision().publish()
    assert mails(facilitator) == ["facilitator_named", "facilitator_event_moved"]
    assert "SEQUENCE:1" in calendars_of(last_mail(facilitator))[0]


# -- the day before


def test_reminded_the_day_before_with_who_comes(cafe, facilitator, brought, mails, last_mail, taxonomy):
    Profile.objects.update_or_create(
        user=brought.user, defaults={"fonction": "dla-regional", "region": taxonomy.guyane}
    )
    assert services.remind_facilitators(now=cafe.start - dt.timedelta(hours=25)) == 0
    soon = cafe.start - dt.timedelta(hours=23)
    assert services.remind_facilitators(now=soon) == 1
    assert services.remind_facilitators(now=soon + dt.timedelta(minutes=10)) == 0
    text = last_mail(facilitator).get_body(("plain",)).get_content()
    assert str(brought.user) in text
    assert "Guyane" in text
    assert "1\u00a0situation apportée" in text
    assert SECRET not in text
    # A session that moves is reminded of again.
    moved = start_at(cafe, cafe.start + dt.timedelta(days=2))
    assert services.remind_facilitators(now=moved.start - dt.timedelta(hours=2)) == 1


def test_not_reminded_of_what_is_cancelled_past_or_just_named(cafe, facilitator, member, now):
    soon = cafe.start - dt.timedelta(hours=2)
    services.add_facilitator(event=cafe, user=member, by=None, now=soon)
    assert services.remind_facilitators(now=cafe.start) == 0
    assert services.remind_facilitators(now=soon) == 1, "not who was named two hours before"
    Facilitator.objects.update(reminded_for=None)
    services.cancel_event(event=cafe, by=None, reason="", now=soon)
    assert services.remind_facilitators(now=soon) == 0


# -- in one's own space, and on the page of the event


def test_a_panel_in_her_space(client, cafe, facilitator, brought, django_assert_max_num_queries):
    client.force_login(facilitator)
    page = client.get("/mon-espace/").content.decode()
    assert address("animation", cafe.pk) in page
    assert "1\u00a0situation à lire" in page
    assert SECRET not in page
    client.force_login(brought.user)
    assert "J’anime" not in client.get("/mon-espace/").content.decode()


def test_the_panel_costs_the_same_for_one_and_for_many(tree, facilitator, now, django_assert_num_queries, rf):
    request = rf.get("/mon-espace/")
    request.user = facilitator
    with django_assert_num_queries(2):
        my_facilitations(request)
    for days in (3, 4, -3, -4):
        event = factories.make_cafe(tree.centre, starts_in=dt.timedelta(days=days))
        services.add_facilitator(event=event, user=facilitator, by=None, now=now)
    with django_assert_num_queries(2):
        shown = my_facilitations(request)
    assert (len(shown["coming"]), len(shown["to_close"])) == (3, 2)


def test_the_event_page_leads_there_for_facilitators(client, cafe, facilitator, member):
    client.force_login(facilitator)
    assert address("animation", cafe.pk) in client.get(cafe.url).content.decode()
    client.force_login(member)
    assert address("animation", cafe.pk) not in client.get(cafe.url).content.decode()


# -- in the admin


def test_name_and_remove_in_the_admin(client, cafe, centre_user, member):
    client.force_login(centre_user)
    page = reverse("inscriptions:facilitators", args=[cafe.pk])
    assert page in client.get(reverse("inscriptions:event", args=[cafe.pk])).content.decode()
    assert "Aucun compte" in client.post(page, {"email": "rien@exemple.test"}).content.decode()
    client.post(page, {"email": member.email.upper()})
    assert may_facilitate(member, cafe)
    assert str(member) in client.get(page).content.decode()
    remove = reverse("inscriptions:remove_facilitator", args=[cafe.pk, member.pk])
    client.get(remove)
    assert may_facilitate(member, cafe)
    client.post(remove)
    assert not may_facilitate(member, cafe)


def test_another_centre_names_nobody(client, tree, centre_user, member):
    other = factories.make_cafe(factories.make_centre(tree))
    client.force_login(centre_user)
    client.post(reverse("inscriptions:facilitators", args=[other.pk]), {"email": member.email})
    assert not other.facilitators.exists()


def test_a_seat_is_given_by_a_facilitator(cafe, facilitator, people, fill, now):
    fill(cafe, 2)
    (late,) = people(1)
    row = services.add_over_capacity(event=cafe, user=late, by=facilitator, now=now)
    assert (row.state, row.over_capacity_by) == (Registration.State.CONFIRMED, facilitator)


def test_her_data_and_her_leaving(cafe, facilitator, now):
    exported = export_registrations(facilitator)
    assert [row["rendez_vous"] for row in exported["animations"]] == [cafe.title]
    erase_registrations(user=facilitator, now=now)
    assert not Facilitator.objects.exists()
