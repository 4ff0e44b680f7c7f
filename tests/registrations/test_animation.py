import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cafes.models import RunSheetStep
from portal.members.models import Profile
from portal.registrations import services
from portal.registrations.animation import dialled
from portal.registrations.models import Cycle, EventPage, Registration
from tests import factories

pytestmark = pytest.mark.django_db
PRESENT, ABSENT = Registration.Attendance.PRESENT, Registration.Attendance.ABSENT


def address(name, *args):
    return reverse(f"registrations:{name}", args=args)


def move(event, **delta) -> EventPage:
    """Put the start of ``event`` this far from now, as if time had passed."""
    start = timezone.now() + dt.timedelta(**delta)
    EventPage.objects.filter(pk=event.pk).update(start=start, end=start + (event.end - event.start))
    return EventPage.objects.get(pk=event.pk)


@pytest.fixture
def facilitator(cafe, now):
    user = factories.make_user("anime@exemple.test")
    services.add_facilitator(event=cafe, user=user, by=None, now=now)
    return user


@pytest.fixture
def signed_in(client, facilitator):
    client.force_login(facilitator)
    return client


def attendances(cafe):
    return list(cafe.registrations.order_by("pk").values_list("attendance", flat=True))


# -- presence


def test_presence_in_one_tap_and_taken_back(signed_in, cafe, fill):
    (row, _) = fill(cafe, 2)
    move(cafe, minutes=-5)
    page = address("presence", cafe.pk, row.pk)
    assert signed_in.get(page).status_code == 405
    response = signed_in.post(page, {"attendance": "present"})
    assert response.url == f"{address('animation', cafe.pk)}#personne-{row.pk}"
    assert attendances(cafe) == [PRESENT, ""]
    signed_in.post(page, {"attendance": "present"})
    assert attendances(cafe) == [PRESENT, ""], "a double click changes nothing"
    signed_in.post(page, {"attendance": ""})
    assert attendances(cafe) == ["", ""]


def test_presence_answers_a_script_in_json(signed_in, cafe, fill):
    (row, _) = fill(cafe, 2)
    page = address("presence", cafe.pk, row.pk)
    json = {"headers": {"accept": "application/json"}}
    refused = signed_in.post(page, {"attendance": "present"}, **json)
    assert refused.status_code == 409
    assert "pas encore commencé" in refused.json()["refused"]
    move(cafe, minutes=20)
    answer = signed_in.post(page, {"attendance": "present"}, **json).json()
    assert answer == {
        "attendance": "present",
        "summary": "1\u00a0présence sur 2, 1\u00a0à noter",
        "unknown": 1,
    }


def test_presence_of_another_event_or_a_forged_value(signed_in, cafe, tree, fill):
    move(cafe, minutes=-5)
    elsewhere = factories.make_cafe(tree.centre)
    (theirs,) = fill(elsewhere, 1)
    assert (
        signed_in.post(address("presence", cafe.pk, theirs.pk), {"attendance": "present"}).status_code == 404
    )
    assert signed_in.post(address("presence", elsewhere.pk, theirs.pk)).status_code == 404
    EventPage.objects.filter(pk=cafe.pk).update(start=timezone.now() + dt.timedelta(days=3))
    (row,) = fill(cafe, 1)
    move(cafe, minutes=-5)
    assert signed_in.post(address("presence", cafe.pk, row.pk), {"attendance": "ailleurs"}).status_code == 404
    assert attendances(cafe) == [""]


def test_everyone_is_there_and_taken_back(signed_in, cafe, fill):
    cafe.capacity = 4
    cafe.save()
    rows = fill(cafe, 4)
    move(cafe, minutes=-5)
    signed_in.post(address("presence", cafe.pk, rows[1].pk), {"attendance": "absent"})
    signed_in.post(address("presence", cafe.pk, rows[2].pk), {"attendance": "present"})
    page = address("everyone", cafe.pk)
    signed_in.post(page, {"act": "present"})
    assert attendances(cafe) == [PRESENT, ABSENT, PRESENT, PRESENT]
    assert "d’un coup" in signed_in.get(address("animation", cafe.pk)).content.decode()
    signed_in.post(page, {"act": "undo"})
    assert attendances(cafe) == ["", ABSENT, PRESENT, ""], "what was noted before stays"
    signed_in.post(page, {"act": "undo"})
    assert attendances(cafe) == ["", ABSENT, PRESENT, ""]
    assert signed_in.post(page, {"act": "autre"}).status_code == 404


