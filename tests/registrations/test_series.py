"""A series in the admin: pages made once, by whoever may, with a state of their own."""

import datetime as dt
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from cafes.models import CafePage
from portal.centres.models import CentrePage
from portal.members.groups import ensure_avise_access
from portal.registrations import services
from portal.registrations.models import Cycle, EventPage, EventState, Facilitator, Registration
from portal.registrations.services import Rhythm, create_series, plan_series
from tests import factories
from webinaires.models import WebinairePage

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def start(now):
    """A Tuesday at 9 h 30 in Paris, one to two weeks ahead."""
    day = timezone.localtime(now, PARIS).date() + dt.timedelta(days=7)
    return dt.datetime.combine(day + dt.timedelta(days=(1 - day.weekday()) % 7), dt.time(9, 30), tzinfo=PARIS)


@pytest.fixture
def model(tree, start, taxonomy):
    return factories.make_cafe(
        tree.centre,
        title="Quand la paie approche",
        slug="quand-la-paie-approche",
        start=start,
        about="<p>De la paie.</p>",
        capacity=8,
        themes=[taxonomy.tresorerie],
    )


def planned(event, now, **asked):
    local = event.start.astimezone(PARIS)
    rhythm = {
        "every": 2,
        "weekday": local.weekday(),
        "hours": (local.time(),),
        "count": 3,
        "skips_public_holidays": False,
    }
    return plan_series(
        start=event.start,
        end=event.end,
        time_zone=event.time_zone,
        rhythm=Rhythm(**{**rhythm, **asked}),
        now=now,
    ).kept


def make(event, by, now, *, publish=True, dates=None, **options):
    return create_series(
        event=event, dates=dates or planned(event, now), publish=publish, by=by, now=now, **options
    )


# -- what is made


def test_one_page_per_date_with_everything_but_the_date(model, centre_user, now, taxonomy, start):
    series = make(model, centre_user, now)
    assert len(series.created) == 3
    pages = list(CafePage.objects.exclude(pk=model.pk).order_by("start"))
    for number, page in enumerate(pages, 1):
        day = start.date() + dt.timedelta(weeks=2 * number)
        assert page.start.astimezone(PARIS) == dt.datetime.combine(day, dt.time(9, 30), tzinfo=PARIS)
        assert page.end - page.start == model.end - model.start
        assert page.slug == f"quand-la-paie-approche-{day.isoformat()}"
        assert page.title.startswith("Quand la paie approche (")
        assert str(day.year) in page.title
        assert page.live
        assert page.owner == centre_user
        assert page.alias_of is None
        assert (page.about, page.capacity, page.audience) == ("<p>De la paie.</p>", 8, "reseau")
        assert list(page.themes.all()) == [taxonomy.tresorerie]
        assert page.cycle is None
        assert page.get_parent().pk == model.get_parent().pk
        assert page.get_latest_revision_as_object().start == page.start, "an editor opens the same date"
    assert len({page.title for page in pages}) == 3
    assert len({page.translation_key for page in pages}) == 3


def test_each_date_has_a_fresh_state(model, centre_user, now, fill):
    fill(model, 2)
    EventState.objects.filter(event=model).update(sequence=4, seats_on_offer=1, queue_closed_at=now)
    for page in make(model, centre_user, now).created:
        state = EventState.objects.get(event=page)
        assert (state.sequence, state.seats_on_offer, state.queue_closed_at) == (0, 0, None)
        assert state.announced_start == page.start
        assert not page.registrations.exists()


def test_drafts_are_not_on_line(model, centre_user, now):
    for page in make(model, centre_user, now, publish=False).created:
        page.refresh_from_db()
        assert not page.live
        assert page.first_published_at is None
        assert page.get_latest_revision_as_object().start == page.start


def test_a_draft_is_a_model_too_and_its_latest_version_counts(tree, centre_user, now, start):
    draft = factories.make_cafe(tree.centre, title="Brouillon", start=start, live=False)
    draft.summary = "La dernière version."
    draft.save_revision()
    draft.refresh_from_db()
    for page in make(draft, centre_user, now, publish=False).created:
        assert page.summary == "La dernière version."
    draft.refresh_from_db()
    assert not draft.live


def test_what_was_written_afterwards_stays_with_its_date(tree, centre_user, now, start):
    past = factories.make_cafe(
        tree.centre, title="Passé", start=start - dt.timedelta(weeks=8), takeaways="<p>Retenu.</p>"
    )
    fiche = factories.make_fiche(tree.centre)
    past.related_links.create(page=fiche)
    past.save_revision().publish()
    for page in make(past, centre_user, now).created:
        assert page.takeaways == ""
        assert not page.related_links.exists()
    webinar = factories.make_webinar(
        tree.centre,
        start=start - dt.timedelta(weeks=8),
        transcript_vtt=factories.VTT,
        essential="<p>Dit.</p>",
    )
    for page in make(webinar, centre_user, now).created:
        page = WebinairePage.objects.get(pk=page.pk)
        assert (page.transcript_vtt, page.essential) == ("", "")
        assert not page.has_replay


