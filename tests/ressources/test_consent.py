"""The structure's own consent: a proof where it is named, bands and no public link to its peers where it is not."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.base.typography import typographed
from ressources.models import FichePage
from search.pages import plain
from tests import factories
from tests.centres.test_rights import fiche_data

pytestmark = pytest.mark.django_db
EXACT = "Il manquait 48 250 € pour payer 12 salarié·es en Ille-et-Vilaine."


@pytest.fixture
def fiche(tree):
    return factories.make_fiche(tree.centre, live=False, slug="une-fiche")


@pytest.fixture
def save(client, admin, fiche, taxonomy):
    """Send the form of the fiche: ``save("publish", summary=…)``; returns the answer and the fiche."""
    client.force_login(admin)

    def send(action="publish", **more):
        data = fiche_data(taxonomy, **more)
        if action:
            data[f"action-{action}"] = "1"
        response = client.post(reverse("wagtailadmin_pages:edit", args=[fiche.pk]), data)
        fiche.refresh_from_db()
        return response

    return send


def test_an_anonymised_fiche_gives_no_exact_figure(save, fiche):
    response = save(summary=EXACT)
    assert response.status_code == 200
    assert not fiche.live
    page = response.content.decode()
    for detail in ("48 250 €", "12 salarié·es", "Ille-et-Vilaine"):
        assert f"«\u00a0{detail}\u00a0»" in page
    assert "entre 40 000 et 50 000" in page
    assert 'name="details_checked"' in page


def test_the_editor_decides(save, fiche):
    assert save(summary=EXACT, details_checked="on").status_code == 302
    assert fiche.live
    assert fiche.summary == typographed(EXACT)


def test_bands_pass_without_a_word(save, fiche):
    save(summary="Il manquait entre 40 000 et 50 000 € pour payer 10 à 19 salarié·es, en Bretagne.")
    assert fiche.live


def test_a_draft_waits_for_no_box(save, fiche):
    assert save(None, summary=EXACT).status_code == 302
    assert fiche.get_latest_revision_as_object().summary == typographed(EXACT)


def test_the_box_comes_with_the_warning_only(client, save, fiche):
    page = client.get(reverse("wagtailadmin_pages:edit", args=[fiche.pk])).content.decode()
    assert "details_checked" not in page
    assert "details_checked" not in save(summary="").content.decode()


def test_a_named_structure_has_agreed_and_it_is_noted(save, fiche):
    response = save(summary=EXACT, consent="nommee")
    assert not fiche.live
    assert "notez qui a donné son accord" in response.content.decode()
    save(summary=EXACT, consent="nommee", consent_note="La présidente, par courriel, le 3 mars 2026")
    assert fiche.live


def test_the_proof_is_never_shown(client, tree):
    note = "La présidente, par courriel"
    fiche = factories.make_fiche(tree.centre, consent="nommee", consent_note=note)
    page = client.get(fiche.url).content.decode()
    assert "Structure nommée, avec son accord" in page
    assert note not in page
    from ressources.indexing import fiche_document

    assert note not in str(fiche_document(fiche))


def test_the_places_of_a_fiche_are_regions_at_the_finest():
    from portal.themes.models import Departement

    assert not [field for field in FichePage._meta.get_fields() if field.related_model is Departement]


def test_figures_and_steps_are_read_too(taxonomy):
    from ressources.forms import details_in

    page = FichePage(
        chiffres=[("chiffre", {"valeur": "48 250 €", "libelle": "de dettes"})],
        etapes=[("etape", {"quand": "Mai", "texte": "12 salariés reçus"})],
    )
    found = details_in({"chiffres": page.chiffres, "etapes": page.etapes})
    assert found == {"chiffres": ["48 250 €"], "etapes": ["12 salariés"]}
    assert "48 250" in plain(page.chiffres)


# -- no public link to a session « entre pairs »


@pytest.fixture
def tied(tree):
    """A fiche and the session that it came out of, both announced to all: ``tied(consent, rule)``."""

    def make(consent, rule):
        fiche = factories.make_fiche(tree.centre, consent=consent, consent_note="Oui", audience="public")
        event = factories.make_cafe(
            tree.centre,
            audience="public",
            confidentiality=rule,
            starts_in=dt.timedelta(days=-3),
            related_pages=[fiche],
        )
        return fiche, event

    return make


@pytest.mark.parametrize(
    ("consent", "rule", "linked"),
    [
        ("anonymisee", "entre-pairs", False),
        ("nommee", "entre-pairs", True),
        ("anonymisee", "ouvert", True),
        ("anonymisee", "sans-enregistrement", True),
    ],
)
def test_no_public_link_between_an_anonymised_fiche_and_its_peers(
    client, tied, member, pending, consent, rule, linked
):
    fiche, event = tied(consent, rule)

    def both_ways():
        there = f'href="{event.url}"' in client.get(fiche.url).content.decode()
        back = f'href="{fiche.url}"' in client.get(event.url).content.decode()
        assert there == back
        return there

    assert both_ways() is linked
    client.force_login(pending)
    assert both_ways() is linked
    client.force_login(member)
    assert both_ways() is True


def test_neither_the_feed_nor_the_search_says_where_it_comes_from(client, tied):
    from ressources.indexing import fiche_document

    fiche, event = tied("anonymisee", "entre-pairs")
    entries = client.get("/flux.atom").content.decode().split("<entry>")
    (entry,) = [text for text in entries if fiche.title in text]
    assert event.title not in entry
    assert event.title not in str(fiche_document(fiche))
