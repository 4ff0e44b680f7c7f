"""The figures of a year, how they are frozen, and the annual page that shows them."""

import datetime as dt
import io
import json
import re

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from openpyxl import load_workbook

from portal.members.models import Fonction, Profile, RosterEntry
from portal.registrations import services
from portal.registrations.models import EventState, ExportRecord, Registration, SheetLine, YearFigures
from portal.registrations.services import anonymise_old_registrations
from portal.registrations.yearly import report_of
from tests import factories

pytestmark = pytest.mark.django_db
PARIS = timezone.get_default_timezone()
NBSP = "\u00a0"
SMALL = f"moins de{NBSP}5"
YEAR = 2025
#: Some time after the year that the tests speak of.
LATER = dt.datetime(2026, 3, 1, tzinfo=PARIS)


def at(month, day, year=YEAR, hour=9) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=PARIS)


@pytest.fixture
def network(taxonomy):
    """People of the roster, with an account: ``network("bretagne", 6)``."""

    def make(region, number):
        place = getattr(taxonomy, region)
        people = [factories.make_user() for _ in range(number)]
        for person in people:
            Profile.objects.create(user=person, region=place)
            RosterEntry.objects.create(
                email=person.email,
                name=f"Personne {person.pk}",
                fonction=Fonction.CHARGEE,
                region=place,
                imported_at=LATER,
                user=person,
            )
        return people

    return make


@pytest.fixture
def held(tree):
    """A session that took place: ``held(at(3, 4), present=[…], absent=[…], unknown=[…], …)``."""

    def make(start, present=(), absent=(), unknown=(), make_event=factories.make_cafe, **fields):
        centre = fields.pop("centre", tree.centre)
        event = make_event(centre, start=start, **fields)
        for attendance, people in (("present", present), ("absent", absent), ("", unknown)):
            for person in people:
                factories.make_registration(event, person, attendance=attendance)
        return event

    return make


def figures(year=YEAR, now=LATER):
    return services.figures_of(year=year, now=now)


def report(year=YEAR, now=LATER):
    return report_of(year=year, now=now)


def said(shown, name, before=False):
    figure = next(figure for figure in shown.figures if figure.name == name)
    return (figure.before if before else figure.value).text


def table(shown, name):
    found = next(table for table in shown.tables if table.name == name)
    return {row.label: [value.text for value in values_of(row)] for row in found.rows}


def values_of(row):
    """This year and the one before, cell by cell."""
    return [value for cell in row.cells for value in (cell.now, cell.before) if value is not None]


# -- what is counted


def test_sessions_people_hours_presences(held, network, taxonomy, tree):
    people = network("bretagne", 7)
    outside = factories.make_user()
    held(at(3, 4), present=[*people[:5], outside], absent=people[5:6], themes=[taxonomy.tresorerie])
    held(at(4, 4), present=people[:2], unknown=people[2:4], minutes=60, format="codeveloppement")
    held(at(5, 4), make_event=factories.make_webinar, minutes=45)
    found = figures()
    assert (found["sessions"], found["people"], found["people_outside"], found["roster"]) == (3, 5, 1, 7)
    assert (found["registrations"], found["presences"], found["registrations_noted"]) == (11, 8, 11)
    assert found["minutes"] == 6 * 90 + 2 * 60
    assert found["kinds"] == [
        {"label": "Café difficultés", "sessions": 1, "registrations": 7, "presences": 6},
        {"label": "Codéveloppement", "sessions": 1, "registrations": 4, "presences": 2},
        {"label": "Webinaire", "sessions": 1, "registrations": 0, "presences": 0},
    ]
    assert found["themes"][0] == {
        "label": "Sans thème",
        "sessions": 2,
        "registrations": 4,
        "presences": 2,
    }
    assert found["centres"] == [
        {"label": tree.centre.title, "sessions": 3, "registrations": 11, "presences": 8}
    ]
    assert found["regions"] == [{"label": "Bretagne", "people": 5, "roster": 7}]


@pytest.mark.parametrize("what", ["cancelled", "draft", "to come", "another year"])
def test_what_did_not_take_place_is_not_counted(held, network, what):
    start = at(12, 31, year=2024, hour=23) if what == "another year" else at(3, 4)
    people = network("bretagne", 5)
    event = held(start, live=what != "draft", present=[] if what == "draft" else people)
    now = LATER
    if what == "cancelled":
        EventState.objects.update_or_create(event=event, defaults={"cancelled_at": LATER})
    elif what == "to come":
        now = event.end - dt.timedelta(minutes=1)
    assert (figures(now=now)["sessions"], figures(now=now)["presences"]) == (0, 0)


