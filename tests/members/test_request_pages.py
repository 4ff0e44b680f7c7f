"""Asking and answering on the site: confirmed by POST, and only by who may."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.members import approval
from portal.members.models import AccessRequest, Fonction, Profile
from tests import factories

from .conftest import TUESDAY, make_profile, verify

pytestmark = pytest.mark.django_db
State = AccessRequest.State


@pytest.fixture
def asked(candidate, animator):
    return approval.submit_request(user=candidate, message="Mon message", now=TUESDAY)


def url_of(asked):
    return reverse("members:request", args=[asked.pk])


def form(taxonomy, **fields):
    return {
        "first_name": "Nadia",
        "last_name": "Fictive",
        "fonction": Fonction.CHARGEE,
        "structure": "Porteuse fictive",
        "departement": "",
        "region": taxonomy.bretagne.pk,
        "themes": [taxonomy.gouvernance.pk],
        "presentation": "",
        "message": "Bonjour",
        **fields,
    }


# -- asking


def test_someone_unknown_fills_in_her_profile_and_asks(client, pending, taxonomy, animator, mailoutbox):
    client.force_login(pending)
    page = client.get("/mon-espace/").content.decode()
    assert "Une étape encore" in page
    response = client.post("/mon-espace/profil/", form(taxonomy))
    assert response.url == "/mon-espace/"
    asked = AccessRequest.objects.get()
    assert (asked.state, asked.message, asked.region) == (State.REGION, "Bonjour", taxonomy.bretagne)
    profile = Profile.objects.get(user=pending)
    assert list(profile.themes.all()) == [taxonomy.gouvernance]
    assert mailoutbox[0].to == [animator.email]


def test_the_page_says_who_looks_and_when_it_passes_on(client, asked, candidate):
    client.force_login(candidate)
    page = client.get("/mon-espace/").content.decode()
    assert "L’animation régionale du DLA (Bretagne, 1\xa0personne)" in page
    assert "jeudi 26 novembre 2026 à 15" in page
    approval.escalate_late_requests(now=asked.escalates_at)
    assert "Votre demande est chez l’Avise" in client.get("/mon-espace/").content.decode()


def test_a_refusal_is_shown_with_its_reason(client, asked, candidate, animator, taxonomy):
    approval.refuse_request(
        access_request=asked, by=animator, reason="Précisez votre structure.", now=TUESDAY
    )
    client.force_login(candidate)
    assert "Précisez votre structure." in client.get("/mon-espace/").content.decode()
    client.post("/mon-espace/profil/", form(taxonomy, structure="Une vraie structure"))
    assert AccessRequest.objects.filter(user=candidate, state=State.REGION).exists()


@pytest.mark.parametrize("missing", ["first_name", "last_name", "fonction", "structure", "region"])
def test_an_incomplete_request_is_not_sent(client, pending, taxonomy, missing):
    client.force_login(pending)
    response = client.post("/mon-espace/profil/", form(taxonomy, **{missing: ""}))
    assert response.status_code == 200
    assert missing in response.context["form"].errors
    assert f'href="#id_{missing}"' in response.content.decode()
    assert not AccessRequest.objects.exists()
    assert not Profile.objects.filter(user=pending).exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"fonction": "reine"},
        {"region": "9999"},
        {"themes": ["9999"]},
        {"departement": "x"},
        {"message": "m" * 601},
    ],
)
def test_a_forged_form_is_refused(client, pending, taxonomy, bad):
    client.force_login(pending)
    assert client.post("/mon-espace/profil/", form(taxonomy, **bad)).status_code == 200
    assert not AccessRequest.objects.exists()


def test_a_department_gives_its_region(client, pending, taxonomy):
    client.force_login(pending)
    client.post(
        "/mon-espace/profil/",
        form(taxonomy, departement=taxonomy.ille_et_vilaine.pk, region=taxonomy.guyane.pk),
    )
    assert Profile.objects.get(user=pending).region == taxonomy.bretagne


def test_what_the_request_is_judged_on_stays_put_while_it_is_open(client, asked, candidate, taxonomy):
    client.force_login(candidate)
    client.post("/mon-espace/profil/", form(taxonomy, fonction=Fonction.REGIONAL, region=taxonomy.guyane.pk))
    profile = Profile.objects.get(user=candidate)
    assert (profile.fonction, profile.region, profile.structure) == (
        Fonction.CHARGEE,
        taxonomy.bretagne,
        "Porteuse fictive",
    )


# -- answering


def test_an_animator_sees_and_approves(client, asked, animator, candidate):
    client.force_login(animator)
    assert "1\xa0demande d’accès attend" in client.get("/mon-espace/").content.decode()
    assert str(candidate) in client.get("/mon-espace/demandes/").content.decode()
    page = client.get(url_of(asked)).content.decode()
    assert "Mon message" in page
    assert "Transmettre à l’Avise" in page
    assert client.post(url_of(asked), {"action": "approve"}).url == "/mon-espace/demandes/"
    candidate.refresh_from_db()
    assert candidate.is_approved


def test_an_animator_refuses_with_a_reason(client, asked, animator, candidate):
    client.force_login(animator)
    response = client.post(url_of(asked), {"action": "refuse", "reason": ""})
    assert "Dites en une phrase pourquoi" in response.content.decode()
    client.post(url_of(asked), {"action": "refuse", "reason": "Pas du réseau."})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (State.REFUSED, "Pas du réseau.")


def test_an_animator_hands_it_over(client, asked, animator, avise):
    client.force_login(animator)
    client.post(url_of(asked), {"action": "pass"})
    asked.refresh_from_db()
    assert asked.state == State.AVISE
    assert client.get(url_of(asked)).url == "/mon-espace/demandes/"


def test_reading_changes_nothing(client, asked, animator, candidate):
    client.force_login(animator)
    for url in (url_of(asked), f"{url_of(asked)}?action=approve", "/mon-espace/demandes/"):
        client.get(url)
        client.head(url)
    asked.refresh_from_db()
    candidate.refresh_from_db()
    assert asked.state == State.REGION
    assert not candidate.is_approved


@pytest.mark.parametrize("action", ["", "delete", "approve\x00"])
def test_an_unknown_action_does_nothing(client, asked, animator, action):
    client.force_login(animator)
    assert client.post(url_of(asked), {"action": action}).status_code == 200
    asked.refresh_from_db()
    assert asked.state == State.REGION


def test_a_post_from_elsewhere_is_refused(asked, animator, candidate):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(animator)
    assert strict.post(url_of(asked), {"action": "approve"}).status_code == 403
    candidate.refresh_from_db()
    assert not candidate.is_approved


@pytest.mark.parametrize("who", ["other_animator", "member", "candidate"])
@pytest.mark.parametrize("action", ["approve", "refuse", "pass"])
def test_others_neither_read_nor_decide(request, client, asked, candidate, who, action):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url_of(asked)).status_code == 403
    assert client.post(url_of(asked), {"action": action, "reason": "Non"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == State.REGION


@pytest.mark.parametrize("who", ["member", "candidate"])
def test_the_list_is_for_those_who_decide(request, client, asked, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/mon-espace/demandes/").status_code == 403


def test_another_region_s_animator_sees_an_empty_list(client, asked, other_animator, candidate):
    client.force_login(other_animator)
    page = client.get("/mon-espace/demandes/").content.decode()
    assert "Personne n’attend de réponse" in page
    assert candidate.email not in page


def test_avise_answers_on_the_site_too(client, asked, avise, candidate):
    client.force_login(avise)
    assert str(candidate) in client.get("/mon-espace/demandes/").content.decode()
    client.post(url_of(asked), {"action": "approve"})
    candidate.refresh_from_db()
    assert candidate.is_approved


def test_an_answered_request_says_so(client, asked, animator, avise, candidate):
    approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    for person in (animator, avise):
        client.force_login(person)
        response = client.post(url_of(asked), {"action": "refuse", "reason": "Trop tard"}, follow=True)
        assert "déjà reçu une réponse" in response.content.decode()


def test_a_request_that_does_not_exist_is_not_found(client, animator):
    client.force_login(animator)
    assert client.get("/mon-espace/demandes/9999/").status_code == 404


@pytest.mark.parametrize(
    "url",
    ["/mon-espace/", "/mon-espace/profil/", "/mon-espace/demandes/", "/mon-espace/donnees/", "/annuaire/"],
)
def test_strangers_sign_in_first(client, url):
    response = client.get(url)
    assert response.status_code == 302
    assert response.url == f"/compte/login/?next={url}"


def test_the_mailed_link_comes_back_after_signing_in(client, asked, animator, mailoutbox):
    verify(animator)
    response = client.get(url_of(asked))
    assert response.url == f"/compte/login/?next={url_of(asked)}"


def test_a_name_is_escaped(client, animator, taxonomy, pending):
    factories.make_user("x@exemple.test")
    type(pending).objects.filter(pk=pending.pk).update(first_name="<script>alert(1)</script>", last_name="X")
    pending.refresh_from_db()
    make_profile(pending, region=taxonomy.bretagne, presentation="<b>gras</b>")
    asked = approval.submit_request(user=pending, message="<img src=x>", now=TUESDAY)
    client.force_login(animator)
    page = client.get(url_of(asked)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "<b>gras" not in page
