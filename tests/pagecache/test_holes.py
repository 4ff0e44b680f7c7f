import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone

from portal.pagecache.holes import Filling, Hole, Recorder, Source, register_filling, register_source

TEMPLATE = '{% load live_tags %}<p>{% live "test.count" key by=2 %}\n  <b>{{ count }}</b>\n{% endlive %}</p>'


@pytest.fixture
def recorder():
    return Recorder("1-1", timezone.now())


def rendered(**context) -> str:
    return Template(TEMPLATE).render(Context({"key": 7, "count": 3, **context}))


def test_without_a_page_to_keep_what_is_inside_is_rendered(recorder):
    assert rendered() == "<p><b>3</b></p>"
    with recorder.records():
        assert rendered() == "<p><b>3</b></p>"
    assert recorder.holes == []


def test_a_page_that_asked_to_be_kept_has_holes(recorder):
    recorder.is_wanted = True
    with recorder.records():
        html = rendered()
    assert "3" not in html.replace(html[html.index("<!--") : html.index("-->")], "")
    pieces, holes = recorder.split(html.encode())
    assert pieces == (b"<p>", b"</p>")
    assert holes == (Hole("test.count", 7, (("by", 2),)),)


def test_what_is_not_saved_yet_has_none(recorder):
    recorder.is_wanted = True
    with recorder.records():
        assert rendered(key=None) == "<p><b>3</b></p>"


def test_nobody_writes_a_hole_in_a_text(recorder):
    recorder.is_wanted = True
    with recorder.records():
        html = rendered().replace("<p>", "<p><!--0:0-->")
    assert len(recorder.split(html.encode())[1]) == 1
    assert str(Recorder("1-1", timezone.now()).leave(Hole("a", 1))) != str(recorder.leave(Hole("a", 1)))


def test_a_filling_gives_what_the_template_would(recorder):
    from portal.pagecache.entries import Entry

    values = {7: 3}
    register_source(Source("test.source", lambda keys, now: tuple(keys), lambda plan: values[plan[0]]))
    register_filling(
        Filling("test.count", "test.source", lambda key, given, plan, value, now: f"\n<b>{value}</b>\n")
    )
    recorder.is_wanted = True
    with recorder.records():
        pieces, holes = recorder.split((rendered() * 2).encode())
    now = timezone.now()
    entry = Entry(generation="1-1", expires_at=now, headers=(), pieces=pieces, holes=holes, now=now)
    assert entry.filled(entry.values(), now=now).body("").decode() == rendered() * 2
    values[7] = 4
    assert entry.filled(entry.values(), now=now).body("").decode() == rendered(count=4) * 2
    for number in range(9):
        values[7] = number
        entry.filled(entry.values(), now=now)
    assert len(entry.ready) == 4


def test_words_the_tag_does_not_know():
    with pytest.raises(TemplateSyntaxError):
        Template('{% load live_tags %}{% live "a" key other %}{% endlive %}')
