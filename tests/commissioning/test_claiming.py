"""Taken by one centre, given back, promised, handed over; and each refusal."""

import datetime as dt

import pytest

from portal.commissioning import services
from portal.commissioning.models import Need
from tests import factories

pytestmark = pytest.mark.django_db
OPEN, TAKEN, PUBLISHED, SET_ASIDE = Need.State


def test_a_centre_takes_it(need, tree, centre_user, now, history):
    day = now.date() + dt.timedelta(days=60)
    services.claim(need=need, centre=tree.centre, by=centre_user, now=now, promised_on=day)
    need.refresh_from_db()
    assert (need.state, need.centre, need.claimed_by, need.claimed_at, need.promised_on) == (
        TAKEN,
        tree.centre,
        centre_user,
        now,
        day,
    )
    assert history(need) == ["proposee", "prise"]
    assert need.changes.get(action="prise").centre == tree.centre.title


def test_the_second_centre_reads_which_one_was_first(taken, other_centre, other_user, now, history):
    with pytest.raises(services.AlreadyTaken) as refusal:
        services.claim(need=taken, centre=other_centre, by=other_user, now=now)
    assert refusal.value.sentence == "CRDLA Financement vient de la prendre."
    taken.refresh_from_db()
    assert taken.centre_id != other_centre.pk
    assert history(taken).count("prise") == 1


def test_one_takes_for_one_s_own_centre(need, other_centre, centre_user, editor, now):
    for person in (centre_user, editor):
        with pytest.raises(services.MayNot):
            services.claim(need=need, centre=other_centre, by=person, now=now)
    need.refresh_from_db()
    assert need.state == OPEN


def test_no_day_that_is_past(need, tree, centre_user, now):
    yesterday = now.date() - dt.timedelta(days=2)
    with pytest.raises(services.DateGone):
        services.claim(need=need, centre=tree.centre, by=centre_user, now=now, promised_on=yesterday)


@pytest.mark.parametrize("state", [PUBLISHED, SET_ASIDE])
def test_what_is_over_is_not_taken(need, tree, centre_user, now, state):
    Need.objects.update(state=state)
    with pytest.raises(services.NotToTake):
        services.claim(need=need, centre=tree.centre, by=centre_user, now=now)


def test_it_is_given_back_with_a_word(taken, centre_user, now, history):
    services.give_back(need=taken, by=centre_user, now=now, words="Un premier plan existe.")
    taken.refresh_from_db()
    assert (taken.state, taken.centre, taken.claimed_by, taken.promised_on) == (OPEN, None, None, None)
    line = taken.changes.get(action="rendue")
    assert (line.words, line.centre) == ("Un premier plan existe.", "CRDLA Financement")


def test_another_centre_neither_gives_back_nor_changes_the_day(taken, other_user, now):
    with pytest.raises(services.MayNot):
        services.give_back(need=taken, by=other_user, now=now)
    with pytest.raises(services.MayNot):
        services.promise(need=taken, by=other_user, now=now, promised_on=None)


def test_avise_gives_back_for_a_centre(taken, editor, now):
    assert services.give_back(need=taken, by=editor, now=now).state == OPEN


def test_nothing_to_give_back(need, editor, now):
    with pytest.raises(services.NotTaken):
        services.give_back(need=need, by=editor, now=now)


def test_the_day_changes(taken, centre_user, now):
    day = now.date() + dt.timedelta(days=30)
    services.promise(need=taken, by=centre_user, now=now, promised_on=day)
    taken.refresh_from_db()
    assert taken.promised_on == day
    with pytest.raises(services.DateGone):
        services.promise(need=taken, by=centre_user, now=now, promised_on=dt.date(2020, 1, 1))
    assert services.promise(need=taken, by=centre_user, now=now, promised_on=None).promised_on is None


def test_avise_hands_it_over(taken, other_centre, editor, now):
    services.assign(need=taken, centre=other_centre, by=editor, now=now)
    taken.refresh_from_db()
    assert (taken.centre, taken.claimed_by) == (other_centre, None)
    assert taken.changes.get(action="confiee").words == "auparavant : CRDLA Financement"


def test_a_centre_hands_nothing_over(taken, other_centre, centre_user, now):
    with pytest.raises(services.MayNot):
        services.assign(need=taken, centre=other_centre, by=centre_user, now=now)


def test_what_is_over_is_not_handed_over(need, tree, editor, now):
    services.set_aside(need=need, by=editor, reason="Hors sujet.", now=now)
    with pytest.raises(services.NotToTake):
        services.assign(need=need, centre=tree.centre, by=editor, now=now)


def test_the_page_of_another_centre_answers_for_that_one(taken, tree, other_centre, centre_user, editor, now):
    page = factories.make_fiche(tree.centre)
    services.link_page(need=taken, page=page, by=centre_user, now=now)
    page.unpublish()
    services.assign(need=taken, centre=other_centre, by=editor, now=now)
    page.save_revision().publish()
    taken.refresh_from_db()
    assert (taken.state, taken.page, taken.centre) == (TAKEN, None, other_centre)
