import gzip

import brotli
import pytest
from django.contrib import messages
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.utils import timezone

from portal.base.wagtail_hooks import keep_public_page
from portal.pagecache.compression import CompressionMiddleware, accepted
from portal.pagecache.entries import Pages, code_version, pages
from portal.pagecache.holes import Recorder
from portal.pagecache.keeping import keep
from portal.pagecache.middleware import PageCacheMiddleware
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tree, taxonomy, read):
    tree.fiche = factories.make_fiche(tree.centre, title="Tenir", slug="tenir")
    # The row of the portal's settings is made by the first page of all.
    read("/introuvable/")
    return tree


FICHE = "/centres/crdla-financement/tenir/"


# -- who is served


def test_a_stranger_is_served_what_another_was(site, read, renders):
    first, second = read(FICHE), read(FICHE)
    assert renders == [FICHE]
    assert first.content == second.content
    assert "Tenir" in second.content.decode()
    for name in ("ETag", "Content-Type", "Content-Security-Policy", "X-Frame-Options", "Referrer-Policy",
                 "X-Content-Type-Options"):  # fmt: skip
        assert first[name] == second[name]
    assert second["Cache-Control"] == "private, no-cache"
    assert set(second["Vary"].split(", ")) == {"Cookie", "Accept-Encoding"}
    assert not second.cookies


def test_a_page_that_is_kept_costs_one_query_and_its_seats_another(site, read, django_assert_num_queries):
    factories.make_cafe(site.centre, audience="public", slug="cafe")
    for path, queries in ((FICHE, 1), ("/agenda/", 2), ("/centres/crdla-financement/cafe/", 2)):
        read(path)
        with django_assert_num_queries(queries):
            read(path)


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "messages=abc"},
        {"cookie": "csrftoken=abc; autre=1"},
        {"hx-request": "true"},
        {"authorization": "Basic abc"},
    ],
)
def test_whose_request_may_change_the_page_is_not_served_it(site, read, renders, headers):
    read(FICHE)
    answer = read(FICHE, **headers)
    assert "ETag" not in answer
    assert answer["Cache-Control"] == "private, no-cache"
    assert renders == [FICHE]


def test_the_token_of_forms_changes_no_page(site, read, renders):
    read(FICHE)
    assert "ETag" in read(FICHE, cookie="csrftoken=abc")
    assert renders == [FICHE]


def test_members_are_neither_kept_nor_served_what_is(site, read, member):
    client = Client()
    client.force_login(member)
    mine = read(FICHE, client)
    assert "Mon espace" in mine.content.decode()
    assert len(pages) == 0
    theirs = read(FICHE)
    assert "Mon espace" not in theirs.content.decode()
    assert "Mon espace" in read(FICHE, client).content.decode()


def test_a_reserved_page_is_never_kept(site, read, member):
    factories.make_fiche(site.centre, slug="reservee", title="Secret", audience="reseau")
    path = "/centres/crdla-financement/reservee/"
    client = Client()
    client.force_login(member)
    assert "Secret" in read(path, client).content.decode()
    assert read(path).status_code == 302
    assert len(pages) == 0


@pytest.mark.parametrize(("audience", "asks"), [("public", True), ("reseau", False), ("groupe", False)])
def test_only_a_public_page_asks_to_be_kept(site, rf, audience, asks):
    """Whatever let the reader in."""
    recorder = Recorder("1-1", timezone.now())
    site.fiche.audience = audience
    with recorder.records():
        keep_public_page(site.fiche, rf.get(FICHE), [], {})
    assert recorder.is_wanted is asks


def test_a_preview_is_neither_kept_nor_what_is_kept(site, read, admin, rf):
    read(FICHE)
    site.fiche.title = "Brouillon"
    request = rf.get("/admin/", headers={"cookie": "sessionid=abc"}, SERVER_NAME="testserver")
    request.user = admin
    preview = site.fiche.make_preview_request(request)
    assert "Brouillon" in preview.content.decode()
    assert "Brouillon" not in read(FICHE).content.decode()


def test_what_did_not_ask_is_not_kept(site, read):
    for path in ("/recherche/", "/compte/login/", "/lettre/", "/nulle-part/", "/robots.txt", "/agenda.ics"):
        read(path)
    assert len(pages) == 0


