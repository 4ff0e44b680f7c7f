"""What the editors promote: for the same words however written, and only to who may read it."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from portal.members.groups import ensure_avise_access
from portal.themes.models import Terme
from search.lexicon_source import current_lexicon, forget_lexicon
from search.promoted import MAX_PICKS, promoted_for
from search.query import parse
from tests import factories

pytestmark = pytest.mark.django_db


def promote(text, page=None, **fields):
    return SearchPromotion.objects.create(query=Query.get(text), page=page, **fields)


def titles(text, user=None):
    query = parse(text, current_lexicon())
    return [pick.title for pick in promoted_for(query, user=user or AnonymousUser())]


@pytest.fixture
def fiche(tree):
    return factories.make_fiche(tree.centre, title="Tenir la trésorerie", summary="Un plan.")


# --- For which words


@pytest.mark.parametrize(
    "text",
    [
        "plan de trésorerie",
        "Plan de Tresorerie",
        "plans de trésoreries",
        "trésorerie plan",
        " le plan trésorerie ",
    ],
)
def test_the_same_words_however_written(fiche, text):
    promote("Plan de trésorerie", fiche)
    assert titles(text) == ["Tenir la trésorerie"]


@pytest.mark.parametrize(
    "text", ["", "plan", "trésorerie", "plan de trésorerie association", "plan de trésorerie -prêt", "***",
             '"plan de trésorerie"'],
)  # fmt: skip
def test_other_words(fiche, text):
    promote("plan de trésorerie", fiche)
    assert titles(text) == []


def test_an_acronym_and_its_expansion_are_one(fiche):
    term = Terme(sigle="DLA", slug="dla")
    term.expansions.create(text="dispositif local d'accompagnement")
    term.save()
    forget_lexicon()
    promote("DLA", fiche)
    assert titles("dispositif local d’accompagnement") == titles("dla") == ["Tenir la trésorerie"]


def test_a_change_counts_at_once(fiche):
    assert titles("trésorerie") == []
    pick = promote("trésorerie", fiche)
    assert titles("trésorerie") == ["Tenir la trésorerie"]
    pick.delete()
    assert titles("trésorerie") == []


def test_nothing_promoted_costs_one_query(fiche, django_assert_num_queries):
    query = parse("trésorerie", current_lexicon())
    with django_assert_num_queries(1):
        promoted_for(query, user=AnonymousUser())


# --- What shows


def test_the_order_of_the_editors_and_no_page_twice(tree, fiche):
    other = factories.make_tool(tree.centre, title="Tableau")
    promote("trésorerie", fiche, sort_order=1)
    promote("trésorerie", other, sort_order=0)
    promote("trésoreries", fiche, sort_order=0)
    assert titles("trésorerie") == ["Tableau", "Tenir la trésorerie"]


def test_a_handful_at_most(tree):
    for number in range(MAX_PICKS + 2):
        promote("trésorerie", factories.make_tool(tree.centre, title=f"Outil {number}"), sort_order=number)
    assert len(titles("trésorerie")) == MAX_PICKS


def test_the_editors_words_or_the_summary(fiche):
    pick = promote("trésorerie", fiche)

    def shown():
        return promoted_for(parse("trésorerie", current_lexicon()), user=AnonymousUser())[0]

    assert (shown().description, shown().label.label) == ("Un plan.", "Fiche")
    pick.description = "Commencez ici."
    pick.save()
    assert shown().description == "Commencez ici."


def test_an_outside_link(db):
    promote("trésorerie", external_link_url="https://example.org/", external_link_text="Un guide")
    promote("trésorerie", external_link_url="ftp://example.org/", external_link_text="Un dépôt")
    (pick,) = promoted_for(parse("trésorerie", current_lexicon()), user=AnonymousUser())
    assert (pick.title, pick.url, pick.is_external) == ("Un guide", "https://example.org/", True)


def test_a_page_that_is_a_list_can_be_promoted(tree):
    promote("agenda", tree.agenda)
    (pick,) = promoted_for(parse("agenda", current_lexicon()), user=AnonymousUser())
    assert (pick.label.label, pick.document_id) == ("Agenda", "")


# --- Who chooses


def test_editors_promote_and_centres_do_not(client, tree, fiche, centre_user):
    editors, _ = ensure_avise_access(root_page=tree.home)
    client.force_login(factories.make_user(groups=[editors]))
    form = {
        "query_string": "Trésorerie",
        "editors_picks-TOTAL_FORMS": "1",
        "editors_picks-INITIAL_FORMS": "0",
        "editors_picks-0-page": str(fiche.pk),
        "editors_picks-0-description": "Commencez ici.",
        "editors_picks-0-ORDER": "0",
    }
    address = reverse("wagtailsearchpromotions:add")
    assert client.post(address, form).status_code == 302
    assert titles("tresoreries") == ["Tenir la trésorerie"]
    client.force_login(centre_user)
    assert client.post(address, {**form, "query_string": "Autre"}).status_code == 302
    assert titles("autre") == []


# --- Audience, on every surface


def test_only_who_may_read_sees_it(client, index, tree, fiche, member, pending):
    fiche.audience = "reseau"
    fiche.save_revision().publish()
    promote("trésorerie", fiche)
    for user, sees in ((None, False), (pending, False), (member, True)):
        client.logout()
        if user:
            client.force_login(user)
        assert bool(titles("trésorerie", user)) == sees
        page = client.get("/recherche/?q=trésorerie").content.decode()
        assert ("Tenir la trésorerie" in re.sub(r"</?mark>", "", page)) == sees
        assert ("Choisi par la rédaction" in page) == sees
        promoted = client.get("/recherche.json?q=trésorerie").json()["promoted"]
        assert [pick["title"] for pick in promoted] == (["Tenir la trésorerie"] if sees else [])


def test_a_page_that_is_not_live_does_not_show(tree, member, fiche):
    promote("trésorerie", fiche)
    fiche.unpublish()
    assert titles("trésorerie", member) == []


# --- On the page


def test_a_promoted_page_shows_once_and_first_on_the_first_page_only(
    client, index, tree, fiche, bring_up_to_date
):
    for number in range(21):
        factories.make_tool(tree.centre, title=f"Trésorerie {number}")
    bring_up_to_date()
    promote("trésorerie", fiche)
    page = client.get("/recherche/?q=trésorerie").content.decode()
    assert page.count(f'href="{fiche.url}"') == 1
    assert page.index(fiche.url) < page.index('class="hits"')
    data = client.get("/recherche.json?q=trésorerie").json()
    assert data["total"] == 22, "the count is that of the engine"
    for query in ("q=trésorerie&page=2", "q=trésorerie&type=fiche", "q=trésorerie&type=outil"):
        assert "Choisi par la rédaction" not in client.get(f"/recherche/?{query}").content.decode(), query
        assert client.get(f"/recherche.json?{query}").json()["promoted"] == []


def test_a_choice_alone_is_not_nothing(client, index, tree):
    promote("introuvable", external_link_url="https://example.org/", external_link_text="Un <b>guide")
    page = client.get("/recherche/?q=introuvable").content.decode()
    assert "Un &lt;b&gt;guide" in page
    assert 'rel="external noopener noreferrer"' in page
    assert "Aucun autre résultat" in page
    assert "Nous n’avons rien trouvé" not in page