def test_a_session_taken_off_line_afterwards_still_took_place(held, network):
    event = held(at(3, 4), present=network("bretagne", 5))
    event.unpublish()
    assert figures()["sessions"] == 1


def test_a_year_is_that_of_paris(held, network):
    # In UTC it is still 31 December 2024.
    held(at(1, 1, hour=0), present=network("bretagne", 5))
    assert (figures()["sessions"], figures(2024)["sessions"]) == (1, 0)


def test_presence_counts_where_it_was_noted(held, network):
    people = network("bretagne", 10)
    held(at(3, 4), present=people[:6], absent=people[6:8])
    held(at(4, 4), unknown=people)
    found = figures()
    assert (found["registrations"], found["registrations_noted"]) == (18, 8)
    assert found["sessions_without_attendance"] == 1
    assert said(report(), "presence_rate") == f"75{NBSP}%"


def test_without_a_roster_the_members_are_the_network(held, taxonomy):
    people = [factories.make_user() for _ in range(6)]
    Profile.objects.create(user=people[0], region=taxonomy.bretagne)
    pending = factories.make_user(approved=False)
    held(at(3, 4), present=[*people[:5], pending])
    found = figures()
    assert (found["roster_basis"], found["roster"], found["people"], found["people_outside"]) == (
        "comptes",
        6,
        5,
        1,
    )
    assert "comptes validés" in report().roster_note
    assert [row["label"] for row in found["regions"]] == ["Bretagne", "Région non indiquée"]


def test_expected_people_without_an_account_are_of_the_network(held, network, taxonomy):
    held(at(3, 4), present=network("bretagne", 5))
    for number in range(5):
        RosterEntry.objects.create(
            email=f"invitee{number}@exemple.test",
            name="Sans compte",
            fonction=Fonction.CHARGEE,
            region=taxonomy.guyane,
            imported_at=LATER,
        )
    found = figures()
    assert (found["people"], found["roster"]) == (5, 10)
    assert found["regions"][1] == {"label": "Guyane", "people": 0, "roster": 5}
    assert said(report(), "people_rate") == f"50{NBSP}%"


def test_people_whose_names_are_gone_are_still_counted(held, network):
    held(at(3, 4), present=network("bretagne", 6), minutes=60)
    before = figures(now=LATER)
    anonymise_old_registrations(now=at(6, 1, year=2027))
    assert not Registration.objects.exclude(user=None).exists()
    YearFigures.objects.all().delete()
    after = figures(now=at(6, 1, year=2027))
    assert after == before


def test_the_sheets_kept_for_a_funder(held, network):
    people = network("bretagne", 7)
    kept = held(at(3, 4), present=people[:5])
    held(at(4, 4), present=people)
    EventState.objects.update_or_create(event=kept, defaults={"evidence_until": dt.date(2031, 1, 1)})
    assert figures()["evidence"] == {"sessions": 1, "signatures": 5}
    # A name is on the registration or on the sheet.
    registration = kept.registrations.first()
    SheetLine.objects.create(event_id=kept.pk, name=str(registration.user), minutes=90)
    Registration.objects.filter(pk=registration.pk).update(user=None)
    assert figures()["evidence"] == {"sessions": 1, "signatures": 5}
    EventState.objects.update(evidence_until=dt.date(2025, 12, 31))
    assert figures()["evidence"] == {"sessions": 0, "signatures": 0}


def test_as_many_queries_for_many_sessions(held, network, taxonomy, django_assert_max_num_queries):
    people = network("bretagne", 5)
    for day in range(1, 8):
        held(at(3, day), present=people, themes=[taxonomy.tresorerie, taxonomy.gouvernance])
    held(at(5, 4), make_event=factories.make_webinar)
    with django_assert_max_num_queries(13):
        assert figures()["sessions"] == 8


# -- frozen


