"""The fiche that answers, and what becomes of the need when it leaves the site."""

import pytest
from wagtail.models import Page

from portal.commissioning import services
from portal.commissioning.models import Need
from tests import factories

pytestmark = pytest.mark.django_db
OPEN, TAKEN, PUBLISHED, SET_ASIDE = Need.State


def link(need, page, by, now):
    services.link_page(need=need, page=page, by=by, now=now)
    need.refresh_from_db()


def test_the_centre_links_its_fiche(taken, tree, centre_user, now, history):
    page = factories.make_fiche(tree.centre, title="Tenir trois mois")
    link(taken, page, centre_user, now)
    assert (taken.state, taken.page_id, taken.published_at) == (PUBLISHED, page.pk, now)
    assert taken.centre == tree.centre
    assert history(taken) == ["proposee", "prise", "publiee"]
    assert taken.changes.get(action="publiee").words == "Tenir trois mois"


def test_a_draft_answers_nothing(taken, tree, centre_user, now):
    with pytest.raises(services.PageNotLive):
        services.link_page(
            need=taken, page=factories.make_fiche(tree.centre, live=False), by=centre_user, now=now
        )


def test_the_page_of_another_centre_is_not_hers(taken, other_centre, centre_user, now):
    with pytest.raises(services.PageElsewhere):
        services.link_page(need=taken, page=factories.make_fiche(other_centre), by=centre_user, now=now)


def test_the_page_of_the_centre_itself_is_no_answer(taken, tree, centre_user, editor, now):
    for person in (centre_user, editor):
        with pytest.raises(services.NotAnAnswer):
            services.link_page(need=taken, page=tree.centre, by=person, now=now)


def test_another_centre_links_nothing(taken, need, tree, other_user, member, now):
    page = factories.make_fiche(tree.centre)
    for person in (other_user, member):
        with pytest.raises(services.MayNot):
            services.link_page(need=taken, page=page, by=person, now=now)


def test_a_centre_links_nothing_to_what_it_did_not_take(need, tree, centre_user, now):
    with pytest.raises(services.MayNot):
        services.link_page(need=need, page=factories.make_fiche(tree.centre), by=centre_user, now=now)


def test_avise_links_what_exists_already(need, tree, editor, now):
    page = factories.make_fiche(tree.centre)
    link(need, page, editor, now)
    assert (need.state, need.page_id, need.centre) == (PUBLISHED, page.pk, None)


def test_what_is_over_is_not_linked(need, tree, editor, now):
    services.set_aside(need=need, by=editor, reason="Non.", now=now)
    with pytest.raises(services.NotToWrite):
        services.link_page(need=need, page=factories.make_fiche(tree.centre), by=editor, now=now)


def test_unpublished_it_is_to_be_written_again_and_published_again_it_answers(
    taken, tree, centre_user, now, history
):
    page = factories.make_fiche(tree.centre)
    link(taken, page, centre_user, now)
    page.unpublish()
    taken.refresh_from_db()
    assert (taken.state, taken.centre, taken.published_at) == (TAKEN, tree.centre, None)
    page.save_revision().publish()
    taken.refresh_from_db()
    assert (taken.state, taken.page_id) == (PUBLISHED, page.pk)
    assert history(taken)[2:] == ["publiee", "depubliee", "publiee"]


def test_without_a_centre_it_is_to_be_taken_again(need, tree, editor, now):
    page = factories.make_fiche(tree.centre)
    link(need, page, editor, now)
    page.unpublish()
    need.refresh_from_db()
    assert need.state == OPEN


def test_given_back_its_page_answers_no_more(taken, tree, centre_user, now):
    page = factories.make_fiche(tree.centre)
    link(taken, page, centre_user, now)
    page.unpublish()
    services.give_back(need=taken, by=centre_user, now=now)
    page.save_revision().publish()
    taken.refresh_from_db()
    assert (taken.state, taken.page) == (OPEN, None)


@pytest.mark.parametrize("whole_centre", [False, True], ids=["the page", "its centre"])
def test_deleted_it_is_to_be_written_again(taken, tree, centre_user, now, whole_centre):
    page = factories.make_fiche(tree.centre)
    link(taken, page, centre_user, now)
    Page.objects.get(pk=tree.centre.pk if whole_centre else page.pk).delete()
    taken.refresh_from_db()
    assert taken.page is None
    assert taken.state == TAKEN
    assert taken.centre is None if whole_centre else taken.centre == tree.centre


def test_a_page_that_answers_nothing_changes_nothing(taken, tree):
    page = factories.make_fiche(tree.centre)
    page.unpublish()
    page.save_revision().publish()
    taken.refresh_from_db()
    assert (taken.state, taken.page) == (TAKEN, None)


def test_after_the_centre_left_avise_goes_on(taken, tree, other_centre, editor, now):
    Page.objects.get(pk=tree.centre.pk).delete()
    taken.refresh_from_db()
    assert (taken.state, taken.centre) == (TAKEN, None)
    assert services.assign(need=taken, centre=other_centre, by=editor, now=now).centre == other_centre
