"""What a centre sees before it has saved anything: the preview of a new session, to come or over."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from cafes.models import CafePage
from tests import factories
from webinaires.models import WebinairePage

pytestmark = pytest.mark.django_db


def preview(page, tree, user, rf):
    """Preview ``page`` unsaved below the tree's centre, as the admin does."""
    page.depth = tree.centre.depth + 1
    page.path = page._get_path(tree.centre.path, page.depth, 1)
    page.set_url_path(tree.centre)
    request = rf.get("/")
    request.user = user
    response = page.make_preview_request(request, "")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def unsaved(model, days, **fields):
    start = timezone.now() + dt.timedelta(days=days)
    return model(
        title="Un nouveau rendez-vous",
        slug="un-nouveau",
        start=start,
        end=start + dt.timedelta(hours=1),
        audience="reseau",
        **fields,
    )


@pytest.mark.parametrize("days", [3, -3])
@pytest.mark.parametrize("model", [CafePage, WebinairePage])
@pytest.mark.parametrize("mode", ["portail", "externe", "aucune"])
def test_a_new_session_is_previewed(tree, centre_user, rf, model, days, mode):
    page = unsaved(model, days, capacity=12, registration_mode=mode, registration_url="https://example.org/")
    text = preview(page, tree, centre_user, rf).get_text()
    assert "Un nouveau rendez-vous" in text
    assert "CRDLA Financement" in text
    if days > 0 and mode == "portail":
        assert "12\u00a0places" in text


def test_a_new_replay_is_previewed_with_its_words(tree, centre_user, rf):
    page = unsaved(WebinairePage, -3, transcript_vtt=factories.VTT, chapters_vtt=factories.VTT)
    shown = preview(page, tree, centre_user, rf)
    assert "Bonjour à toutes et à tous." in shown.select_one("[data-transcript]").get_text()
    assert not shown.select('a[href*="transcription.vtt"]')
