import datetime as dt
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.members.groups import ensure_avise_groups
from portal.registrations import services
from portal.registrations.models import EventPage, EventState, Registration
from portal.registrations.spreadsheets import neutralised
from tests import factories

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State
INDEX = "/admin/inscriptions/"


def address(name, pk):
    return reverse(f"inscriptions:{name}", args=[pk])


@pytest.fixture
def editor(db):
    return factories.make_user("redaction@exemple.test", groups=[ensure_avise_groups()[0]])


@pytest.fixture
def elsewhere(tree, people, now):
    """An event of another centre, with one registration."""
    centre = factories.make_centre(tree, title="CRDLA Sport")
    event = factories.make_cafe(centre, title="Clubs en peine")
    (user,) = people(1)
    return services.register(event=event, user=user, now=now)


# -- who sees what


def test_a_centre_sees_its_own_only(client, centre_user, cafe, fill, elsewhere):
    (mine,) = fill(cafe, 1)
    client.force_login(centre_user)
    page = client.get(INDEX).content.decode()
    assert str(mine.user) in page
    assert str(elsewhere.user) not in page
    assert "Clubs en peine" not in page, "nor among the filters"
    assert "CRDLA Sport" not in page
    assert client.get(address("event", cafe.pk)).status_code == 200
    for name, pk in (
        ("event", elsewhere.event_id),
        ("add", elsewhere.event_id),
        ("cancel_event", elsewhere.event_id),
        ("cancel", elsewhere.pk),
    ):
        assert client.get(address(name, pk)).status_code == 302
        assert client.post(address(name, pk), {"email": centre_user.email, "reason": "x"}).status_code == 302
    elsewhere.refresh_from_db()
    assert elsewhere.state == CONFIRMED
    assert not EventState.objects.filter(cancelled_at__isnull=False).exists()
    assert not EventPage.objects.get(pk=elsewhere.event_id).registrations.filter(user=centre_user).exists()


def test_a_filter_does_not_widen_what_one_sees(client, centre_user, cafe, elsewhere):
    client.force_login(centre_user)
    page = client.get(INDEX, {"event": elsewhere.event_id, "export": "xlsx"})
    assert str(elsewhere.user) not in rows_of(page, anything=True)


def test_avise_sees_all(client, editor, cafe, fill, elsewhere):
    (mine,) = fill(cafe, 1)
    client.force_login(editor)
    page = client.get(INDEX).content.decode()
    assert str(mine.user) in page
    assert str(elsewhere.user) in page
    assert client.get(address("event", elsewhere.event_id)).status_code == 200


def test_members_do_not_enter(client, member, cafe):
    client.force_login(member)
    assert client.get(INDEX).status_code == 302
    assert client.get(address("event", cafe.pk)).status_code == 302


def test_the_menu_and_the_page_lead_there(client, centre_user, cafe):
    client.force_login(centre_user)
    assert INDEX in client.get("/admin/").content.decode()
    assert address("event", cafe.pk) in client.get(f"/admin/pages/{cafe.pk}/edit/").content.decode()


# -- the list


def test_filters(client, admin, cafe, fill, elsewhere, tree):
    *_, third = fill(cafe, 3)
    client.force_login(admin)

    def names(**query):
        page = client.get(f"{INDEX}results/", query).content.decode()
        return {row.pk for row in Registration.objects.all() if str(row.user) in page}

    assert names(state="attente") == {third.pk}
    assert names(event=elsewhere.event_id) == {elsewhere.pk}
    assert names(centre=elsewhere.event.get_parent().pk) == {elsewhere.pk}
    assert names(q=elsewhere.user.email) == {elsewhere.pk}
    far = (dt.date.today() + dt.timedelta(days=60)).isoformat()
    assert names(date_from=far) == set()


def rows_of(response, *, anything=False):
    rows = list(load_workbook(BytesIO(response.getvalue())).active.iter_rows(values_only=True))
    return str(rows) if anything else rows


def test_the_spreadsheet(client, admin, cafe, now):
    user = factories.make_user("malin@exemple.test", first_name="=HYPERLINK(1)", last_name="X")
    services.register(event=cafe, user=user, question="Une crèche de Redon", access_needs="Fauteuil", now=now)
    client.force_login(admin)
    response = client.get(INDEX, {"event": cafe.pk, "export": "xlsx"})
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")
    heading, row = rows_of(response)
    assert heading[:4] == ("Rendez-vous", "Date", "Personne", "Adresse")
    assert row[2] == "'=HYPERLINK(1) X"
    assert row[3:5] == ("malin@exemple.test", "confirmée")
    assert "Redon" not in str(row)
    assert "Fauteuil" not in str(row)


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@x", "\t=1", "\r=1"])
def test_nothing_passes_for_a_formula(text):
    assert neutralised(text) == f"'{text}"
    assert neutralised(f"a{text}") == f"a{text}"


def test_one_format_only(client, admin, cafe, fill):
    fill(cafe, 1)
    client.force_login(admin)
    assert "export=csv" not in client.get(INDEX).content.decode()
    assert client.get(INDEX, {"export": "csv"})["Content-Type"].startswith("text/html")


