"""An event in the admin: its form, its copy, what its organiser is warned of, its screen."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cafes.models import CafePage
from portal.registrations import services
from portal.registrations.cautions import cautions_about, night_caution
from portal.registrations.event_forms import next_time
from portal.registrations.models import Cycle, EventPage, EventState, Facilitator
from tests import factories
from webinaires.models import WebinairePage

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def in_winter(hour, minute=0) -> dt.datetime:
    """A Tuesday of next January, in Paris."""
    year = timezone.localdate().year + 1
    first = dt.date(year, 1, 10)
    day = first + dt.timedelta(days=(1 - first.weekday()) % 7)
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=PARIS)


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def formset(name):
    return {
        f"{name}-{count}": "0" for count in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }


def six_fields(**more):
    """What the form asks for when it opens, and what a browser sends with it."""
    return {
        "title": "Un café",
        "slug": "un-cafe",
        "start": in_winter(14).strftime("%Y-%m-%d %H:%M"),
        "end": "",
        "place": "",
        "meeting_url": "https://visio.example.org/salle",
        "capacity": "12",
        "audience": "reseau",
        "format": "cafe",
        "genre": "thematique",
        "registration_mode": "portail",
        "confidentiality": "ouvert",
        "open_to_pending": "False",
        "access_opens_before": "1440",
        **dict.fromkeys(
            (
                "about",
                "how",
                "for_whom",
                "objectives",
                "prerequisites",
                "takeaways",
                "programme",
                "essential",
            ),
            "null",
        ),
        **formset("related_links"),
        **formset("run_sheet_steps"),
        **more,
    }


def add(client, centre, app="cafes", model="cafepage", **data):
    return client.post(reverse("wagtailadmin_pages:add", args=[app, model, centre.pk]), six_fields(**data))


# -- the form


@pytest.mark.parametrize(("app", "model"), [("cafes", "cafepage"), ("webinaires", "webinairepage")])
def test_the_form_opens_on_six_fields(client, centre_user, tree, app, model):
    client.force_login(centre_user)
    response = client.get(reverse("wagtailadmin_pages:add", args=[app, model, tree.centre.pk]))
    page = BeautifulSoup(response.content, "html.parser")
    content = page.select_one("#tab-contenu")
    folded = [name["name"] for name in content.select(".w-panel.collapsed [name]")]
    shown = {field["name"] for field in content.select("input[name], select[name], textarea[name]")} - set(
        folded
    )
    assert shown == {"title", "start", "end", "place", "meeting_url", "capacity", "audience"}
    assert {"summary", "confidentiality", "registration_mode", "remind_day"} <= set(folded)


def test_an_event_without_an_end_lasts_an_hour_and_a_half(client, centre_user, tree):
    client.force_login(centre_user)
    assert add(client, tree.centre, **{"action-publish": "1"}).status_code == 302
    cafe = CafePage.objects.get(slug="un-cafe")
    assert (cafe.start, cafe.end) == (in_winter(14), in_winter(15, 30))
    assert cafe.live


def test_an_end_that_is_given_is_kept(client, centre_user, tree):
    client.force_login(centre_user)
    add(client, tree.centre, end=in_winter(17).strftime("%Y-%m-%d %H:%M"))
    assert CafePage.objects.get(slug="un-cafe").end == in_winter(17)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"end": "2020-01-01 10:00"}, "La fin vient après le début."),
        ({"start": "9999-12-31 23:59"}, "dans plus de dix ans"),
        ({"start": ""}, "Ce champ est à remplir"),
        ({"end": "jamais"}, "date"),
    ],
)
def test_what_cannot_be_gets_a_sentence(client, centre_user, tree, data, sentence):
    client.force_login(centre_user)
    response = add(client, tree.centre, **data)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not CafePage.objects.filter(slug="un-cafe").exists()


@pytest.mark.parametrize(("answer", "expected"), [("True", True), ("False", False)])
def test_a_webinar_says_plainly_who_may_register(client, centre_user, tree, answer, expected):
    client.force_login(centre_user)
    address = reverse("wagtailadmin_pages:add", args=["webinaires", "webinairepage", tree.centre.pk])
    page = client.get(address).content.decode()
    assert "Qui peut s’inscrire" in page
    assert "Le réseau seulement" in page
    assert "Tout compte, même en attente de validation" in page
    add(client, tree.centre, "webinaires", "webinairepage", open_to_pending=answer, audience="public")
    webinar = WebinairePage.objects.get(slug="un-cafe")
    assert webinar.open_to_pending is expected
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[webinar.pk]))
    checked = BeautifulSoup(edit.content, "html.parser").select_one('[name="open_to_pending"][checked]')
    assert checked["value"] == answer


# -- cautions


@pytest.mark.parametrize(
    ("hour", "regions", "says", "mild"),
    [
        (9, ["guyane"], "5\u00a0h à Cayenne", False),
        (15, ["guyane"], None, None),
        (9, ["bretagne"], None, None),
        (9, ["bretagne", "guyane"], "5\u00a0h à Cayenne", False),
        (9, [], "5\u00a0h à Cayenne", True),
        (15, [], None, None),
    ],
)
def test_a_night_is_said_of_who_is_invited(tree, taxonomy, hour, regions, says, mild):
    event = factories.make_cafe(
        tree.centre, start=in_winter(hour), regions=[getattr(taxonomy, name) for name in regions]
    )
    caution = night_caution(event)
    if says is None:
        assert caution is None
    else:
        assert says in caution.sentence
        assert caution.is_mild is mild


def test_who_comes_to_a_place_is_there(tree, taxonomy):
    event = factories.make_cafe(
        tree.centre, start=in_winter(9), place="Rennes", meeting_url="", regions=[taxonomy.guyane]
    )
    assert night_caution(event) is None
    event.meeting_url = "https://visio.example.org/salle"
    assert night_caution(event), "some come by video"


def test_no_way_in_and_a_title_of_another_day_are_said(tree, now):
    event = factories.make_cafe(
        tree.centre, title="Café (1er mars 2020)", start=in_winter(15), meeting_url=""
    )
    sentences = " ".join(caution.sentence for caution in cautions_about(event, now=now))
    assert "Ni lieu, ni lien de visio" in sentences
    assert "Le titre dit un autre jour" in sentences
    assert cautions_about(event, now=event.end) == [], "nothing about what is past"
    services.cancel_event(event=event, by=None, reason="", now=now)
    assert cautions_about(EventPage.objects.get(pk=event.pk), now=now) == []


@pytest.mark.parametrize("action", ["action-publish", "x"])
def test_the_organiser_is_told_when_she_saves(client, centre_user, tree, taxonomy, action):
    client.force_login(centre_user)
    data = {
        "start": in_winter(9).strftime("%Y-%m-%d %H:%M"),
        "regions": [taxonomy.guyane.pk],
        "meeting_url": "",
        action: "1",
    }
    response = add(client, tree.centre, **data)
    texts = " ".join(said(response))
    assert "5\u00a0h à Cayenne" in texts
    assert "Ni lieu, ni lien" in texts


def test_a_draft_saved_by_itself_says_nothing(client, centre_user, tree, taxonomy):
    cafe = factories.make_cafe(tree.centre, start=in_winter(9), regions=[taxonomy.guyane], slug="un-cafe")
    client.force_login(centre_user)
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[cafe.pk]),
        six_fields(start=in_winter(9).strftime("%Y-%m-%d %H:%M"), regions=[taxonomy.guyane.pk]),
        HTTP_ACCEPT="application/json",
    )
    assert response.json()["success"]
    assert not any("Cayenne" in text for text in said(response))


# -- the copy


def copy(client, event, **data):
    values = {
        "new_title": "Une copie",
        "new_slug": "une-copie",
        "new_parent_page": str(event.get_parent().pk),
        "new_start": in_winter(10).strftime("%Y-%m-%d %H:%M"),
        **data,
    }
    return client.post(reverse("wagtailadmin_pages:copy", args=[event.pk]), values)


def test_a_copy_stands_at_another_date_and_starts_afresh(client, centre_user, tree, fill, now):
    cycle = Cycle.objects.create(title="Cycle", slug="cycle")
    event = factories.make_cafe(
        tree.centre,
        minutes=45,
        takeaways="<p>Retenu.</p>",
        cycle=cycle,
        registration_closes_at=timezone.now() + dt.timedelta(days=6),
    )
    fill(event, 2)
    client.force_login(centre_user)
    form = BeautifulSoup(
        client.get(reverse("wagtailadmin_pages:copy", args=[event.pk])).content, "html.parser"
    )
    assert form.select_one('[name="new_start"]')["value"]
    assert not form.select('[name="alias"]')
    response = copy(client, event)
    made = CafePage.objects.get(slug="une-copie")
    assert response.url == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert made.start == in_winter(10)
    assert made.end - made.start == dt.timedelta(minutes=45)
    assert made.get_latest_revision_as_object().start == made.start
    assert (made.takeaways, made.cycle, made.live) == ("", None, False)
    assert made.registration_closes_at <= made.start
    assert not made.registrations.exists()
    assert not EventState.objects.filter(event=made, announced_start__isnull=False).exists()
    made.get_latest_revision().publish()
    assert EventState.objects.get(event=made).sequence == 0, "its first date is no move"


def test_a_copy_published_at_once_announces_its_own_date(client, admin, cafe):
    client.force_login(admin)
    copy(client, cafe, publish_copies="on")
    made = CafePage.objects.get(slug="une-copie")
    assert made.live
    state = EventState.objects.get(event=made)
    assert (state.announced_start, state.sequence) == (in_winter(10), 0)


@pytest.mark.parametrize(
    "start", ["", "2020-01-01 10:00", "9999-12-31 23:59", "0001-01-01 00:00", "jamais", "\x00"]
)
def test_a_copy_to_no_date_is_refused(client, centre_user, cafe, start):
    client.force_login(centre_user)
    assert copy(client, cafe, new_start=start).status_code == 200
    assert not CafePage.objects.filter(slug="une-copie").exists()


def test_other_pages_are_copied_as_ever(client, admin, tree):
    fiche = factories.make_fiche(tree.centre)
    client.force_login(admin)
    page = client.get(reverse("wagtailadmin_pages:copy", args=[fiche.pk])).content.decode()
    assert "new_start" not in page
    response = copy(client, fiche, new_start="")
    assert response.status_code == 302
    assert tree.centre.get_children().filter(slug="une-copie").exists()


def test_strangers_copy_nothing(client, tree, cafe):
    client.force_login(factories.make_user(groups=[factories.make_centre(tree).group]))
    assert copy(client, cafe).status_code in (302, 403)
    assert not CafePage.objects.filter(slug="une-copie").exists()


@pytest.mark.parametrize(
    ("start", "now", "expected"),
    [
        # To come: a week later. Past: the next such weekday. The hour in Paris, whatever the clocks do.
        ((2026, 3, 24, 9, 30), (2026, 3, 1), (2026, 3, 31, 9, 30)),
        ((2026, 1, 6, 9, 30), (2026, 4, 1), (2026, 4, 7, 9, 30)),
        ((2026, 1, 6, 9, 30), (2026, 1, 6), (2026, 1, 13, 9, 30)),
    ],
)
def test_the_date_that_a_copy_proposes(start, now, expected):
    found = next_time(dt.datetime(*start, tzinfo=PARIS), now=dt.datetime(*now, tzinfo=PARIS))
    assert found == dt.datetime(*expected, tzinfo=PARIS)


# -- the screen


def screen(client, event):
    response = client.get(reverse("inscriptions:event", args=[event.pk]))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_seats_queue_and_ranks(client, centre_user, cafe, fill):
    fill(cafe, 4)
    client.force_login(centre_user)
    page = screen(client, cafe)
    facts = {
        fact.dt.get_text(strip=True): " ".join(fact.dd.get_text().split())
        for fact in page.select(".rdv__facts > div")
    }
    assert facts["Places prises"] == "2 sur 2"
    assert facts["Places libres"] == "0"
    assert facts["En attente"] == "2"
    assert len(page.select(".rdv__queue > li")) == 2
    assert "complet" in page.select_one(".rdv__when").get_text()


def test_what_is_brought_shows_to_who_facilitates_alone(client, admin, centre_user, cafe, member, now):
    services.register(event=cafe, user=member, question="Une paie en retard", rule_accepted=True, now=now)
    Facilitator.objects.filter(event=cafe).delete()
    for user in (admin, centre_user):
        client.force_login(user)
        text = screen(client, cafe).get_text()
        assert "Une paie en retard" not in text
        assert "apportée" in text
    Facilitator.objects.create(event=cafe, user=centre_user, added_at=now)
    assert "Une paie en retard" in screen(client, cafe).get_text()


def test_the_other_dates_show_with_their_seats(client, centre_user, tree, fill, now):
    first = factories.make_cafe(tree.centre, title="Atelier (1er mars 2026)", capacity=8)
    second = factories.make_cafe(
        tree.centre, title="Atelier (8 mars 2026)", capacity=8, starts_in=dt.timedelta(days=20)
    )
    factories.make_cafe(tree.centre, title="Atelier d’écriture", starts_in=dt.timedelta(days=20))
    fill(second, 3)
    client.force_login(centre_user)
    (line,) = [" ".join(item.get_text().split()) for item in screen(client, first).select(".rdv__dates li")]
    assert "3 places prises sur 8" in line
    cycle = Cycle.objects.create(title="Groupe du printemps", slug="groupe")
    EventPage.objects.filter(pk__in=[first.pk, second.pk]).update(cycle=cycle)
    assert "Groupe du printemps" in screen(client, first).get_text()


def test_a_past_event_offers_nothing_that_cannot_be(client, centre_user, tree):
    past = factories.make_cafe(tree.centre, starts_in=-dt.timedelta(days=3))
    client.force_login(centre_user)
    links = {link.get("href") for link in screen(client, past).select("a")}
    for name in ("add", "reschedule", "cancel_event"):
        assert reverse(f"inscriptions:{name}", args=[past.pk]) not in links
    assert reverse("inscriptions:series", args=[past.pk]) in links


def test_a_draft_has_its_screen(client, centre_user, tree):
    draft = factories.make_cafe(tree.centre, live=False)
    client.force_login(centre_user)
    assert "brouillon" in screen(client, draft).select_one(".rdv__when").get_text()


def test_queries_do_not_grow_with_people_nor_dates(
    client, centre_user, tree, fill, django_assert_max_num_queries
):
    event = factories.make_cafe(tree.centre, title="Atelier", capacity=3)
    factories.make_cafe(tree.centre, title="Atelier", starts_in=dt.timedelta(days=20))
    fill(event, 5)
    client.force_login(centre_user)
    screen(client, event)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        screen(client, event)
    fill(event, 8)
    for weeks in range(4, 8):
        factories.make_cafe(tree.centre, title="Atelier", starts_in=dt.timedelta(weeks=weeks))
    with django_assert_max_num_queries(len(few)):
        screen(client, event)