def test_turned_off_it_keeps_nothing(site, read, settings):
    settings.PAGE_CACHE = False
    assert "ETag" not in read(FICHE)
    assert len(pages) == 0


def test_a_post_is_not_answered_from_it(site, read, renders):
    read(FICHE)
    assert Client().post(FICHE).status_code != 304
    assert renders == [FICHE]


def test_a_host_that_is_not_ours_is_refused(site, read):
    read(FICHE)
    assert read(FICHE, host="evil.example").status_code == 400


def test_hosts_and_schemes_have_their_own_pages(site, read):
    read("/glossaire/")
    other = read("/glossaire/", host="127.0.0.1").content.decode()
    assert 'href="http://127.0.0.1/glossaire/"' in other
    secure = Client().get("/glossaire/", secure=True).content.decode()
    assert 'href="https://testserver/glossaire/"' in secure


# -- what is kept


def respond(build, rf, **request):
    """Answer a request through the middleware with what ``build(request)`` makes, having asked to be kept."""

    def view(request):
        keep(request)
        return build(request)

    return PageCacheMiddleware(view)(rf.get("/page/", **request))


def with_cookie(request):
    response = HttpResponse("x")
    response.set_cookie("a", "b")
    return response


def with_message(request):
    from django.contrib.messages.storage.cookie import CookieStorage

    request._messages = CookieStorage(request)
    messages.info(request, "Bonjour")
    return HttpResponse("x")


def with_session(request):
    from django.contrib.sessions.backends.db import SessionStore

    request.session = SessionStore()
    request.session["a"] = 1
    return HttpResponse("x")


def with_reader(request):
    request._cached_user = factories.make_user()
    return HttpResponse("x")


@pytest.mark.parametrize(
    "build",
    [
        with_cookie,
        with_message,
        with_session,
        with_reader,
        lambda request: HttpResponse(get_token(request)),
        lambda request: HttpResponse("x", status=404),
        lambda request: HttpResponse("x", headers={"Cache-Control": "no-store"}),
        lambda request: HttpResponse("x", headers={"Cache-Control": "private"}),
        lambda request: HttpResponse("x", headers={"Vary": "Accept-Language"}),
        lambda request: HttpResponse("x", headers={"Content-Security-Policy": "script-src 'nonce-abc'"}),
    ],
)
def test_what_was_made_for_one_reader_is_not_kept(tree, rf, build):
    respond(build, rf)
    assert len(pages) == 0


def test_what_is_the_same_for_all_is(tree, rf):
    respond(lambda request: HttpResponse("x", headers={"Vary": "Cookie"}), rf)
    assert len(pages) == 1


def test_unknown_parameters_fill_no_memory(site, read, renders):
    read("/ressources/?type=outil")
    read("/ressources/?type=outil")
    assert renders == ["/ressources/?type=outil"]
    for number in range(3):
        assert "ETag" not in read(f"/ressources/?x={number}")
    read(f"/ressources/?page={'1' * 300}")
    assert len(pages) == 1


def test_parameters_make_other_pages(site, read):
    assert read("/ressources/").content != read("/ressources/?type=outil").content


# -- HTTP


def test_what_the_reader_has_is_not_sent_again(site, read):
    etag = read(FICHE)["ETag"]
    for asked in (etag, etag.removeprefix("W/"), f'"autre", {etag}', "*"):
        answer = read(FICHE, **{"if-none-match": asked})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
        assert answer["Cache-Control"] == "private, no-cache"
    assert Client().head(FICHE, headers={"if-none-match": etag}).status_code == 304
    assert read(FICHE, **{"if-none-match": 'W/"autre"'}).status_code == 200
    site.fiche.title = "Autre"
    site.fiche.save_revision().publish()
    assert read(FICHE, **{"if-none-match": etag}).status_code == 200


def test_a_first_reader_may_have_it_already(site, read):
    etag = read(FICHE)["ETag"]
    pages.clear()
    assert read(FICHE, **{"if-none-match": etag}).status_code == 304


def test_head_says_the_length_and_sends_nothing(site, read):
    whole = read(FICHE)
    head = Client().head(FICHE)
    assert (head.content, head["Content-Length"], head["ETag"]) == (
        b"",
        str(len(whole.content)),
        whole["ETag"],
    )


