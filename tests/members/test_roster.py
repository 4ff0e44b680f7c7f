"""The roster: what an import writes, who it approves, and the invitations."""

import datetime as dt

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from portal.centres.services import MEMBERS_GROUP
from portal.members import roster
from portal.members.models import AccessRequest, Fonction, Profile, RosterEntry, User
from portal.members.roster_file import RosterRow
from portal.notifications.models import OutgoingMessage
from tests import factories

from .conftest import TUESDAY, code_in, make_profile, verify

pytestmark = pytest.mark.django_db


def row(email="ines@exemple.test", **fields):
    values = {
        "line": 2,
        "name": "Inès Exemple",
        "fonction": Fonction.CHARGEE,
        "departement": None,
        "region": None,
        "bearer": "Structure fictive",
    }
    return RosterRow(email=email, **{**values, **fields})


def entry(email="ines@exemple.test", **fields):
    values = {"name": "Inès Exemple", "fonction": Fonction.CHARGEE, "imported_at": TUESDAY}
    return RosterEntry.objects.create(email=email, **{**values, **fields})


# -- importing


def test_an_import_creates_and_updates(taxonomy, avise):
    entry(bearer="Avant")
    result = roster.import_roster(
        rows=[
            row(region=taxonomy.bretagne, departement=taxonomy.ille_et_vilaine),
            row("autre@exemple.test", name="Autre Personne", fonction=Fonction.REGIONAL),
        ],
        by=avise,
        now=TUESDAY,
    )
    assert (len(result.created), result.updated, result.unchanged) == (1, 1, 0)
    known = RosterEntry.objects.get(email="ines@exemple.test")
    assert (known.bearer, known.region, known.departement) == (
        "Structure fictive",
        taxonomy.bretagne,
        taxonomy.ille_et_vilaine,
    )
    assert RosterEntry.objects.get(email="autre@exemple.test").fonction == Fonction.REGIONAL


def test_importing_twice_changes_nothing(avise):
    roster.import_roster(rows=[row()], by=avise, now=TUESDAY)
    result = roster.import_roster(rows=[row()], by=avise, now=TUESDAY + dt.timedelta(days=1))
    assert (result.created, result.updated, result.unchanged) == ([], 0, 1)
    assert RosterEntry.objects.count() == 1


def test_an_entry_kept_in_other_capitals_is_updated(avise):
    entry("Ines@Exemple.TEST", name="Avant")
    roster.import_roster(rows=[row()], by=avise, now=TUESDAY)
    assert RosterEntry.objects.get().name == "Inès Exemple"


def test_nobody_is_removed(avise):
    entry("ancienne@exemple.test")
    roster.import_roster(rows=[row()], by=avise, now=TUESDAY)
    assert RosterEntry.objects.count() == 2


def test_a_long_import_goes_in_parts(avise):
    rows = [row(f"personne{number}@exemple.test") for number in range(230)]
    result = roster.import_roster(rows=rows, by=avise, now=TUESDAY)
    assert len(result.created) == RosterEntry.objects.count() == 230


def test_the_plan_says_what_would_change_and_changes_nothing(avise, taxonomy):
    entry("ines@exemple.test", name="Inès Avant", bearer="Structure fictive")
    waiting = verify(factories.make_user("attend@exemple.test", approved=False))
    known, new = roster.plan_import([row(), row("attend@exemple.test")])
    assert known.changed == ("name",)
    assert known.changed_labels == ["nom"]
    assert not known.is_new
    assert new.is_new
    assert new.approves
    assert new.account == waiting
    assert RosterEntry.objects.get().name == "Inès Avant"


@pytest.mark.parametrize("who", ["member", "pending", "centre_user"])
def test_only_avise_imports_and_invites(request, who):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        roster.import_roster(rows=[row()], by=by, now=TUESDAY)
    with pytest.raises(PermissionDenied):
        roster.send_invitations(entries=RosterEntry.objects.all(), by=by, now=TUESDAY)
    with pytest.raises(PermissionDenied):
        roster.remove_entry(entry=entry(), by=by)
    assert RosterEntry.objects.count() == 1


# -- approving