def test_the_others_were_absent_once_it_is_over(signed_in, cafe, fill):
    rows = fill(cafe, 2)
    move(cafe, minutes=-30)
    signed_in.post(address("everyone", cafe.pk), {"act": "absent"})
    assert attendances(cafe) == ["", ""], "not while it lasts"
    move(cafe, hours=-3)
    signed_in.post(address("presence", cafe.pk, rows[0].pk), {"attendance": "present"})
    signed_in.post(address("everyone", cafe.pk), {"act": "absent"})
    assert attendances(cafe) == [PRESENT, ABSENT]


def test_no_presence_before_people_arrive_nor_when_cancelled(cafe, facilitator, fill, now):
    fill(cafe, 1)
    with pytest.raises(services.NotStarted):
        services.note_all_present(event=cafe, by=facilitator, now=cafe.start - dt.timedelta(minutes=61))
    assert services.note_all_present(event=cafe, by=facilitator, now=cafe.start - dt.timedelta(minutes=59))
    services.cancel_event(event=cafe, by=facilitator, reason="", now=now)
    with pytest.raises(services.EventCancelled):
        services.note_all_present(event=cafe, by=facilitator, now=cafe.start)


# -- someone more


def test_before_the_session_a_seat_over_capacity(signed_in, cafe, facilitator, fill, member, mails):
    fill(cafe, 2)
    signed_in.post(address("animation_add", cafe.pk), {"email": member.email})
    row = cafe.registrations.get(user=member)
    assert (row.state, row.over_capacity_by, row.attendance) == ("confirmee", facilitator, "")
    assert mails(member) == ["registration_confirmed"]


def test_during_the_session_a_presence_on_this_date_alone(signed_in, tree, facilitator, member, mails, now):
    cycle = Cycle.objects.create(title="Cycle", slug="cycle")
    first = factories.make_cafe(tree.centre, cycle=cycle)
    second = factories.make_cafe(tree.centre, cycle=cycle, starts_in=dt.timedelta(days=30))
    services.add_facilitator(event=first, user=facilitator, by=None, now=now)
    move(first, minutes=-5)
    signed_in.post(address("animation_add", first.pk), {"email": member.email})
    row = first.registrations.get(user=member)
    assert (row.state, row.attendance, row.over_capacity_by) == ("confirmee", PRESENT, facilitator)
    assert row.rule == "", "she accepted none on the portal"
    assert not second.registrations.exists()
    assert mails(member) == []
    again = signed_in.post(address("animation_add", first.pk), {"email": member.email})
    assert again.status_code == 422
    assert "déjà sur la liste" in again.content.decode()


def test_who_waited_and_came_is_present(cafe, facilitator, fill, people, now):
    fill(cafe, 2)
    (third,) = people(1)
    waiting = services.register(event=cafe, user=third, now=now)
    row = services.add_walk_in(event=cafe, user=third, by=facilitator, now=cafe.start)
    assert row.pk == waiting.pk
    assert (row.state, row.attendance) == ("confirmee", PRESENT)


def test_a_stranger_to_the_network_or_to_the_portal_is_not_added(signed_in, cafe, pending):
    move(cafe, minutes=-5)
    for email, said in ((pending.email, "n’est pas validé"), ("rien@exemple.test", "Aucun compte")):
        page = signed_in.post(address("animation_add", cafe.pk), {"email": email})
        assert page.status_code == 422
        assert said in page.content.decode()
        assert email in page.content.decode(), "what was typed is kept"
    assert not cafe.registrations.exists()


# -- what the page shows


def test_function_region_hour_and_needs(signed_in, cafe, taxonomy, now):
    user = factories.make_user(first_name="Maël", last_name="Doré")
    Profile.objects.update_or_create(
        user=user, defaults={"fonction": "dla-regional", "structure": "Porteuse", "region": taxonomy.guyane}
    )
    services.register(event=cafe, user=user, access_needs="Sous-titres", now=now)
    page = signed_in.get(address("animation", cafe.pk)).content.decode()
    for text in ("Maël Doré", "DLA régional", "Guyane", "à Cayenne", "Sous-titres"):
        assert text in page
    assert "https://visio.example.org/salle" in page, "days before the doors open to others"