def test_a_year_is_frozen_once_and_for_all(held, network):
    held(at(3, 4), present=network("bretagne", 6))
    frozen = services.freeze_year(year=YEAR, now=LATER)
    assert frozen.figures == figures()
    Registration.objects.all().delete()
    again = services.freeze_year(year=YEAR, now=LATER + dt.timedelta(days=30))
    assert (again.pk, again.figures, again.frozen_at) == (frozen.pk, frozen.figures, LATER)
    assert services.figures_for(year=YEAR, now=LATER) == (frozen.figures, LATER)
    assert YearFigures.objects.count() == 1


def test_never_before_it_is_over():
    last_moment = dt.datetime(2026, 1, 1, tzinfo=PARIS) - dt.timedelta(seconds=1)
    with pytest.raises(services.YearNotOver):
        services.freeze_year(year=YEAR, now=last_moment)
    assert not YearFigures.objects.exists()
    assert services.freeze_year(year=YEAR, now=last_moment + dt.timedelta(seconds=1))


def test_what_is_frozen_is_json_and_names_nobody(held, network):
    people = network("bretagne", 6)
    held(at(3, 4), present=people)
    services.freeze_year(year=YEAR, now=LATER)
    text = json.dumps(YearFigures.objects.get().figures)
    for person in people:
        assert person.email not in text
        assert f"Personne {person.pk}" not in text
    assert not re.search(r"@|user|email", text)


def test_figures_are_frozen_before_the_first_name_goes(held, network):
    held(at(3, 4), present=network("bretagne", 6))
    anonymise_old_registrations(now=at(3, 5, year=2026))
    assert YearFigures.objects.get(year=YEAR).figures["people"] == 6


# -- as they are shown


def test_small_counts_are_hidden_with_what_would_give_them_back(held, network):
    bretagne, guyane = network("bretagne", 12), network("guyane", 9)
    held(at(3, 4), present=[*bretagne, *guyane[:3]])
    shown = report()
    assert said(shown, "people") == "15"
    rows = table(shown, "regions")
    assert rows["Guyane"][0] == SMALL
    assert rows["Bretagne"][0] == "masqué", "15 less 12 would give it back"
    assert shown.hides_something
    assert rows["Guyane"][2] == "9", "the roster hides nothing by itself"


def test_what_is_hidden_is_in_no_cell_of_the_report(held, network):
    held(at(3, 4), present=network("bretagne", 12), format="cafe")
    held(at(4, 4), present=network("guyane", 3), format="codeveloppement", minutes=120)
    shown = report()
    for found in shown.tables:
        for row in found.rows:
            for value in values_of(row):
                assert value.number is None or not value.is_hidden
                assert value.text != "3"
    assert table(shown, "kinds")["Codéveloppement"][4] == SMALL
    assert table(shown, "kinds")["Café difficultés"][4] == "masqué"


def test_hours_are_rounded_where_they_would_give_a_count_back(held, network):
    held(at(3, 4), present=network("bretagne", 12), minutes=90)
    assert said(report(), "hours") == "18"
    held(at(4, 4), present=network("guyane", 3), minutes=120, format="codeveloppement")
    shown = report()
    assert said(shown, "hours") == "environ 20"
    assert shown.rounds_hours


def test_a_bar_does_not_tell_what_its_cell_hides(held, network):
    held(at(3, 4), present=[*network("bretagne", 12), *network("guyane", 3)])
    regions = next(table for table in report().tables if table.name == "regions")
    assert {row.share for row in regions.rows} == {0}


def test_a_handful_of_people_is_no_figure(held, network):
    held(at(3, 4), present=network("bretagne", 3))
    shown = report()
    assert said(shown, "people") == said(shown, "presences") == said(shown, "hours") == SMALL
    assert said(shown, "people_rate") == said(shown, "presence_rate") == "masqué"
    assert said(shown, "sessions") == "1", "sessions are not people"


def test_the_year_before_is_beside_it(held, network):
    people = network("bretagne", 9)
    held(at(3, 4), present=people)
    held(at(3, 4, year=2024), present=people[:6], format="seminaire")
    shown = report()
    assert (said(shown, "people"), said(shown, "people", before=True)) == ("9", "6")
    assert table(shown, "kinds")["Séminaire"] == ["0", "1", "0", "6", "0", "6"]


def test_a_year_without_people_has_no_rate(held):
    held(at(3, 4))
    shown = report()
    assert said(shown, "presence_rate") == "–"
    assert said(shown, "people") == "0"


# -- who reads it