def test_an_import_approves_the_accounts_that_wait(avise, taxonomy, mailoutbox):
    user = verify(factories.make_user("ines@exemple.test", approved=False))
    result = roster.import_roster(rows=[row(region=taxonomy.bretagne)], by=avise, now=TUESDAY)
    user.refresh_from_db()
    assert result.approved == 1
    assert user.approved_at == TUESDAY
    assert user.groups.filter(name=MEMBERS_GROUP).exists()
    assert RosterEntry.objects.get().user == user
    assert mailoutbox[0].to == ["ines@exemple.test"]
    assert "Bienvenue" in mailoutbox[0].subject


@pytest.mark.parametrize("typed", ["ines@exemple.test", "INES@Exemple.Test"])
@pytest.mark.parametrize("listed", ["ines@exemple.test", "Ines@EXEMPLE.test"])
def test_signing_up_with_an_expected_address_opens_the_network_at_once(
    client, taxonomy, mailoutbox, typed, listed
):
    entry(
        listed,
        name="EXEMPLE Inès",
        departement=taxonomy.ille_et_vilaine,
        region=taxonomy.bretagne,
        bearer="Porteuse",
    )
    response = client.post(reverse("account_signup"), {"email": typed})
    user = User.objects.get()
    assert not user.is_approved
    client.post(response.url, {"code": code_in(mailoutbox[0])})
    user.refresh_from_db()
    assert user.is_approved
    assert user.get_full_name() == "Inès Exemple"
    assert user.groups.filter(name=MEMBERS_GROUP).exists()
    profile = user.profile
    assert (profile.fonction, profile.departement, profile.region, profile.structure) == (
        Fonction.CHARGEE,
        taxonomy.ille_et_vilaine,
        taxonomy.bretagne,
        "Porteuse",
    )
    assert not profile.in_directory


def test_the_same_domain_approves_nobody(client, mailoutbox):
    entry("ines@exemple.test")
    response = client.post(reverse("account_signup"), {"email": "voisine@exemple.test"})
    client.post(response.url, {"code": code_in(mailoutbox[0])})
    assert not User.objects.get(email="voisine@exemple.test").is_approved


def test_an_address_that_was_not_proved_approves_nobody():
    entry("ines@exemple.test")
    user = factories.make_user("ines@exemple.test", approved=False)
    user.emailaddress_set.create(email=user.email, verified=False, primary=True)
    assert not roster.approve_from_roster(user=user, now=TUESDAY)
    user.refresh_from_db()
    assert not user.is_approved


def test_an_address_kept_in_capitals_counts_too():
    entry("ines@exemple.test")
    user = factories.make_user("ines@exemple.test", approved=False)
    user.emailaddress_set.create(email="INES@exemple.test", verified=True, primary=True)
    assert roster.approve_from_roster(user=user, now=TUESDAY)


def test_someone_added_to_the_roster_later_is_approved_when_she_signs_in(client, mailoutbox):
    user = verify(factories.make_user("ines@exemple.test", approved=False))
    entry("ines@exemple.test")
    response = client.post(reverse("account_login"), {"login": "ines@exemple.test"})
    client.post(response.url, {"code": code_in(mailoutbox[0])})
    user.refresh_from_db()
    assert user.is_approved


def test_a_closed_account_is_not_approved():
    user = verify(factories.make_user("ines@exemple.test", approved=False, is_active=False))
    entry("ines@exemple.test")
    assert not roster.approve_from_roster(user=user, now=TUESDAY)


def test_the_roster_closes_an_open_request(candidate, avise):
    asked = AccessRequest.objects.create(
        user=candidate, region=candidate.profile.region, created_at=TUESDAY, escalates_at=TUESDAY
    )
    roster.import_roster(rows=[row(candidate.email)], by=avise, now=TUESDAY)
    asked.refresh_from_db()
    assert asked.state == AccessRequest.State.APPROVED


def test_the_roster_s_function_is_the_one_that_counts(taxonomy, avise):
    """Someone who wrote that she animates a region does not: the roster says otherwise."""
    user = verify(factories.make_user("ines@exemple.test", approved=False))
    make_profile(user, fonction=Fonction.REGIONAL, region=taxonomy.guyane, structure="La mienne")
    roster.import_roster(rows=[row(region=taxonomy.bretagne)], by=avise, now=TUESDAY)
    profile = Profile.objects.get(user=user)
    assert (profile.fonction, profile.region, profile.structure) == (
        Fonction.CHARGEE,
        taxonomy.bretagne,
        "La mienne",
    )