def test_compressed_for_who_takes_it(site, read):
    whole = read(FICHE).content
    small, smaller = (
        read(FICHE, **{"accept-encoding": "gzip"}),
        read(FICHE, **{"accept-encoding": "gzip, br"}),
    )
    assert (small["Content-Encoding"], smaller["Content-Encoding"]) == ("gzip", "br")
    assert gzip.decompress(small.content) == whole == brotli.decompress(smaller.content)
    assert smaller["Content-Length"] == str(len(smaller.content))
    assert len(smaller.content) < len(small.content) < len(whole)
    assert small["ETag"] == read(FICHE)["ETag"]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0", ""),
        ("identity", ""),
        ("br;q=0.5", "br"),
    ],
)
def test_the_encoding_that_is_accepted(header, encoding):
    assert accepted(header) == encoding


def test_what_is_made_for_one_reader_is_compressed_too(site, read, member):
    client = Client()
    client.force_login(member)
    answer = read(FICHE, client, **{"accept-encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert "Mon espace" in gzip.decompress(answer.content).decode()


@pytest.mark.parametrize(
    ("content_type", "status", "is_smaller"),
    [
        ("text/html", 200, True),
        ("text/calendar", 200, True),
        ("image/png", 200, False),
        ("text/plain", 206, False),
    ],
)
def test_only_whole_texts_are_compressed(content_type, status, is_smaller):
    middleware = CompressionMiddleware(
        lambda request: HttpResponse("x" * 999, content_type=content_type, status=status)
    )
    answer = middleware(RequestFactory().get("/", headers={"accept-encoding": "gzip"}))
    assert ("Content-Encoding" in answer) is is_smaller


# -- bounds, and what fails


def test_the_memory_is_bounded_in_number(site, read, settings):
    settings.PAGE_CACHE_ENTRIES = 2
    for path in (FICHE, "/glossaire/", FICHE, "/themes/"):
        read(path)
    assert len(pages) == 2
    assert "ETag" in read("/glossaire/")


def test_the_memory_is_bounded_in_bytes(site, read, settings):
    read(FICHE)
    one = pages.total
    settings.PAGE_CACHE_BYTES = int(one * 2.5)
    for path in ("/glossaire/", "/themes/", "/centres/", "/cafes/"):
        read(path)
        read(path, **{"accept-encoding": "br"})
    assert 0 < pages.total <= settings.PAGE_CACHE_BYTES
    settings.PAGE_CACHE_BYTES = 10
    assert read("/ressources/").status_code == 200
    assert (len(pages), pages.total) == (0, 0)


def test_a_page_of_another_process_is_served(site, read, renders, settings, monkeypatch):
    shared = LocMemCache("shared", {})
    settings.CACHES = {**settings.CACHES, "pages": {}}
    monkeypatch.setattr("portal.pagecache.entries.caches", {"pages": shared})
    cafe = factories.make_cafe(site.centre, audience="public", slug="cafe", capacity=3)
    first = read("/agenda/")
    monkeypatch.setattr("portal.pagecache.middleware.pages", Pages())
    assert read("/agenda/").content == first.content
    assert renders == ["/agenda/"]
    factories.make_registration(cafe)
    assert read("/agenda/").content != first.content
    assert renders == ["/agenda/"]
    site.fiche.save_revision().publish()
    read("/agenda/")
    assert renders == ["/agenda/", "/agenda/"]


def test_a_cache_that_is_down_costs_nothing_but_time(site, read, settings, monkeypatch, caplog):
    class Down:
        def get(self, *given):
            raise ConnectionError("down")

        set = get

    settings.CACHES = {**settings.CACHES, "pages": {}}
    monkeypatch.setattr("portal.pagecache.entries.caches", {"pages": Down()})
    assert read(FICHE).status_code == read(FICHE).status_code == 200
    assert "down" in caplog.text


def test_the_version_of_the_code_is_part_of_what_is_shared():
    assert len(code_version()) == 64


def test_without_a_generation_pages_are_made(site, read, monkeypatch):
    monkeypatch.setattr("portal.pagecache.middleware.current_generation", lambda: None)
    assert read(FICHE).status_code == 200
    assert len(pages) == 0


def test_a_page_that_cannot_be_filled_is_made_anew(site, read, renders, monkeypatch):
    read(FICHE)

    def fail(self):
        monkeypatch.undo()
        raise DatabaseError

    monkeypatch.setattr("portal.pagecache.entries.Entry.values", fail)
    assert read(FICHE).status_code == 200
