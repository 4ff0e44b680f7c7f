import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from portal.registrations import services
from portal.registrations.models import EventState, Registration
from tests import factories

from .conftest import calendars_of

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State


def register(event, user, now, **options):
    return services.register(event=event, user=user, now=now, **{"rule_accepted": True, **options})


# -- a seat, or a place in the queue


def test_a_seat_then_the_queue(cafe, fill, now):
    first, second, third, fourth = fill(cafe, 4)
    assert [r.state for r in (first, second, third, fourth)] == [CONFIRMED, CONFIRMED, WAITING, WAITING]
    assert (third.rank(), fourth.rank(), first.rank()) == (1, 2, None)
    assert first.confirmed_at == first.created_at == now
    assert third.confirmed_at is None


@pytest.mark.parametrize(("capacity", "state"), [(None, CONFIRMED), (0, WAITING), (1, CONFIRMED)])
def test_what_capacity_means(tree, member, now, capacity, state):
    event = factories.make_cafe(tree.centre, capacity=capacity)
    assert register(event, member, now).state == state


def test_capacity_is_that_of_the_published_page(cafe, fill, member, now):
    """A stale object in memory, or a draft, opens no seat."""
    fill(cafe, 2)
    cafe.capacity = 50
    cafe.save_revision()
    assert register(cafe, member, now).state == WAITING


def test_what_is_written(cafe, member, now, mails):
    cafe.confidentiality = "entre-pairs"
    cafe.save_revision().publish()
    made = register(
        cafe, member, now, question="  Une paie\nen retard ", access_needs=" Sous-titres ", visible=True
    )
    assert made.question == "Une paie\nen retard"
    assert made.brought_situation
    assert made.access_needs == "Sous-titres"
    assert made.visible_to_participants
    assert (made.rule, made.rule_version) == ("entre-pairs", "1")
    assert mails(member) == ["registration_confirmed"]


def test_a_situation_is_kept_only_where_one_is_asked(tree, member, now):
    event = factories.make_cafe(tree.centre, asks_question=False)
    made = register(event, member, now, question="Forgée")
    assert (made.question, made.brought_situation) == ("", False)


def test_the_state_row_is_made_where_it_is_missing(cafe, member, now):
    EventState.objects.all().delete()
    assert register(cafe, member, now).state == CONFIRMED
    assert EventState.objects.filter(event=cafe).count() == 1


def test_a_newcomer_does_not_overtake_the_queue(cafe, fill, people, now):
    """A seat that is free while people wait is owed to them."""
    registrations = fill(cafe, 3)
    Registration.objects.filter(pk=registrations[0].pk).update(state=CANCELLED)
    (late,) = people(1)
    assert register(cafe, late, now).state == WAITING


# -- refusals, one clear sentence each


def refused(exception, event, user, now, **options):
    with pytest.raises(exception) as caught:
        register(event, user, now, **options)
    assert caught.value.sentence.endswith(".")
    assert not Registration.objects.filter(user=user, state__in=Registration.ACTIVE).exists()


def test_unpublished(tree, member, now):
    refused(services.NotAvailable, factories.make_cafe(tree.centre, live=False), member, now)


def test_past(tree, member, now):
    event = factories.make_cafe(tree.centre, starts_in=dt.timedelta(hours=-3))
    refused(services.EventOver, event, member, now)


def test_started(tree, member, now):
    event = factories.make_cafe(tree.centre, starts_in=dt.timedelta(minutes=-5))
    refused(services.EventStarted, event, member, now)


def test_cancelled(cafe, member, now):
    services.cancel_event(event=cafe, by=None, reason="", now=now)
    refused(services.EventCancelled, cafe, member, now)


def test_closed(tree, member, now):
    event = factories.make_cafe(tree.centre, registration_closes_at=now - dt.timedelta(minutes=1))
    refused(services.RegistrationClosed, event, member, now)


def test_not_open_yet(tree, member, now):
    event = factories.make_cafe(tree.centre, registration_opens_at=now + dt.timedelta(minutes=1))
    refused(services.RegistrationNotOpen, event, member, now)


@pytest.mark.parametrize("mode", ["externe", "aucune"])
def test_not_here(tree, member, now, mode):
    event = factories.make_cafe(tree.centre, registration_mode=mode, registration_url="https://exemple.test/")
    refused(services.RegisteredElsewhere, event, member, now)


def test_reserved_to_the_network(cafe, pending, now):
    refused(services.NotAvailable, cafe, pending, now)


def test_reserved_to_a_group(tree, member, now):
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="Groupe d’analyse de pratiques")
    event = factories.make_cafe(tree.centre, audience="groupe", audience_groups=[group])
    refused(services.NotAvailable, event, member, now)
    insider = factories.make_user(groups=[group])
    assert register(event, insider, now).state == CONFIRMED


def test_public_but_for_members(tree, pending, now):
    event = factories.make_cafe(tree.centre, audience="public")
    refused(services.NeedsApproval, event, pending, now)


