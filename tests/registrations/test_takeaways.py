"""What a session leaves: written by who runs it, agreed to by who brought it, asked about a month later."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.models import EventState, Facilitator, Registration, Takeaway
from tests import factories

pytestmark = pytest.mark.django_db
Agreement = Takeaway.Agreement
SITUATION = "Une petite structure attend un solde de subvention depuis des mois."
LEADS = "Appeler le financeur\n- Étaler l’Urssaf"


@pytest.fixture
def past(tree):
    """A café that ended an hour ago."""
    return factories.make_cafe(
        tree.centre, title="Le solde attendu", asks_question=True, starts_in=dt.timedelta(hours=-3)
    )


@pytest.fixture
def facilitator(past, now):
    user = factories.make_user("animatrice@exemple.test", first_name="Ana", last_name="Exemple")
    Facilitator.objects.create(event=past, user=user, added_at=now)
    return user


def brought_by(event, user, now, **fields):
    return Registration.objects.create(
        **{
            "event": event,
            "user": user,
            "state": "confirmee",
            "brought_situation": True,
            "created_at": now,
            "confirmed_at": now,
            **fields,
        }
    )


@pytest.fixture
def registration(past, member, now):
    return brought_by(past, member, now)


@pytest.fixture
def write(past, facilitator, now):
    def write_one(**fields):
        return services.write_takeaway(
            **{
                "event": past,
                "situation": SITUATION,
                "leads": LEADS,
                "brought_by": None,
                "by": facilitator,
                "now": now,
                **fields,
            }
        )

    return write_one


@pytest.fixture
def asked(write, registration):
    """A takeaway whose agreement is asked of ``member``."""
    return write(brought_by=registration)


def rewrite(takeaway, by, now, **fields):
    values = {
        "situation": takeaway.situation,
        "leads": takeaway.leads,
        "brought_by": takeaway.registration,
    }
    return services.rewrite_takeaway(takeaway=takeaway, by=by, now=now, **{**values, **fields})


def answer(takeaway, user, agrees, now, seen=None):
    return services.answer_agreement(
        takeaway=takeaway,
        user=user,
        agrees=agrees,
        seen=takeaway.fingerprint if seen is None else seen,
        now=now,
    )


# -- writing


def test_what_nobody_brought_needs_no_agreement(write, past, facilitator, now):
    takeaway = write()
    assert (takeaway.agreement, takeaway.agreement_asked_at) == (Agreement.NOT_NEEDED, None)
    assert takeaway.shows_situation
    assert (takeaway.written_by, takeaway.created_at) == (facilitator, now)
    assert takeaway.lead_lines == ["Appeler le financeur", "Étaler l’Urssaf"]
    assert not OutgoingMessage.objects.exists()


def test_who_brought_it_is_asked_with_the_exact_text(asked, member, mails, last_mail, now):
    assert (asked.agreement, asked.agreement_asked_at) == (Agreement.ASKED, now)
    assert not asked.shows_situation
    assert mails(member) == ["agreement_asked"]
    row = OutgoingMessage.objects.get(user=member)
    # Staff read stored mail: not this text.
    assert row.is_secret
    assert SITUATION not in row.subject
    message = last_mail(member)
    assert SITUATION not in message["Subject"]
    assert SITUATION in message.get_body(("plain",)).get_content().replace("\n", " ")
    assert f"/rendez-vous/accord/{asked.pk}/" in message.get_body(("plain",)).get_content()


def test_a_double_click_writes_once(write, registration, member, mails):
    assert write(brought_by=registration) == write(brought_by=registration)
    assert Takeaway.objects.count() == 1
    assert mails(member) == ["agreement_asked"]


def test_leads_alone_ask_nobody(write, registration, member, mails):
    takeaway = write(situation="  ", brought_by=registration)
    assert takeaway.agreement == Agreement.NOT_NEEDED
    assert mails(member) == []


def test_writing_takes_back_that_there_was_nothing_to_keep(write, past):
    EventState.objects.update_or_create(event=past, defaults={"nothing_to_note": True})
    write()
    assert not EventState.objects.get(event=past).nothing_to_note


def test_only_who_runs_the_event_writes(write, past, member, centre_user, tree):
    other = factories.make_centre(tree)
    for user in (member, factories.make_user(groups=[other.group])):
        with pytest.raises(services.MayNotChange):
            write(by=user)
    assert not Takeaway.objects.exists()
    assert write(by=centre_user).written_by == centre_user


def test_nothing_is_kept_without_a_lead(write):
    with pytest.raises(services.NothingKept):
        write(leads=" \n ")
    assert not Takeaway.objects.exists()


def test_nothing_is_kept_of_what_did_not_take_place(write, past, tree, facilitator, now):
    coming = factories.make_cafe(tree.centre)
    Facilitator.objects.create(event=coming, user=facilitator, added_at=now)
    with pytest.raises(services.NotStarted):
        write(event=coming)
    EventState.objects.update_or_create(event=past, defaults={"cancelled_at": now})
    with pytest.raises(services.EventCancelled):
        write()
    assert not Takeaway.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"attendance": "absent"}, {"state": "attente"}, {"state": "annulee"}, {"user": None}]
)
def test_only_someone_who_was_there_is_named(write, past, member, now, fields):
    row = brought_by(past, **{"user": member, "now": now, **fields})
    with pytest.raises(services.BroughtNothing):
        write(brought_by=row)


def test_a_situation_brought_aloud_is_hers_too(write, past, member, people, now):
    """« Nobody » must not be the only way to write down what someone told without writing it first."""
    silent = brought_by(past, member, now, brought_situation=False)
    told = brought_by(past, people(1)[0], now)
    assert list(services.may_have_brought(past)) == [told, silent]
    assert write(brought_by=silent).agreement == Agreement.ASKED
    silent.refresh_from_db()
    assert silent.brought_situation


def test_a_registration_of_another_event_is_not_one_of_this(write, tree, member, now):
    elsewhere = factories.make_cafe(tree.centre, starts_in=dt.timedelta(hours=-3))
    with pytest.raises(services.BroughtNothing):
        write(brought_by=brought_by(elsewhere, member, now))


# -- rewriting


def test_leads_are_taken_up_without_asking_again(asked, member, facilitator, mails, now):
    answer(asked, member, True, now)
    asked.refresh_from_db()
    again = rewrite(asked, facilitator, now, leads="Une autre piste")
    assert (again.agreement, again.leads) == (Agreement.GIVEN, "Une autre piste")
    assert mails(member) == ["agreement_asked"]


def test_another_situation_asks_again(asked, member, facilitator, mails, now):
    answer(asked, member, True, now)
    asked.refresh_from_db()
    later = now + dt.timedelta(days=2)
    again = rewrite(asked, facilitator, later, situation="Un autre texte")
    assert (again.agreement, again.agreement_asked_at, again.agreement_answered_at) == (
        Agreement.ASKED,
        later,
        None,
    )
    assert mails(member) == ["agreement_asked", "agreement_asked"]


def test_another_person_is_asked_in_her_place(asked, past, facilitator, people, mails, now):
    (other,) = people(1)
    again = rewrite(asked, facilitator, now, brought_by=brought_by(past, other, now))
    assert again.agreement == Agreement.ASKED
    assert mails(other) == ["agreement_asked"]


def test_a_situation_is_not_shown_by_naming_nobody(asked, facilitator, now):
    """Once someone was asked, nobody can go round her: not at once, and not in two steps."""
    with pytest.raises(services.NobodyToAsk):
        rewrite(asked, facilitator, now, brought_by=None, situation="Presque le même texte")
    emptied = rewrite(asked, facilitator, now, brought_by=None, situation="")
    assert emptied.agreement == Agreement.NOT_NEEDED
    with pytest.raises(services.NobodyToAsk):
        rewrite(emptied, facilitator, now, situation=SITUATION)


def test_who_did_not_write_it_takes_up_no_text_that_waits(asked, member, centre_user, now):
    """A centre follows the registrations; a situation without agreement is for the facilitators."""
    with pytest.raises(services.MayNotChange):
        rewrite(asked, centre_user, now, leads="x")
    answer(asked, member, True, now)
    asked.refresh_from_db()
    assert rewrite(asked, centre_user, now, leads="x").leads == "x"
    with pytest.raises(services.MayNotChange):
        rewrite(asked, member, now, leads="y")


def test_a_published_fiche_settles_the_situation(asked, member, facilitator, tree, now):
    answer(asked, member, True, now)
    Takeaway.objects.update(fiche=factories.make_fiche(tree.centre))
    asked.refresh_from_db()
    with pytest.raises(services.SituationSettled):
        rewrite(asked, facilitator, now, situation="Un autre texte")
    assert rewrite(asked, facilitator, now, leads="Encore").leads == "Encore"


# -- the agreement


def test_yes_shows_the_situation(asked, member, now):
    takeaway = answer(asked, member, True, now)
    assert (takeaway.agreement, takeaway.agreement_answered_at) == (Agreement.GIVEN, now)
    assert takeaway.shows_situation
    assert takeaway.situation == SITUATION


def test_no_erases_it_and_leaves_the_leads(asked, member, now):
    takeaway = answer(asked, member, False, now)
    takeaway.refresh_from_db()
    assert (takeaway.agreement, takeaway.situation, takeaway.leads) == (Agreement.REFUSED, "", LEADS)
    assert not takeaway.lapsed


def test_she_changes_her_mind_until_a_fiche_is_published(asked, member, tree, now):
    answer(asked, member, True, now)
    fiche = factories.make_fiche(tree.centre, live=False)
    Takeaway.objects.update(fiche=fiche)
    fiche.save_revision().publish()
    with pytest.raises(services.FichePublished):
        answer(asked, member, False, now)
    fiche.refresh_from_db()
    fiche.unpublish()
    assert answer(asked, member, False, now).agreement == Agreement.REFUSED


def test_an_answer_twice_changes_nothing(asked, member, now):
    answer(asked, member, True, now)
    with pytest.raises(services.AnsweredAlready):
        answer(asked, member, True, now + dt.timedelta(hours=1))
    asked.refresh_from_db()
    assert asked.agreement_answered_at == now


def test_nobody_agrees_to_a_text_she_has_not_read(asked, member, facilitator, now):
    seen = asked.fingerprint
    rewrite(asked, facilitator, now, situation="Un autre texte")
    with pytest.raises(services.TextChanged):
        answer(asked, member, True, now, seen=seen)
    asked.refresh_from_db()
    assert asked.agreement == Agreement.ASKED


def test_what_is_erased_is_not_agreed_to(asked, member, now):
    answer(asked, member, False, now)
    asked.refresh_from_db()
    with pytest.raises(services.TextErased):
        answer(asked, member, True, now)


def test_nobody_answers_for_her(asked, facilitator, admin, people, now):
    for user in (facilitator, admin, *people(1)):
        with pytest.raises(services.NotAsked):
            answer(asked, user, True, now)
    asked.refresh_from_db()
    assert asked.agreement == Agreement.ASKED


def test_nothing_is_answered_where_nothing_is_asked(write, registration, member, now):
    with pytest.raises(services.NotAsked):
        answer(write(situation="", brought_by=registration), member, True, now)


# -- the clock


def test_a_week_of_silence_is_reminded_of_once(asked, member, mails, now):
    assert services.remind_agreements(now=now + dt.timedelta(days=6)) == 0
    assert services.remind_agreements(now=now + dt.timedelta(days=7)) == 1
    assert services.remind_agreements(now=now + dt.timedelta(days=8)) == 0
    assert mails(member) == ["agreement_asked", "agreement_reminder"]


def test_who_answered_is_not_reminded(asked, member, now):
    answer(asked, member, True, now)
    assert services.remind_agreements(now=now + dt.timedelta(days=8)) == 0


def test_a_month_of_silence_is_a_no(asked, member, now):
    assert services.lapse_agreements(now=now + dt.timedelta(days=29)) == 0
    assert services.lapse_agreements(now=now + dt.timedelta(days=30)) == 1
    asked.refresh_from_db()
    assert (asked.agreement, asked.situation, asked.lapsed) == (Agreement.REFUSED, "", True)
    assert services.lapse_agreements(now=now + dt.timedelta(days=31)) == 0


def test_one_reminder_that_fails_stops_no_other(asked, write, past, people, mails, now, monkeypatch):
    (other,) = people(1)
    write(situation="Une autre", brought_by=brought_by(past, other, now))
    from portal.registrations.messages import AgreementReminder

    tell = AgreementReminder.tell.__func__

    def fail_for_the_first(cls, *, takeaway, now):
        if takeaway.pk == asked.pk:
            raise RuntimeError("no")
        return tell(cls, takeaway=takeaway, now=now)

    monkeypatch.setattr(AgreementReminder, "tell", classmethod(fail_for_the_first))
    assert services.remind_agreements(now=now + dt.timedelta(days=8)) == 1
    assert mails(other)[-1] == "agreement_reminder"
    asked.refresh_from_db()
    assert asked.agreement_reminded_at is None


# -- a month later


def test_she_is_asked_once_what_she_tried(asked, past, member, mails, now):
    answer(asked, member, True, now)
    due = past.end + services.takeaways.FOLLOW_UP_AFTER
    assert services.ask_followups(now=due - dt.timedelta(hours=1)) == 0
    assert services.ask_followups(now=due) == 1
    assert services.ask_followups(now=due + dt.timedelta(days=1)) == 0
    assert mails(member) == ["agreement_asked", "takeaway_followup"]


def test_leads_alone_have_a_sequel_too(write, registration, past, member, mails):
    write(situation="", brought_by=registration)
    assert services.ask_followups(now=past.end + dt.timedelta(days=31)) == 1
    assert mails(member) == ["takeaway_followup"]


@pytest.mark.parametrize("why", ["refused", "nobody", "inactive", "long past"])
def test_who_is_not_asked(why, write, registration, past, member, now):
    takeaway = write(brought_by=None if why == "nobody" else registration)
    days = 31
    if why == "refused":
        answer(takeaway, member, False, now)
    elif why == "inactive":
        member.is_active = False
        member.save()
    elif why == "long past":
        days = 120
    assert services.ask_followups(now=past.end + dt.timedelta(days=days)) == 0


@pytest.fixture
def followed(asked, past, member, now):
    answer(asked, member, True, now)
    services.ask_followups(now=past.end + dt.timedelta(days=31))
    asked.refresh_from_db()
    return asked


def test_her_answer_is_kept_once(followed, member, now):
    told = services.answer_followup(takeaway=followed, user=member, text=" Appelé. Payé. ", now=now)
    assert (told.followup, told.followup_at) == ("Appelé. Payé.", now)
    with pytest.raises(services.AnsweredAlready):
        services.answer_followup(takeaway=followed, user=member, text="Autre chose", now=now)
    followed.refresh_from_db()
    assert followed.followup == "Appelé. Payé."


def test_no_sequel_is_told_by_another_or_before_it_is_asked(followed, asked, facilitator, member, now):
    with pytest.raises(services.NotAsked):
        services.answer_followup(takeaway=followed, user=facilitator, text="x", now=now)
    with pytest.raises(ValueError, match="empty"):
        services.answer_followup(takeaway=followed, user=member, text="  ", now=now)
    Takeaway.objects.update(followup_asked_at=None)
    with pytest.raises(services.NotAsked):
        services.answer_followup(takeaway=followed, user=member, text="x", now=now)


def test_no_sequel_after_a_refusal(followed, member, now):
    answer(followed, member, False, now)
    with pytest.raises(services.NotAsked):
        services.answer_followup(takeaway=followed, user=member, text="x", now=now)


# -- a person who leaves


def test_she_takes_what_she_brought_away(asked, member):
    from portal.registrations.privacy import export_registrations

    (told,) = export_registrations(member)["ce_qu_on_en_retient"]
    assert (told["situation"], told["accord"]) == (SITUATION, "demandé")


def test_she_is_forgotten_and_her_agreement_stays(asked, member, now):
    from portal.registrations.privacy import erase_registrations

    answer(asked, member, True, now)
    erase_registrations(user=member, now=now)
    asked.refresh_from_db()
    assert (asked.registration, asked.agreement, asked.situation) == (None, Agreement.GIVEN, SITUATION)


def test_what_she_was_only_asked_about_is_erased_with_her(asked, member, now):
    from portal.registrations.privacy import erase_registrations

    erase_registrations(user=member, now=now)
    asked.refresh_from_db()
    assert (asked.registration, asked.agreement, asked.situation) == (None, Agreement.REFUSED, "")


def test_once_she_is_forgotten_nobody_rewrites_her_situation(asked, member, facilitator, now):
    from portal.registrations.privacy import erase_registrations

    answer(asked, member, True, now)
    erase_registrations(user=member, now=now)
    asked.refresh_from_db()
    with pytest.raises(services.NobodyToAsk):
        rewrite(asked, facilitator, now, situation="Un autre texte")
    assert rewrite(asked, facilitator, now, leads="Encore").situation == SITUATION


def test_the_jobs_say_what_they_did(asked, past, member, now):
    from portal.background.jobs import all_jobs

    jobs = {job.name: job for job in all_jobs()}
    assert jobs["registrations.agreements"].run(now + dt.timedelta(days=7)).startswith("1 rappel")
    answer(asked, member, True, timezone.now())
    assert jobs["registrations.followup"].run(past.end + dt.timedelta(days=31)).startswith("1 ")