def test_the_registration_window_follows_each_date(tree, centre_user, now, start):
    model = factories.make_cafe(
        tree.centre,
        start=start,
        registration_opens_at=start - dt.timedelta(days=10),
        registration_closes_at=start - dt.timedelta(days=1),
    )
    (page,) = make(model, centre_user, now, dates=planned(model, now, count=1, hours=(dt.time(14),))).created
    zone = PARIS
    assert page.registration_closes_at.astimezone(zone).date() == page.start.astimezone(
        zone
    ).date() - dt.timedelta(days=1)
    assert page.registration_closes_at.astimezone(zone).time() == dt.time(9, 30)
    assert page.registration_opens_at.astimezone(zone).date() == page.start.astimezone(
        zone
    ).date() - dt.timedelta(days=10)


def test_the_window_never_closes_after_the_start(tree, centre_user, now, start):
    model = factories.make_cafe(tree.centre, start=start, registration_closes_at=start)
    (page,) = make(model, centre_user, now, dates=planned(model, now, count=1, hours=(dt.time(8),))).created
    assert page.registration_closes_at == page.start


def test_facilitators_follow(model, centre_user, member, now):
    Facilitator.objects.create(event=model, user=member, added_at=now)
    for page in make(model, centre_user, now).created:
        (row,) = page.facilitators.all()
        assert (row.user, row.added_by) == (member, centre_user)


# -- nothing twice


def test_a_form_sent_twice_makes_nothing_twice(model, centre_user, now):
    dates = planned(model, now)
    make(model, centre_user, now, dates=dates)
    again = make(model, centre_user, now, dates=dates, cycle_title="Cycle")
    assert again.created == ()
    assert len(again.existing) == 3
    assert CafePage.objects.count() == 4
    assert not Cycle.objects.exists()


def test_what_is_missing_is_added(model, centre_user, now):
    make(model, centre_user, now, dates=planned(model, now, count=2))
    more = make(model, centre_user, now, dates=planned(model, now, count=4))
    assert (len(more.created), len(more.existing)) == (2, 2)
    assert len(set(CafePage.objects.values_list("slug", flat=True))) == 5


def test_a_date_that_was_moved_is_not_made_again(model, centre_user, now):
    dates = planned(model, now)
    first = make(model, centre_user, now, dates=dates).created[0]
    later = first.start + dt.timedelta(days=1)
    services.reschedule(
        event=first, start=later, end=later + dt.timedelta(hours=1), place="", by=centre_user, now=now
    )
    assert make(model, centre_user, now, dates=dates).created == ()


def test_another_centre_may_have_the_same_dates(tree, model, centre_user, now, start):
    other = factories.make_centre(tree)
    theirs = factories.make_cafe(other, title=model.title, slug=model.slug, start=start)
    make(theirs, factories.make_user(groups=[other.group]), now)
    assert len(make(model, centre_user, now).created) == 3


# -- a cycle


def test_a_cycle_holds_the_model_and_every_date(model, centre_user, now, member):
    series = make(model, centre_user, now, cycle_title="Analyse de pratiques")
    assert series.cycle.title == "Analyse de pratiques"
    assert series.cycle.events.count() == 4
    model.refresh_from_db()
    assert model.cycle == series.cycle
    assert model.live
    services.register(event=model, user=member, now=now, rule_accepted=True)
    assert Registration.objects.confirmed().filter(user=member).count() == 4


def test_two_cycles_of_one_name_are_two(tree, model, centre_user, now, start):
    other = factories.make_cafe(tree.centre, title="Autre", start=start)
    first = make(model, centre_user, now, cycle_title="Cycle")
    second = make(other, centre_user, now, cycle_title="Cycle")
    assert first.cycle != second.cycle
    assert first.cycle.slug != second.cycle.slug


def test_a_cycle_where_people_are_registered_does_not_grow(model, centre_user, now, fill):
    fill(model, 1)
    with pytest.raises(services.SeriesRefused, match="déjà inscrites"):
        make(model, centre_user, now, cycle_title="Cycle")
    assert CafePage.objects.count() == 1
    assert not Cycle.objects.exists()
    assert len(make(model, centre_user, now).created) == 3, "dates of their own are fine"


def test_a_past_model_stays_out_of_the_cycle(tree, centre_user, now, start, fill):
    past = factories.make_cafe(tree.centre, start=start - dt.timedelta(weeks=8))
    series = make(past, centre_user, now, cycle_title="Suite")
    past.refresh_from_db()
    assert past.cycle is None
    assert series.cycle.events.count() == 3