def reader(fonction="", **fields):
    user = factories.make_user(**fields)
    Profile.objects.create(user=user, fonction=fonction)
    return user


@pytest.mark.parametrize("fonction", [Fonction.PILOTE, Fonction.AVISE])
def test_pilots_and_avise_read_it(client, tree, fonction):
    client.force_login(reader(fonction))
    page = client.get("/bilan/")
    assert page.status_code == 302
    assert client.get(page["Location"]).status_code == 200
    assert "Le bilan de l’année" in client.get("/mon-espace/").text


def test_a_right_opens_it(client, tree):
    user = reader(Fonction.CHARGEE)
    user.user_permissions.add(Permission.objects.get(codename="view_yearfigures"))
    client.force_login(user)
    assert client.get("/bilan/", follow=True).status_code == 200


@pytest.mark.parametrize("who", ["adviser", "pending pilot", "closed", "stranger"])
def test_others_do_not(client, tree, who):
    if who == "adviser":
        client.force_login(reader(Fonction.CHARGEE))
    elif who == "pending pilot":
        client.force_login(reader(Fonction.PILOTE, approved=False))
    elif who == "closed":
        client.force_login(reader(Fonction.PILOTE, is_active=False))
    year = timezone.localdate().year
    expected = 302 if who in ("stranger", "closed") else 403
    for address in ("/bilan/", f"/bilan/{year}/", f"/bilan/{year}.xlsx"):
        assert client.get(address).status_code == expected, address
    assert not ExportRecord.objects.exists()


def test_a_year_that_was_not_is_no_page(client, held, network):
    held(at(3, 4), present=network("bretagne", 5))
    client.force_login(reader(Fonction.PILOTE))
    this_year = timezone.localdate().year
    assert client.get(f"/bilan/{YEAR}/").status_code == 200
    for year in (YEAR - 1, this_year + 1, 1000, 2999):
        assert client.get(f"/bilan/{year}/").status_code == 404
        assert client.get(f"/bilan/{year}.xlsx").status_code == 404


def test_the_page_says_whether_its_figures_may_still_move(client, held, network):
    held(at(3, 4), present=network("bretagne", 6))
    client.force_login(reader(Fonction.PILOTE))
    assert "provisoires" in client.get(f"/bilan/{YEAR}/").text
    services.freeze_year(year=YEAR, now=LATER)
    page = client.get(f"/bilan/{YEAR}/").text
    assert "arrêtés le 1er mars 2026" in page
    assert "provisoires" not in page


# -- the workbook


def sheets_of(answer):
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_the_workbook_holds_what_the_page_shows(client, held, network):
    held(at(3, 4), present=[*network("bretagne", 12), *network("guyane", 3)])
    user = reader(Fonction.PILOTE)
    client.force_login(user)
    answer = client.get(f"/bilan/{YEAR}.xlsx")
    assert f'filename="bilan-{YEAR}.xlsx"' in answer["Content-Disposition"]
    sheets = sheets_of(answer)
    assert list(sheets) == ["Synthèse", "Par format", "Par région", "Par thème", "Par centre"]
    rows = {row[0]: row[1:] for row in sheets["Par région"]}
    assert rows["Guyane"][0] == "moins de 5"
    assert rows["Bretagne"][0] == "masqué"
    summary = {row[0]: row[1:] for row in sheets["Synthèse"]}
    assert summary["Personnes du réseau touchées"][0] == 15
    record = ExportRecord.objects.get()
    assert (record.user, str(YEAR) in record.what) == (user, True)
    assert record.rows > 10


def test_no_label_passes_for_a_formula(client, held, network, taxonomy):
    taxonomy.tresorerie.label = "=HYPERLINK(1)"
    taxonomy.tresorerie.save()
    held(at(3, 4), present=network("bretagne", 6), themes=[taxonomy.tresorerie])
    client.force_login(reader(Fonction.PILOTE))
    sheets = sheets_of(client.get(f"/bilan/{YEAR}.xlsx"))
    assert sheets["Par thème"][1][0] == "'=HYPERLINK(1)"


def test_reading_the_page_is_not_an_export(client, held, network):
    held(at(3, 4), present=network("bretagne", 6))
    client.force_login(reader(Fonction.PILOTE))
    client.get(f"/bilan/{YEAR}/")
    assert not ExportRecord.objects.exists()
