"""Webinars, cafés and who registered: every state that a registration can be in."""

from __future__ import annotations

import datetime as dt
import random

from django.core.files import File
from wagtailmedia.models import get_media_model

from cafes.models import CafePage, RunSheetStep
from portal.registrations.models import Cycle, EventPage, Registration
from portal.registrations.services import cancel_event, cancel_registration, register
from webinaires.captions import cue_list
from webinaires.models import WebinairePage

from .pages import add, add_document, file_under
from .reading import CONTENT, Entry, entries, start_of

QUESTIONS = (
    "Une association culturelle attend un solde de subvention depuis cinq mois. Par quoi commencer avec le bureau ?",
    "Le conseil d’administration ne se réunit plus. Comment relancer sans prendre la place de la présidence ?",
    "Une équipe de moins de dix salarié·es, deux arrêts longs : qui alerter, et quand ?",
    "Le dirigeant ne veut pas entendre parler du tribunal. Comment en parler ?",
)
#: What a few people need, by their rank on a list.
NEEDS = {2: "Sous-titres en direct, si possible", 5: "Une pause à mi-parcours"}


def load_webinars(centres, lists, *, today: dt.date) -> dict[str, WebinairePage]:
    """Create the webinars; those that have a transcript are replays."""
    webinars = {}
    for entry in entries("webinaires"):
        meta, centre = entry.meta, centres[entry.meta["centre"]]
        replay = meta.get("replay") or {}
        page = WebinairePage(
            **_event_fields(entry, today=today),
            programme=entry.html("Au programme"),
            for_whom=entry.html("Pour qui"),
            essential=entry.html("L’essentiel"),
            transcript_vtt=_text(f"webinaires/{entry.slug}.vtt"),
            chapters_vtt=_text(f"webinaires/{entry.slug}.chapitres.vtt"),
            replay_minutes=replay.get("duree_minutes"),
        )
        if replay.get("media"):
            page.media = _media(page, CONTENT / replay["media"], centre)
        if replay.get("support"):
            collection = centre.collection if page.audience == "public" else centre.reserved_collection
            page.slides = add_document(
                f"Support\u00a0: {page.title}", CONTENT / replay["support"], collection
            )
        webinars[entry.slug] = add(centre, page)
        file_under(page, meta, lists)
    return webinars


def load_cafes(centres, lists, *, today: dt.date) -> dict[str, CafePage]:
    """Create the cafés, groups, trainings and the seminar."""
    cafes = {}
    for entry in entries("cafes"):
        meta = entry.meta
        page = CafePage(
            **_event_fields(entry, today=today),
            format=meta["format"],
            genre=meta["genre"],
            about=entry.html("De quoi parle-t-on"),
            how=entry.html("Comment ça se passe"),
            for_whom=entry.html("Pour qui"),
            takeaways=entry.html("Ce qu’on en retient"),
            objectives=entry.html("Objectifs"),
            prerequisites=entry.html("Prérequis"),
            gives_certificate=meta.get("attestation", False),
            asks_question=meta["format"] in ("cafe", "codeveloppement", "analyse-de-pratiques"),
        )
        page.run_sheet_steps = [
            RunSheetStep(label=step["etape"], minutes=step["minutes"], note=step.get("consigne", ""))
            for step in meta.get("deroule") or []
        ]
        if meta.get("cycle"):
            page.cycle, _ = Cycle.objects.get_or_create(
                slug=meta["cycle"], defaults={"title": meta["cycle_titre"]}
            )
        cafes[entry.slug] = add(centres[meta["centre"]], page)
        file_under(page, meta, lists)
    return cafes


def _event_fields(entry: Entry, *, today: dt.date) -> dict:
    meta = entry.meta
    start = start_of(meta["date"], today=today)
    online = not meta.get("lieu")
    yesterday = start.replace(year=today.year, month=today.month, day=today.day) - dt.timedelta(days=1)
    return {
        "slug": entry.slug,
        "title": meta["title"],
        "summary": meta["summary"],
        "audience": meta["audience"],
        "start": start,
        "end": start + dt.timedelta(minutes=meta["duree_minutes"]),
        "place": meta.get("lieu") or "",
        "meeting_url": "https://visio.example.org/demonstration" if online else "",
        "speakers": ", ".join(meta.get("intervenants") or [])[:255],
        "capacity": meta["capacite"],
        "registration_mode": meta["inscription"],
        "registration_url": meta.get("lien_inscription") or "",
        "confidentiality": meta.get("confidentialite") or "ouvert",
        # A café is announced to all and kept for the network; a public webinar takes any account.
        "open_to_pending": meta["audience"] == "public" and "format" not in meta,
        "first_published_at": min(start - dt.timedelta(days=45), yesterday),
    }