def test_a_cycle_is_published_whole(tree, centre_user, now, start):
    draft = factories.make_cafe(tree.centre, start=start, live=False)
    series = make(draft, centre_user, now, cycle_title="Groupe")
    draft.refresh_from_db()
    assert draft.live, "one registers for all the dates: the first is there too"
    assert series.cycle.events.live().count() == 4


def test_a_waiting_draft_of_the_model_is_kept(model, centre_user, now):
    model.title = "Un titre qui attend"
    model.save_revision()
    model.refresh_from_db()
    make(model, centre_user, now, cycle_title="Groupe")
    model.refresh_from_db()
    assert (model.title, model.has_unpublished_changes) == ("Quand la paie approche", True)
    latest = model.get_latest_revision_as_object()
    assert (latest.title, latest.cycle_id) == ("Un titre qui attend", model.cycle_id)


# -- refusals


def test_refusals_make_nothing(model, centre_user, now):
    dates = planned(model, now)
    with pytest.raises(services.SeriesRefused):
        create_series(event=model, dates=[], publish=True, by=centre_user, now=now)
    with pytest.raises(services.SeriesRefused):
        create_series(event=model, dates=dates * 11, publish=True, by=centre_user, now=now)
    with pytest.raises(services.SeriesRefused):
        create_series(event=model, dates=dates, publish=True, by=centre_user, now=dates[-1].start)
    assert CafePage.objects.count() == 1


def test_an_incomplete_model_is_not_published(model, centre_user, now):
    EventPage.objects.filter(pk=model.pk).update(registration_mode="externe")
    broken = CafePage.objects.get(pk=model.pk)
    broken.save_revision(clean=False)
    broken.refresh_from_db()
    with pytest.raises(services.SeriesRefused, match="lien où l’on s’inscrit"):
        make(broken, centre_user, now)
    assert CafePage.objects.count() == 1


def test_who_may_not_edit_makes_no_series(tree, model, now, member):
    stranger = factories.make_user(groups=[factories.make_centre(tree).group])
    for by in (member, stranger):
        for publish in (True, False):
            with pytest.raises(services.MayNotChange):
                make(model, by, now, publish=publish)
    assert CafePage.objects.count() == 1


@pytest.mark.parametrize("kind", [CentrePage.Kind.CRDLA, CentrePage.Kind.REGIONAL])
@pytest.mark.parametrize("make_event", [factories.make_cafe, factories.make_webinar])
def test_a_centre_of_any_kind_publishes_its_own_series(tree, now, start, kind, make_event, client):
    ensure_avise_access(root_page=tree.home)
    centre = factories.make_centre(tree, kind=kind, title="DLA Bretagne")
    user = factories.make_user("dlar@exemple.test", groups=[centre.group])
    event = make_event(centre, start=start)
    client.force_login(user)
    for name in ("series", "event", "reschedule", "cancel_event"):
        assert client.get(reverse(f"inscriptions:{name}", args=[event.pk])).status_code == 200, name
    response = client.post(
        reverse("inscriptions:series", args=[event.pk]), answers(event, now, publish="oui"), follow=True
    )
    assert "en ligne" in response.content.decode()
    assert EventPage.objects.live().child_of(centre).count() == 4
    copy = EventPage.objects.child_of(centre).latest("start")
    later = copy.start + dt.timedelta(days=1)
    services.reschedule(
        event=copy, start=later, end=later + dt.timedelta(hours=1), place="", by=user, now=now
    )
    services.cancel_event(event=copy, by=user, reason="", now=now)


def test_thirty_dates_cost_thirty_times_one(model, centre_user, now, django_assert_max_num_queries):
    """Wagtail writes a page, its revisions and its history: about 150 queries each, whatever the number."""
    dates = planned(model, now, every=1, count=30)
    with django_assert_max_num_queries(30 * 180):
        assert len(make(model, centre_user, now, dates=dates).created) == 30


# -- the screens


def asked(event, **more):
    return {
        "every": "2",
        "weekday": str(timezone.localtime(event.start, PARIS).weekday()),
        "count": "3",
        **more,
    }


def answers(event, now, **more):
    """What the form of the preview sends back with every date ticked."""
    return {**asked(event), "dates": [date.key for date in planned(event, now)], **more}


def address(event):
    return reverse("inscriptions:series", args=[event.pk])


def lines_of(response):
    page = BeautifulSoup(response.content, "html.parser")
    return [
        (row.find("input").has_attr("checked"), " ".join(row.get_text().split()))
        for row in page.select(".serie__dates tbody tr")
    ]


def test_the_buttons_lead_there(client, centre_user, model, tree):
    client.force_login(centre_user)
    for page in (
        client.get(f"/admin/pages/{model.pk}/edit/"),
        client.get(reverse("wagtailadmin_explore", args=[tree.centre.pk])),
        client.get(reverse("inscriptions:event", args=[model.pk])),
    ):
        assert address(model) in page.content.decode()