def test_open_to_any_account(tree, pending, now):
    event = factories.make_webinar(tree.centre, audience="public", open_to_pending=True)
    assert register(event, pending, now).state == CONFIRMED


def test_a_closed_account(cafe, member, now):
    member.is_active = False
    member.save()
    refused(services.NotAvailable, cafe, member, now)


@pytest.mark.parametrize("rule", ["sans-enregistrement", "entre-pairs"])
def test_rule_not_accepted(tree, member, now, rule):
    event = factories.make_cafe(tree.centre, confidentiality=rule)
    refused(services.RuleNotAccepted, event, member, now, rule_accepted=False)
    assert register(event, member, now).state == CONFIRMED


def test_an_open_meeting_asks_for_no_promise(tree, member, now):
    event = factories.make_cafe(tree.centre, confidentiality="ouvert")
    assert register(event, member, now, rule_accepted=False).state == CONFIRMED


def test_twice(cafe, member, now, mails):
    made = register(cafe, member, now)
    with pytest.raises(services.AlreadyRegistered) as caught:
        register(cafe, member, now)
    assert caught.value.registration == made
    assert mails(member) == ["registration_confirmed"]


def test_the_database_itself_refuses_a_second_active_registration(cafe, member, now):
    register(cafe, member, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(event=cafe, user=member, state=WAITING, created_at=now)


# -- giving a seat back


def test_the_freed_seat_goes_to_the_first_who_waits(cafe, fill, now, mails):
    first, second, third, fourth = fill(cafe, 4)
    services.cancel_registration(registration=first, by=first.user, now=now)
    for registration in (first, second, third, fourth):
        registration.refresh_from_db()
    assert [r.state for r in (first, second, third, fourth)] == [CANCELLED, CONFIRMED, CONFIRMED, WAITING]
    assert fourth.rank() == 1
    assert mails(first.user) == ["registration_confirmed", "registration_cancelled"]
    assert mails(third.user) == ["registration_waiting", "seat_given"]
    assert mails(fourth.user) == ["registration_waiting"]


def test_leaving_the_queue_gives_nobody_a_seat(cafe, fill, now):
    *_, third, fourth = fill(cafe, 4)
    services.cancel_registration(registration=third, by=third.user, now=now)
    fourth.refresh_from_db()
    assert (fourth.state, fourth.rank()) == (WAITING, 1)


def test_registering_again_is_a_new_row_at_the_end(cafe, fill, now):
    first, _, third = fill(cafe, 3)
    services.cancel_registration(registration=first, by=first.user, now=now)
    again = register(cafe, first.user, now)
    assert again.pk != first.pk
    assert again.state == WAITING
    assert Registration.objects.filter(event=cafe, user=first.user).count() == 2


def test_giving_back_twice(cafe, fill, now):
    (first,) = fill(cafe, 1)
    services.cancel_registration(registration=first, by=first.user, now=now)
    with pytest.raises(services.NotActive):
        services.cancel_registration(registration=first, by=first.user, now=now)


def test_nothing_is_given_back_once_it_is_over(cafe, fill):
    (first,) = fill(cafe, 1)
    with pytest.raises(services.EventOver):
        services.cancel_registration(registration=first, by=first.user, now=cafe.end)


def test_a_seat_freed_after_registration_closed_still_goes_to_the_queue(cafe, fill, now):
    first, _, third = fill(cafe, 3)
    cafe.registration_closes_at = now + dt.timedelta(hours=1)
    cafe.save_revision().publish()
    services.cancel_registration(registration=first, by=first.user, now=now + dt.timedelta(hours=2))
    third.refresh_from_db()
    assert third.state == CONFIRMED


def test_a_seat_freed_during_the_meeting_is_lost(cafe, fill):
    first, _, third = fill(cafe, 3)
    services.cancel_registration(registration=first, by=first.user, now=cafe.start)
    third.refresh_from_db()
    assert third.state == WAITING


def test_nobody_gives_back_the_seat_of_another(cafe, fill, people, now):
    (first,) = fill(cafe, 1)
    (stranger,) = people(1)
    with pytest.raises(services.MayNotChange):
        services.cancel_registration(registration=first, by=stranger, now=now)


def test_an_organiser_may(cafe, fill, centre_user, now, last_mail):
    (first,) = fill(cafe, 1)
    services.cancel_registration(registration=first, by=centre_user, now=now)
    first.refresh_from_db()
    assert first.state == CANCELLED
    assert "L’équipe qui organise" in last_mail(first.user).get_body(("plain",)).get_content()


def test_the_organiser_of_another_centre_may_not(cafe, tree, fill, now):
    other = factories.make_user(groups=[factories.make_centre(tree).group])
    (first,) = fill(cafe, 1)
    with pytest.raises(services.MayNotChange):
        services.cancel_registration(registration=first, by=other, now=now)


def test_who_may_not_come_any_more_is_passed_over(cafe, fill, now, mails):
    first, _, third, fourth = fill(cafe, 4)
    third.user.approved_at = None
    third.user.save()
    services.cancel_registration(registration=first, by=first.user, now=now)
    third.refresh_from_db()
    fourth.refresh_from_db()
    assert (third.state, fourth.state) == (WAITING, CONFIRMED)
    assert mails(third.user) == ["registration_waiting"]


# -- more people than seats, knowingly


def test_over_capacity(cafe, fill, people, centre_user, now, mails):
    first, _, third = fill(cafe, 3)
    (guest,) = people(1)
    added = services.add_over_capacity(event=cafe, user=guest, by=centre_user, now=now)
    assert (added.state, added.over_capacity_by) == (CONFIRMED, centre_user)
    assert mails(guest) == ["registration_confirmed"]
    # Three people for two seats: the next one freed is nobody's.
    services.cancel_registration(registration=first, by=first.user, now=now)
    third.refresh_from_db()
    assert third.state == WAITING


def test_someone_who_waits_leaves_the_queue_for_her_seat(cafe, fill, centre_user, now):
    *_, third, fourth = fill(cafe, 4)
    added = services.add_over_capacity(event=cafe, user=fourth.user, by=centre_user, now=now)
    assert added.pk == fourth.pk
    assert added.state == CONFIRMED
    third.refresh_from_db()
    assert third.rank() == 1


@pytest.mark.parametrize("who", ["confirmed", "pending", "stranger"])
def test_over_capacity_refused(cafe, fill, people, pending, centre_user, now, who):
    (first,) = fill(cafe, 1)
    user, by, exception = {
        "confirmed": (first.user, centre_user, services.AlreadyRegistered),
        "pending": (pending, centre_user, services.MayNotAttend),
        "stranger": (people(1)[0], people(1)[0], services.MayNotChange),
    }[who]
    with pytest.raises(exception):
        services.add_over_capacity(event=cafe, user=user, by=by, now=now)


# -- who came


def test_attendance_is_noted_from_the_start_on(cafe, fill, centre_user, now):
    (first,) = fill(cafe, 1)
    with pytest.raises(services.NotStarted):
        services.set_attendance(
            registration=first, attendance="present", by=centre_user, now=cafe.start - dt.timedelta(1)
        )
    services.set_attendance(registration=first, attendance="present", by=centre_user, now=cafe.start)
    first.refresh_from_db()
    assert first.attendance == "present"
    with pytest.raises(ValueError, match="partout"):
        services.set_attendance(registration=first, attendance="partout", by=centre_user, now=cafe.start)


def test_no_attendance_for_who_had_no_seat(cafe, fill, centre_user):
    *_, third = fill(cafe, 3)
    with pytest.raises(services.NotActive):
        services.set_attendance(registration=third, attendance="present", by=centre_user, now=cafe.start)


# -- a cycle: all its dates, or none


@pytest.fixture
def cycle(tree):
    from portal.registrations.models import Cycle

    made = Cycle.objects.create(title="Deux matinées", slug="deux-matinees")
    return [
        factories.make_cafe(tree.centre, capacity=capacity, cycle=made, starts_in=dt.timedelta(days=days))
        for days, capacity in ((7, 2), (14, 1))
    ]


def states(cycle, user):
    return [
        event.registrations.active().filter(user=user).values_list("state", flat=True).first()
        for event in cycle
    ]


def test_a_cycle_is_registered_for_as_one(cycle, people, now, mails, last_mail):
    first, second = people(2)
    register(cycle[1], first, now)
    assert states(cycle, first) == [CONFIRMED, CONFIRMED]
    assert mails(first) == ["registration_confirmed"]
    assert len(calendars_of(last_mail(first))) == 2
    # One date is full: she waits for all of them, not for half a group.
    register(cycle[0], second, now)
    assert states(cycle, second) == [WAITING, WAITING]


def test_a_cycle_is_given_back_and_handed_on_as_one(cycle, people, now, mails):
    first, second = people(2)
    mine = register(cycle[0], first, now)
    register(cycle[0], second, now)
    services.cancel_registration(registration=mine, by=first, now=now)
    assert states(cycle, first) == [None, None]
    assert states(cycle, second) == [CONFIRMED, CONFIRMED]
    assert mails(second) == ["registration_waiting", "seat_given"]


def test_a_cancelled_date_does_not_stop_the_others(cycle, people, now):
    first, second = people(2)
    services.cancel_event(event=cycle[1], by=None, reason="", now=now)
    register(cycle[0], first, now)
    assert states(cycle, first) == [CONFIRMED, None]
    register(cycle[0], second, now)
    assert states(cycle, second) == [CONFIRMED, None]


def test_nobody_joins_a_cycle_half_way(cycle, member):
    after_the_first = cycle[0].end + dt.timedelta(hours=1)
    with pytest.raises(services.CycleBegun):
        register(cycle[1], member, after_the_first)


def test_an_unpublished_date_is_left_out(cycle, people, now):
    (first,) = people(1)
    cycle[1].unpublish()
    register(cycle[0], first, now)
    assert states(cycle, first) == [CONFIRMED, None]
