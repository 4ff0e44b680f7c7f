"""Taking one's data away, and having it erased."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from portal.members import approval, privacy
from portal.members.models import AccessRequest, Profile, RosterEntry, User
from portal.members.roster import approve_from_roster
from tests import factories

from .conftest import TUESDAY, make_profile, verify

pytestmark = pytest.mark.django_db
PASSWORD = "un-mot-de-passe-long"


@pytest.fixture
def person(taxonomy):
    """A member about whom everything is known."""
    user = verify(factories.make_user("effacable@exemple.test", approved=False, password=PASSWORD))
    RosterEntry.objects.create(
        email="Effacable@exemple.test",
        name="Inès Exemple",
        fonction="chargee-accompagnement",
        imported_at=TUESDAY,
        region=taxonomy.bretagne,
        bearer="Porteuse fictive",
    )
    approve_from_roster(user=user, now=TUESDAY)
    user.refresh_from_db()
    user.profile.presentation = "Je suis là"
    user.profile.save()
    user.profile.themes.add(taxonomy.gouvernance)
    TOTP.activate(user, generate_totp_secret())
    return user


# -- exporting


def test_everything_that_is_held_is_exported(client, person):
    client.force_login(person)
    response = client.post(reverse("members:export"))
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["Content-Type"] == "application/json"
    account = json.loads(response.content)["donnees"]["compte"]
    assert account["compte"]["adresse"] == "effacable@exemple.test"
    assert account["compte"]["adresses"] == [
        {"adresse": "effacable@exemple.test", "confirmee": True, "principale": True}
    ]
    assert account["compte"]["secondes_etapes"]
    assert account["profil"]["presentation"] == "Je suis là"
    assert account["profil"]["themes"] == ["Gouvernance"]
    assert account["liste_du_reseau"]["structure_porteuse"] == "Porteuse fictive"
    assert "secret" not in response.content.decode()
    assert person.password not in response.content.decode()


def test_the_export_of_an_empty_account_is_whole_too(pending):
    data = privacy.export_person(user=pending, by=pending, now=TUESDAY)
    json.dumps(data)
    assert data["donnees"]["compte"]["profil"] is None


def test_an_export_leaves_a_trace(person, admin):
    privacy.export_person(user=person, by=admin, now=TUESDAY)
    entry = ModelLogEntry.objects.get(action="members.export")
    assert (entry.object_id, entry.user_id, entry.timestamp) == (str(person.pk), admin.pk, TUESDAY)


def test_exporting_is_a_post(client, person):
    client.force_login(person)
    assert client.get(reverse("members:export")).status_code == 405


def test_one_exports_only_oneself(client, person, member):
    client.force_login(member)
    data = json.loads(client.post(reverse("members:export"), {"user": person.pk}).content)
    assert data["donnees"]["compte"]["compte"]["adresse"] == member.email


# -- erasing


def test_a_person_is_erased(person):
    before = person.password
    privacy.erase_person(user=person, by=person, now=TUESDAY)
    person.refresh_from_db()
    assert person.email == f"efface-{person.pk}@compte-efface.invalid"
    assert (person.first_name, person.last_name) == ("", "")
    assert not (person.is_active)
    assert not (person.is_staff)
    assert not (person.is_superuser)
    assert not (person.approved_at)
    assert not person.has_usable_password()
    assert person.password != before
    assert not person.groups.exists()
    for model in (Profile, EmailAddress, Authenticator, UserSession, AccessRequest):
        assert not model.objects.filter(user=person).exists()
    assert not RosterEntry.objects.exists()
    assert person.email.endswith(f"@{privacy.ERASED_DOMAIN}")


def test_no_trace_of_the_name_stays_in_the_journal(candidate, animator, avise):
    asked = approval.submit_request(user=candidate, message="", now=TUESDAY)
    approval.refuse_request(access_request=asked, by=animator, reason="Voir Prénom Fictif", now=TUESDAY)
    privacy.erase_person(user=candidate, by=candidate, now=TUESDAY)
    entries = list(ModelLogEntry.objects.filter(object_id=str(candidate.pk)))
    assert {entry.action for entry in entries} == {"members.refuse", "members.erase"}
    assert not any("Fictif" in f"{entry.label} {entry.data}" for entry in entries)


def test_erasing_signs_out_everywhere(client, person):
    other = Client()
    for browser in (client, other):
        browser.force_login(person)
        browser.get("/mon-espace/")
    assert UserSession.objects.count() == 2
    privacy.erase_person(user=person, by=person, now=TUESDAY)
    assert not UserSession.objects.exists()
    assert not Session.objects.exists()
    for browser in (client, other):
        assert browser.get("/mon-espace/").status_code == 302


def test_nobody_signs_in_to_an_erased_account(client, person, mailoutbox):
    privacy.erase_person(user=person, by=person, now=TUESDAY)
    for data in (
        {"login": "effacable@exemple.test", "password": PASSWORD},
        {"login": person.email, "password": PASSWORD},
    ):
        client.post(reverse("account_login"), data)
        assert "_auth_user_id" not in client.session


def test_the_address_can_be_used_again(client, person, mailoutbox):
    privacy.erase_person(user=person, by=person, now=TUESDAY)
    client.post(reverse("account_signup"), {"email": "effacable@exemple.test"})
    again = User.objects.get(email="effacable@exemple.test")
    assert again.pk != person.pk
    assert not again.is_approved


@pytest.fixture
def holdings(monkeypatch):
    """The registry of this app alone, to add to."""
    monkeypatch.setattr(privacy, "_holdings", {"compte": privacy._holdings["compte"]})
    monkeypatch.setattr(privacy, "autodiscover_modules", lambda name: None)


def test_each_app_is_asked_before_the_account_is_emptied(person, holdings):
    seen = []
    privacy.register(
        "essai",
        export=lambda user: {"vu": user.pk},
        erase=lambda *, user, now: seen.append((user.email, now)),
    )
    assert privacy.export_person(user=person, by=person, now=TUESDAY)["donnees"]["essai"] == {"vu": person.pk}
    privacy.erase_person(user=person, by=person, now=TUESDAY)
    assert seen == [("effacable@exemple.test", TUESDAY)]


def test_an_app_that_fails_leaves_everything_in_place(person, holdings):
    privacy.register("essai", export=lambda user: {}, erase=lambda *, user, now: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        privacy.erase_person(user=person, by=person, now=TUESDAY)
    person.refresh_from_db()
    assert person.email == "effacable@exemple.test"
    assert Profile.objects.filter(user=person).exists()


def test_a_holding_s_name_is_taken_once(holdings):
    privacy.register("essai", export=len, erase=len)
    with pytest.raises(ValueError, match="registered already"):
        privacy.register("essai", export=len, erase=print)


def test_the_last_administrator_is_kept(admin):
    with pytest.raises(privacy.LastAdministrator):
        privacy.erase_person(user=admin, by=admin, now=TUESDAY)
    admin.refresh_from_db()
    assert admin.is_active


def test_a_closed_administrator_does_not_count_as_another(admin):
    factories.make_user("ancien@exemple.test", is_superuser=True, is_active=False)
    with pytest.raises(privacy.LastAdministrator):
        privacy.erase_person(user=admin, by=admin, now=TUESDAY)


def test_one_of_two_administrators_may_leave(admin):
    factories.make_user("autre@exemple.test", is_superuser=True)
    privacy.erase_person(user=admin, by=admin, now=TUESDAY)
    admin.refresh_from_db()
    assert not admin.is_superuser


@pytest.mark.parametrize("who", ["member", "avise", "pending"])
def test_nobody_erases_someone_else(request, person, who):
    with pytest.raises(privacy.MayNotErase):
        privacy.erase_person(user=person, by=request.getfixturevalue(who), now=TUESDAY)
    person.refresh_from_db()
    assert person.is_active


def test_an_administrator_erases_a_member_and_no_superuser(person, administrator, admin):
    factories.make_user("autre@exemple.test", is_superuser=True)
    privacy.erase_person(user=person, by=administrator, now=TUESDAY)
    with pytest.raises(privacy.MayNotErase):
        privacy.erase_person(user=admin, by=administrator, now=TUESDAY)


# -- the pages


def test_erasing_asks_twice(client, member):
    make_profile(member)
    client.force_login(member)
    url = reverse("members:erase")
    assert "Rien ne peut être rétabli" in client.get(url).content.decode()
    response = client.post(url, {})
    assert "Cochez la case" in response.content.decode()
    member.refresh_from_db()
    assert member.is_active
    response = client.post(url, {"confirm": "on"}, follow=False)
    assert response.url == "/"
    assert "_auth_user_id" not in client.session
    member.refresh_from_db()
    assert member.email.endswith(f"@{privacy.ERASED_DOMAIN}")


def test_the_last_administrator_is_told_why(client, admin):
    client.force_login(admin)
    response = client.post(reverse("members:erase"), {"confirm": "on"}, follow=True)
    assert "dernier compte d’administration" in response.content.decode()


def test_an_erasure_forged_elsewhere_is_refused(member):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    assert strict.post(reverse("members:erase"), {"confirm": "on"}).status_code == 403
    member.refresh_from_db()
    assert member.is_active
