"""The three questions after a session: who is asked, who answers, and that nobody knows whose answer is whose."""

import datetime as dt
import random
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.background.jobs import all_jobs
from portal.notifications.models import OutgoingMessage, Preference
from portal.registrations import services
from portal.registrations.jobs import ask_for_evaluations
from portal.registrations.messages import AfterSession
from portal.registrations.models import Evaluation, EventState, Registration, ReminderSent, Takeaway
from tests import factories

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SENT = "after_session"


@pytest.fixture
def over(tree):
    """A café that ended three hours ago."""
    cafe = factories.make_cafe(tree.centre, title="Dix jours avant la paie", starts_in=-4 * HOUR, minutes=60)
    cafe.refresh_from_db()
    return cafe


@pytest.fixture
def answer(over, now):
    """Someone who was there answers: ``answer(3, "…")``; returns her registration."""

    def give(useful=3, will_try="", to_change=""):
        registration = factories.make_registration(over, attendance="present")
        services.evaluate(
            event=over,
            user=registration.user,
            useful=useful,
            will_try=will_try,
            to_change=to_change,
            now=now,
        )
        return registration

    return give


def address(event) -> str:
    return reverse("registrations:evaluate", args=[event.pk])


# -- who answers


def test_who_was_there_answers_once(over, now):
    registration = factories.make_registration(over)
    services.evaluate(event=over, user=registration.user, useful=4, will_try=" Appeler ", now=now)
    registration.refresh_from_db()
    assert registration.has_evaluated
    row = Evaluation.objects.get()
    assert (row.event_id, row.useful, row.will_try, row.to_change) == (over.pk, 4, "Appeler", "")
    with pytest.raises(services.AnsweredAlready):
        services.evaluate(event=over, user=registration.user, useful=1, now=now)
    assert Evaluation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"attendance": "absent"}, services.DidNotAttend),
        ({"state": "attente"}, services.DidNotAttend),
        ({"state": "annulee"}, services.DidNotAttend),
    ],
)
def test_who_was_not_there_does_not(over, now, fields, refusal):
    registration = factories.make_registration(over, **fields)
    with pytest.raises(refusal):
        services.evaluate(event=over, user=registration.user, useful=4, now=now)
    assert not Evaluation.objects.exists()


def test_a_stranger_does_not(over, now, member):
    with pytest.raises(services.DidNotAttend):
        services.evaluate(event=over, user=member, useful=4, now=now)


@pytest.mark.parametrize("what", ["not over", "cancelled", "not evaluated"])
def test_there_must_be_something_to_evaluate(over, now, what):
    registration = factories.make_registration(over)
    moment, refusal = now, services.NothingToEvaluate
    if what == "not over":
        moment, refusal = over.end - HOUR / 2, services.NotOver
    elif what == "cancelled":
        EventState.objects.update_or_create(event=over, defaults={"cancelled_at": now})
        refusal = services.EventCancelled
    else:
        over.evaluated = False
        over.save()
    with pytest.raises(refusal):
        services.evaluate(event=over, user=registration.user, useful=4, now=moment)
    assert not Evaluation.objects.exists()


def test_an_unknown_answer_is_no_answer(over, now):
    registration = factories.make_registration(over)
    with pytest.raises(ValueError, match="9"):
        services.evaluate(event=over, user=registration.user, useful=9, now=now)
    registration.refresh_from_db()
    assert not registration.has_evaluated, "one transaction: no answer, not noted as answered"


