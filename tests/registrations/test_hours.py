"""The log of hours and its attestations: whose, of what, and what they do not say."""

import builtins
import datetime as dt
import re
import zlib
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.base import pdf
from portal.base.models import PortalSettings
from portal.registrations import attestations, hours
from portal.registrations.models import AttendanceRecord, Cycle, EventPage, EventState
from portal.registrations.services import anonymise_old_registrations
from tests import factories

pytestmark = pytest.mark.django_db
PARIS = timezone.get_default_timezone()
needs_weasyprint = pytest.mark.skipif(not pdf.is_available(), reason="WeasyPrint is not installed")


def at(year, month, day, hour=9, minute=30) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=PARIS)


@pytest.fixture
def attended(tree, member):
    """The member was present at a session: ``attended(at(2025, 3, 4), minutes=90, title=…)``."""

    def make(start, attendance="present", user=member, **fields):
        event = factories.make_cafe(tree.centre, start=start, **fields)
        return factories.make_registration(event, user, attendance=attendance)

    return make


@pytest.fixture
def training(attended):
    """A training of two days, on two pages of one cycle."""
    cycle = Cycle.objects.create(title="Lire des comptes", slug="lire-des-comptes")
    fields = {
        "format": "formation",
        "gives_certificate": True,
        "objectives": "<ul><li>Situer un besoin en fonds de roulement</li></ul>",
        "cycle": cycle,
        "minutes": 390,
    }
    return [
        attended(at(2025, 5, 13), title="Lire des comptes, premier jour", **fields),
        attended(at(2025, 5, 20), title="Lire des comptes, second jour", **fields),
    ]


# -- the log


def test_a_year_counts_what_was_attended(attended, member):
    attended(at(2025, 3, 4), minutes=90)
    attended(at(2025, 6, 4), minutes=45)
    attended(at(2024, 6, 4), minutes=60)
    attended(at(2025, 7, 4), attendance="absent")
    attended(at(2025, 8, 4), attendance="")
    attended(at(2025, 9, 4), user=factories.make_user())
    assert hours.years_of(member) == [hours.Year(2025, 2, 135), hours.Year(2024, 1, 60)]
    assert [line.minutes for line in hours.attended_in(member, 2025)] == [90, 45]


def test_a_session_cancelled_afterwards_counts_for_nothing(attended, member):
    row = attended(at(2025, 3, 4))
    EventState.objects.update_or_create(event=row.event, defaults={"cancelled_at": timezone.now()})
    assert hours.years_of(member) == []
    assert hours.attended_in(member, 2025) == []


def test_a_year_is_that_of_paris(attended, member):
    # Half past midnight in Paris on 1 January is still December in UTC.
    attended(at(2025, 1, 1, 0, 30))
    assert [year.year for year in hours.years_of(member)] == [2025]
    assert len(hours.attended_in(member, 2025)) == 1
    assert hours.attended_in(member, 2024) == []


def test_once_anonymised_the_day_and_its_hours_stay(attended, member):
    attended(at(2023, 3, 4), minutes=90, title="Une situation de 2023")
    before = hours.years_of(member)
    anonymise_old_registrations(now=timezone.now())
    assert hours.years_of(member) == before == [hours.Year(2023, 1, 90)]
    (line,) = hours.attended_in(member, 2023)
    assert (line.date, line.minutes, line.event) == (dt.date(2023, 3, 4), 90, None)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (at(2025, 3, 4, 9), at(2025, 3, 4, 17), 480),
        (at(2025, 3, 4, 23), at(2025, 3, 5, 1), 120),
        (at(2025, 3, 4, 9), at(2025, 3, 5, 17), 840),
        (at(2025, 3, 4, 14), at(2025, 3, 6, 12), 1260),
        # The clocks go forward: what lasts is what is lived.
        (at(2025, 3, 30, 1), at(2025, 3, 30, 4), 120),
    ],
)
def test_nobody_attends_the_night(start, end, minutes):
    assert EventPage(start=start, end=end).minutes == minutes


def test_the_log_takes_as_many_queries_for_many_sessions(attended, member, django_assert_max_num_queries):
    for day in range(1, 9):
        attended(at(2025, 3, day))
    with django_assert_max_num_queries(4):
        assert len([line.event.centre_title for line in hours.attended_in(member, 2025)]) == 8
    with django_assert_max_num_queries(2):
        hours.years_of(member)