def _text(name: str) -> str:
    path = CONTENT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _media(page: WebinairePage, path, centre):
    Media = get_media_model()
    collection = centre.collection if page.audience == "public" else centre.reserved_collection
    media = Media(
        title=page.title,
        type="video" if path.suffix == ".mp4" else "audio",
        duration=cue_list(page.transcript_vtt)[-1].end,
        collection=collection,
    )
    with path.open("rb") as stream:
        media.file.save(path.name, File(stream), save=False)
    media.save()
    return media


def tie(pages: dict, all_pages: dict) -> None:
    """Link sessions to the fiches they left or speak of, as their files say."""
    for folder in ("cafes", "webinaires"):
        for entry in entries(folder):
            related = [all_pages[slug] for slug in entry.meta.get("fiches") or [] if slug in all_pages]
            if related:
                pages[entry.slug].related_pages.add(*[page.basepage_ptr for page in related])
    for entry in entries("fiches"):
        for slug in entry.meta.get("rendez_vous") or []:
            if slug in pages and entry.slug in all_pages:
                pages[slug].related_pages.add(all_pages[entry.slug].basepage_ptr)


def load_registrations(people: list, *, now: dt.datetime) -> None:
    """Register the members: confirmed, waiting, cancelled, present, absent; one session is cancelled."""
    chance = random.Random(2026)  # The same demonstration every time.
    states = {entry.slug: entry.meta.get("etat", "ouvert") for entry in entries("cafes")}
    cycles: set[int] = set()
    here = EventPage.objects.filter(registration_mode=EventPage.RegistrationMode.HERE).order_by("start")
    for event in here:
        # Registering for one date of a cycle registers for all of them.
        if event.cycle_id in cycles:
            continue
        cycles |= {event.cycle_id} - {None}
        others = chance.sample(people[1:], len(people) - 1)
        if event.end <= now:
            _past(event, others, chance)
            continue
        state = states.get(event.slug, "ouvert")
        for number, user in enumerate(others[: _wanted(event, state)]):
            register(
                event=event,
                user=user,
                question=chance.choice(QUESTIONS) if event.asks_question and number % 4 == 0 else "",
                role=Registration.Role.CLIENT if number % 4 == 0 else Registration.Role.CONSULTANT,
                access_needs=NEEDS.get(number, ""),
                rule_accepted=True,
                visible=number % 3 == 0,
                now=now,
            )
        if state == "annule":
            cancel_event(
                event=event, by=None, reason="L’intervenante est souffrante ; une autre date suit.", now=now
            )
    _adviser(people[0], now=now)


def _wanted(event: EventPage, state: str) -> int:
    if state == "complet":
        return (event.capacity or 0) + 3
    if event.capacity is None:
        return 14
    return max(1, int(event.capacity * 0.75)) if event.capacity < 30 else 22


def _past(event: EventPage, people: list, chance: random.Random) -> None:
    """Registrations of a past session are written as they were left: services refuse what is over."""
    wanted = min(event.capacity or 20, 20)
    registered = event.start - dt.timedelta(days=12)
    for number, user in enumerate(people[:wanted]):
        cancelled = number % 9 == 8
        Registration.objects.create(
            event=event,
            user=user,
            state=Registration.State.CANCELLED if cancelled else Registration.State.CONFIRMED,
            attendance="" if cancelled else ("absent" if number % 6 == 5 else "present"),
            rule=event.confidentiality,
            rule_version="1",
            created_at=registered,
            confirmed_at=registered,
            cancelled_at=registered + dt.timedelta(days=3) if cancelled else None,
        )


def _adviser(user, *, now: dt.datetime) -> None:
    """The demonstration's adviser: one seat, one place in a queue, one cancelled, one past attended."""
    full = CafePage.objects.get(slug="tenir-sa-place-quand-le-conseil-d-administration-se-dechire")
    register(event=full, user=user, rule_accepted=True, now=now)
    webinar = (
        WebinairePage.objects.filter(registration_mode="portail", start__gt=now).order_by("start").first()
    )
    register(event=webinar, user=user, rule_accepted=True, now=now)
    later = (
        CafePage.objects.filter(start__gt=now, format="cafe", state__cancelled_at=None)
        .order_by("-start")
        .first()
    )
    cancel_registration(
        registration=register(event=later, user=user, rule_accepted=True, now=now), by=user, now=now
    )
    past = CafePage.objects.past(now).first()
    Registration.objects.create(
        event=past,
        user=user,
        state=Registration.State.CONFIRMED,
        attendance="present",
        rule=past.confidentiality,
        rule_version="1",
        created_at=past.start - dt.timedelta(days=9),
        confirmed_at=past.start - dt.timedelta(days=9),
    )
