"""Wagtail's user admin on our accounts: no username, no password, erased rather than deleted."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse

from portal.members.models import User
from portal.members.privacy import ERASED_DOMAIN
from tests import factories

from .conftest import TUESDAY, code_in, make_profile, verify

pytestmark = pytest.mark.django_db
ADD = reverse("wagtailusers_users:add")


def edit(user):
    return reverse("wagtailusers_users:edit", args=[user.pk])


def delete(user):
    return reverse("wagtailusers_users:delete", args=[user.pk])


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.fixture
def manager(client, administrator):
    client.force_login(administrator)
    return client


def form(**fields):
    return {"email": "nouvelle@exemple.test", "first_name": "Nora", "last_name": "Fictive", **fields}


def test_the_form_has_an_address_and_no_password(manager):
    page = manager.get(ADD)
    assert set(page.context["form"].fields) == {"email", "first_name", "last_name", "groups"}
    assert 'type="password"' not in page.content.decode()


def test_an_account_is_created_approved_and_signs_in_by_code(manager, client, mailoutbox):
    group = Group.objects.get(name="Avise : rédaction")
    manager.post(ADD, form(email="Nouvelle@Exemple.test", groups=[group.pk]))
    user = User.objects.get(email="nouvelle@exemple.test")
    assert not user.has_usable_password()
    assert user.is_approved
    assert group in user.groups.all()
    assert not EmailAddress.objects.get(user=user).verified
    assert mailoutbox[0].to == ["nouvelle@exemple.test"]
    client.logout()
    response = client.post(reverse("account_login"), {"login": "nouvelle@exemple.test"})
    client.post(response.url, {"code": code_in(mailoutbox[-1])})
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("email", ["connue@exemple.test", "CONNUE@exemple.test", "pas une adresse", ""])
def test_an_address_is_refused_in_whatever_capitals(manager, email):
    factories.make_user("connue@exemple.test")
    response = manager.post(ADD, form(email=email))
    assert "email" in response.context["form"].errors
    assert User.objects.filter(email__iexact="connue@exemple.test").count() == 1


def test_an_account_is_edited(manager, member):
    manager.post(edit(member), form(email=member.email, first_name="Autre", is_active="on"))
    member.refresh_from_db()
    assert member.first_name == "Autre"
    assert member.is_active


def test_another_address_has_to_be_proved_and_ends_the_sessions(manager, member):
    verify(member)
    member.set_password("un-mot-de-passe-long")
    member.save()
    manager.post(edit(member), form(email="Autre@exemple.test", is_active="on"))
    member.refresh_from_db()
    assert member.email == "autre@exemple.test"
    assert not member.has_usable_password()
    assert member.first_name == "Nora"
    address = EmailAddress.objects.get(user=member)
    assert (address.email, address.verified, address.primary) == ("autre@exemple.test", False, True)


def test_only_a_superuser_makes_one(manager, member, administrator):
    manager.post(edit(member), form(email=member.email, is_active="on", is_superuser="on"))
    member.refresh_from_db()
    assert not member.is_superuser
    manager.post(ADD, form(is_superuser="on"))
    assert not User.objects.get(email="nouvelle@exemple.test").is_superuser


def test_a_superuser_does(client, admin, member):
    client.force_login(admin)
    client.post(edit(member), form(email=member.email, is_active="on", is_superuser="on"))
    member.refresh_from_db()
    assert member.is_superuser


def test_a_superuser_is_out_of_reach(manager, admin):
    before = admin.email
    assert manager.get(edit(admin)).url == "/admin/"
    manager.post(edit(admin), form(email="piege@exemple.test", is_active="on"))
    manager.post(delete(admin))
    admin.refresh_from_db()
    assert admin.email == before
    assert admin.is_active


def test_deleting_is_erasing(manager, member):
    make_profile(member)
    page = manager.get(delete(member)).content.decode()
    assert "Rien ne peut être rétabli" in page
    member.refresh_from_db()
    assert not member.email.endswith(ERASED_DOMAIN)
    assert manager.post(delete(member)).url == reverse("wagtailusers_users:index")
    member.refresh_from_db()
    assert member.email.endswith(ERASED_DOMAIN)
    assert f"efface-{member.pk}" not in manager.get(reverse("wagtailusers_users:index")).content.decode()


def test_nobody_erases_herself_from_here(client, admin):
    factories.make_user("autre@exemple.test", is_superuser=True)
    client.force_login(admin)
    assert client.post(delete(admin)).url == "/admin/"
    admin.refresh_from_db()
    assert admin.is_active


@pytest.mark.parametrize("who", ["avise", "member", "centre_user"])
def test_others_have_no_business_there(request, client, tree, who, pending):
    client.force_login(request.getfixturevalue(who))
    for url in (reverse("wagtailusers_users:index"), ADD, edit(pending), delete(pending)):
        assert client.get(url).status_code == 302
        client.post(url, form())
    pending.refresh_from_db()
    assert pending.email == "attente@exemple.test"
    assert not User.objects.filter(email="nouvelle@exemple.test").exists()


def bulk(action, *users):
    query = "&".join(f"id={user.pk}" for user in users)
    return f"{reverse('wagtail_bulk_action', args=['members', 'user', action])}?{query}"


def test_accounts_are_not_deleted_in_bulk(client, admin, member, pending):
    client.force_login(admin)
    response = client.post(bulk("delete", member, pending))
    assert "un par un" in said(response)
    assert User.objects.filter(pk__in=[member.pk, pending.pk]).count() == 2


def test_superusers_are_not_closed_in_bulk_by_others(manager, admin, member):
    response = manager.post(bulk("set_active_state", admin, member), {"mark_as_active": "False"})
    assert "Seul un compte d’administration" in said(response)
    admin.refresh_from_db()
    assert admin.is_active
    manager.post(bulk("set_active_state", member), {"mark_as_active": "False"})
    member.refresh_from_db()
    assert not member.is_active


def test_what_was_done_is_in_the_history(client, admin, candidate, animator):
    from portal.members import approval

    approval.submit_request(user=candidate, message="", now=TUESDAY)
    approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    client.force_login(admin)
    page = client.get(reverse("wagtailusers_users:history", args=[candidate.pk])).content.decode()
    assert "Accès au réseau donné" in page