def test_the_pages_show_them(client, attended, member):
    attended(at(2025, 3, 4), minutes=90, title="Dix jours avant la paie")
    AttendanceRecord.objects.create(user=member, date=dt.date(2025, 2, 1), minutes=60)
    client.force_login(member)
    space = client.get("/mon-espace/").text
    assert reverse("registrations:hours", args=[2025]) in space
    page = client.get(reverse("registrations:hours", args=[2025])).text
    assert "Dix jours avant la paie" in page
    assert "Rendez-vous du réseau" in page
    assert "2\u00a0h\u00a030" in page


def test_an_empty_year_is_no_page(client, attended, member):
    attended(at(2025, 3, 4))
    client.force_login(member)
    for year in (2024, 1999, 2999):
        assert client.get(f"/mon-espace/heures/{year}/").status_code == 404
        assert client.get(f"/mon-espace/heures/{year}/attestation.pdf").status_code == 404
    assert client.get("/mon-espace/heures/12025/").status_code == 404


def test_the_panel_waits_for_the_first_time(client, member):
    client.force_login(member)
    assert "Mes heures" not in client.get("/mon-espace/").text


def test_hours_are_ones_own(client, attended):
    attended(at(2025, 3, 4))
    assert client.get("/mon-espace/heures/2025/").status_code == 302
    client.force_login(factories.make_user())
    for name in ("hours", "attestation", "attestation_pdf"):
        assert client.get(reverse(f"registrations:{name}", args=[2025])).status_code == 404


# -- the attestation of a year


def test_the_attestation_says_who_when_how_long_and_who_organised(client, attended, member):
    attended(at(2025, 3, 4), minutes=90, title="Dix jours avant la paie", confidentiality="ouvert")
    client.force_login(member)
    page = client.get(reverse("registrations:attestation", args=[2025])).text
    assert "Inès Exemple" in page
    assert "4 mars 2025" in page
    assert "1\u00a0h\u00a030" in page
    assert "Dix jours avant la paie" in page
    assert "CRDLA Financement" in page
    assert "Avise" in page
    assert f"Établie le {timezone.localdate().day}" in page


def test_between_peers_it_says_nothing_of_the_subject(client, attended, member):
    attended(
        at(2025, 3, 4),
        title="Le bureau se déchire",
        format="codeveloppement",
        confidentiality="entre-pairs",
    )
    client.force_login(member)
    page = client.get(reverse("registrations:attestation", args=[2025])).text
    assert "Séance entre pairs" in page
    for word in ("Le bureau se déchire", "Codéveloppement", "CRDLA Financement"):
        assert word not in page
    log = client.get(reverse("registrations:hours", args=[2025])).text
    assert "Le bureau se déchire" in log, "her own log is her own"


# -- the attestation of a training


def test_a_training_has_its_own_with_its_objectives(client, training, member):
    client.force_login(member)
    log = client.get(reverse("registrations:hours", args=[2025])).text
    address = reverse("registrations:training_attestation", args=[training[0].pk])
    assert address in log or address.replace("/attestation/", "/attestation.pdf") in log
    page = client.get(address).text
    assert "Lire des comptes" in page
    assert page.count("Situer un besoin en fonds de roulement") == 1, "said once for both days"
    assert "13 mai 2025" in page
    assert "20 mai 2025" in page
    assert "13\u00a0h" in page


def test_only_the_days_that_she_attended_are_attested(training, member):
    training[1].attendance = "absent"
    training[1].save()
    (day,) = hours.training_of(member, training[0].pk)
    assert day.date == dt.date(2025, 5, 13)
    assert hours.training_of(member, training[1].pk) == []


@pytest.mark.parametrize("what", ["not hers", "no certificate", "forged"])
def test_no_other_training_is_attested(client, training, attended, member, what):
    pk = training[0].pk
    if what == "not hers":
        client.force_login(factories.make_user())
    else:
        client.force_login(member)
        pk = attended(at(2025, 6, 4)).pk if what == "no certificate" else 999_999
    for name in ("training_attestation", "training_attestation_pdf"):
        assert client.get(reverse(f"registrations:{name}", args=[pk])).status_code == 404


