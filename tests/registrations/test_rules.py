"""A confidentiality rule is data: what it says is what happens, and nobody loosens it behind people's backs."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.test.utils.form_data import querydict_from_html

from portal.registrations import services
from portal.registrations.models import EventPage, Registration
from portal.registrations.rules import RECORDABLE, RULES, may_read_takeaways
from tests import factories

OPEN, NO_RECORDING, PEERS = EventPage.Confidentiality.values
db = pytest.mark.django_db


def test_each_choice_has_its_rule_and_says_everything():
    assert list(RULES) == EventPage.Confidentiality.values
    for rule in RULES.values():
        assert rule.label == EventPage.Confidentiality(rule.name).label
        assert rule.sentence
        assert rule.points
        assert bool(rule.promise) == rule.must_be_accepted


def test_nothing_is_looser_in_a_stricter_rule():
    """The order of the choices is what « stricter » means to EventPage.clean."""
    allowed = ("exports_names", "may_have_replay", "indexes_takeaways")
    for name in allowed:
        values = [getattr(RULES[rule], name) for rule in EventPage.Confidentiality.values]
        assert values == sorted(values, reverse=True), name
    masks = [bool(RULES[rule].calendar_title) for rule in EventPage.Confidentiality.values]
    assert masks == sorted(masks)


def test_what_is_said_and_what_is_done_agree():
    for rule in RULES.values():
        forbids = any("Rien n’est enregistré" in point for point in rule.points)
        assert forbids is not rule.may_have_replay
    assert RECORDABLE == (OPEN,)
    assert RULES[PEERS].calendar_title == "Rendez-vous entre pairs (DLA)"


@db
@pytest.mark.parametrize(("rule", "pending_reads"), [(OPEN, True), (NO_RECORDING, True), (PEERS, False)])
def test_who_reads_what_is_kept(tree, member, pending, rule, pending_reads):
    event = factories.make_cafe(tree.centre, confidentiality=rule, audience="public")
    assert may_read_takeaways(event, member)
    assert may_read_takeaways(event, pending) is pending_reads


@db
def test_a_registration_keeps_the_rule_and_its_version(cafe, member, now):
    cafe.confidentiality = PEERS
    cafe.save()
    made = services.register(event=cafe, user=member, rule_accepted=True, now=now)
    assert (made.rule, made.rule_version) == (PEERS, RULES[PEERS].version)


# -- changing the rule of an event that people registered for


@pytest.fixture
def peers(tree, member, now):
    event = factories.make_cafe(tree.centre, confidentiality=PEERS)
    services.register(event=event, user=member, rule_accepted=True, now=now)
    return event


@db
@pytest.mark.parametrize("looser", [OPEN, NO_RECORDING])
def test_a_looser_rule_is_refused_with_the_reason(peers, looser):
    peers.confidentiality = looser
    with pytest.raises(ValidationError) as caught:
        peers.full_clean()
    (sentence,) = caught.value.message_dict["confidentiality"]
    assert "«\xa0Entre pairs\xa0»" in sentence
    assert "jamais plus souple" in sentence


@db
def test_a_stricter_rule_applies_at_once(tree, member, now):
    event = factories.make_cafe(tree.centre, confidentiality=OPEN)
    services.register(event=event, user=member, now=now)
    for rule in (NO_RECORDING, PEERS):
        event.confidentiality = rule
        event.save_revision().publish()
        assert EventPage.objects.get(pk=event.pk).confidentiality == rule


@db
def test_what_people_accepted_counts_and_not_what_was_published_last(tree, people, now):
    """Made stricter after people came, then back: only those who accepted the stricter one are owed it."""
    event = factories.make_cafe(tree.centre, confidentiality=OPEN)
    early, late = people(2)
    services.register(event=event, user=early, now=now)
    event.confidentiality = PEERS
    event.save()
    event.confidentiality = OPEN
    event.full_clean()
    event.confidentiality = PEERS
    event.save()
    last = services.register(event=event, user=late, rule_accepted=True, now=now)
    event.confidentiality = OPEN
    with pytest.raises(ValidationError):
        event.full_clean()
    services.cancel_registration(registration=last, by=late, now=now)
    event.full_clean()


@db
def test_a_rule_without_registrations_changes_freely(tree):
    event = factories.make_cafe(tree.centre, confidentiality=PEERS)
    event.confidentiality = OPEN
    event.full_clean()


@db
def test_names_taken_off_do_not_free_the_rule(peers):
    Registration.objects.update(user=None)
    peers.confidentiality = OPEN
    with pytest.raises(ValidationError):
        peers.full_clean()


@db
def test_an_older_draft_that_publishes_itself_keeps_what_was_accepted(tree, member, now):
    """The clock and a moderator publish without a form: the rule stays, and the rest of the draft goes out."""
    event = factories.make_cafe(tree.centre, confidentiality=OPEN)
    event.title = "Un autre titre"
    draft = event.save_revision()
    live = EventPage.objects.get(pk=event.pk).specific
    live.confidentiality = PEERS
    live.save()
    services.register(event=live, user=member, rule_accepted=True, now=now)
    draft.publish()
    live = EventPage.objects.get(pk=event.pk)
    assert (live.title, live.confidentiality) == ("Un autre titre", PEERS)


@db
def test_the_editor_reads_why(client, admin, peers):
    client.force_login(admin)
    address = f"/admin/pages/{peers.pk}/edit/"
    data = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form")
    data["confidentiality"], data["action-publish"] = OPEN, "1"
    page = client.post(address, data)
    assert "jamais plus souple" in page.content.decode()
    assert EventPage.objects.get(pk=peers.pk).confidentiality == PEERS


@db
def test_the_card_says_the_rule_in_few_words(client, tree, member):
    factories.make_cafe(tree.centre, confidentiality=PEERS)
    client.force_login(member)
    assert RULES[PEERS].card_wording.capitalize() in client.get("/").content.decode()


@db
def test_one_query_says_what_was_accepted(peers):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert peers.strictest_accepted() == PEERS
    assert len(queries) == 1
