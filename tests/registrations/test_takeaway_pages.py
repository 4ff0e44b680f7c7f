"""The pages of what a session leaves: who opens them, what a GET does (nothing), and who reads what."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from cafes.indexing import cafe_document
from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.models import Facilitator, Takeaway
from tests import factories
from webinaires.indexing import webinar_document

from .test_takeaways import LEADS, SITUATION, brought_by

pytestmark = pytest.mark.django_db
Agreement = Takeaway.Agreement
OURS = dt.timedelta(hours=-3)


@pytest.fixture
def past(tree):
    return factories.make_cafe(tree.centre, title="Le solde attendu", asks_question=True, starts_in=OURS)


@pytest.fixture
def facilitator(past, now):
    user = factories.make_user("animatrice@exemple.test")
    Facilitator.objects.create(event=past, user=user, added_at=now)
    return user


@pytest.fixture
def registration(past, member, now):
    return brought_by(past, member, now)


@pytest.fixture
def asked(past, facilitator, registration, now):
    return services.write_takeaway(
        event=past, situation=SITUATION, leads=LEADS, brought_by=registration, by=facilitator, now=now
    )


def agree(takeaway, now):
    return services.answer_agreement(
        takeaway=takeaway,
        user=takeaway.registration.user,
        agrees=True,
        seen=takeaway.fingerprint,
        now=now,
    )


def url(name, *args):
    return reverse(f"registrations:{name}", args=args)


# -- writing from a phone


def test_the_whole_way_of_a_note(client, past, facilitator, registration, member, mails):
    client.force_login(facilitator)
    page = client.get(url("takeaway_add", past.pk))
    assert "Inès Exemple" in page.content.decode()
    assert not Takeaway.objects.exists()
    response = client.post(
        url("takeaway_add", past.pk),
        {"situation": SITUATION, "leads": LEADS, "brought_by": registration.pk},
    )
    assert response.url == url("animation", past.pk)
    takeaway = Takeaway.objects.get()
    assert (takeaway.situation, takeaway.agreement) == (SITUATION, Agreement.ASKED)
    assert mails(member) == ["agreement_asked"]
    page = client.get(url("takeaway_edit", past.pk, takeaway.pk)).content.decode()
    assert SITUATION in page
    client.post(
        url("takeaway_edit", past.pk, takeaway.pk),
        {"situation": SITUATION, "leads": "Une seule", "brought_by": registration.pk},
    )
    takeaway.refresh_from_db()
    assert takeaway.leads == "Une seule"


def test_nobody_to_choose_where_nobody_was_there(client, past, facilitator):
    client.force_login(facilitator)
    assert "Qui a apporté" not in client.get(url("takeaway_add", past.pk)).content.decode()


@pytest.mark.parametrize("field", ["situation", "leads"])
def test_what_identifies_someone_is_warned_of_and_the_writer_decides(client, past, facilitator, field):
    client.force_login(facilitator)
    typed = {"situation": SITUATION, "leads": LEADS, field: "Écrire à tresorerie@asso.exemple"}
    response = client.post(url("takeaway_add", past.pk), typed)
    assert response.status_code == 422
    assert "une adresse e-mail" in response.content.decode()
    assert "envoyer quand même" in response.content.decode()
    assert not Takeaway.objects.exists()
    assert client.post(url("takeaway_add", past.pk), {**typed, "send_anyway": "on"}).status_code == 302
    assert Takeaway.objects.count() == 1


def test_a_note_without_leads_loses_nothing(client, past, facilitator):
    client.force_login(facilitator)
    response = client.post(url("takeaway_add", past.pk), {"situation": SITUATION})
    assert response.status_code == 422
    assert SITUATION in response.content.decode()


def test_a_refusal_of_the_service_is_said_on_the_form(client, tree, facilitator, now):
    coming = factories.make_cafe(tree.centre)
    Facilitator.objects.create(event=coming, user=facilitator, added_at=now)
    client.force_login(facilitator)
    response = client.post(url("takeaway_add", coming.pk), {"leads": LEADS})
    assert response.status_code == 422
    assert "pas encore commencé" in response.content.decode()
    assert LEADS.splitlines()[0] in response.content.decode()


def test_a_forged_choice_is_refused(client, past, facilitator, people, now):
    (other,) = people(1)
    absent = brought_by(past, other, now, attendance="absent")
    brought_by(past, *people(1), now)
    client.force_login(facilitator)
    response = client.post(url("takeaway_add", past.pk), {"leads": LEADS, "brought_by": absent.pk})
    assert response.status_code == 422
    assert not Takeaway.objects.exists()


@pytest.mark.parametrize("who", ["member", "pending", "people"])
def test_who_does_not_run_the_event_finds_no_page(request, client, past, asked, who):
    user = request.getfixturevalue(who)
    client.force_login(user(1)[0] if callable(user) else user)
    for address in (
        url("takeaway_add", past.pk),
        url("takeaway_edit", past.pk, asked.pk),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"leads": "x"}).status_code == 404
    asked.refresh_from_db()
    assert (Takeaway.objects.count(), asked.leads) == (1, LEADS)


def test_a_visitor_signs_in_first(client, past, asked):
    for address in (
        url("takeaway_add", past.pk),
        url("agreement", asked.pk),
        url("followup", asked.pk),
    ):
        assert "/compte/login/" in client.post(address).url


def test_a_note_of_another_event_is_not_found(client, tree, past, asked, facilitator, now):
    other = factories.make_cafe(tree.centre, starts_in=OURS)
    Facilitator.objects.create(event=other, user=facilitator, added_at=now)
    client.force_login(facilitator)
    assert client.get(url("takeaway_edit", other.pk, asked.pk)).status_code == 404


def test_a_text_that_waits_is_not_the_centre_s(client, past, asked, centre_user, now):
    client.force_login(centre_user)
    assert client.get(url("takeaway_edit", past.pk, asked.pk)).status_code == 404
    page = client.get(url("animation", past.pk)).content.decode()
    assert SITUATION not in page
    assert "Appeler le financeur" in page
    agree(asked, now)
    assert SITUATION in client.get(url("animation", past.pk)).content.decode()


def test_who_facilitates_reads_the_whole_and_how_it_stands(client, past, asked, facilitator, now):
    client.force_login(facilitator)
    page = client.get(url("animation", past.pk)).content.decode()
    assert SITUATION in page
    assert "Accord demandé à Inès Exemple" in page
    agree(asked, now)
    assert "Inès Exemple a donné son accord" in client.get(url("animation", past.pk)).content.decode()


# -- her agreement


def test_she_reads_the_exact_text_and_agrees(client, asked, member):
    client.force_login(member)
    page = client.get(url("agreement", asked.pk))
    assert SITUATION in page.content.decode()
    assert page["Cache-Control"].count("no-store")
    seen = BeautifulSoup(page.content, "html.parser").select_one("input[name=seen]")["value"]
    response = client.post(url("agreement", asked.pk), {"answer": "oui", "seen": seen}, follow=True)
    assert "Votre accord est noté" in response.content.decode()
    asked.refresh_from_db()
    assert asked.agreement == Agreement.GIVEN


def test_she_prefers_not(client, asked, member):
    client.force_login(member)
    answer = {"answer": "non", "seen": asked.fingerprint}
    page = client.post(url("agreement", asked.pk), answer, follow=True).content.decode()
    assert SITUATION not in page
    assert "Appeler le financeur" in page
    asked.refresh_from_db()
    assert (asked.agreement, asked.situation) == (Agreement.REFUSED, "")
    replayed = client.post(url("agreement", asked.pk), {**answer, "answer": "oui"}, follow=True)
    assert "Le texte a été effacé" in replayed.content.decode()
    asked.refresh_from_db()
    assert asked.agreement == Agreement.REFUSED


def test_a_mail_scanner_changes_nothing(client, asked, member, past, facilitator, now):
    client.force_login(member)
    Takeaway.objects.update(followup_asked_at=now)
    before = Takeaway.objects.values().get()
    for address in (url("agreement", asked.pk), url("followup", asked.pk)):
        for _ in range(2):
            assert client.get(f"{address}?answer=oui&text=x").status_code == 200
            assert client.head(address).status_code in (200, 405)
    client.force_login(facilitator)
    client.get(url("takeaway_edit", past.pk, asked.pk), {"leads": "x"})
    client.get(url("takeaway_add", past.pk), {"leads": "x"})
    assert Takeaway.objects.values().get() == before
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "rien n’a changé"),
        ({"answer": "peut-être"}, "rien n’a changé"),
        ({"answer": "oui", "seen": "forged"}, "Le texte a changé"),
        ({"answer": "non"}, "Le texte a changé"),
    ],
)
def test_a_forged_answer_changes_nothing_and_says_so(client, asked, member, typed, said):
    client.force_login(member)
    assert said in client.post(url("agreement", asked.pk), typed, follow=True).content.decode()
    asked.refresh_from_db()
    assert (asked.agreement, asked.situation) == (Agreement.ASKED, SITUATION)


@pytest.mark.parametrize("who", ["facilitator", "admin", "centre_user", "pending"])
def test_nobody_else_opens_her_page(request, client, asked, who, now):
    Takeaway.objects.update(followup_asked_at=now)
    client.force_login(request.getfixturevalue(who))
    for address in (url("agreement", asked.pk), url("followup", asked.pk)):
        assert client.get(address).status_code == 404
        posted = client.post(address, {"answer": "oui", "seen": asked.fingerprint, "text": "x"})
        assert posted.status_code == 404
    asked.refresh_from_db()
    assert (asked.agreement, asked.followup) == (Agreement.ASKED, "")


def test_no_page_where_nothing_is_asked(client, past, facilitator, registration, member, now):
    takeaway = services.write_takeaway(
        event=past, situation="", leads=LEADS, brought_by=registration, by=facilitator, now=now
    )
    client.force_login(member)
    assert client.get(url("agreement", takeaway.pk)).status_code == 404
    assert client.get(url("followup", takeaway.pk)).status_code == 404
    assert client.get(url("agreement", 10**12)).status_code == 404


# -- a month later


def test_she_tells_what_she_tried_once(client, asked, member, now):
    Takeaway.objects.update(followup_asked_at=now)
    client.force_login(member)
    address = url("followup", asked.pk)
    assert client.post(address, {"text": " "}).status_code == 422
    page = client.post(address, {"text": "Appelé. Payé."}, follow=True).content.decode()
    assert "Appelé. Payé." in page
    again = client.post(address, {"text": "Autre chose"}, follow=True).content.decode()
    assert "rien n’a changé" in again
    asked.refresh_from_db()
    assert asked.followup == "Appelé. Payé."


def test_what_identifies_someone_is_warned_of_in_the_sequel_too(client, asked, member, now):
    Takeaway.objects.update(followup_asked_at=now)
    client.force_login(member)
    typed = {"text": "Rappeler au 06 12 34 56 78"}
    assert client.post(url("followup", asked.pk), typed).status_code == 422
    assert client.post(url("followup", asked.pk), {**typed, "send_anyway": "on"}).status_code == 302


# -- who reads what


def kept_on(client, event):
    return client.get(event.url).content.decode()


def test_the_page_shows_the_leads_then_with_her_agreement_the_situation(client, past, asked, people, now):
    client.force_login(people(1)[0])
    page = kept_on(client, past)
    assert "Appeler le financeur" in page
    assert SITUATION not in page
    agree(asked, now)
    assert SITUATION in kept_on(client, past)


@pytest.mark.parametrize(
    ("rule", "reads"), [("ouvert", True), ("sans-enregistrement", True), ("entre-pairs", False)]
)
def test_a_visitor_reads_what_the_rule_leaves_to_all(client, tree, facilitator, people, now, rule, reads):
    event = factories.make_cafe(tree.centre, audience="public", confidentiality=rule, starts_in=OURS)
    Facilitator.objects.create(event=event, user=facilitator, added_at=now)
    services.write_takeaway(
        event=event, situation=SITUATION, leads=LEADS, brought_by=None, by=facilitator, now=now
    )
    assert (SITUATION in kept_on(client, event)) is reads
    assert ("Appeler le financeur" in kept_on(client, event)) is reads
    document = cafe_document(event)
    assert (SITUATION in document.body) is reads
    assert ("Appeler le financeur" in document.body) is reads
    client.force_login(people(1)[0])
    assert SITUATION in kept_on(client, event)


def test_an_account_that_waits_reads_no_more_than_a_visitor(client, tree, facilitator, pending, now):
    event = factories.make_cafe(tree.centre, audience="public", confidentiality="entre-pairs", starts_in=OURS)
    Facilitator.objects.create(event=event, user=facilitator, added_at=now)
    services.write_takeaway(
        event=event, situation=SITUATION, leads=LEADS, brought_by=None, by=facilitator, now=now
    )
    client.force_login(pending)
    assert "Appeler le financeur" not in kept_on(client, event)


def test_the_search_finds_the_situation_with_an_agreement_only(past, asked, now):
    assert SITUATION not in cafe_document(past).body
    assert "Appeler le financeur" in cafe_document(past).body
    agree(asked, now)
    assert SITUATION in cafe_document(past).body
    assert cafe_document(past).audiences == ("reseau",)


def test_an_answer_is_indexed(past, asked, now):
    from search.models import IndexChange

    IndexChange.objects.all().delete()
    agree(asked, now)
    assert IndexChange.objects.filter(name="registrations.takeaway", key=str(asked.pk)).exists()


def test_a_webinar_shows_and_finds_what_is_kept_of_it(client, tree, facilitator, now):
    webinar = factories.make_webinar(tree.centre, starts_in=OURS)
    Facilitator.objects.create(event=webinar, user=facilitator, added_at=now)
    services.write_takeaway(
        event=webinar, situation="", leads=LEADS, brought_by=None, by=facilitator, now=now
    )
    assert "Appeler le financeur" in kept_on(client, webinar)
    assert "Appeler le financeur" in webinar_document(webinar).body


def test_many_notes_cost_no_more_queries(
    client, past, facilitator, people, now, django_assert_max_num_queries
):
    """On the page of the event, however many situations were worked on."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def write(number):
        for index in range(number):
            services.write_takeaway(
                event=past, situation="", leads=f"Piste {index}", brought_by=None, by=facilitator, now=now
            )

    client.force_login(people(1)[0])
    counts = []
    for number in (1, 5):
        write(number)
        kept_on(client, past)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            kept_on(client, past)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_session_that_left_something_is_not_deleted(client, admin, past, facilitator, tree, now):
    """People may have registered elsewhere: there is no registration to hold it back."""
    services.write_takeaway(event=past, situation="", leads=LEADS, brought_by=None, by=facilitator, now=now)
    client.force_login(admin)
    for page in (past, tree.centre):
        response = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert "ce qu’on en retient s’y lit" in response.content.decode()
    assert type(past).objects.filter(pk=past.pk).exists()


def test_her_space_says_what_is_asked_of_her_first(client, asked, member, past, facilitator, now):
    client.force_login(member)
    page = client.get("/mon-espace/").content.decode()
    assert url("agreement", asked.pk) in page
    assert "Lire le texte et répondre" in page
    assert SITUATION not in page
    agree(asked, now)
    Takeaway.objects.update(followup_asked_at=now)
    page = client.get("/mon-espace/").content.decode()
    assert "vous avez donné votre accord" in page
    assert url("followup", asked.pk) in page
    client.force_login(facilitator)
    assert "Les situations que j’ai apportées" not in client.get("/mon-espace/").content.decode()