def test_a_later_import_moves_a_member_and_leaves_the_rest_of_her_profile(taxonomy, avise):
    user = verify(factories.make_user("ines@exemple.test", approved=False))
    roster.import_roster(rows=[row(region=taxonomy.bretagne)], by=avise, now=TUESDAY)
    Profile.objects.filter(user=user).update(structure="Ma structure", presentation="Moi")
    roster.import_roster(rows=[row(region=taxonomy.guyane)], by=avise, now=TUESDAY)
    profile = Profile.objects.get(user=user)
    assert (profile.region, profile.structure, profile.presentation) == (
        taxonomy.guyane,
        "Ma structure",
        "Moi",
    )


# -- inviting


def test_invitations_go_to_those_without_an_account(avise, mailoutbox):
    entry("ines@exemple.test", name="EXEMPLE Inès")
    entry("deja@exemple.test", user=factories.make_user("deja@exemple.test"))
    assert roster.send_invitations(entries=RosterEntry.objects.all(), by=avise, now=TUESDAY) == 1
    (message,) = mailoutbox
    assert message.to == ["ines@exemple.test"]
    assert "Bonjour Inès" in message.body
    assert message.extra_headers["X-Portal-Kind"] == "invitation"
    assert "/mon-espace/invitation/" in message.body
    assert "/mon-espace/invitation/" in message.alternatives[0].content
    assert RosterEntry.objects.get(email="ines@exemple.test").invited_at == TUESDAY
    assert RosterEntry.objects.get(email="deja@exemple.test").invited_at is None


def test_staff_do_not_see_the_link_of_an_invitation(avise, settings):
    settings.EMAIL_BACKEND = "portal.notifications.backend.OutboxBackend"
    entry("ines@exemple.test", name="EXEMPLE Inès")
    roster.send_invitations(entries=RosterEntry.objects.all(), by=avise, now=TUESDAY)
    row = OutgoingMessage.objects.get()
    assert row.is_secret
    assert row.priority == 5, "an import of hundreds must not pass before sign-in codes"
    assert row.expires_at - row.created_at == dt.timedelta(days=roster.INVITATION_DAYS)


def link_of(one) -> str:
    return reverse("members:invitation", args=[roster.invitation_token(one)])


def test_the_link_fills_in_the_address_and_opens_nothing(client, mailoutbox):
    one = entry("ines@exemple.test")
    response = client.get(link_of(one))
    assert response.url == reverse("account_signup")
    assert "_auth_user_id" not in client.session
    page = client.get(response.url)
    assert page.context["form"]["email"].value() == "ines@exemple.test"
    assert not User.objects.exists()
    # The address still has to be proved.
    client.post(reverse("account_signup"), {"email": "ines@exemple.test"})
    assert not User.objects.get().is_approved


def test_the_link_does_not_carry_the_address(client):
    one = entry("ines@exemple.test")
    assert "ines" not in link_of(one)


# By name: a signature holds its second, and every worker must collect the same tests.
@pytest.mark.parametrize(
    "token",
    [
        pytest.param("n-importe-quoi", id="nonsense"),
        pytest.param("a:b:c", id="unsigned"),
        pytest.param(signing.dumps(1, salt="autre"), id="signed-for-another-use"),
    ],
)
def test_a_forged_link_says_that_it_is_over(client, token):
    entry("ines@exemple.test")
    response = client.get(reverse("members:invitation", args=[token]))
    assert response.status_code == 410
    assert "ne vaut plus" in response.content.decode()


def test_an_old_link_says_that_it_is_over(client, monkeypatch):
    url = link_of(entry("ines@exemple.test"))
    later = signing.time.time() + 61 * 86400
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert client.get(url).status_code == 410


def test_a_link_to_someone_taken_off_the_list_says_that_it_is_over(client, avise):
    one = entry("ines@exemple.test")
    url = link_of(one)
    roster.remove_entry(entry=one, by=avise)
    assert client.get(url).status_code == 410


def test_the_link_leads_who_has_an_account_to_sign_in(client):
    one = entry("ines@exemple.test", user=factories.make_user("ines@exemple.test"))
    assert client.get(link_of(one)).url == reverse("account_login")
