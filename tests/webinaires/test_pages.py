"""One address: what is announced before, the replay after; and the files of the replay."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtailmedia.models import Media

from portal.registrations.models import EventState
from tests import factories
from webinaires.indexing import webinar_document
from webinaires.models import WebinairePage

pytestmark = pytest.mark.django_db
PAST = -dt.timedelta(days=2)
TRANSCRIPT = """WEBVTT

00:00:01.000 --> 00:00:05.000
<v Animatrice>Bonjour à toutes et à tous.

00:12:40.000 --> 00:12:48.500
<v Intervenante>On commence par la date.
"""
CHAPTERS = """WEBVTT

00:00:00.000 --> 00:12:40.000
L’ouverture

00:12:40.000 --> 00:17:00.000
La date
"""


def page_of(client, webinar, query=""):
    response = client.get(f"{webinar.url}{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def replay(tree):
    return factories.make_webinar(
        tree.centre,
        starts_in=PAST,
        transcript_vtt=TRANSCRIPT,
        chapters_vtt=CHAPTERS,
        essential="<p>La date d’abord.</p>",
    )


@pytest.fixture
def recording(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    media = Media(title="Enregistrement", type="audio", duration=1020)
    media.file.save("replay.mp3", ContentFile(b"ID3"), save=True)
    return media


def test_before_it_is_an_announcement_even_if_the_words_are_ready(client, tree):
    webinar = factories.make_webinar(
        tree.centre,
        transcript_vtt=TRANSCRIPT,
        essential="<p>Écrit trop tôt.</p>",
        programme="<p>Au menu.</p>",
    )
    page = page_of(client, webinar)
    assert page.select_one(".event-ticket")
    assert page.select_one("[data-replay]") is None
    assert "Au menu." in page.get_text()
    assert "Écrit trop tôt" not in page.get_text()
    assert client.get(f"/webinaires/{webinar.pk}/transcription.vtt").status_code == 404


def test_after_the_same_address_is_the_replay(client, replay):
    page = page_of(client, replay)
    assert page.select_one(".event-ticket") is None
    chapters = [link.get_text(" ", strip=True) for link in page.select("[data-chapter]")]
    assert chapters == ["0:00 L’ouverture", "12:40 La date"]
    assert "On commence par la date." in page.select_one("[data-transcript]").get_text()
    assert "La date d’abord." in page.get_text()


def test_over_without_a_replay_it_says_what_to_expect(client, tree):
    webinar = factories.make_webinar(tree.centre, starts_in=PAST)
    assert "Ce webinaire a eu lieu." in page_of(client, webinar).get_text()


def test_a_cancelled_webinar_has_no_replay(client, replay):
    EventState.objects.update_or_create(event=replay, defaults={"cancelled_at": timezone.now()})
    assert page_of(client, replay).select_one("[data-replay]") is None
    assert client.get(f"/webinaires/{replay.pk}/transcription.vtt").status_code == 404


def test_every_time_is_a_link_that_works_without_javascript(client, replay, recording):
    for media in (None, recording):
        WebinairePage.objects.filter(pk=replay.pk).update(media=media)
        page = page_of(client, replay)
        ids = [element["id"] for element in page.find_all(id=True)]
        assert len(ids) == len(set(ids))
        links = page.select("a[data-t]")
        assert len(links) == 4  # two chapters, two paragraphs
        for link in links:
            assert link["href"].removeprefix("#") in ids
        assert page.find(id="t-760")
        assert "La date" in page.find(id="t=760").get_text()


def test_times_are_written_for_machines_with_a_dot(client, replay):
    cue = page_of(client, replay).select(".cue")[1]
    assert (cue["data-start"], cue["data-end"]) == ("760.0", "768.5")


def test_an_address_with_a_second_opens_there_without_javascript(client, replay):
    page = page_of(client, replay, "?t=761")
    asked = page.select_one(".replay__asked a")
    assert asked["href"] == "#t=760"
    assert page.find(id="t=760")
    assert page.select_one(".cue.is-asked").get_text() == "On commence par la date."


@pytest.mark.parametrize("asked", ["", "abc", "-1", "%00", "9" * 50, "12:99"])
def test_a_bad_second_is_ignored(client, replay, asked):
    assert page_of(client, replay, f"?t={asked}").select_one(".replay__asked") is None


def test_a_recording_is_played_with_its_captions_and_chapters(client, replay, recording):
    WebinairePage.objects.filter(pk=replay.pk).update(media=recording)
    player = page_of(client, replay).select_one("audio[data-player][controls]")
    assert player.source["src"] == recording.url
    assert player.source["type"] == "audio/mpeg"
    assert {track["kind"] for track in player.find_all("track")} == {"captions", "chapters"}
    assert not player.has_attr("autoplay")
    for track in player.find_all("track"):
        assert client.get(track["src"]).status_code == 200


def test_a_film_elsewhere_is_a_link_and_nothing_is_loaded_from_there(client, tree):
    webinar = factories.make_webinar(tree.centre, starts_in=PAST, video_url="https://video.example.org/w/1")
    page = page_of(client, webinar)
    assert page.select_one(".replay__player a")["href"] == "https://video.example.org/w/1"
    assert not page.find_all(["iframe", "video", "audio", "embed", "object"])


def test_captions_that_cannot_be_read_do_not_break_the_page(client, replay, caplog):
    WebinairePage.objects.filter(pk=replay.pk).update(chapters_vtt="pas du WebVTT")
    page = page_of(client, replay)
    assert "On commence par la date." in page.get_text()
    assert not page.select("[data-chapter]")
    assert "Captions of page" in caplog.text


@pytest.mark.parametrize("field", ["chapters_vtt", "transcript_vtt"])
def test_an_editor_is_told_what_is_wrong_with_a_text(tree, replay, field):
    setattr(replay, field, "WEBVTT\n\n00:00:05,000 --> 00:00:08,000\nx")
    with pytest.raises(ValidationError) as caught:
        replay.full_clean()
    assert "Ces temps ne se lisent pas" in caught.value.message_dict[field][0]


@pytest.mark.parametrize("rule", ["sans-enregistrement", "entre-pairs"])
def test_no_replay_where_nothing_is_recorded(replay, rule):
    replay.confidentiality = rule
    with pytest.raises(ValidationError) as caught:
        replay.full_clean()
    assert "n’a pas de replay" in caught.value.message_dict["confidentiality"][0]


@pytest.mark.parametrize("rule", ["sans-enregistrement", "entre-pairs"])
def test_a_recording_left_there_by_mistake_shows_nowhere(client, tree, replay, rule):
    """The rule decides, not what a field still holds: page, captions, lists, search."""
    WebinairePage.objects.filter(pk=replay.pk).update(confidentiality=rule)
    replay = WebinairePage.objects.get(pk=replay.pk)
    page = page_of(client, replay)
    assert page.select_one("[data-replay]") is None
    assert "Bonjour" not in page.text
    assert client.get(f"/webinaires/{replay.pk}/transcription.vtt").status_code == 404
    assert client.get(f"/webinaires/{replay.pk}/chapitres.vtt").status_code == 404
    assert replay not in WebinairePage.objects.replays()
    document = webinar_document(replay)
    assert (document.type, document.passages) == ("webinaire", ())
    assert "Bonjour" not in document.body


# -- the files


def test_the_transcript_is_a_file_of_captions(client, replay):
    response = client.get(f"/webinaires/{replay.pk}/transcription.vtt")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.content.decode().startswith("WEBVTT\n")
    assert client.post(f"/webinaires/{replay.pk}/transcription.vtt").status_code == 405


@pytest.mark.parametrize("name", ["transcription.vtt", "chapitres.vtt"])
def test_who_may_not_read_the_page_may_not_read_its_files(client, tree, member, pending, name):
    replay = factories.make_webinar(
        tree.centre, starts_in=PAST, transcript_vtt=TRANSCRIPT, chapters_vtt=CHAPTERS, audience="reseau"
    )
    address = f"/webinaires/{replay.pk}/{name}"
    response = client.get(address)
    assert response.status_code == 302
    assert response.url.startswith("/compte/login/?next=")
    client.force_login(pending)
    assert client.get(address).status_code == 403
    client.force_login(member)
    response = client.get(address)
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]


def test_files_that_are_not_there_are_not_found(client, tree, replay):
    WebinairePage.objects.filter(pk=replay.pk).update(chapters_vtt="")
    assert client.get(f"/webinaires/{replay.pk}/chapitres.vtt").status_code == 404
    assert client.get("/webinaires/999999/transcription.vtt").status_code == 404
    replay.unpublish()
    assert client.get(f"/webinaires/{replay.pk}/transcription.vtt").status_code == 404


# -- the list


def listed(client, address) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_has_what_comes_and_the_replays(client, tree, replay):
    coming = factories.make_webinar(tree.centre, title="À venir bientôt")
    bare = factories.make_webinar(tree.centre, title="Sans replay", starts_in=PAST)
    text = listed(client, "/webinaires/")
    assert coming.title in text
    assert replay.title in text
    assert bare.title not in text
    past = listed(client, "/webinaires/?periode=passe")
    assert bare.title in past
    assert replay.title in past
    assert coming.title not in past


def test_an_empty_list_invites(client, tree):
    text = listed(client, "/webinaires/")
    assert "Aucun webinaire annoncé" in text
    assert "Pas encore de replay" in text


def test_queries_of_the_replay_do_not_grow_with_what_is_said(client, tree, taxonomy):
    def make(number):
        cues = "".join(
            f"{minute:02d}:00.000 --> {minute:02d}:30.000\n<v Voix {minute}>Minute {minute}\n\n"
            for minute in range(number)
        )
        return factories.make_webinar(
            tree.centre,
            starts_in=PAST,
            transcript_vtt=f"WEBVTT\n\n{cues}",
            chapters_vtt=f"WEBVTT\n\n{cues}",
            themes=[taxonomy.tresorerie, taxonomy.gouvernance][:number],
            related_pages=[factories.make_fiche(tree.centre) for _ in range(number)],
        )

    def count(webinar) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(webinar.url).status_code == 200
        return len(captured)

    small, big = make(1), make(5)
    count(small)
    assert count(big) <= count(small)