def test_the_preview_writes_nothing_and_lists_every_date(client, centre_user, model, now, taxonomy):
    model.regions.set([taxonomy.guyane])
    model.save_revision().publish()
    client.force_login(centre_user)
    assert "Voir les dates" in client.get(address(model)).content.decode()
    response = client.get(
        address(model), asked(model, school_zones=["A", "B", "C"], public_holidays="on", count="20")
    )
    lines = lines_of(response)
    assert sum(ticked for ticked, _ in lines) == 20
    skipped = [text for ticked, text in lines if not ticked]
    assert skipped
    assert all("sautée" in text for text in skipped)
    assert all("à Cayenne" in text for _, text in lines), "it is night there at 9 h 30"
    assert CafePage.objects.count() == 1


def test_only_what_is_ticked_is_made(client, centre_user, model, now):
    client.force_login(centre_user)
    first, *_, last = [date.key for date in planned(model, now)]
    data = answers(model, now, dates=[first, last, "2026-13-45T99:99", "n’importe"], publish="oui")
    response = client.post(address(model), data, follow=True)
    assert response.redirect_chain[-1][0] == reverse("inscriptions:event", args=[model.pk])
    assert "2\u00a0dates créées, en ligne." in response.content.decode()
    assert CafePage.objects.live().count() == 3
    assert not CafePage.objects.filter(start=planned(model, now)[1].start).exists()


def test_a_skipped_date_can_be_kept_knowingly(client, centre_user, tree, now):
    day = dt.date(now.year + 1, 7, 14) - dt.timedelta(weeks=1)
    model = factories.make_cafe(tree.centre, start=dt.datetime.combine(day, dt.time(9, 30), tzinfo=PARIS))
    holiday = f"{now.year + 1}-07-14T09:30"
    client.force_login(centre_user)
    data = asked(model, every="1", count="1", public_holidays="on", dates=[holiday])
    client.post(address(model), data)
    assert CafePage.objects.filter(slug__endswith=f"{now.year + 1}-07-14").exists()


def test_sent_twice_it_says_so(client, centre_user, model, now):
    client.force_login(centre_user)
    data = answers(model, now, publish="oui")
    client.post(address(model), data)
    response = client.post(address(model), data, follow=True)
    assert "3\u00a0dates existaient déjà" in response.content.decode()
    assert CafePage.objects.count() == 4
    preview = lines_of(client.get(address(model), asked(model)))
    assert all("existe déjà" in text and not ticked for ticked, text in preview)


def test_as_drafts_it_leads_to_the_pages(client, centre_user, model, now, tree):
    client.force_login(centre_user)
    response = client.post(address(model), answers(model, now))
    assert response.url == reverse("wagtailadmin_explore", args=[tree.centre.pk])
    assert CafePage.objects.filter(live=False).count() == 3


@pytest.mark.parametrize(
    "bad",
    [
        {"every": "0"},
        {"every": "-2"},
        {"every": "abc"},
        {"every": "99999999999999999999"},
        {"weekday": "8"},
        {"weekday": ""},
        {"count": "0"},
        {"count": "10000"},
        {"count": "", "until": ""},
        {"until": "9999-12-31", "count": ""},
        {"until": "0001-01-01"},
        {"until": "pas une date"},
        {"first_day": "9999-12-31"},
        {"first_day": "0001-01-01"},
        {"other_hour": "99:99"},
        {"territories": ["XX"]},
        {"school_zones": ["Z"]},
        {"cycle_title": "x" * 500},
        {"cycle_title": "\x00"},
        {"dates": []},
    ],
)
def test_bad_answers_are_answered(client, centre_user, model, now, bad):
    client.force_login(centre_user)
    assert client.get(f"{address(model)}?{urlencode(asked(model, **bad), doseq=True)}").status_code == 200
    assert client.post(address(model), {**answers(model, now), **bad}).status_code in (200, 302)


def test_an_event_that_ends_before_it_starts_gets_a_sentence(client, centre_user, model):
    EventPage.objects.filter(pk=model.pk).update(end=model.start - dt.timedelta(hours=1))
    broken = CafePage.objects.get(pk=model.pk)
    broken.save_revision(clean=False)
    client.force_login(centre_user)
    response = client.get(address(model), asked(model))
    assert "corrigez-la d’abord" in response.content.decode()


def test_strangers_get_nothing(client, model, now, tree, member):
    stranger = factories.make_user(groups=[factories.make_centre(tree).group])
    for user in (member, stranger):
        client.force_login(user)
        assert client.get(address(model)).status_code == 302
        assert client.post(address(model), answers(model, now, publish="oui")).status_code == 302
    assert CafePage.objects.count() == 1
