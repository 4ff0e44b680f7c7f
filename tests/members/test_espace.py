"""« Mon espace », the profile, the panels that other apps bring, the directory."""

import pytest
from django.utils.safestring import SafeString

from portal.members import espace
from portal.members.models import Fonction, Profile
from portal.members.profiles import ProfileLocked, save_profile, split_name
from tests import factories

from .conftest import make_profile

pytestmark = pytest.mark.django_db


def profile_form(taxonomy, **fields):
    return {
        "first_name": "Inès",
        "last_name": "Exemple",
        "fonction": Fonction.CHARGEE,
        "structure": "Porteuse",
        "departement": "",
        "region": taxonomy.bretagne.pk,
        "themes": [],
        "presentation": "Moi",
        **fields,
    }


# -- the page and its panels


def test_a_member_is_greeted_and_told_what_her_profile_lacks(client, member):
    client.force_login(member)
    page = client.get("/mon-espace/").content.decode()
    assert "Bonjour Inès" in page
    assert "Il manque votre fonction" in page
    assert "Une étape encore" not in page


def test_nothing_is_kept_by_a_cache(client, member):
    client.force_login(member)
    assert "no-store" in client.get("/mon-espace/")["Cache-Control"]


@pytest.fixture
def panels(monkeypatch):
    """An empty registry, for the time of a test."""
    monkeypatch.setattr(espace, "_panels", {})
    monkeypatch.setattr(espace, "autodiscover_modules", lambda name: None)


def test_panels_come_in_order_and_may_have_nothing_to_show(client, member, panels):
    template = "components/notice.html"
    espace.register_panel(name="b", order=20, template=template, context=lambda request: {"text": "second"})
    espace.register_panel(
        name="a", order=10, template=template, context=lambda request: {"text": f"à {request.user}"}
    )
    espace.register_panel(name="c", order=5, template=template, context=lambda request: None)
    client.force_login(member)
    page = client.get("/mon-espace/").content.decode()
    assert page.index("à Inès Exemple") < page.index("second")


def test_a_panel_is_escaped_by_its_own_template(rf, member, panels):
    espace.register_panel(
        name="a", order=1, template="components/notice.html", context=lambda request: {"text": "<b>gras</b>"}
    )
    request = rf.get("/")
    request.user = member
    (html,) = espace.render_panels(request)
    assert isinstance(html, SafeString)
    assert "&lt;b&gt;" in html


def test_a_panel_s_name_is_taken_once(panels):
    espace.register_panel(name="a", order=1, template="x.html", context=len)
    espace.register_panel(name="a", order=1, template="x.html", context=len)
    with pytest.raises(ValueError, match="registered already"):
        espace.register_panel(name="a", order=2, template="x.html", context=len)


def test_the_panels_of_the_installed_apps_are_found(client, member):
    names = [panel.name for panel in espace.all_panels()]
    assert "courriels" in names


# -- the profile


def test_a_member_changes_her_profile(client, member, taxonomy):
    client.force_login(member)
    data = profile_form(taxonomy, in_directory="on", themes=[taxonomy.tresorerie.pk])
    assert client.post("/mon-espace/profil/", data).url == "/mon-espace/"
    profile = Profile.objects.get(user=member)
    assert (profile.region, profile.in_directory) == (taxonomy.bretagne, True)
    assert list(profile.themes.all()) == [taxonomy.tresorerie]
    client.post("/mon-espace/profil/", profile_form(taxonomy))
    profile = Profile.objects.get(user=member)
    assert not profile.in_directory
    assert not profile.themes.exists()


@pytest.mark.parametrize("fonction", [one for one in Fonction if one != Fonction.CHARGEE])
def test_a_member_does_not_give_herself_a_function(client, member, taxonomy, fonction):
    make_profile(member, region=taxonomy.bretagne)
    client.force_login(member)
    page = client.get("/mon-espace/profil/").content.decode()
    assert "pour en changer, écrivez à l’Avise" in page
    assert f'value="{fonction}"' not in page
    client.post("/mon-espace/profil/", profile_form(taxonomy, fonction=fonction, structure="Nouvelle"))
    with pytest.raises(ProfileLocked):
        save_profile(user=member, by=member, values={"fonction": fonction})
    profile = Profile.objects.get(user=member)
    assert (profile.fonction, profile.structure) == (Fonction.CHARGEE, "Nouvelle")


def test_a_member_without_a_function_asks_for_it(client, member, taxonomy):
    client.force_login(member)
    client.post("/mon-espace/profil/", profile_form(taxonomy))
    assert Profile.objects.get(user=member).fonction == ""
    assert "votre fonction (l’Avise la donne)" in client.get("/mon-espace/").content.decode()
    with pytest.raises(ProfileLocked):
        save_profile(user=member, by=member, values={"fonction": Fonction.CHARGEE})