def test_noted_and_written_together_or_not_at_all(over, now):
    registration = factories.make_registration(over)
    with (
        mock.patch.object(Evaluation.objects, "bulk_create", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        services.evaluate(event=over, user=registration.user, useful=4, now=now)
    registration.refresh_from_db()
    assert not registration.has_evaluated


# -- nobody's


def test_an_answer_holds_nothing_that_dates_or_names_it():
    fields = {field.name for field in Evaluation._meta.get_fields()}
    assert fields == {"id", "event", "useful", "will_try", "to_change"}


def test_the_order_of_the_rows_is_not_that_of_the_answers(answer, over):
    """Neither by key nor as the database keeps them, and not even the last one can be told."""
    seed = random.Random(3)
    with mock.patch.object(services.evaluating, "_lot", seed):
        for number in range(12):
            answer(will_try=f"réponse {number:02}")
    given = [f"réponse {number:02}" for number in range(12)]
    kept = Evaluation.objects.filter(event=over)
    by_key = list(kept.order_by("pk").values_list("will_try", flat=True))
    as_stored = list(kept.values_list("will_try", flat=True))
    assert sorted(by_key) == sorted(as_stored) == given, "none is lost"
    assert by_key != given
    assert as_stored != given
    assert as_stored[-1] != given[-1]


def test_every_answer_writes_all_rows_anew(answer, over):
    """On PostgreSQL a row says which transaction wrote it, and so does the registration noted with it."""
    answer()
    before = set(Evaluation.objects.values_list("pk", flat=True))
    answer()
    after = set(Evaluation.objects.values_list("pk", flat=True))
    assert len(after) == 2
    assert not before & after


def test_the_answers_of_another_session_are_left_alone(answer, over, tree):
    other = factories.make_cafe(tree.centre, starts_in=-2 * DAY)
    kept = Evaluation.objects.create(event_id=other.pk, useful=2)
    answer()
    assert Evaluation.objects.filter(pk=kept.pk, useful=2).exists()


def test_a_key_says_nothing_of_when():
    keys = [Evaluation().pk for _ in range(50)]
    assert keys != sorted(keys)
    assert all(0 < key < 2**63 for key in keys)


# -- the results


def test_nothing_is_shown_under_five_answers(answer, over):
    for _ in range(4):
        answer(4, "Relire le plan de trésorerie")
    assert services.results_of(over) is None
    answer(1)
    assert services.results_of(over).number == 5


def test_the_results_in_numbers_and_in_words(answer, over):
    for useful in (4, 4, 3, 3, 1):
        answer(useful, "À refaire" if useful == 4 else "", "Plus court" if useful == 1 else "")
    results = services.results_of(over)
    assert (results.mean, results.mean_label) == (3.0, "Plutôt")
    assert [(count.label, count.number, count.share) for count in results.counts] == [
        ("Tout à fait", 2, 40),
        ("Plutôt", 2, 40),
        ("Un peu", 0, 0),
        ("Pas du tout", 1, 20),
    ]
    assert results.will_try == ["À refaire", "À refaire"]
    assert results.to_change == ["Plus court"]


@pytest.mark.parametrize(
    ("answers", "word"),
    [([4, 4, 4, 4, 4], "Tout à fait"), ([1, 1, 1, 1, 2], "Pas du tout"), ([3, 4, 3, 4, 3, 4], "Tout à fait")],
)
def test_the_mean_in_words(answer, over, answers, word):
    for useful in answers:
        answer(useful)
    assert services.results_of(over).mean_label == word


def test_the_two_lists_of_texts_are_shuffled_apart(answer, over):
    for number in range(12):
        answer(3, f"a{number:02}", f"b{number:02}")
    with mock.patch.object(services.evaluating, "_lot", random.Random(1)):
        results = services.results_of(over)
    assert [text[1:] for text in results.will_try] != [text[1:] for text in results.to_change]


def test_one_query_whatever_the_number(answer, over, django_assert_num_queries):
    for _ in range(7):
        answer()
    with django_assert_num_queries(1):
        services.results_of(over)


# -- the page


def test_the_page_asks_and_notes(client, over):
    registration = factories.make_registration(over, attendance="present")
    client.force_login(registration.user)
    page = client.get(address(over))
    assert page.status_code == 200
    assert "Dix jours avant la paie" in page.text
    assert not Evaluation.objects.exists(), "a GET answers nothing"
    done = client.post(address(over), {"useful": "4", "will_try": "Appeler la banque plus tôt"}, follow=True)
    assert "sans votre nom" in done.text
    again = client.post(address(over), {"useful": "1"}, follow=True)
    assert "déjà répondu" in again.text
    assert list(Evaluation.objects.values_list("useful", flat=True)) == [4]


def test_nothing_typed_is_lost(client, over):
    registration = factories.make_registration(over)
    client.force_login(registration.user)
    page = client.post(address(over), {"will_try": "Appeler la banque plus tôt"})
    assert page.status_code == 422
    assert "Appeler la banque plus tôt" in page.text
    assert not Evaluation.objects.exists()


def test_a_text_that_names_someone_is_asked_about(client, over):
    registration = factories.make_registration(over)
    client.force_login(registration.user)
    data = {"useful": "3", "will_try": "Écrire à marie@exemple.test"}
    page = client.post(address(over), data)
    assert page.status_code == 422
    assert not Evaluation.objects.exists()
    client.post(address(over), {**data, "send_anyway": "on"})
    assert Evaluation.objects.count() == 1


def test_who_was_absent_is_told_why(client, over):
    registration = factories.make_registration(over, attendance="absent")
    client.force_login(registration.user)
    page = client.post(address(over), {"useful": "4"})
    assert page.status_code == 409
    assert not Evaluation.objects.exists()


def test_the_page_is_for_who_was_registered(client, over, pending):
    assert client.get(address(over)).status_code == 302
    client.force_login(factories.make_user())
    assert client.get(address(over)).status_code == 409
    client.force_login(pending)
    assert client.get(address(over)).status_code == 403
    assert client.get("/rendez-vous/999999/evaluation/").status_code == 404


def test_a_page_taken_off_line_still_takes_answers(client, over):
    registration = factories.make_registration(over, attendance="present")
    over.unpublish()
    client.force_login(registration.user)
    client.post(address(over), {"useful": "2"})
    assert Evaluation.objects.get().useful == 2


# -- asking


def test_asked_once_an_hour_after_the_end(over, mails, last_mail):
    present = factories.make_registration(over, attendance="present")
    unknown = factories.make_registration(over)
    absent = factories.make_registration(over, attendance="absent")
    waiting = factories.make_registration(over, state="attente")
    gone = factories.make_registration(over, state="annulee")
    assert ask_for_evaluations(over.end + HOUR / 2) == "0 évaluation(s) proposée(s)"
    state = services.ensure_state(over)
    assert state.evaluation_sent_at is None
    moment = over.end + HOUR
    assert ask_for_evaluations(moment) == "2 évaluation(s) proposée(s)"
    assert ask_for_evaluations(moment + HOUR) == "0 évaluation(s) proposée(s)"
    assert mails(present.user) == mails(unknown.user) == [SENT]
    assert mails(absent.user) == mails(waiting.user) == mails(gone.user) == []
    state.refresh_from_db()
    assert state.evaluation_sent_at == moment
    message = last_mail(present.user)
    assert message["Subject"].strip() == "Merci d’être venu·e\u00a0: Dix jours avant la paie"
    assert address(over) in message.get_body(("plain",)).get_content()


def test_what_is_kept_of_the_session_is_pointed_to(over, now, last_mail):
    registration = factories.make_registration(over)
    Takeaway.objects.create(event_id=over.pk, leads="Appeler plus tôt", created_at=now, updated_at=now)
    ask_for_evaluations(now)
    text = last_mail(registration.user).get_body(("plain",)).get_content()
    assert "Ce qu’on en retient" in text
    assert "Appeler plus tôt" not in text, "what was said stays on the page"


@pytest.mark.parametrize("what", ["week", "cancelled", "not evaluated", "off line", "anonymous"])
def test_nobody_is_asked_about(over, now, what):
    factories.make_registration(over)
    moment = now
    if what == "week":
        moment = over.end + 7 * DAY
    elif what == "cancelled":
        EventState.objects.update_or_create(event=over, defaults={"cancelled_at": now})
    elif what == "not evaluated":
        over.evaluated = False
        over.save()
    elif what == "off line":
        over.unpublish()
    else:
        Registration.objects.update(user=None)
    assert ask_for_evaluations(moment) == "0 évaluation(s) proposée(s)"
    assert not OutgoingMessage.objects.exists()


def test_just_before_the_week_is_out(over):
    factories.make_registration(over)
    assert ask_for_evaluations(over.end + 7 * DAY - HOUR) == "1 évaluation(s) proposée(s)"


def test_one_that_fails_stops_no_other_and_is_tried_again(over, now, mails):
    rows = [factories.make_registration(over) for _ in range(3)]
    tell = AfterSession.tell

    def fail_for_the_second(**kwargs):
        if kwargs["registration"].pk == rows[1].pk:
            raise RuntimeError("no template for her")
        return tell(**kwargs)

    with mock.patch.object(AfterSession, "tell", side_effect=fail_for_the_second):
        assert ask_for_evaluations(now) == "2 évaluation(s) proposée(s)"
    assert [mails(row.user) for row in rows] == [[SENT], [], [SENT]]
    assert services.ensure_state(over).evaluation_sent_at is None, "not done yet"
    assert ask_for_evaluations(now + HOUR) == "1 évaluation(s) proposée(s)"
    assert [mails(row.user) for row in rows] == [[SENT], [SENT], [SENT]]
    assert services.ensure_state(over).evaluation_sent_at == now + HOUR


def test_a_refusal_is_respected_and_asked_once(over, now, mails):
    registration = factories.make_registration(over)
    Preference.objects.create(user=registration.user, kind="apres", wanted=False)
    assert ask_for_evaluations(now) == "0 évaluation(s) proposée(s)"
    assert mails(registration.user) == []
    assert ReminderSent.objects.filter(kind=ReminderSent.Kind.AFTER).count() == 1
    assert services.ensure_state(over).evaluation_sent_at == now


def test_the_clock_does_it():
    assert "registrations.evaluate" in [job.name for job in all_jobs()]


# -- where the results are read


def test_the_admin_screen_shows_them_from_five_on(client, answer, over, admin):
    client.force_login(admin)
    for _ in range(4):
        answer(4, "Un mot de trop tôt")
    screen = reverse("inscriptions:event", args=[over.pk])
    page = client.get(screen)
    assert "à partir de 5" in page.text
    assert "Un mot de trop tôt" not in page.text
    answer(4, "Un mot à temps")
    page = client.get(screen)
    assert "Un mot à temps" in page.text
    assert "Tout à fait" in page.text


def test_nothing_is_said_before_the_end(client, cafe, admin):
    client.force_login(admin)
    assert "Ce qu’on en a pensé" not in client.get(reverse("inscriptions:event", args=[cafe.pk])).text
    assert timezone.now() < cafe.end


def test_ones_own_space_proposes_it_for_a_month(client, over, now):
    came = factories.make_registration(over, attendance="present")
    absent = factories.make_registration(over, attendance="absent")
    client.force_login(came.user)
    assert address(over) in client.get("/mon-espace/").text
    services.evaluate(event=over, user=came.user, useful=4, now=now)
    assert address(over) not in client.get("/mon-espace/").text
    client.force_login(absent.user)
    assert address(over) not in client.get("/mon-espace/").text


def test_a_long_past_session_asks_nothing_more(client, tree):
    old = factories.make_cafe(tree.centre, starts_in=-31 * DAY)
    registration = factories.make_registration(old, attendance="present")
    client.force_login(registration.user)
    page = client.get("/mon-espace/").text
    assert old.title in page
    assert address(old) not in page


def test_who_runs_it_reads_them_on_the_phone_page(client, answer, over, centre_user):
    client.force_login(centre_user)
    for _ in range(5):
        answer(4, "Un mot à temps")
    page = client.get(reverse("registrations:animation", args=[over.pk])).text
    assert "Ce qu’on en a pensé" in page
    assert "Un mot à temps" in page