def test_a_constant_number_of_queries(signed_in, cafe, tree, people, now, django_assert_num_queries):
    EventPage.objects.filter(pk=cafe.pk).update(capacity=None)

    def come(number):
        for user in people(number):
            Profile.objects.update_or_create(user=user, defaults={"fonction": "crdla"})
            services.register(event=cafe, user=user, question="Une situation", now=now)

    come(2)
    signed_in.get(address("animation", cafe.pk))
    with CaptureQueriesContext(connection) as few:
        signed_in.get(address("animation", cafe.pk))
    come(10)
    with django_assert_num_queries(len(few)):
        signed_in.get(address("animation", cafe.pk))


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("01 23 45 67 89, code 1234#", "0123456789"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("demandez à l’accueil", ""),
        ("", ""),
    ],
)
def test_a_number_that_a_phone_dials(phone, number):
    assert dialled(phone) == number


def test_the_sheet_has_names_and_structures_only(signed_in, cafe, now):
    user = factories.make_user("emarge@exemple.test", first_name="Maël", last_name="Doré")
    Profile.objects.update_or_create(user=user, defaults={"structure": "Porteuse fictive"})
    services.register(event=cafe, user=user, access_needs="Fauteuil", now=now)
    page = signed_in.get(address("sheet", cafe.pk)).content.decode()
    assert "Maël Doré" in page
    assert "Porteuse fictive" in page
    for text in ("Fauteuil", "emarge@exemple.test"):
        assert text not in page


# -- codéveloppement


@pytest.fixture
def codev(tree, facilitator, now):
    event = factories.make_cafe(tree.centre, format="codeveloppement", asks_question=True, minutes=120)
    services.add_facilitator(event=event, user=facilitator, by=None, now=now)
    return event


def test_the_form_asks_the_role_of_a_codeveloppement(client, codev, cafe, member):
    client.force_login(member)
    form = address("register", codev.pk)
    assert "role" not in client.get(address("register", cafe.pk)).context["form"].fields
    refused = client.post(form, {"question": ""})
    assert refused.status_code == 422
    assert "Dites si vous apportez une situation" in refused.content.decode()
    client.post(form, {"role": "client", "question": "Un conseil d’administration divisé"})
    assert codev.registrations.get().role == "client"


def test_a_role_is_kept_where_it_is_asked_only(cafe, codev, people, now):
    first, second = people(2)
    assert services.register(event=cafe, user=first, role="client", now=now).role == ""
    with pytest.raises(ValueError, match="chef"):
        services.register(event=codev, user=second, role="chef", now=now)


def test_a_small_group_without_a_situation_is_pointed_out(signed_in, codev, people, now):
    first, *others = people(4)
    services.register(event=codev, user=first, role="consultant", now=now)
    page = signed_in.get(address("animation", codev.pk)).content.decode()
    assert "il en faut 4 au moins" in page
    assert "Personne n’apporte de situation" in page
    for user in others:
        services.register(event=codev, user=user, role="client", now=now)
    page = signed_in.get(address("animation", codev.pk)).content.decode()
    assert "il en faut 4 au moins" not in page
    assert "Personne n’apporte de situation" not in page


def test_two_people_of_one_structure_are_pointed_out(signed_in, codev, people, now):
    for user in people(2):
        Profile.objects.update_or_create(user=user, defaults={"structure": "Porteuse fictive"})
        services.register(event=codev, user=user, role="client", now=now)
    assert (
        "même structure (Porteuse fictive)" in signed_in.get(address("animation", codev.pk)).content.decode()
    )


def test_the_run_sheet_has_the_hours_of_the_method(signed_in, codev):
    context = signed_in.get(address("run_sheet", codev.pk)).context
    assert [step.minutes for step in context["steps"]] == [15, 10, 20, 5, 35, 5, 15, 15]
    assert context["steps"][0].start == codev.start
    assert context["steps"][-1].end == codev.end
    assert context["over"] == 0
    assert address("run_sheet", codev.pk) in signed_in.get(address("animation", codev.pk)).content.decode()


def test_the_editor_s_steps_take_the_place_of_the_default_ones(signed_in, codev):
    RunSheetStep.objects.create(page=codev, label="Tour de table", minutes=130)
    page = signed_in.get(address("run_sheet", codev.pk))
    assert [step.label for step in page.context["steps"]] == ["Tour de table"]
    assert "10&nbsp;minutes sont à resserrer" in page.content.decode()


def test_a_cafe_without_steps_says_so(signed_in, cafe):
    assert "Pas de déroulé" in signed_in.get(address("run_sheet", cafe.pk)).content.decode()
    assert address("run_sheet", cafe.pk) not in signed_in.get(address("animation", cafe.pk)).content.decode()
