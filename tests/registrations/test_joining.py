"""Into the meeting: GET shows, POST joins and notes presence; signed in, or by the link of the last reminder."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.signing import Signer
from django.urls import reverse

from portal.members.models import Profile
from portal.registrations import services
from portal.registrations.models import Registration
from portal.registrations.personal_links import WrongLink, join_token, registration_of
from tests import factories

pytestmark = pytest.mark.django_db
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
PRESENT, ABSENT = Registration.Attendance.PRESENT, Registration.Attendance.ABSENT


@pytest.fixture
def soon(tree):
    """A café in half an hour, with a telephone number."""
    return factories.make_cafe(
        tree.centre,
        capacity=2,
        starts_in=30 * MINUTE,
        meeting_phone="01 00 00 00 00",
        title="Quand la paie approche",
    )


@pytest.fixture
def seat(soon, member, now):
    return services.register(event=soon, user=member, now=now)


def by_link(registration) -> str:
    return reverse("registrations:join_by_link", args=[join_token(registration)])


def signed(registration) -> str:
    return reverse("registrations:join", args=[registration.event_id])


def shift(event, **delta):
    """Move ``event`` without telling anyone: the clock's work, not an editor's."""
    type(event).objects.filter(pk=event.pk).update(
        start=event.start + dt.timedelta(**delta), end=event.end + dt.timedelta(**delta)
    )


WAYS = pytest.mark.parametrize("way", [by_link, signed])


@pytest.fixture
def at(client, member):
    """A client for a way in: nobody is signed in for the personal link."""

    def door(way):
        if way is signed:
            client.force_login(member)
        return client

    return door


@WAYS
def test_get_shows_and_post_joins(at, seat, soon, way):
    client = at(way)
    response = client.get(way(seat))
    page = response.content.decode()
    assert response.status_code == 200
    assert soon.title in page
    assert "Rejoindre la visio" in page
    assert soon.meeting_phone in page
    assert soon.meeting_url not in page, "the address is for who joins"
    seat.refresh_from_db()
    assert (seat.joined_at, seat.attendance) == (None, "")
    response = client.post(way(seat))
    page = response.content.decode()
    assert response.status_code == 200
    assert response["Refresh"] == f"0;url={soon.meeting_url}"
    assert f'href="{soon.meeting_url}"' in page, "for a browser that does not follow"
    assert soon.meeting_phone in page
    assert "Votre présence est notée" in page
    seat.refresh_from_db()
    assert seat.joined_at is not None
    assert seat.attendance == PRESENT


@WAYS
def test_the_answer_is_hers_alone(at, seat, way):
    client = at(way)
    for response in (client.get(way(seat)), client.post(way(seat))):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin", "the meeting is not told this address"
        assert response["X-Robots-Tag"] == "noindex"
        assert "form-action 'self'" in response["Content-Security-Policy"]


@WAYS
def test_a_head_request_joins_nobody(at, seat, way):
    assert at(way).head(way(seat)).status_code == 200
    seat.refresh_from_db()
    assert seat.joined_at is None


@WAYS
def test_a_double_click_notes_one_arrival(at, seat, way):
    client = at(way)
    client.post(way(seat))
    seat.refresh_from_db()
    first = seat.joined_at
    assert client.post(way(seat)).status_code == 200
    seat.refresh_from_db()
    assert seat.joined_at == first


def test_what_the_facilitator_corrected_stands(seat, soon, now):
    services.join(registration=seat, now=now)
    Registration.objects.filter(pk=seat.pk).update(attendance=ABSENT)
    services.join(registration=seat, now=now + MINUTE)
    seat.refresh_from_db()
    assert seat.attendance == ABSENT


def test_who_was_noted_absent_and_comes_late_is_there(seat, soon):
    Registration.objects.filter(pk=seat.pk).update(attendance=ABSENT)
    services.join(registration=seat, now=soon.start + 20 * MINUTE)
    seat.refresh_from_db()
    assert seat.attendance == PRESENT


def test_trying_the_link_out_the_day_before_is_not_coming(seat, soon):
    access = services.join(registration=seat, now=soon.start - 20 * HOUR)
    assert access.url == soon.meeting_url
    seat.refresh_from_db()
    assert (seat.joined_at, seat.attendance) == (None, "")
    services.join(registration=seat, now=soon.start - HOUR)
    seat.refresh_from_db()
    assert seat.attendance == PRESENT


@WAYS
def test_before_it_is_time_the_page_says_from_when(at, soon, seat, way):
    start = dt.datetime(2031, 1, 14, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    type(soon).objects.filter(pk=soon.pk).update(start=start, end=start + HOUR, access_opens_before=15)
    client = at(way)
    page = client.get(way(seat)).content.decode()
    assert "Vous êtes en avance" in page
    assert "9\u00a0h\u00a015" in page
    assert "Rejoindre la visio" not in page
    assert soon.meeting_url not in page
    response = client.post(way(seat))
    assert response.status_code == 409
    assert soon.meeting_url not in response.content.decode()
    seat.refresh_from_db()
    assert seat.joined_at is None


@pytest.mark.parametrize(("minutes", "opens"), [(1440, 24 * HOUR), (60, HOUR), (15, 15 * MINUTE)])
def test_it_opens_when_its_editor_chose(soon, seat, minutes, opens):
    type(soon).objects.filter(pk=soon.pk).update(access_opens_before=minutes)
    with pytest.raises(services.AccessNotOpen) as early:
        services.join(registration=seat, now=soon.start - opens - dt.timedelta(seconds=1))
    assert early.value.opens_at == soon.start - opens
    assert services.join(registration=seat, now=soon.start - opens).url == soon.meeting_url
    assert services.join(registration=seat, now=soon.end - dt.timedelta(seconds=1)).url
    with pytest.raises(services.EventOver):
        services.join(registration=seat, now=soon.end)


# -- what takes the link back


def give_back(registration, now):
    services.cancel_registration(registration=registration, by=registration.user, now=now)


def cancel(registration, now):
    services.cancel_event(event=registration.event, by=None, reason="", now=now)


def end(registration, now):
    shift(registration.event, days=-1)


def unpublish(registration, now):
    registration.event.specific.unpublish()


def close_account(registration, now):
    type(registration.user).objects.filter(pk=registration.user_id).update(is_active=False)


def withdraw_approval(registration, now):
    type(registration.user).objects.filter(pk=registration.user_id).update(approved_at=None)


def put_in_the_queue(registration, now):
    Registration.objects.filter(pk=registration.pk).update(state="attente")


def forget(registration, now):
    Registration.objects.filter(pk=registration.pk).update(user=None)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (give_back, "cette place a été rendue"),
        (put_in_the_queue, "cette place a été rendue"),
        (forget, "cette place a été rendue"),
        (cancel, "Ce rendez-vous est annulé."),
        (end, "Ce rendez-vous est passé."),
        (unpublish, "n’est plus en ligne"),
        (close_account, "n’est plus en ligne"),
        (withdraw_approval, "n’est plus en ligne"),
    ],
)
def test_the_link_is_worth_what_the_seat_is_worth(client, seat, soon, now, what, sentence):
    what(seat, now)
    for response in (client.get(by_link(seat)), client.post(by_link(seat))):
        assert response.status_code == 410
        assert sentence in response.content.decode()
        assert soon.meeting_url not in response.content.decode()
        assert soon.meeting_phone not in response.content.decode()
    seat.refresh_from_db()
    assert seat.joined_at is None


def test_registering_again_makes_another_link(client, seat, soon, member, now):
    give_back(seat, now)
    again = services.register(event=soon, user=member, now=now)
    assert client.get(by_link(seat)).status_code == 410
    assert client.get(by_link(again)).status_code == 200


def test_a_link_cut_or_made_up(client, seat):
    token = join_token(seat)
    number, mark = token.split(".")
    forged = [
        token[:-1],
        f"{int(number) + 1}.{mark}",
        number,
        "x",
        Signer(sep=".", salt="another").sign(str(seat.pk)),
        Signer(sep=".", salt="registrations.join").sign("abc"),
        Signer(sep=".", salt="registrations.join").sign("999999"),
    ]
    for wrong in forged:
        with pytest.raises(WrongLink):
            registration_of(wrong)
        for response in (client.get(f"/rejoindre/{wrong}/"), client.post(f"/rejoindre/{wrong}/")):
            assert response.status_code == 404
            assert "Ce lien n’est pas le bon" in response.content.decode()
    seat.refresh_from_db()
    assert seat.joined_at is None


def test_the_link_opens_that_session_and_nothing_else(client, seat, soon):
    client.get(by_link(seat))
    client.post(by_link(seat))
    assert "_auth_user_id" not in client.session
    assert client.get("/mon-espace/").status_code == 302


# -- signed in


def test_without_a_seat_one_is_led_to_the_page(client, soon, people):
    (other,) = people(1)
    client.force_login(other)
    for response in (
        client.get(f"/rendez-vous/{soon.pk}/rejoindre/"),
        client.post(f"/rendez-vous/{soon.pk}/rejoindre/"),
    ):
        assert response.status_code == 302
        assert response.url == soon.url


def test_nobody_joins_with_the_seat_of_another(client, seat, soon, people):
    (other,) = people(1)
    client.force_login(other)
    client.post(signed(seat))
    seat.refresh_from_db()
    assert seat.joined_at is None


def test_a_stranger_signs_in_and_comes_back(client, seat, soon):
    for pk in (soon.pk, 999_999):
        response = client.get(f"/rendez-vous/{pk}/rejoindre/")
        assert response.status_code == 302
        assert response.url.endswith(f"?next=/rendez-vous/{pk}/rejoindre/")


@WAYS
def test_other_methods_are_refused(at, seat, way):
    assert at(way).put(way(seat)).status_code == 405


def test_a_session_by_telephone_alone(client, tree, member, now):
    event = factories.make_cafe(
        tree.centre, starts_in=30 * MINUTE, meeting_url="", meeting_phone="01 00 00 00 00"
    )
    seat = services.register(event=event, user=member, now=now)
    assert "Rejoindre par téléphone" in client.get(by_link(seat)).content.decode()
    response = client.post(by_link(seat))
    assert "Refresh" not in response
    assert "01 00 00 00 00" in response.content.decode()
    seat.refresh_from_db()
    assert seat.attendance == PRESENT


def test_a_session_in_a_room(client, tree, member, now):
    event = factories.make_cafe(tree.centre, starts_in=30 * MINUTE, meeting_url="", place="Rennes")
    seat = services.register(event=event, user=member, now=now)
    response = client.get(by_link(seat))
    assert response.status_code == 410
    assert "n’a pas de visio" in response.content.decode()


# -- where the address shows


@pytest.fixture
def hers(client, member):
    client.force_login(member)
    return client


def pages(event):
    return [event.url, "/mon-espace/", reverse("registrations:registered", args=[event.pk])]


def test_a_seat_shows_a_button_and_never_the_address(hers, seat, soon):
    for address in pages(soon):
        page = hers.get(address).content.decode()
        assert f'method="post" action="/rendez-vous/{soon.pk}/rejoindre/"' in page, address
        assert 'name="csrfmiddlewaretoken" value=""' not in page, address
        assert soon.meeting_phone in page, address
        assert soon.meeting_url not in page, address


def test_before_it_is_time_there_is_no_button(hers, soon, seat):
    type(soon).objects.filter(pk=soon.pk).update(access_opens_before=15)
    for address in pages(soon):
        page = hers.get(address).content.decode()
        assert "/rejoindre/" not in page, address
        assert soon.meeting_phone not in page, address
    assert "un quart d’heure avant" in hers.get(soon.url).content.decode()


def test_the_button_works_from_the_page_of_the_session(seat, soon, member):
    """Two clicks from the calendar entry: its page, then this form, token and all."""
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    page = strict.get(soon.url).content.decode()
    token = (
        page.split(f'action="/rendez-vous/{soon.pk}/rejoindre/"')[1]
        .split('name="csrfmiddlewaretoken" value="')[1]
        .split('"')[0]
    )
    assert strict.post(signed(seat)).status_code == 403
    assert strict.post(signed(seat), {"csrfmiddlewaretoken": token})["Refresh"] == f"0;url={soon.meeting_url}"


def test_who_waits_or_reads_sees_no_way_in(client, seat, soon, people, now):
    services.register(event=soon, user=people(1)[0], now=now)
    (waits, reads) = people(2)
    services.register(event=soon, user=waits, now=now)
    for user in (waits, reads):
        client.force_login(user)
        for address in (soon.url, "/mon-espace/"):
            page = client.get(address).content.decode()
            assert soon.meeting_url not in page
            assert soon.meeting_phone not in page
            assert "/rejoindre/" not in page


def test_without_registration_the_page_shows_it_as_before(client, tree):
    event = factories.make_cafe(
        tree.centre, audience="public", registration_mode="aucune", starts_in=30 * MINUTE
    )
    assert event.meeting_url in client.get(event.url).content.decode()
    type(event).objects.filter(pk=event.pk).update(access_opens_before=15)
    page = client.get(event.url).content.decode()
    assert event.meeting_url not in page
    assert "un quart d’heure avant" in page


# -- her own clock


def test_her_own_hour_beside_that_of_paris(client, taxonomy, soon, member, now):
    Profile.objects.update_or_create(user=member, defaults={"region": taxonomy.guyane})
    seat = services.register(event=soon, user=member, now=now)
    page = client.get(by_link(seat)).content.decode()
    assert "(heure de Paris)" in page
    assert "à Cayenne" in page


def test_paris_needs_no_second_hour(client, seat):
    page = client.get(by_link(seat)).content.decode()
    assert "(heure de Paris)" not in page


def test_a_new_link_is_told_only_once_it_could_be_seen(soon, seat, mails, member, now):
    type(soon).objects.filter(pk=soon.pk).update(access_opens_before=15)
    soon.refresh_from_db()
    soon.meeting_url = "https://visio.example.org/autre"
    soon.save_revision().publish()
    assert "meeting_link_changed" not in mails(member)
    type(soon).objects.filter(pk=soon.pk).update(access_opens_before=60)
    soon = type(soon).objects.get(pk=soon.pk)
    soon.meeting_url = "https://visio.example.org/derniere"
    soon.save_revision().publish()
    assert mails(member)[-1] == "meeting_link_changed"


# -- the address that tells nothing


def test_the_short_address_leads_to_the_page(client, hers, soon):
    assert hers.get(f"/rendez-vous/{soon.pk}/").url == soon.url


def test_the_short_address_tells_a_stranger_nothing(client, tree, soon):
    public = factories.make_cafe(tree.centre, audience="public")
    assert client.get(f"/rendez-vous/{public.pk}/").url == public.url
    for pk in (soon.pk, 999_999):
        assert client.get(f"/rendez-vous/{pk}/").url.startswith("/compte/login/")