def test_a_training_between_peers_keeps_its_objectives_to_itself(training, member):
    EventPage.objects.update(confidentiality="entre-pairs")
    dates = hours.training_of(member, training[0].pk)
    attestation = attestations.of_training(member, dates, today=dt.date(2025, 6, 1))
    html = attestation.html(styles="", portal=PortalSettings())
    assert "Séance entre pairs" in html
    assert "fonds de roulement" not in html
    assert "Lire des comptes" not in html


# -- the PDF


def structure_of(content: bytes) -> bytes:
    """The PDF with its compressed streams inflated: tags and metadata may be in object streams."""
    parts = [content]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


@needs_weasyprint
def test_the_pdf_is_tagged_in_french_and_titled(client, attended, member):
    attended(at(2025, 3, 4), confidentiality="ouvert")
    client.force_login(member)
    answer = client.get(reverse("registrations:attestation_pdf", args=[2025]))
    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="attestation-2025.pdf"' in answer["Content-Disposition"]
    assert answer["Cache-Control"].startswith("max-age=0")
    assert answer.content.startswith(b"%PDF-1.7")
    structure = structure_of(answer.content)
    for tag in (b"/StructTreeRoot", b"/MarkInfo", b"/H1", b"/Table", b"/TH", b"pdfuaid"):
        assert tag in structure, tag
    assert re.search(rb"/Lang ?\(fr\)", structure)
    assert b"/DisplayDocTitle true" in structure
    assert "Attestation de participation".encode("utf-16-be") in structure or (
        b"Attestation de participation" in structure
    )


@needs_weasyprint
def test_the_pdf_embeds_the_portals_fonts(attended, member):
    attended(at(2025, 3, 4))
    lines = hours.attended_in(member, 2025)
    attestation = attestations.of_year(member, 2025, lines, today=dt.date(2026, 1, 5))
    structure = structure_of(attestation.pdf(portal=PortalSettings()))
    assert b"/FontFile" in structure
    assert re.search(rb"/FontName ?/[A-Z]{6}\+\S*Atkinson", structure)
    assert re.search(rb"/FontName ?/[A-Z]{6}\+\S*Bricolage", structure)


@needs_weasyprint
def test_the_pdf_fetches_nothing_but_static_files(tmp_path, monkeypatch):
    secret = tmp_path / "secret.css"
    secret.write_text("h1 { color: red }")
    asked = []
    read = pdf.static_path

    def note(url):
        asked.append(url)
        return read(url)

    monkeypatch.setattr(pdf, "static_path", note)
    with mock.patch("socket.socket.connect", side_effect=AssertionError("the network")):
        content = pdf.pdf_of(
            "<html lang='fr'><title>T</title>"
            f"<link rel='stylesheet' href='file://{secret}'>"
            "<link rel='stylesheet' href='https://example.org/a.css'>"
            "<link rel='stylesheet' href='portal/css/attestation.css'>"
            "<h1>T</h1></html>"
        )
    assert content.startswith(b"%PDF")
    assert f"file://{secret}" in asked
    assert pdf.STATIC_FILES + "portal/css/attestation.css" in asked


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/portal/css/attestation.css",
        "file:///etc/passwd",
        "data:text/css,h1{}",
        pdf.STATIC_FILES + "../../settings/base.py",
        pdf.STATIC_FILES + "%2e%2e/settings/base.py",
        pdf.STATIC_FILES + "portal/css/absent.css",
    ],
)
def test_only_the_portals_files_have_a_path(url):
    with pytest.raises(ValueError, match="static file"):
        pdf.static_path(url)


@pytest.fixture
def no_weasyprint(monkeypatch):
    """As on a machine where Pango is missing: the import itself fails."""
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.split(".")[0] == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    pdf._weasyprint.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    yield
    pdf._weasyprint.cache_clear()


@pytest.mark.usefixtures("no_weasyprint")
def test_without_its_libraries_the_page_is_to_print(client, attended, member, training):
    client.force_login(member)
    assert not pdf.is_available()
    log = client.get(reverse("registrations:hours", args=[2025])).text
    assert "à imprimer" in log
    assert "attestation.pdf" not in log
    for name, key in (("attestation", 2025), ("training_attestation", training[0].pk)):
        asked = client.get(reverse(f"registrations:{name}_pdf", args=[key]))
        assert asked.status_code == 302
        page = client.get(asked["Location"])
        assert page.status_code == 200
        assert "imprimez cette page" in page.text
        assert "Inès Exemple" in page.text
