"""From what a session left to a draft fiche, and back: filled, in the right place, never published silently."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.models import Facilitator, Registration, Takeaway
from portal.registrations.outcomes import offers_for
from ressources.drafts import MayNotOpen, NoCentre, open_draft
from ressources.models import FichePage
from search.pages import plain
from tests import factories

pytestmark = pytest.mark.django_db
SITUATION = "Une petite structure attend un solde <depuis> des mois.\nElle n’ose pas appeler."
LEADS = "Appeler le financeur\n- Étaler l’Urssaf"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def past(tree, taxonomy):
    return factories.make_cafe(
        tree.centre,
        title="Le solde attendu",
        starts_in=dt.timedelta(hours=-3),
        asks_question=True,
        themes=[taxonomy.tresorerie],
        phases=[taxonomy.urgence],
        secteurs=[taxonomy.culture],
        regions=[taxonomy.bretagne],
        structures=[taxonomy.association],
    )


@pytest.fixture
def facilitator(past, now):
    """Someone without any right in the admin."""
    user = factories.make_user("animatrice@exemple.test", first_name="Ana", last_name="Exemple")
    Facilitator.objects.create(event=past, user=user, added_at=now)
    return user


@pytest.fixture
def asked(past, facilitator, member, now):
    registration = Registration.objects.create(
        event=past, user=member, state="confirmee", brought_situation=True, created_at=now
    )
    return services.write_takeaway(
        event=past, situation=SITUATION, leads=LEADS, brought_by=registration, by=facilitator, now=now
    )


def answer(takeaway, agrees, now):
    takeaway.refresh_from_db()
    return services.answer_agreement(
        takeaway=takeaway,
        user=takeaway.registration.user,
        agrees=agrees,
        seen=takeaway.fingerprint,
        now=now,
    )


@pytest.fixture
def agreed(asked, now):
    return answer(asked, True, now)


def draft_of(fiche) -> FichePage:
    return FichePage.objects.get(pk=fiche.pk).get_latest_revision_as_object()


def labels(manager):
    return [entry.label for entry in manager.all()]


# -- opening


def test_the_draft_is_filled_and_in_the_centre_s_subtree(agreed, past, tree, facilitator, now):
    fiche = open_draft(takeaway=agreed, by=facilitator, now=now)
    fiche.refresh_from_db()
    assert fiche.get_parent().specific == tree.centre
    assert (fiche.live, fiche.has_unpublished_changes, fiche.owner) == (False, True, facilitator)
    draft = draft_of(fiche)
    for page in (FichePage.objects.get(pk=fiche.pk), draft):
        assert page.title == "Gestion financière et trésorerie\u00a0: une situation, des pistes"
        assert page.summary == "Appeler le financeur"
        assert page.demande == (
            "<p>Une petite structure attend un solde &lt;depuis&gt; des mois.</p><p>Elle n’ose pas appeler.</p>"
        )
        assert "<li>Appeler le financeur</li><li>Étaler l’Urssaf</li>" in page.demarche
        assert page.consent == FichePage.Consent.ANONYMOUS
        assert labels(page.themes) == ["Gestion financière et trésorerie"]
        assert labels(page.phases) == ["Faire face à l’urgence"]
        assert labels(page.secteurs) == ["Culture, médias, patrimoine"]
        assert labels(page.regions) == ["Bretagne"]
        assert labels(page.structures) == ["Association"]
    agreed.refresh_from_db()
    assert agreed.fiche_id == fiche.pk


def test_without_an_agreement_only_the_leads_are_in_it(asked, facilitator, now):
    fiche = open_draft(takeaway=asked, by=facilitator, now=now)
    assert fiche.demande == ""
    stored = Revision.objects.for_instance(fiche).get().content
    assert "solde" not in str(stored)
    assert "Étaler" in stored["demarche"]


def test_what_is_kept_for_the_network_stays_there(tree, facilitator, now):
    event = factories.make_cafe(
        tree.centre, audience="public", confidentiality="entre-pairs", starts_in=dt.timedelta(hours=-3)
    )
    Facilitator.objects.create(event=event, user=facilitator, added_at=now)
    takeaway = services.write_takeaway(
        event=event, situation="", leads=LEADS, brought_by=None, by=facilitator, now=now
    )
    assert open_draft(takeaway=takeaway, by=facilitator, now=now).audience == "reseau"


def test_opening_it_twice_gives_the_same_draft(agreed, facilitator, centre_user, now):
    first = open_draft(takeaway=agreed, by=facilitator, now=now)
    assert open_draft(takeaway=agreed, by=centre_user, now=now) == first
    assert FichePage.objects.count() == 1


def test_a_draft_that_was_deleted_may_be_opened_again(agreed, facilitator, now):
    open_draft(takeaway=agreed, by=facilitator, now=now).delete()
    assert open_draft(takeaway=agreed, by=facilitator, now=now).pk
    assert FichePage.objects.count() == 1


def test_who_has_no_right_there_needs_none_and_the_centre_is_told(agreed, facilitator, centre_user, now):
    fiche = open_draft(takeaway=agreed, by=facilitator, now=now)
    assert not fiche.permissions_for_user(facilitator).can_edit()
    message = OutgoingMessage.objects.get(kind="fiche_draft_opened")
    assert message.user == centre_user
    assert "solde <depuis>" not in message.subject


def test_who_may_edit_it_tells_nobody(agreed, centre_user, now):
    open_draft(takeaway=agreed, by=centre_user, now=now)
    assert not OutgoingMessage.objects.filter(kind="fiche_draft_opened").exists()


def test_only_who_runs_the_session_or_writes_in_the_centre_opens_it(agreed, member, tree, pending, now):
    elsewhere = factories.make_user(groups=[factories.make_centre(tree).group])
    for user in (member, pending, elsewhere):
        with pytest.raises(MayNotOpen):
            open_draft(takeaway=agreed, by=user, now=now)
    assert not FichePage.objects.exists()


def test_no_draft_without_a_centre_to_put_it_in(agreed, past, tree, admin, now):
    past.move(tree.cafes, pos="last-child")
    with pytest.raises(NoCentre):
        open_draft(takeaway=agreed, by=admin, now=now)


# -- the button


def press(client, takeaway):
    return client.post(reverse("ressources:open_draft", args=[takeaway.pk]))


def test_the_button_leads_an_editor_to_the_draft(client, agreed, centre_user):
    client.force_login(centre_user)
    (offer,) = offers_for(agreed, centre_user)
    assert offer.post_url == reverse("ressources:open_draft", args=[agreed.pk])
    response = press(client, agreed)
    agreed.refresh_from_db()
    edit = reverse("wagtailadmin_pages:edit", args=[agreed.fiche_id])
    assert response.url == edit
    screen = client.get(edit)
    assert screen.status_code == 200
    assert "D’où vient cette fiche" in screen.content.decode()
    assert press(client, agreed).url == edit
    assert offers_for(agreed, centre_user)[0].link_url == edit


def test_the_button_thanks_a_facilitator_and_leaves_her_on_her_page(client, agreed, past, facilitator):
    client.force_login(facilitator)
    response = press(client, agreed)
    assert response.url == reverse("registrations:animation", args=[past.pk])
    page = client.get(response.url).content.decode()
    assert "CRDLA Financement" in page
    assert "Le brouillon est chez le centre" in page


def test_a_get_opens_nothing(client, agreed, facilitator):
    client.force_login(facilitator)
    address = reverse("ressources:open_draft", args=[agreed.pk])
    assert client.get(address).status_code == 405
    assert not FichePage.objects.exists()


def test_nobody_else_presses_it(client, agreed, member):
    assert "/compte/login/" in press(client, agreed).url
    client.force_login(member)
    assert press(client, agreed).status_code == 404
    assert offers_for(agreed, member) == []
    assert not FichePage.objects.exists()


# -- what comes after


def test_an_agreement_given_later_fills_the_draft(asked, facilitator, now):
    fiche = open_draft(takeaway=asked, by=facilitator, now=now)
    answer(asked, True, now)
    assert plain(draft_of(fiche).demande).startswith("Une petite structure")
    assert not FichePage.objects.get(pk=fiche.pk).live


def test_what_an_editor_wrote_is_not_written_over(asked, facilitator, now):
    fiche = open_draft(takeaway=asked, by=facilitator, now=now)
    fiche.demande = "<p>Ce que l’éditrice a écrit.</p>"
    fiche.save_revision(clean=False)
    answer(asked, True, now)
    assert draft_of(fiche).demande == "<p>Ce que l’éditrice a écrit.</p>"


def test_an_agreement_taken_back_leaves_no_version_of_the_text(agreed, facilitator, centre_user, now):
    fiche = open_draft(takeaway=agreed, by=facilitator, now=now)
    edited = draft_of(fiche)
    # Wagtail's editor puts keys on its tags.
    edited.demande = edited.demande.replace("<p>", '<p data-block-key="k1">') + "<p>Autre chose.</p>"
    edited.save_revision(clean=False)
    answer(agreed, False, now)
    for revision in Revision.objects.for_instance(fiche):
        assert "solde" not in str(revision.content)
    assert "solde" not in FichePage.objects.get(pk=fiche.pk).demande
    assert draft_of(fiche).demande == "<p>Autre chose.</p>"
    assert OutgoingMessage.objects.filter(kind="agreement_withdrawn", user=centre_user).count() == 1


def test_rewriting_takes_the_former_text_out_until_she_agrees(agreed, facilitator, now):
    fiche = open_draft(takeaway=agreed, by=facilitator, now=now)
    rewritten = services.rewrite_takeaway(
        takeaway=agreed,
        situation="Un autre texte",
        leads=LEADS,
        brought_by=agreed.registration,
        by=facilitator,
        now=now,
    )
    assert draft_of(fiche).demande == ""
    answer(rewritten, True, now)
    assert draft_of(fiche).demande == "<p>Un autre texte</p>"


@pytest.fixture
def tell(past, now):
    """Tell what was tried, a month later."""

    def tell_it(takeaway, text="Appelé. Payé."):
        services.ask_followups(now=past.end + dt.timedelta(days=31))
        takeaway.refresh_from_db()
        user = takeaway.registration.user
        return services.answer_followup(takeaway=takeaway, user=user, text=text, now=now)

    return tell_it


def test_what_was_tried_feeds_the_draft(agreed, facilitator, tell, now):
    fiche = open_draft(takeaway=agreed, by=facilitator, now=now)
    number = Revision.objects.for_instance(fiche).count()
    tell(agreed)
    assert draft_of(fiche).resultats == "<p>Un mois après\u00a0:</p><p>Appelé. Payé.</p>"
    assert Revision.objects.for_instance(fiche).count() == number + 1


def test_what_was_tried_before_is_in_the_draft_from_the_start(agreed, facilitator, tell, now):
    tell(agreed)
    agreed.refresh_from_db()
    assert "Appelé. Payé." in open_draft(takeaway=agreed, by=facilitator, now=now).resultats


def test_what_was_tried_is_not_said_twice(agreed, facilitator, tell, now):
    fiche = open_draft(takeaway=agreed, by=facilitator, now=now)
    fiche.resultats = '<p data-block-key="k">Appelé. Payé.</p>'
    fiche.save_revision(clean=False)
    tell(agreed)
    assert plain(draft_of(fiche).resultats).count("Payé.") == 1


def test_a_fiche_on_line_is_never_written_to(client, agreed, facilitator, centre_user, tell, now):
    fiche = open_draft(takeaway=agreed, by=facilitator, now=now)
    draft_of(fiche).save_revision(clean=False).publish()
    number = Revision.objects.for_instance(fiche).count()
    tell(agreed)
    fiche.refresh_from_db()
    assert (fiche.resultats, Revision.objects.for_instance(fiche).count()) == ("", number)
    # Its editing screen says what is new, and its editors decide.
    client.force_login(centre_user)
    screen = client.get(reverse("wagtailadmin_pages:edit", args=[fiche.pk])).content.decode()
    assert "Appelé. Payé." in screen


def test_the_editing_screen_tells_no_situation_without_agreement(
    client, asked, facilitator, centre_user, now
):
    fiche = open_draft(takeaway=asked, by=facilitator, now=now)
    client.force_login(centre_user)
    screen = client.get(reverse("wagtailadmin_pages:edit", args=[fiche.pk])).content.decode()
    assert "est attendu" in screen
    assert "n’ose pas appeler" not in screen


def test_a_fiche_of_its_own_shows_no_such_panel(client, tree, centre_user):
    fiche = factories.make_fiche(tree.centre)
    client.force_login(centre_user)
    screen = client.get(reverse("wagtailadmin_pages:edit", args=[fiche.pk])).content.decode()
    assert "D’où vient cette fiche" not in screen


def test_takeaways_do_not_outlive_their_fiche_s_deletion(agreed, facilitator, now):
    open_draft(takeaway=agreed, by=facilitator, now=now).delete()
    assert Takeaway.objects.get().fiche is None


# -- linked both ways


def test_linked_both_ways_once_published(client, agreed, past, facilitator, member, now):
    fiche = open_draft(takeaway=agreed, by=facilitator, now=now)
    client.force_login(member)
    assert "Ce rendez-vous a laissé une fiche" not in client.get(past.url).content.decode()
    draft_of(fiche).save_revision(clean=False).publish()
    fiche.refresh_from_db()
    event_page, fiche_page = (client.get(page.url).content.decode() for page in (past, fiche))
    assert "Ce rendez-vous a laissé une fiche" in event_page
    assert f'href="{fiche.url}"' in event_page
    assert "D’où vient-elle" in fiche_page
    assert f'href="{past.url}"' in fiche_page
    # An older draft of the event that is published takes nothing away.
    past.save_revision().publish()
    assert f'href="{fiche.url}"' in client.get(past.url).content.decode()
