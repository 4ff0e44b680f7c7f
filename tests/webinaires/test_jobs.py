import datetime as dt

import pytest
from django.utils import timezone

from search.models import IndexChange
from tests import factories
from webinaires.jobs import index_what_ended

pytestmark = pytest.mark.django_db


def test_what_has_just_ended_is_indexed_again(tree):
    now = timezone.now()
    ended = factories.make_webinar(tree.centre, start=now - dt.timedelta(hours=2), minutes=60)
    factories.make_webinar(tree.centre, start=now - dt.timedelta(days=2), minutes=60)
    factories.make_webinar(tree.centre, start=now + dt.timedelta(hours=2), minutes=60)
    IndexChange.objects.all().delete()
    assert index_what_ended(now) == "1 webinaire(s) terminé(s)"
    assert str(ended.pk) in str(list(IndexChange.objects.values()))
    assert IndexChange.objects.count() == 1


def test_a_replay_that_is_not_shown_is_not_found_by_its_words(tree):
    from portal.registrations.services import cancel_event
    from webinaires.indexing import webinar_document

    words = factories.VTT
    coming = factories.make_webinar(tree.centre, transcript_vtt=words, essential="<p>Le secret.</p>")
    document = webinar_document(coming)
    assert (document.type, document.passages) == ("webinaire", ())
    assert "secret" not in document.body
    IndexChange.objects.all().delete()
    cancel_event(event=coming, by=None, reason="", now=timezone.now())
    assert IndexChange.objects.exists(), "a cancellation tells the index nothing"
    over = factories.make_webinar(tree.centre, starts_in=dt.timedelta(days=-2), transcript_vtt=words)
    assert webinar_document(over).type == "replay"
    assert len(webinar_document(over).passages) == 1


def test_a_replay_is_published_when_its_webinar_is_over(tree):
    from webinaires.indexing import webinar_document

    announced = timezone.now() - dt.timedelta(days=30)
    over = factories.make_webinar(tree.centre, starts_in=dt.timedelta(days=-2), transcript_vtt=factories.VTT)
    without = factories.make_webinar(tree.centre, starts_in=dt.timedelta(days=-2))
    late = factories.make_webinar(tree.centre, starts_in=dt.timedelta(days=-60), transcript_vtt=factories.VTT)
    for page in (over, without, late):
        page.first_published_at = announced
    assert webinar_document(over).published_at == over.end
    assert webinar_document(without).published_at == announced, "no replay: it is as old as its page"
    assert webinar_document(late).published_at == announced, "a page made afterwards"
