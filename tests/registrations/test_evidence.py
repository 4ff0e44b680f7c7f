"""The sign-in sheet kept for a funder: by decision, restricted, until its day, and never twice."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from portal.members.groups import ensure_avise_groups
from portal.members.models import Profile
from portal.members.privacy import erase_person
from portal.registrations import services
from portal.registrations.backoffice.evidence import sheet_of
from portal.registrations.jobs import forget, would_forget
from portal.registrations.models import EventPage, EventState, ExportRecord, Registration, SheetLine
from portal.registrations.privacy import export_registrations
from portal.registrations.services import keeping
from tests import factories

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State
DAY = dt.timedelta(days=1)
WHY = "FSE+, convention 2026"


@pytest.fixture
def editor(db):
    return factories.make_user("redaction@exemple.test", groups=[ensure_avise_groups()[0]])


@pytest.fixture
def administrator(db):
    return factories.make_user("gestion@exemple.test", groups=[ensure_avise_groups()[1]])


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture
def held(tree, now):
    """A session of ``days_ago``, with one person present, one absent and one who waited."""

    def make(days_ago):
        event = factories.make_cafe(tree.centre, title="Un café tenu", starts_in=-days_ago * DAY)
        people = [("Inès", "present", CONFIRMED), ("Karim", "absent", CONFIRMED), ("Paul", "", WAITING)]
        for name, attendance, state in people:
            user = factories.make_user(first_name=name, last_name="Fictif")
            Profile.objects.create(user=user, structure=f"Structure de {name}")
            Registration.objects.create(
                event=event, user=user, state=state, attendance=attendance, created_at=event.start
            )
        services.ensure_state(event)
        return event

    return make


def mark(event, by, until, now, reason=WHY):
    return services.mark_as_evidence(event=event, until=until, reason=reason, by=by, now=now)


# -- deciding


def test_avise_decides_and_says_why(held, editor, now, today):
    event = held(10)
    assert mark(event, editor, today + 900 * DAY, now).evidence_until == today + 900 * DAY
    entry = PageLogEntry.objects.get(action="registrations.evidence")
    assert (entry.user, entry.data["reason"]) == (editor, WHY)


@pytest.mark.parametrize("who", ["centre_user", "member"])
def test_nobody_else_does(held, request, now, today, who):
    event = held(10)
    with pytest.raises(services.MayNotMark):
        mark(event, request.getfixturevalue(who), today + DAY, now)
    with pytest.raises(services.MayNotMark):
        mark(event, None, today + DAY, now)
    assert EventState.objects.get(event=event).evidence_until is None


@pytest.mark.parametrize(
    ("days", "reason", "said"),
    [
        (900, "  ", "Dites en une phrase"),
        (-1, WHY, "Choisissez un jour à venir"),
        (4000, WHY, "dix ans au plus"),
    ],
)
def test_what_is_missing_is_said(held, editor, now, today, days, reason, said):
    event = held(10)
    with pytest.raises(services.EvidenceRefused, match=said):
        mark(event, editor, today + days * DAY, now, reason)
    assert EventState.objects.get(event=event).evidence_until is None


def test_it_is_kept_beyond_the_session_itself(cafe, editor, now, today):
    with pytest.raises(services.EvidenceRefused, match="après le rendez-vous"):
        mark(cafe, editor, today + DAY, now)
    assert mark(cafe, editor, timezone.localdate(cafe.end), now)


def test_it_is_too_late_once_the_names_are_gone(held, editor, now, today):
    event = held(366)
    forget(now)
    with pytest.raises(services.EvidenceRefused, match="déjà effacés"):
        mark(event, editor, today + DAY, now)


# -- keeping


def test_the_sheet_is_written_when_the_names_go_and_not_before(held, editor, now, today):
    event, other = held(366), held(366)
    mark(event, editor, today + 900 * DAY, now)
    assert not SheetLine.objects.exists()
    forget(now)
    line = SheetLine.objects.get()
    assert (line.event_id, line.name, line.structure, line.minutes) == (
        event.pk,
        "Inès Fictif",
        "Structure de Inès",
        90,
    )
    assert not Registration.objects.filter(event__in=[event, other], user__isnull=False).exists()
    forget(now)
    forget(now + DAY)
    assert SheetLine.objects.count() == 1


def test_a_mark_that_is_over_keeps_nothing(held, editor, now, today):
    event = held(366)
    mark(event, editor, today + DAY, now)
    forget(now + 2 * DAY)
    assert not SheetLine.objects.exists()


def test_a_cancelled_session_leaves_no_sheet(held, editor, now, today):
    event = held(366)
    mark(event, editor, today + 900 * DAY, now)
    EventState.objects.filter(event=event).update(cancelled_at=now)
    forget(now)
    assert not SheetLine.objects.exists()


def test_the_lines_and_the_names_go_together_or_not_at_all(held, editor, now, today, monkeypatch):
    event = held(366)
    mark(event, editor, today + 900 * DAY, now)

    def killed(registrations):
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "take_names_off", killed)
        with pytest.raises(OSError, match="killed"):
            forget(now)
    assert not SheetLine.objects.exists()
    assert Registration.objects.filter(event=event, user__isnull=False).count() == 3
    forget(now)
    assert SheetLine.objects.count() == 1


def test_who_has_herself_erased_stays_on_the_sheet_with_her_structure(held, editor, now, today):
    event = held(10)
    mark(event, editor, today + 900 * DAY, now)
    ines, karim = (Registration.objects.get(event=event, user__first_name=n).user for n in ("Inès", "Karim"))
    for person in (ines, karim):
        erase_person(user=person, by=person, now=now)
    line = SheetLine.objects.get()
    assert (line.name, line.structure) == ("Inès Fictif", "Structure de Inès")
    assert not Registration.objects.filter(user__in=[ines, karim]).exists()
    assert [one.name for one in sheet_of(event)] == ["Inès Fictif"]
    EventPage.objects.filter(pk=event.pk).update(start=event.start - 366 * DAY, end=event.end - 366 * DAY)
    forget(now)
    assert SheetLine.objects.count() == 1


def test_without_a_mark_an_erased_person_leaves_no_name(held, now):
    event = held(10)
    ines = Registration.objects.get(event=event, user__first_name="Inès").user
    erase_person(user=ines, by=ines, now=now)
    assert not SheetLine.objects.exists()
    assert sheet_of(event) == []


# -- deleting


def test_the_sheet_goes_the_night_after_its_day(held, editor, now, today):
    event = held(366)
    until = today + 30 * DAY
    mark(event, editor, until, now)
    forget(now)
    assert "0 ligne(s) d’émargement" in forget(now + 30 * DAY)
    assert SheetLine.objects.exists(), "its day is included"
    assert "1 ligne(s) d’émargement" in would_forget(now + 31 * DAY)
    assert SheetLine.objects.exists(), "a dry run deletes nothing"
    assert "1 ligne(s) d’émargement" in forget(now + 31 * DAY)
    assert not SheetLine.objects.exists()


def test_a_later_day_keeps_it_and_no_day_lets_it_go(held, editor, now, today):
    event = held(366)
    mark(event, editor, today + 30 * DAY, now)
    forget(now)
    mark(event, editor, today + 60 * DAY, now)
    forget(now + 31 * DAY)
    assert SheetLine.objects.exists()
    mark(event, editor, None, now, reason="")
    assert PageLogEntry.objects.filter(action="registrations.no_evidence").exists()
    forget(now + 31 * DAY)
    assert not SheetLine.objects.exists()


# -- reading


def test_one_right_reads_it_and_no_other(
    client, held, editor, administrator, centre_user, member, now, today
):
    event = held(10)
    mark(event, editor, today + 900 * DAY, now)
    address = reverse("inscriptions:sheet", args=[event.pk])
    for user in (editor, centre_user, member):
        client.force_login(user)
        assert client.get(address).status_code == 302
    assert not ExportRecord.objects.exists()
    client.force_login(administrator)
    page = client.get(address).content.decode()
    assert "Inès Fictif" in page
    assert "Structure de Inès" in page
    assert "Karim" not in page
    record = ExportRecord.objects.get()
    assert (record.user, record.rows) == (administrator, 1)
    assert "Un café tenu" in record.what
    assert "Inès" not in record.what


def test_the_sheet_reads_the_same_once_the_names_are_gone(held, editor, now, today):
    event = held(366)
    mark(event, editor, today + 900 * DAY, now)
    before = sheet_of(event)
    forget(now)
    assert sheet_of(event) == before


# -- the screen


def test_from_the_page_of_the_event(client, held, editor, now, today):
    event = held(10)
    client.force_login(editor)
    address = reverse("inscriptions:evidence", args=[event.pk])
    assert address in client.get(reverse("inscriptions:event", args=[event.pk])).content.decode()
    assert client.get(address).status_code == 200
    page = client.post(address, {"until": str(today - DAY), "reason": WHY}).content.decode()
    assert "Choisissez un jour à venir" in page
    client.post(address, {"until": str(today + 30 * DAY), "reason": WHY})
    assert EventState.objects.get(event=event).evidence_until == today + 30 * DAY
    client.post(address, {"action": "remove"})
    assert EventState.objects.get(event=event).evidence_until is None


def test_a_centre_is_not_offered_it(client, held, centre_user, today):
    event = held(10)
    client.force_login(centre_user)
    address = reverse("inscriptions:evidence", args=[event.pk])
    assert address not in client.get(reverse("inscriptions:event", args=[event.pk])).content.decode()
    assert client.get(address).status_code == 302
    client.post(address, {"until": str(today + DAY), "reason": WHY})
    assert EventState.objects.get(event=event).evidence_until is None


def test_whoever_registers_is_told(client, cafe, member, editor, now):
    mark(cafe, editor, timezone.localdate(cafe.end) + 300 * DAY, now)
    client.force_login(member)
    said = "gardée jusqu’au"
    assert said in client.get(reverse("registrations:register", args=[cafe.pk])).content.decode()
    services.register(event=cafe, user=member, now=now)
    assert said in client.get(reverse("registrations:registered", args=[cafe.pk])).content.decode()


def test_a_person_takes_away_what_is_kept_of_her(cafe, member, editor, now):
    until = timezone.localdate(cafe.end) + 300 * DAY
    mark(cafe, editor, until, now)
    services.register(event=cafe, user=member, now=now)
    services.record_export(what="Inscriptions : toutes", rows=3, by=member, now=now)
    taken = export_registrations(member)
    assert taken["inscriptions"][0]["emargement_garde_jusqu_au"] == until.isoformat()
    assert taken["listes_exportees"] == [
        {"le": now.isoformat(), "quoi": "Inscriptions : toutes", "lignes": 3}
    ]


def test_who_took_a_list_stays_written_under_no_name(member, now):
    services.record_export(what="Inscriptions : toutes", rows=3, by=member, now=now)
    erase_person(user=member, by=member, now=now)
    record = ExportRecord.objects.get()
    assert "adherente" not in str(record.user)
    assert "Inès" not in str(record.user)