def test_a_constant_number_of_queries(client, admin, cafe, fill, django_assert_max_num_queries):
    fill(cafe, 2)
    client.force_login(admin)
    client.get(f"{INDEX}results/")
    with django_assert_max_num_queries(20):
        client.get(f"{INDEX}results/")
    fill(cafe, 12)
    with django_assert_max_num_queries(20):
        client.get(f"{INDEX}results/")


# -- one event


def test_organisers_read_what_is_needed_and_facilitators_what_is_brought(
    client, centre_user, cafe, member, now
):
    services.register(
        event=cafe, user=member, question="Une paie\nen retard", access_needs="Sous-titres", now=now
    )
    client.force_login(centre_user)
    page = client.get(address("event", cafe.pk)).content.decode()
    assert "Une paie" not in page
    assert "Sous-titres" in page
    services.add_facilitator(event=cafe, user=centre_user, by=centre_user, now=now)
    assert "Une paie<br>en retard" in client.get(address("event", cafe.pk)).content.decode()
    assert "Une paie" not in client.get(INDEX).content.decode()


def test_add_someone_over_capacity(client, centre_user, cafe, fill, member):
    fill(cafe, 2)
    client.force_login(centre_user)
    assert "C’est complet" in client.get(address("add", cafe.pk)).content.decode()
    response = client.post(address("add", cafe.pk), {"email": member.email.upper()})
    assert response.url == address("event", cafe.pk)
    added = Registration.objects.get(user=member)
    assert (added.state, added.over_capacity_by) == (CONFIRMED, centre_user)
    again = client.post(address("add", cafe.pk), {"email": member.email})
    assert "Cette personne a déjà une place." in again.content.decode()


@pytest.mark.parametrize("email", ["inconnue@exemple.test", "pas une adresse", "attente@exemple.test"])
def test_add_nobody(client, centre_user, cafe, pending, email):
    client.force_login(centre_user)
    response = client.post(address("add", cafe.pk), {"email": email})
    assert response.status_code == 200
    assert email in response.content.decode()
    assert not Registration.objects.exists()


def test_cancel_a_registration_asks_then_does(client, centre_user, cafe, fill):
    first, _, third = fill(cafe, 3)
    client.force_login(centre_user)
    client.get(address("cancel", first.pk))
    first.refresh_from_db()
    assert first.state == CONFIRMED
    client.post(address("cancel", first.pk))
    first.refresh_from_db()
    third.refresh_from_db()
    assert (first.state, third.state) == (CANCELLED, CONFIRMED)
    response = client.post(address("cancel", first.pk), follow=True)
    assert "n’est plus active" in response.content.decode()


def test_cancel_the_event_asks_then_does(client, centre_user, cafe, fill, mails):
    (first,) = fill(cafe, 1)
    client.force_login(centre_user)
    assert "1\u00a0personne" in client.get(address("cancel_event", cafe.pk)).content.decode()
    assert not EventPage.objects.get(pk=cafe.pk).is_cancelled
    response = client.post(address("cancel_event", cafe.pk), {"reason": "Une autre date suit."}, follow=True)
    assert "Le rendez-vous est annulé" in response.content.decode()
    state = EventState.objects.get(event=cafe)
    assert (state.cancellation_reason, state.cancelled_by) == ("Une autre date suit.", centre_user)
    assert mails(first.user)[-1] == "event_cancelled"
    again = client.post(address("cancel_event", cafe.pk), {"reason": "Encore"}, follow=True)
    assert "Ce rendez-vous est annulé." in again.content.decode()
    history = client.get(f"/admin/pages/{cafe.pk}/history/").content.decode()
    assert "Rendez-vous annulé" in history


def test_attendance(client, centre_user, tree, people, now):
    event = factories.make_cafe(tree.centre)
    first, second = (services.register(event=event, user=user, now=now) for user in people(2))
    client.force_login(centre_user)
    assert f"presence-{first.pk}" not in client.get(address("event", event.pk)).content.decode(), "not before"
    EventPage.objects.filter(pk=event.pk).update(
        start=now - dt.timedelta(hours=2), end=now - dt.timedelta(hours=1)
    )
    assert f"presence-{first.pk}" in client.get(address("event", event.pk)).content.decode()
    client.post(
        address("event", event.pk),
        {
            f"presence-{first.pk}": "present",
            f"presence-{second.pk}": "n’importe",
            "presence-999999": "present",
        },
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.attendance, second.attendance) == ("present", "")


def test_attendance_before_the_start_is_refused(client, centre_user, cafe, fill):
    (first,) = fill(cafe, 1)
    client.force_login(centre_user)
    response = client.post(address("event", cafe.pk), {f"presence-{first.pk}": "present"}, follow=True)
    assert "pas encore commencé" in response.content.decode()
    first.refresh_from_db()
    assert first.attendance == ""


def test_an_anonymous_registration_still_counts(client, admin, cafe, fill):
    fill(cafe, 1)
    Registration.objects.update(user=None)
    client.force_login(admin)
    for page in (client.get(INDEX), client.get(address("event", cafe.pk))):
        assert "Anonyme" in page.content.decode()
