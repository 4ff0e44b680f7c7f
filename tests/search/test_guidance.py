"""What sets a search right: corrections, places, the nearest themes."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.safestring import mark_safe

from portal.registrations.services import life
from search import services
from search.forms import SearchParameters
from search.guidance import Nearest, correction_of, nearest_to, place_hints
from search.labels import facet_labels
from search.lexicon import Lexicon
from search.query import parse
from tests import factories

from .corpus import LEXICON, document
from .test_understanding import LEXICON as PLACED


def corrected(text, *marked, known=()):
    extracts = [SimpleNamespace(title=mark_safe(f"<mark>{word}</mark>"), text="") for word in marked]
    found = correction_of(SearchParameters(text), parse(text, LEXICON), extracts, known=known)
    return found and found.text


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("tresorrerie", ("Trésorerie", "trésorerie"), "trésorerie"),
        ("plan de tresorrerie", ("plan", "trésorerie"), "plan de trésorerie"),
        ("trésorerie", ("trésorerie",), None),
        ("tresoreries", ("trésorerie",), None),
        ("tréso", ("trésorerie",), None),
        # Found by a synonym only: nothing was mistyped.
        ("cash", ("trésorerie",), None),
        ('"plan" gouvernence', ("gouvernance", "gouvernants"), '"plan" gouvernance'),
        ("bfr", ("bar",), None),
    ],
)
def test_a_correction_is_a_word_that_was_found(text, marked, expected):
    assert corrected(text, *marked) == expected


def test_without_a_result_the_words_that_anybody_may_know_are_compared():
    known = ["gouvernance", "mutualisation"]
    assert corrected("gouveurnnence", known=known) == "gouvernance"
    assert corrected("xylophone", known=known) is None
    assert corrected("gouvernance", known=known) is None


def test_the_address_of_a_correction_keeps_the_filters():
    parameters = SearchParameters("tresorrerie", facets={"type": ("fiche",)}, page=3)
    extract = SimpleNamespace(title=mark_safe("<mark>trésorerie</mark>"), text="")
    found = correction_of(parameters, parse("tresorrerie", LEXICON), [extract])
    assert found.address == "/recherche/?q=tr%C3%A9sorerie&type=fiche"


def hints(text, **facets):
    return place_hints(SearchParameters(text, facets=facets), parse(text, PLACED))


def test_a_place_says_what_it_was_taken_for_and_leads_to_its_region():
    (hint,) = hints("DLA 35")
    assert hint.sentence == "Ille-et-Vilaine (35) : région Bretagne."
    assert hint.address == "/recherche/?q=&region=bretagne"
    (hint,) = hints("crèche bretagne")
    assert hint.sentence == "Bretagne est une région."
    assert hint.address == "/recherche/?q=cr%C3%A8che&region=bretagne"
    assert hints("35", region=("bretagne",)) == ()
    assert hints("crèche") == ()


@pytest.fixture
def sessions(index, tree, taxonomy, bring_up_to_date):
    """Two sessions on governance, the nearer one for the network; one on something else in between."""
    now = timezone.now()
    governance, money = [taxonomy.gouvernance], [taxonomy.tresorerie]
    made = SimpleNamespace(
        reserved=factories.make_cafe(
            tree.centre, title="Entre nous", themes=governance, start=now + dt.timedelta(days=2)
        ),
        other=factories.make_cafe(
            tree.centre, title="La paie", audience="public", themes=money, start=now + dt.timedelta(days=3)
        ),
        public=factories.make_cafe(
            tree.centre,
            title="À plusieurs",
            audience="public",
            themes=governance,
            start=now + dt.timedelta(days=5),
        ),
    )
    bring_up_to_date()
    return made


def nearest(index, text, documents=(), *, user=None):
    user = user or AnonymousUser()
    return nearest_to(
        parse(text, Lexicon()),
        documents,
        engine=index,
        user=user,
        labels=facet_labels(user),
        now=timezone.now(),
    )


def test_the_nearest_theme_is_that_of_what_holds_some_of_the_words(index, sessions):
    documents = [document("fiche-1", "Décider", themes=("gouvernance",))]
    found = nearest(index, "xyz", documents)
    assert found.themes[0] == ("Gouvernance", "/recherche/?q=&theme=gouvernance")
    assert found.event[0] == "À plusieurs"


def test_or_else_the_one_whose_name_is_most_alike(index, sessions):
    assert nearest(index, "gouverner").themes[0][0] == "Gouvernance"


def test_or_else_the_next_session_whatever_it_is_about(index, sessions):
    found = nearest(index, "zzzz")
    assert found.themes == ()
    assert found.event[0] == "La paie"


def test_the_next_session_keeps_to_the_audience_as_the_database_has_it_now(index, sessions, member):
    assert nearest(index, "gouverner", user=member).event[0] == "Entre nous"
    # The index is a second late.
    type(sessions.public).objects.filter(pk=sessions.public.pk).update(audience="reseau")
    assert nearest(index, "gouverner").event is None


def test_a_session_that_is_cancelled_or_has_begun_is_not_the_next_one(index, sessions, bring_up_to_date):
    life.cancel_event(event=sessions.public, by=None, reason="Malade", now=timezone.now())
    bring_up_to_date()
    assert nearest(index, "gouverner").event is None
    begun = timezone.now() - dt.timedelta(minutes=5)
    type(sessions.other).objects.filter(pk=sessions.other.pk).update(start=begun)
    services.note_documents("cafe", [sessions.other.pk], now=timezone.now())
    bring_up_to_date()
    assert nearest(index, "zzzz").event is None


def test_nothing_to_say_is_false():
    assert not Nearest()
    assert Nearest(event=("Café", "/cafe/", dt.datetime(2026, 12, 1, tzinfo=dt.UTC)))
