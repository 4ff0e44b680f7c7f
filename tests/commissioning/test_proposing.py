"""What comes to the board, in whose words, with which counts; what leaves it."""

import datetime as dt

import pytest

from portal.commissioning import services
from portal.commissioning.jobs import count
from portal.commissioning.models import Need
from tests import factories

pytestmark = pytest.mark.django_db
OPEN, TAKEN, PUBLISHED, SET_ASIDE = Need.State


def test_avise_proposes(editor, taxonomy, now, history):
    need = services.propose(
        question="Qui paie ?",
        by=editor,
        now=now,
        themes=[taxonomy.gouvernance, taxonomy.tresorerie],
        phase=taxonomy.anticiper,
        secteur=taxonomy.culture,
    )
    need.refresh_from_db()
    assert (need.state, need.origin, need.first_theme) == (OPEN, "avise", taxonomy.tresorerie)
    assert set(need.themes.all()) == {taxonomy.gouvernance, taxonomy.tresorerie}
    assert history(need) == ["proposee"]


def test_nobody_else_proposes_rewords_or_sets_aside(need, centre_user, member, reader, now):
    for person in (centre_user, member, reader):
        with pytest.raises(services.MayNot):
            services.propose(question="Non ?", by=person, now=now)
        with pytest.raises(services.MayNot):
            services.reword(need=need, question="Non ?", by=person, now=now)
        with pytest.raises(services.MayNot):
            services.set_aside(need=need, reason="Non.", by=person, now=now)
        with pytest.raises(services.MayNot):
            services.reopen(need=need, by=person, now=now)
    assert Need.objects.get().question == need.question


def test_the_former_words_are_not_kept(need, editor, taxonomy, now):
    services.reword(need=need, question="En clair ?", themes=[taxonomy.gouvernance], by=editor, now=now)
    need.refresh_from_db()
    assert (need.question, need.first_theme) == ("En clair\u00a0?", taxonomy.gouvernance)
    assert need.changes.get(action="reformulee").words == ""


def test_one_need_a_search(make_need, search):
    search("bail rural", days=5)
    make_need(key="bail rural")
    with pytest.raises(services.AlreadyOnBoard):
        make_need(key="bail rural")
    make_need()
    make_need()
    assert Need.objects.count() == 3, "without words, as many as one wants"


def test_it_is_set_aside_with_a_reason_and_reopened(taken, editor, now, history):
    with pytest.raises(services.ReasonMissing):
        services.set_aside(need=taken, by=editor, reason="  ", now=now)
    services.set_aside(need=taken, by=editor, reason="Une fiche existe ailleurs.", now=now)
    taken.refresh_from_db()
    assert (taken.state, taken.centre, taken.reason) == (SET_ASIDE, None, "Une fiche existe ailleurs.")
    with pytest.raises(services.NotToWrite):
        services.set_aside(need=taken, by=editor, reason="Encore.", now=now)
    services.reopen(need=taken, by=editor, now=now)
    taken.refresh_from_db()
    assert (taken.state, taken.reason) == (OPEN, "")
    with pytest.raises(services.NotSetAside):
        services.reopen(need=taken, by=editor, now=now)
    assert history(taken) == ["proposee", "prise", "ecartee", "rouverte"]


# -- counts


def test_the_counts_are_read_and_never_typed(make_need, search, tree, taxonomy, now):
    search("bail rural", days=6, times=2)
    search("bail rural", days=1, ago=400)
    search("autre", days=9)
    for number in range(5):
        event = factories.make_cafe(
            tree.centre,
            start=now - dt.timedelta(days=30 + number),
            themes=[taxonomy.tresorerie, taxonomy.gouvernance],
        )
        for _ in range(2):
            factories.make_registration(event, brought_situation=True)
    unheard = factories.make_cafe(tree.centre, start=now - dt.timedelta(days=9), themes=[taxonomy.tresorerie])
    factories.make_registration(unheard)
    gone = factories.make_registration(unheard, brought_situation=True, state="annulee")
    old = factories.make_cafe(tree.centre, start=now - dt.timedelta(days=500), themes=[taxonomy.tresorerie])
    factories.make_registration(old, brought_situation=True)
    need = make_need(key="bail rural", themes=[taxonomy.tresorerie, taxonomy.gouvernance])
    assert (need.searches, need.search_days, need.sessions) == (12, 6, 5), "a session of two themes is one"
    assert need.evidence == [
        "12\u00a0recherches sur 6\u00a0jours",
        "thème apporté à 5\u00a0rendez-vous",
    ]
    gone.event.registrations.update(brought_situation=True, state="confirmee")
    search("bail rural", ago=20)
    assert count(now) == "1 fiche(s) à écrire comptée(s)"
    need.refresh_from_db()
    assert (need.searches, need.search_days, need.sessions) == (13, 7, 6)


def test_few_sessions_are_not_counted_out(make_need, tree, taxonomy, now):
    event = factories.make_cafe(tree.centre, start=now - dt.timedelta(days=3), themes=[taxonomy.tresorerie])
    factories.make_registration(event, brought_situation=True)
    need = make_need(themes=[taxonomy.tresorerie])
    assert need.sessions == 1
    assert need.evidence == ["thème apporté à moins de 5\u00a0rendez-vous"]


def test_counting_costs_the_same_whatever_the_number(make_need, taxonomy, now, django_assert_num_queries):
    for number in range(6):
        make_need(key=f"mot {number}", themes=[taxonomy.tresorerie])
    with django_assert_num_queries(8):
        services.count_all(now=now)
