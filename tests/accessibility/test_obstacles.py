"""« Signaler un obstacle »: written, told, acknowledged, answered, forgotten."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accessibility import services
from portal.accessibility.addresses import NotOurs, own_page
from portal.accessibility.models import ObstacleReport
from portal.background.jobs import job_named
from portal.background.services import run_due_jobs
from portal.base.models import PortalSettings
from portal.members import privacy
from portal.members.groups import ensure_avise_groups
from portal.notifications.models import OutgoingMessage
from portal.notifications.reading import read
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ADDRESS = "/accessibilite/signaler/"
TYPED = {"page": "/agenda/", "tried": "Lire le mois.", "blocked": "Le focus se perd.", "website": ""}
HER = "lectrice@exemple.test"


@pytest.fixture(autouse=True)
def outbox(settings, tree):
    settings.EMAIL_BACKEND = "portal.notifications.backend.OutboxBackend"
    identity = PortalSettings.for_site(tree.home.get_site())
    identity.contact_email = "contact@exemple.test"
    identity.save()
    return identity


@pytest.fixture
def editor(tree):
    editors, _ = ensure_avise_groups()
    return factories.make_user("redaction@exemple.test", groups=[editors])


def report(**fields) -> ObstacleReport:
    values = {"tried": "Lire.", "blocked": "Rien.", "page": "/agenda/", "user": None, "now": NOW}
    return services.report_obstacle(**{**values, **fields})


def sent(kind: str) -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(kind=kind).order_by("pk"))


# --- The address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/agenda/", "/agenda/"),
        (" /agenda/?mois=2026-11 ", "/agenda/"),
        ("http://testserver/urgence/#qui-appeler", "/urgence/"),
        ("testserver/urgence/", "/urgence/"),
        ("/nulle-part/", "/nulle-part/"),
        ("/lettre/quitter/abc:def/", "/lettre/quitter/…/"),
    ],
)
def test_a_page_of_ours_is_kept_without_what_is_personal(typed, kept):
    assert own_page(typed, host="testserver") == kept


@pytest.mark.parametrize(
    "typed",
    ["", "//ailleurs.example/", "https://ailleurs.example/", "javascript:alert(1)", "agenda", "/" + "a" * 300,
     "/a\x00b/", "http://[", "testserver.example/x/"],
)  # fmt: skip
def test_a_page_elsewhere_is_not_ours(typed):
    with pytest.raises(NotOurs):
        own_page(typed, host="testserver")


# --- The form


def test_the_form_knows_the_page_one_comes_from(client):
    page = client.get(ADDRESS, {"page": "/urgence/?departement=35"})
    assert page.status_code == 200
    assert page.context["form"].initial == {"page": "/urgence/"}


@pytest.mark.parametrize("page", ["https://ailleurs.example/", "\x00", "a" * 5000])
def test_a_page_that_is_not_ours_is_not_repeated(client, page):
    response = client.get(ADDRESS, {"page": page})
    assert response.status_code == 200
    assert "page" not in response.context["form"].initial


def test_anyone_reports_and_nothing_is_written_by_a_get(client):
    client.get(ADDRESS)
    assert not ObstacleReport.objects.exists()
    response = client.post(ADDRESS, {**TYPED, "aid": "Clavier", "email": HER}, follow=True)
    assert "sous une semaine" in response.content.decode()
    written = ObstacleReport.objects.get()
    assert (written.page, written.tried, written.blocked, written.aid, written.email, written.user) == (
        "/agenda/", "Lire le mois.", "Le focus se perd.", "Clavier", HER, None,
    )  # fmt: skip
    assert written.state == ObstacleReport.State.RECEIVED


def test_without_an_address_no_answer_is_promised(client):
    response = client.post(ADDRESS, TYPED, follow=True)
    assert "C’est transmis." in response.content.decode()
    assert "nous vous répondons sous une semaine, à l’adresse" not in response.content.decode()
    assert not sent("obstacle_received")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tried": ""}, "ce que vous cherchiez à faire"),
        ({"blocked": " "}, "ce qui vous a bloqué·e"),
        ({"page": "https://ailleurs.example/"}, "pas une adresse de ce portail"),
        ({"email": "pas une adresse"}, "adresse"),
        ({"tried": "a" * 1001}, "1000"),
        ({"blocked": "a\x00b"}, "nul"),
    ],
)
def test_what_is_missing_or_wrong_is_said(client, change, said):
    response = client.post(ADDRESS, {**TYPED, **change})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not ObstacleReport.objects.exists()


def test_a_program_is_thanked_and_not_heard(client):
    response = client.post(ADDRESS, {**TYPED, "website": "https://spam.example/"}, follow=True)
    assert "C’est transmis." in response.content.decode()
    assert not ObstacleReport.objects.exists()


def test_a_hand_that_sends_too_much_is_stopped(client, monkeypatch):
    monkeypatch.setattr("portal.accessibility.views.ratelimit.consume", lambda *args, **kwargs: None)
    response = client.post(ADDRESS, TYPED)
    assert response.status_code == 429
    assert services.TooManyReports.sentence in response.content.decode()
    assert not ObstacleReport.objects.exists()


def test_a_member_finds_her_address_and_may_leave_it_out(client, member):
    client.force_login(member)
    assert client.get(ADDRESS).context["form"].initial["email"] == member.email
    client.post(ADDRESS, {**TYPED, "email": ""})
    assert ObstacleReport.objects.get().user is None
    client.post(ADDRESS, {**TYPED, "email": member.email.upper()})
    assert ObstacleReport.objects.latest("pk").user == member


# --- The service


def test_somebody_else_s_address_is_not_the_account_s(member):
    assert report(user=member, email=HER).user is None


def test_the_crowd_without_account_is_stopped_and_a_member_is_not(member, monkeypatch):
    monkeypatch.setattr(services, "ANONYMOUS_A_DAY", 1)
    report()
    with pytest.raises(services.TooManyReports):
        report()
    assert report(user=member, email=member.email).user == member
    report(now=NOW + dt.timedelta(days=1))


def test_one_account_is_stopped(member, monkeypatch):
    monkeypatch.setattr(services, "MINE_A_DAY", 1)
    report(user=member, email=member.email)
    with pytest.raises(services.TooManyReports):
        report(user=member, email=member.email)
    assert report()


def test_the_contact_is_told_without_the_words(outbox):
    report(tried="J’ai mal aux yeux", email=HER)
    (message,) = sent("obstacle_told")
    assert message.recipient == "contact@exemple.test"
    text = read(message).text
    assert "/agenda/" in text
    assert "/admin/obstacles/" in text
    assert "mal aux yeux" not in text
    assert HER not in text


def test_the_accessibility_contact_comes_first(outbox):
    outbox.accessibility_email = "acces@exemple.test"
    outbox.save()
    report()
    assert [message.recipient for message in sent("obstacle_told")] == ["acces@exemple.test"]


def test_without_any_contact_the_report_is_still_written(outbox):
    outbox.contact_email = ""
    outbox.save()
    assert report().pk
    assert not sent("obstacle_told")


def test_the_person_has_an_acknowledgement_that_repeats_nothing(settings):
    written = report(tried="Achetez mes pilules", email=HER)
    (message,) = sent("obstacle_received")
    assert message.recipient == HER
    text = read(message).text
    assert "pilules" not in text
    assert "au plus tard le" in text
    assert "Défenseur des droits" in text
    assert written.answer_due_at == NOW + dt.timedelta(days=7)


def test_an_address_is_not_mailed_again_at_once():
    report(email=HER)
    report(email=HER.upper(), now=NOW + dt.timedelta(minutes=14))
    assert len(sent("obstacle_received")) == 1
    report(email=HER, now=NOW + dt.timedelta(minutes=30))
    assert len(sent("obstacle_received")) == 2


# --- Following it up


def follow(written, by, **fields):
    values = {"state": ObstacleReport.State.ANSWERED, "answer": "C’est corrigé.", "now": NOW}
    return services.follow_up(report=written, by=by, **{**values, **fields})


def test_an_answer_is_noted_and_mailed(editor):
    written = follow(report(email=HER), editor)
    assert (written.answer, written.answered_at, written.answered_by) == ("C’est corrigé.", NOW, editor)
    (message,) = sent("obstacle_answer")
    assert message.recipient == HER
    assert "C’est corrigé." in read(message).text


def test_the_same_answer_is_not_mailed_twice(editor):
    written = follow(report(email=HER), editor)
    follow(written, editor, state=ObstacleReport.State.FIXED)
    assert len(sent("obstacle_answer")) == 1
    follow(written, editor, answer="Et vérifié.")
    assert len(sent("obstacle_answer")) == 2


def test_without_an_address_the_answer_is_only_noted(editor):
    assert follow(report(), editor).answer
    assert not sent("obstacle_answer")


def test_answered_needs_an_answer(editor):
    written = report()
    with pytest.raises(services.AnswerMissing):
        follow(written, editor, answer="  ")
    follow(written, editor, state=ObstacleReport.State.IN_PROGRESS, answer="")
    written.refresh_from_db()
    assert written.state == ObstacleReport.State.IN_PROGRESS
    assert written.answered_at is None


def test_an_answer_is_not_lost_by_an_empty_field(editor):
    written = follow(report(), editor)
    assert follow(written, editor, answer="").answer == "C’est corrigé."


def test_who_may_not_follow_does_not(member, centre_user):
    for user in (member, centre_user):
        with pytest.raises(services.MayNot):
            follow(report(), user)


def test_what_is_emptied_is_not_answered(editor):
    written = report(email=HER)
    services.empty_reports(now=NOW + services.KEPT)
    with pytest.raises(services.AlreadyEmptied):
        follow(written, editor)
    assert not sent("obstacle_answer")


# --- The admin


def test_the_list_and_the_page_are_for_those_who_follow(client, editor, member, centre_user):
    written = report(email=HER, tried="Remplir le tableau")
    addresses = [reverse("obstacles:index"), reverse("obstacles:follow", args=[written.pk])]
    for user in (member, centre_user):
        client.force_login(user)
        for address in addresses:
            assert client.get(address).status_code == 302
        client.post(addresses[1], {"state": "corrige", "answer": "Non."})
        written.refresh_from_db()
        assert written.state == "recu"
    client.force_login(editor)
    assert "/agenda/" in client.get(addresses[0]).content.decode()
    assert "Remplir le tableau" in client.get(addresses[1]).content.decode()


def test_an_editor_answers_in_the_admin(client, editor):
    written = report(email=HER)
    client.force_login(editor)
    address = reverse("obstacles:follow", args=[written.pk])
    response = client.post(address, {"state": "repondu", "answer": ""})
    assert services.AnswerMissing.sentence in response.content.decode()
    response = client.post(address, {"state": "repondu", "answer": "Voici."}, follow=True)
    assert "part par courriel" in response.content.decode()
    written.refresh_from_db()
    assert (written.state, written.answer, written.answered_by) == ("repondu", "Voici.", editor)
    response = client.post(address, {"state": "corrige", "answer": "Voici."}, follow=True)
    assert "C’est noté." in response.content.decode()


def test_a_late_answer_shows(client, editor):
    report(now=NOW - dt.timedelta(days=8))
    settled = report(now=NOW - dt.timedelta(days=20))
    follow(settled, editor)
    client.force_login(editor)
    page = client.get(reverse("obstacles:index")).content.decode()
    assert page.count("En retard depuis") == 1


# --- Forgetting


def test_after_a_year_the_words_go_and_the_page_stays(editor):
    written = follow(report(email=HER, aid="Loupe"), editor, state=ObstacleReport.State.FIXED)
    job = job_named("accessibility.forget")
    before = NOW + services.KEPT - dt.timedelta(seconds=1)
    assert job.preview(before).startswith("0 ")
    assert services.empty_reports(now=before) == 0
    assert job.preview(NOW + services.KEPT).startswith("1 ")
    (line,) = run_due_jobs(now=NOW + services.KEPT + dt.timedelta(days=1), only="accessibility.forget")
    assert line.startswith("accessibility.forget: 1 ")
    written.refresh_from_db()
    assert not any((written.tried, written.blocked, written.aid, written.email, written.answer))
    assert (written.page, written.state, written.answered_by) == ("/agenda/", "corrige", None)
    assert services.empty_reports(now=NOW + 2 * services.KEPT) == 0


def test_a_person_takes_her_reports_away_and_has_them_erased(member, editor):
    mine = report(user=member, email=member.email, tried="Le mien")
    typed = report(email=member.email, tried="Sans compte")
    other = report(email=HER, tried="Une autre")
    (holding,) = [one for one in privacy.all_holdings() if one.name == "obstacles-signales"]
    assert [line["tente"] for line in holding.export(member)["signales"]] == ["Le mien", "Sans compte"]
    holding.erase(user=member, now=NOW)
    for written in (mine, typed, other):
        written.refresh_from_db()
    assert (mine.tried, mine.email, mine.user, typed.tried) == ("", "", None, "")
    assert mine.page == "/agenda/"
    assert other.tried == "Une autre"


def test_who_answered_is_forgotten_with_her_account(editor):
    written = follow(report(), editor)
    (holding,) = [one for one in privacy.all_holdings() if one.name == "obstacles-signales"]
    assert holding.export(editor)["reponses_donnees"]
    holding.erase(user=editor, now=NOW)
    written.refresh_from_db()
    assert (written.answered_by, written.answer) == (None, "C’est corrigé.")
