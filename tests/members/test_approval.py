"""Requests to join: who is asked, who may answer, and what happens when nobody does."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from portal.background.services import run_due_jobs
from portal.centres.services import MEMBERS_GROUP
from portal.members import approval
from portal.members.groups import FUNCTION_GROUPS
from portal.members.models import AccessRequest, Fonction
from tests import factories

from .conftest import TUESDAY, make_profile, verify

pytestmark = pytest.mark.django_db
State = AccessRequest.State


def ask(user, **fields):
    return approval.submit_request(user=user, message="Bonjour", **{"now": TUESDAY, **fields})


def recipients(mailoutbox):
    return sorted(address for message in mailoutbox for address in message.to)


# -- asking


def test_a_request_goes_to_the_animators_of_the_region(
    candidate, animator, other_animator, avise, mailoutbox
):
    asked = ask(candidate)
    assert asked.state == State.REGION
    assert asked.region == candidate.profile.region
    assert asked.escalates_at == TUESDAY + dt.timedelta(days=2)
    assert recipients(mailoutbox) == [animator.email]
    assert reverse("members:request", args=[asked.pk]) in mailoutbox[0].body
    assert "jeudi 26 novembre 2026" in mailoutbox[0].body


def test_the_week_end_does_not_count(candidate, animator):
    asked = ask(candidate, now=TUESDAY + dt.timedelta(days=3))
    assert asked.escalates_at == TUESDAY + dt.timedelta(days=7)


def test_without_an_animator_it_goes_to_avise_at_once(candidate, other_animator, avise, mailoutbox):
    asked = ask(candidate)
    assert asked.state == State.AVISE
    assert asked.escalates_at == TUESDAY
    assert recipients(mailoutbox) == [avise.email]


@pytest.mark.parametrize("fonction", [one for one in Fonction if one != Fonction.CHARGEE])
def test_who_claims_a_say_in_it_is_avise_s_to_judge(candidate, animator, avise, fonction, mailoutbox):
    candidate.profile.fonction = fonction
    candidate.profile.save()
    assert ask(candidate).state == State.AVISE
    assert recipients(mailoutbox) == [avise.email]


@pytest.mark.parametrize("change", [{"is_active": False}, {"approved_at": None}])
def test_an_animator_whose_account_is_closed_or_pending_is_not_asked(candidate, animator, avise, change):
    type(animator).objects.filter(pk=animator.pk).update(**change)
    assert ask(candidate).state == State.AVISE


def test_superusers_are_asked_where_avise_has_no_group(candidate, admin, mailoutbox):
    ask(candidate)
    assert recipients(mailoutbox) == [admin.email]


def test_one_request_at_a_time(candidate, animator):
    ask(candidate)
    with pytest.raises(approval.RequestAlreadyOpen):
        ask(candidate)
    assert AccessRequest.objects.count() == 1


def test_a_member_asks_for_nothing(member):
    with pytest.raises(approval.AlreadyMember):
        ask(member)


@pytest.mark.parametrize("missing", ["fonction", "structure", "region", "name", "profile"])
def test_the_profile_comes_first(candidate, animator, missing):
    if missing == "profile":
        candidate.profile.delete()
    elif missing == "name":
        type(candidate).objects.filter(pk=candidate.pk).update(first_name="", last_name="")
    else:
        setattr(candidate.profile, missing, None if missing == "region" else "")
        candidate.profile.save()
    with pytest.raises(approval.ProfileIncomplete):
        ask(candidate)
    assert not AccessRequest.objects.exists()


# -- answering


def test_an_animator_approves(candidate, animator, mailoutbox):
    asked = ask(candidate)
    mailoutbox.clear()
    approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    candidate.refresh_from_db()
    asked.refresh_from_db()
    assert candidate.approved_at == TUESDAY
    assert set(candidate.groups.values_list("name", flat=True)) == {
        MEMBERS_GROUP,
        FUNCTION_GROUPS[Fonction.CHARGEE],
    }
    assert (asked.state, asked.decided_by, asked.decided_at) == (State.APPROVED, animator, TUESDAY)
    assert recipients(mailoutbox) == [candidate.email]


def test_pending_and_approved_do_not_read_the_same(client, tree, candidate, animator):
    fiche = factories.make_fiche(tree.centre, audience="reseau")
    public = factories.make_fiche(tree.centre)
    client.force_login(candidate)
    assert client.get(public.url).status_code == 200
    assert client.get(fiche.url).status_code == 403
    ask(candidate)
    assert client.get(fiche.url).status_code == 403
    approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    assert client.get(fiche.url).status_code == 200


@pytest.mark.parametrize("who", ["other_animator", "member", "pending", "centre_user"])
def test_nobody_else_decides(request, candidate, animator, who):
    by = request.getfixturevalue(who)
    asked = ask(candidate)
    with pytest.raises(approval.MayNotDecide):
        approval.approve_member(user=candidate, by=by, now=TUESDAY)
    with pytest.raises(approval.MayNotDecide):
        approval.refuse_request(access_request=asked, by=by, reason="Non", now=TUESDAY)
    with pytest.raises(approval.MayNotDecide):
        approval.pass_to_avise(access_request=asked, by=by, now=TUESDAY)
    candidate.refresh_from_db()
    asked.refresh_from_db()
    assert not candidate.is_approved
    assert asked.state == State.REGION


def test_an_animator_does_not_approve_who_did_not_ask(candidate, animator):
    with pytest.raises(approval.MayNotDecide):
        approval.approve_member(user=candidate, by=animator, now=TUESDAY)


def test_an_animator_no_longer_decides_once_it_passed_to_avise(candidate, animator, avise):
    asked = ask(candidate)
    approval.pass_to_avise(access_request=asked, by=animator, now=TUESDAY)
    with pytest.raises(approval.MayNotDecide):
        approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    approval.approve_member(user=candidate, by=avise, now=TUESDAY)


def test_nobody_approves_herself(avise, taxonomy):
    type(avise).objects.filter(pk=avise.pk).update(approved_at=None)
    avise.refresh_from_db()
    make_profile(avise, region=taxonomy.bretagne)
    with pytest.raises(approval.MayNotDecide):
        approval.approve_member(user=avise, by=avise, now=TUESDAY)
    ask(avise)
    with pytest.raises(approval.MayNotDecide):
        approval.approve_member(user=avise, by=avise, now=TUESDAY)


def test_avise_decides_before_the_region_does(candidate, animator, avise):
    asked = ask(candidate)
    approval.approve_member(user=candidate, by=avise, now=TUESDAY)
    asked.refresh_from_db()
    assert asked.decided_by == avise


def test_avise_approves_who_did_not_ask(pending, avise):
    approval.approve_member(user=pending, by=avise, now=TUESDAY)
    pending.refresh_from_db()
    assert pending.is_approved


def test_a_closed_account_is_not_approved(pending, avise):
    type(pending).objects.filter(pk=pending.pk).update(is_active=False)
    with pytest.raises(approval.MayNotDecide):
        approval.approve_member(user=pending, by=avise, now=TUESDAY)


def test_two_answers_do_not_cross(candidate, animator, avise):
    asked = ask(candidate)
    approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    with pytest.raises(approval.AlreadyDecided):
        approval.refuse_request(access_request=asked, by=avise, reason="Trop tard", now=TUESDAY)
    with pytest.raises(approval.AlreadyMember):
        approval.approve_member(user=candidate, by=avise, now=TUESDAY)


def test_a_refusal_gives_its_reason_and_leaves_the_door_open(candidate, animator, mailoutbox):
    asked = ask(candidate)
    mailoutbox.clear()
    approval.refuse_request(
        access_request=asked, by=animator, reason="Précisez votre structure.", now=TUESDAY
    )
    candidate.refresh_from_db()
    assert not candidate.is_approved
    assert candidate.is_active
    assert recipients(mailoutbox) == [candidate.email]
    assert "Précisez votre structure." in mailoutbox[0].body
    assert ask(candidate).state == State.REGION


def test_a_refusal_without_a_reason_is_refused(candidate, animator):
    asked = ask(candidate)
    with pytest.raises(approval.ReasonMissing):
        approval.refuse_request(access_request=asked, by=animator, reason="  ", now=TUESDAY)
    asked.refresh_from_db()
    assert asked.state == State.REGION


# -- passing on


def test_it_passes_to_avise_after_two_working_days_and_not_before(candidate, animator, avise, mailoutbox):
    asked = ask(candidate)
    mailoutbox.clear()
    assert approval.escalate_late_requests(now=asked.escalates_at - dt.timedelta(seconds=1)) == 0
    assert approval.escalate_late_requests(now=asked.escalates_at) == 1
    asked.refresh_from_db()
    assert asked.state == State.AVISE
    assert recipients(mailoutbox) == [avise.email]
    assert approval.escalate_late_requests(now=asked.escalates_at + dt.timedelta(days=9)) == 0
    assert len(mailoutbox) == 1


def test_the_clock_does_it(candidate, animator, avise):
    asked = ask(candidate)
    lines = run_due_jobs(now=asked.escalates_at, only="members-escalate")
    assert lines == ["members-escalate: 1 demande(s) transmise(s) à l’Avise"]


def test_an_answered_request_does_not_pass_on(candidate, animator):
    asked = ask(candidate)
    approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    assert approval.escalate_late_requests(now=asked.escalates_at + dt.timedelta(days=1)) == 0


def test_passing_on_early_tells_avise(candidate, animator, avise, mailoutbox):
    asked = ask(candidate)
    mailoutbox.clear()
    approval.pass_to_avise(access_request=asked, by=animator, now=TUESDAY)
    asked.refresh_from_db()
    assert (asked.state, asked.escalates_at) == (State.AVISE, TUESDAY)
    assert recipients(mailoutbox) == [avise.email]


def test_what_is_written_and_what_is_mailed_stand_or_fall_together(candidate, animator, monkeypatch):
    monkeypatch.setattr(approval.mails, "send", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ask(candidate)
    assert not AccessRequest.objects.exists()


def test_requests_for_each(candidate, animator, other_animator, avise, member):
    asked = ask(candidate)
    assert list(approval.requests_for(animator)) == [asked]
    assert list(approval.requests_for(avise)) == [asked]
    assert not approval.requests_for(other_animator)
    assert not approval.requests_for(member)
    assert not approval.requests_for(candidate)


def test_the_group_of_members_is_the_one_that_opens_reserved_files(tree, candidate, animator):
    ask(candidate)
    approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    restriction = tree.centre.reserved_collection.view_restrictions.get()
    assert Group.objects.get(name=MEMBERS_GROUP) in restriction.groups.all()
    assert candidate.groups.filter(pk__in=restriction.groups.all()).exists()


def test_a_pending_account_signs_in(client, mailoutbox):
    user = verify(factories.make_user("attend@exemple.test", approved=False, password="un-mot-de-passe-long"))
    response = client.post(
        reverse("account_login"), {"login": user.email, "password": "un-mot-de-passe-long"}
    )
    assert response.url == "/mon-espace/"