def test_an_animator_does_not_change_region_alone(client, animator, taxonomy):
    client.force_login(animator)
    data = profile_form(taxonomy, fonction=Fonction.CHARGEE, region=taxonomy.guyane.pk, structure="Nouvelle")
    client.post("/mon-espace/profil/", data)
    profile = Profile.objects.get(user=animator)
    assert (profile.fonction, profile.region, profile.structure) == (
        Fonction.REGIONAL,
        taxonomy.bretagne,
        "Nouvelle",
    )
    with pytest.raises(ProfileLocked):
        save_profile(user=animator, by=animator, values={"region": taxonomy.guyane})


def test_avise_changes_it_for_her(animator, avise, taxonomy):
    save_profile(user=animator, by=avise, values={"fonction": Fonction.CHARGEE, "region": taxonomy.guyane})
    profile = Profile.objects.get(user=animator)
    assert (profile.fonction, profile.region) == (Fonction.CHARGEE, taxonomy.guyane)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Inès Exemple", ("Inès", "Exemple")),
        ("EXEMPLE Inès", ("Inès", "Exemple")),
        ("Hélène BAZIN-ROUSSEL", ("Hélène", "Bazin-Roussel")),
        ("LE GALL Anne Marie", ("Anne Marie", "Le Gall")),
        ("INÈS EXEMPLE", ("INÈS", "EXEMPLE")),
        ("Inès", ("Inès", "")),
        ("", ("", "")),
    ],
)
def test_a_full_name_is_split(written, names):
    assert split_name(written) == names


# -- the directory


def test_the_directory_shows_who_chose_it(client, member, taxonomy):
    shown = factories.make_user("visible@exemple.test", first_name="Visible", last_name="Fictive")
    make_profile(shown, region=taxonomy.bretagne, in_directory=True, is_demonstration=True)
    make_profile(factories.make_user("cachee@exemple.test", first_name="Cachée", last_name="Fictive"))
    waiting = factories.make_user(
        "attend@exemple.test", approved=False, first_name="Attend", last_name="Fictive"
    )
    make_profile(waiting, in_directory=True)
    closed = factories.make_user(
        "ferme@exemple.test", is_active=False, first_name="Fermé", last_name="Fictif"
    )
    make_profile(closed, in_directory=True)
    client.force_login(member)
    page = client.get("/annuaire/").content.decode()
    assert "Visible Fictive" in page
    assert "Personne fictive" in page
    for absent in ("Cachée", "Attend", "Fermé", "visible@exemple.test"):
        assert absent not in page


def test_the_directory_is_for_members(client, pending):
    client.force_login(pending)
    assert client.get("/annuaire/").status_code == 403


def test_the_directory_is_filtered(client, member, taxonomy):
    one = make_profile(
        factories.make_user("a@exemple.test", first_name="Anne", last_name="Une"),
        region=taxonomy.bretagne,
        in_directory=True,
    )
    one.themes.add(taxonomy.gouvernance)
    make_profile(
        factories.make_user("b@exemple.test", first_name="Bruno", last_name="Deux"),
        region=taxonomy.guyane,
        in_directory=True,
        fonction=Fonction.CRDLA,
        structure="Autre maison",
    )
    client.force_login(member)
    for query, expected in {
        "region=bretagne": "Anne",
        "theme=gouvernance": "Anne",
        "fonction=crdla": "Bruno",
        "q=bruno": "Bruno",
        "q=autre maison": "Bruno",
        "q=une anne": "Anne",
    }.items():
        page = client.get(f"/annuaire/?{query}").content.decode()
        assert expected in page, query
        assert ("Bruno" if expected == "Anne" else "Anne") not in page, query


@pytest.mark.parametrize(
    "query",
    [
        "page=99999",
        "page=abc",
        "page=-1",
        "region=nulle-part",
        "theme=%00",
        "fonction=reine",
        "q=%00",
        "q=" + "x" * 500,
        "q=%25",
    ],
)
def test_the_directory_takes_any_query(client, member, query):
    client.force_login(member)
    assert client.get(f"/annuaire/?{query}").status_code == 200


def test_the_directory_asks_little_of_the_database(client, member, taxonomy, django_assert_max_num_queries):
    for number in range(20):
        profile = make_profile(
            factories.make_user(f"p{number}@exemple.test"), region=taxonomy.bretagne, in_directory=True
        )
        profile.themes.add(taxonomy.gouvernance)
    client.force_login(member)
    with django_assert_max_num_queries(20):
        client.get("/annuaire/")
