"""« Membres » in the admin: accounts, requests, the roster and its import."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from portal.members import approval
from portal.members.models import AccessRequest, Fonction, Profile, RosterEntry
from tests import factories

from .conftest import TUESDAY, make_profile, verify, workbook

pytestmark = pytest.mark.django_db
HEADER = ["Nom", "E-mail", "Fonction", "Département", "Structure porteuse"]
IMPORT = "/admin/membres/liste/importer/"
PREVIEW = "/admin/membres/liste/importer/verifier/"


@pytest.fixture
def staff(client, avise):
    client.force_login(avise)
    return client


@pytest.fixture
def asked(candidate, animator):
    return approval.submit_request(user=candidate, message="Mon message", now=TUESDAY)


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# -- who comes in


ADDRESSES = ["/admin/membres/", "/admin/membres/demandes/", "/admin/membres/liste/", IMPORT, PREVIEW]


@pytest.mark.parametrize("url", ADDRESSES)
def test_the_section_is_for_those_who_let_people_in(client, tree, centre_user, member, url):
    assert client.get(url).status_code == 302
    client.force_login(centre_user)
    assert client.get("/admin/").status_code == 200
    assert client.get(url).url == "/admin/"
    client.force_login(member)
    assert client.get(url).url.startswith("/compte/login/")


def test_the_menu_shows_it_to_them_alone(client, tree, centre_user, avise):
    client.force_login(centre_user)
    assert "/admin/membres/" not in client.get("/admin/").content.decode()
    client.force_login(avise)
    assert "/admin/membres/" in client.get("/admin/").content.decode()


def test_a_centre_neither_approves_nor_imports(client, tree, centre_user, asked, candidate):
    client.force_login(centre_user)
    client.post(f"/admin/membres/{candidate.pk}/", {"action": "approve"})
    client.post(IMPORT, {"file": workbook([HEADER])})
    candidate.refresh_from_db()
    assert not candidate.is_approved
    assert "members_roster_import" not in client.session


# -- accounts


def test_those_who_wait_come_first(staff, asked, candidate, member):
    idle = factories.make_user("sans.demande@exemple.test", approved=False)
    closed = factories.make_user("ferme@exemple.test", is_active=False)
    order = [user.pk for user in staff.get("/admin/membres/").context["object_list"]]
    assert order[:2] == [candidate.pk, idle.pk]
    assert order[-1] == closed.pk


@pytest.mark.parametrize(
    ("etat", "who"),
    [("demande", "candidate"), ("attente", "idle"), ("membre", "member"), ("ferme", "closed")],
)
def test_the_list_is_filtered_by_state(staff, asked, candidate, member, etat, who):
    people = {
        "candidate": candidate,
        "member": member,
        "idle": factories.make_user("sans.demande@exemple.test", approved=False),
        "closed": factories.make_user("ferme@exemple.test", is_active=False),
    }
    found = {user.email for user in staff.get(f"/admin/membres/?etat={etat}").context["object_list"]}
    assert people[who].email in found
    assert not found & {user.email for name, user in people.items() if name != who}


@pytest.mark.parametrize(
    "query",
    ["etat=reine", "p=99999", "p=abc", "q=attente", "fonction=crdla", "region=9999", "ordering=email"],
)
def test_the_list_takes_any_query(staff, candidate, query):
    assert staff.get(f"/admin/membres/?{query}").status_code == 200
    assert staff.get(f"/admin/membres/resultats/?{query}").status_code == 200
    assert staff.get(f"/admin/membres/demandes/?{query}").status_code == 200
    assert staff.get(f"/admin/membres/liste/?{query}").status_code == 200


def test_an_editor_approves(staff, asked, candidate, avise):
    url = f"/admin/membres/{candidate.pk}/"
    page = staff.get(url).content.decode()
    assert "Mon message" in page
    candidate.refresh_from_db()
    assert not candidate.is_approved
    response = staff.post(url, {"action": "approve"})
    assert "a maintenant accès" in said(response)
    candidate.refresh_from_db()
    asked.refresh_from_db()
    assert candidate.is_approved
    assert asked.decided_by == avise
    assert "Donner l’accès" not in staff.get(url).content.decode()


def test_an_editor_refuses_with_a_reason(staff, asked, candidate):
    url = f"/admin/membres/{candidate.pk}/"
    assert "Dites en une phrase" in staff.post(url, {"action": "refuse", "reason": " "}).content.decode()
    staff.post(url, {"action": "refuse", "reason": "Hors du réseau."})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (AccessRequest.State.REFUSED, "Hors du réseau.")
    assert "Hors du réseau." in staff.get(url).content.decode()
    # A second click finds nothing left to refuse.
    assert staff.post(url, {"action": "refuse", "reason": "Encore"}).status_code == 404


@pytest.mark.parametrize("action", ["", "delete"])
def test_an_unknown_action_does_nothing(staff, asked, candidate, action):
    response = staff.post(f"/admin/membres/{candidate.pk}/", {"action": action})
    assert "Rien n’a été fait" in said(response)
    candidate.refresh_from_db()
    assert not candidate.is_approved


def test_a_post_from_elsewhere_is_refused(asked, candidate, avise):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(avise)
    assert strict.post(f"/admin/membres/{candidate.pk}/", {"action": "approve"}).status_code == 403
    candidate.refresh_from_db()
    assert not candidate.is_approved


def test_a_second_approval_says_so(staff, asked, candidate):
    url = f"/admin/membres/{candidate.pk}/"
    staff.post(url, {"action": "approve"})
    assert "déjà accès" in said(staff.post(url, {"action": "approve"}))


def test_avise_gives_the_function_that_a_person_may_not_take(staff, member, taxonomy):
    make_profile(member, region=taxonomy.bretagne)
    url = f"/admin/membres/{member.pk}/profil/"
    assert "in_directory" not in staff.get(url).context["form"].fields
    staff.post(
        url,
        {
            "first_name": "Inès",
            "last_name": "Exemple",
            "fonction": Fonction.REGIONAL,
            "structure": "Porteuse",
            "region": taxonomy.guyane.pk,
            "departement": "",
            "themes": [],
            "presentation": "",
        },
    )
    profile = Profile.objects.get(user=member)
    assert (profile.fonction, profile.region) == (Fonction.REGIONAL, taxonomy.guyane)


def test_a_person_who_does_not_exist_is_not_found(staff):
    assert staff.get("/admin/membres/9999/").status_code == 404
    assert staff.get("/admin/membres/9999/profil/").status_code == 404


# -- requests


def test_requests_are_listed_open_ones_first(staff, asked, candidate, animator, taxonomy):
    AccessRequest.objects.create(
        user=candidate,
        state=AccessRequest.State.REFUSED,
        region=taxonomy.bretagne,
        created_at=TUESDAY.replace(year=2027),
        escalates_at=TUESDAY,
    )
    listed = list(staff.get("/admin/membres/demandes/").context["object_list"])
    assert listed[0] == asked
    assert len(list(staff.get("/admin/membres/demandes/?state=refused").context["object_list"])) == 1


# -- the roster


def upload(client, *rows):
    return client.post(IMPORT, {"file": workbook([HEADER, *rows])})


LINE = ["Inès Exemple", "ines@exemple.test", "chargee-accompagnement", "35", "Porteuse"]


def test_an_import_is_previewed_then_confirmed(staff, taxonomy, mailoutbox):
    waiting = verify(factories.make_user("attend@exemple.test", approved=False))
    RosterEntry.objects.create(
        email="connue@exemple.test", name="Avant", fonction=Fonction.CRDLA, imported_at=TUESDAY
    )
    response = upload(
        staff,
        LINE,
        ["Attend Fictive", "ATTEND@exemple.test", "crdla", "", ""],
        ["Après", "connue@exemple.test", "crdla", "", ""],
        ["Sans adresse", "", "crdla", "", ""],
        ["Inès Exemple", "INES@exemple.test", "chargee-accompagnement", "35", "Porteuse"],
    )
    assert response.url == PREVIEW
    assert RosterEntry.objects.count() == 1
    page = staff.get(PREVIEW)
    text = page.content.decode()
    assert (page.context["new_count"], page.context["updated_count"], page.context["approved_count"]) == (
        2,
        1,
        1,
    )
    assert "L’adresse manque." in text
    assert "mise à jour (nom)" in text
    assert "Même adresse" in text
    assert RosterEntry.objects.count() == 1
    mailoutbox.clear()
    response = staff.post(PREVIEW, {"invitations": "aucune"})
    assert "2 ajout(s), 1 mise(s) à jour, 1 compte(s) accepté(s), 0 invitation(s)" in said(response)
    assert RosterEntry.objects.count() == 3
    waiting.refresh_from_db()
    assert waiting.is_approved
    assert [message.to for message in mailoutbox] == [["attend@exemple.test"]]
    # The file is not kept, and confirming again imports nothing.
    assert staff.post(PREVIEW, {"invitations": "toutes"}).url == IMPORT


@pytest.mark.parametrize(
    ("choice", "invited"),
    [
        ("aucune", []),
        ("nouvelles", ["ines@exemple.test"]),
        ("toutes", ["connue@exemple.test", "ines@exemple.test"]),
    ],
)
def test_invitations_are_a_choice(staff, taxonomy, mailoutbox, choice, invited):
    RosterEntry.objects.create(
        email="connue@exemple.test", name="Connue", fonction=Fonction.CRDLA, imported_at=TUESDAY
    )
    RosterEntry.objects.create(
        email="absente@exemple.test", name="Absente", fonction=Fonction.CRDLA, imported_at=TUESDAY
    )
    upload(staff, LINE, ["Connue", "connue@exemple.test", "crdla", "", ""])
    staff.post(PREVIEW, {"invitations": choice})
    assert sorted(message.to[0] for message in mailoutbox) == invited


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("liste.xlsx", b"", "vide"),
        ("liste.xlsx", b"nom;mail", "XLSX lisible"),
        ("liste.csv", b"nom;mail\nInes;ines@exemple.test", "XLSX lisible"),
        ("../../etc/passwd.xlsx", b"PK\x03\x04", "XLSX lisible"),
    ],
)
def test_an_unreadable_file_imports_nothing_and_says_why(staff, name, content, message):
    import io

    file = io.BytesIO(content)
    file.name = name
    response = staff.post(IMPORT, {"file": file})
    assert response.status_code == 200
    assert message in response.content.decode()
    assert "members_roster_import" not in staff.session
    assert not RosterEntry.objects.exists()


def test_no_file_at_all(staff):
    assert "Choisissez un fichier" in staff.post(IMPORT, {}).content.decode()


def test_a_file_of_errors_only_cannot_be_confirmed_into_anything(staff, taxonomy):
    upload(staff, ["", "non", "non", "", ""])
    assert "Importer</button>" not in staff.get(PREVIEW).content.decode()
    staff.post(PREVIEW, {"invitations": "toutes"})
    assert not RosterEntry.objects.exists()


def test_an_unknown_choice_of_invitations_imports_nothing(staff, taxonomy):
    upload(staff, LINE)
    assert staff.post(PREVIEW, {"invitations": "tout le monde"}).status_code == 200
    assert not RosterEntry.objects.exists()


def test_a_preview_without_a_file_leads_to_the_upload(staff):
    assert staff.get(PREVIEW).url == IMPORT


def test_a_name_in_the_file_is_escaped(staff, taxonomy):
    upload(staff, ["<script>alert(1)</script>", *LINE[1:]])
    assert "<script>alert" not in staff.get(PREVIEW).content.decode()


def test_one_person_is_invited_again_or_taken_off(staff, mailoutbox):
    entry = RosterEntry.objects.create(
        email="a@exemple.test", name="Anne Fictive", fonction=Fonction.CRDLA, imported_at=TUESDAY
    )
    url = reverse("membres_liste:entry", args=[entry.pk])
    assert "jamais envoyée" in staff.get(url).content.decode()
    staff.post(url, {"action": "invite"})
    staff.post(url, {"action": "invite"})
    assert len(mailoutbox) == 2
    assert "Inviter de nouveau" in staff.get(url).content.decode()
    assert staff.post(url, {"action": "remove"}).url == "/admin/membres/liste/"
    assert not RosterEntry.objects.exists()
    assert staff.get(url).status_code == 404


@pytest.mark.parametrize(
    ("compte", "expected"),
    [("oui", "avec@exemple.test"), ("invite", "invitee@exemple.test"), ("non", "jamais@exemple.test")],
)
def test_the_roster_is_filtered_by_account(staff, member, compte, expected):
    for email, fields in {"avec": {"user": member}, "invitee": {"invited_at": TUESDAY}, "jamais": {}}.items():
        RosterEntry.objects.create(
            email=f"{email}@exemple.test", name=email, fonction=Fonction.CRDLA, imported_at=TUESDAY, **fields
        )
    listed = staff.get(f"/admin/membres/liste/?compte={compte}").context["object_list"]
    assert [entry.email for entry in listed] == [expected]
