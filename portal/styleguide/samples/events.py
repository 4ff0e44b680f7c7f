"""Sessions in every state that a reader may meet them in."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from portal.registrations.access import Access
from portal.registrations.models import Registration
from portal.registrations.status import EventStatus, Status
from portal.styleguide.components import Sample

from .standins import BRETAGNE, HERE, LONG_TITLE, TRESORERIE, Rows, Shown, cafe, day_at, fiche, webinar

CYCLE = SimpleNamespace(title="Tenir sa place")


def dates(now: dt.datetime) -> list[Sample]:
    start = day_at(now, days=12)
    return [
        Sample("Sur un billet", {"start": start, "size": "", "past": False}),
        Sample("Dans une liste", {"start": start, "size": "s", "past": False}),
        Sample("Passé", {"start": day_at(now, days=-40), "size": "s", "past": True}),
    ]


def hours(now: dt.datetime) -> list[Sample]:
    start = day_at(now, days=12)
    return [
        Sample("Le même jour", {"event": cafe(now)}),
        Sample("À l’heure d’ailleurs", {"event": cafe(now, time_zone="America/Cayenne")}),
        Sample(
            "Sur deux jours", {"event": cafe(now, start=start, end=start + dt.timedelta(days=1, hours=7))}
        ),
    ]


def seats(now: dt.datetime) -> list[Sample]:
    return [
        Sample("Toutes libres", {"capacity": 16, "left": 16, "waiting": 0}),
        Sample("Il en reste", {"capacity": 16, "left": 4, "waiting": 0}),
        Sample("La dernière", {"capacity": 16, "left": 1, "waiting": 0}),
        Sample("Complet", {"capacity": 16, "left": 0, "waiting": 0}),
        Sample("Complet, et une file", {"capacity": 16, "left": 0, "waiting": 3}),
        Sample("Une place rendue est à la file", {"capacity": 16, "left": 1, "waiting": 3}),
        Sample("Aucune place", {"capacity": 0, "left": 0, "waiting": 0}),
    ]


def _in_lists(now: dt.datetime) -> list[tuple[str, Shown]]:
    return [
        ("Il reste des places", cafe(now)),
        ("La dernière", cafe(now, confirmed=15)),
        ("Complet", cafe(now, confirmed=16)),
        ("Complet, et une file", cafe(now, confirmed=16, waiting=3)),
        ("Sans limite", cafe(now, capacity=None)),
        ("Ouvert à toutes et tous", webinar(now)),
        ("Sans inscription", cafe(now, registration_mode="aucune")),
        ("Inscription ailleurs", cafe(now, registration_mode="externe")),
        ("Annulé", cafe(now, cancelled=True)),
        ("A eu lieu", cafe(now, days=-40)),
        ("Un replay", webinar(now, days=-40, video_url="https://video.exemple.test/1", kind="replay")),
    ]


def states(now: dt.datetime) -> list[Sample]:
    return [Sample(title, {"event": event}) for title, event in _in_lists(now)]


def state_seats(now: dt.datetime) -> list[Sample]:
    card = {"capacity": 12, "waiting": 0, "url": HERE, "title": "Quand la trésorerie ne passe pas le mois"}
    return [
        Sample("Il en reste", {**card, "left": 4}),
        Sample("La dernière", {**card, "left": 1}),
        Sample("Complet", {**card, "left": 0}),
        Sample("Complet, et une file", {**card, "left": 0, "waiting": 3}),
        Sample("Un cycle\u00a0: sa date la plus demandée", {**card, "left": 2, "capacity": None}),
        Sample("Sans limite", {**card, "left": None, "capacity": None}),
    ]


def state_do(now: dt.datetime) -> list[Sample]:
    title = "Quand la trésorerie ne passe pas le mois"
    return [Sample("Ce qu’il y a à faire", {"label": "Voir et s’inscrire", "url": HERE, "title": title})]


def cards(now: dt.datetime) -> list[Sample]:
    formats = ("codeveloppement", "analyse-de-pratiques", "formation", "seminaire")
    return [
        *(Sample(title, {"event": event, "level": 4}) for title, event in _in_lists(now)),
        *(Sample("Un autre format", {"event": cafe(now, format=name), "level": 4}) for name in formats),
        Sample("Un titre long, quelque part", {
            "event": cafe(now, title=LONG_TITLE, place="Maison des associations, salle du conseil, Rennes"),
            "level": 4,
        }),
        Sample("Ni thème ni centre, ouvert à tout le monde", {
            "event": cafe(now, themes=Rows(), centre=None, centre_name="", audience="public"), "level": 4,
        }),
    ]  # fmt: skip


# --- The ticket


def _status(now: dt.datetime, state: Status, **more) -> EventStatus:
    known = {
        "seats_left": 4,
        "capacity": 16,
        "waiting": 0,
        "rank": None,
        "registration": None,
        "closes_at": day_at(now, days=12),
        "url": HERE,
    }
    return EventStatus(state, **{**known, **more})


def _tickets(now: dt.datetime) -> list[tuple[str, dict]]:
    held = Registration(pk=1, state=Registration.State.CONFIRMED)
    queued = Registration(pk=2, state=Registration.State.WAITING)
    meeting = Access("https://visio.exemple.test/salle", "01 00 00 00 00")
    full = {"seats_left": 0, "waiting": 3}

    def ticket(event, state, *, access=None, sees=False, facilitates=False, **status) -> dict:
        return {
            "event": event,
            "status": _status(now, state, **status),
            "access": access or Access(),
            "sees_participants": sees,
            "facilitates": facilitates,
            "csrf_token": "",
        }

    second = Shown(cafe(now, days=26), live=True)
    with_second = cafe(now, state=SimpleNamespace(second_date_id=1, second_date=second))
    return [
        ("Ouvert", ticket(cafe(now), Status.OPEN)),
        ("La dernière place", ticket(cafe(now), Status.OPEN, seats_left=1)),
        ("Sans limite", ticket(webinar(now), Status.OPEN, seats_left=None, capacity=None)),
        ("Clôture annoncée", ticket(cafe(now, registration_closes_at=day_at(now, days=9)), Status.OPEN)),
        ("Complet, sans file", ticket(cafe(now), Status.FULL, seats_left=0, rank=1)),
        ("Complet, une file", ticket(cafe(now), Status.FULL, rank=4, **full)),
        ("Complet, dernières heures", ticket(cafe(now), Status.FULL, rank=4, is_late=True, **full)),
        ("Complet, une seconde date", ticket(with_second, Status.FULL, rank=4, **full)),
        ("Aucune place", ticket(cafe(now), Status.FULL, capacity=0, seats_left=0)),
        ("Inscrit·e", ticket(cafe(now), Status.CONFIRMED, registration=held, sees=True)),
        ("Inscrit·e, c’est bientôt", ticket(cafe(now), Status.CONFIRMED, registration=held, access=meeting)),
        ("Dans la file", ticket(cafe(now), Status.WAITING, registration=queued, rank=2, **full)),
        ("En tête de la file", ticket(cafe(now), Status.WAITING, registration=queued, rank=1, **full)),
        ("Une place à prendre", ticket(
            cafe(now), Status.WAITING, registration=queued, rank=2, on_offer=1, is_late=True, **full)),
        ("La file est close", ticket(
            cafe(now), Status.WAITING, registration=queued, rank=2, has_begun=True, **full)),
        ("Sans compte", ticket(cafe(now), Status.NEEDS_ACCOUNT)),
        ("Compte en attente", ticket(cafe(now), Status.NEEDS_APPROVAL)),
        ("Pas encore ouvert", ticket(cafe(now, registration_opens_at=day_at(now, days=2)), Status.NOT_OPEN)),
        ("Inscriptions closes", ticket(cafe(now), Status.CLOSED, closes_at=day_at(now, days=-1))),
        ("Inscription ailleurs", ticket(
            cafe(now, registration_mode="externe", registration_url="https://inscription.exemple.test/"),
            Status.EXTERNAL)),
        ("Sans inscription", ticket(cafe(now), Status.NONE)),
        ("Sans inscription, c’est l’heure", ticket(cafe(now), Status.NONE, access=meeting)),
        ("Quelque part, deux jours", ticket(
            cafe(now, place="Maison des associations, Rennes", end=day_at(now, days=13, hour=17)), Status.OPEN)),
        ("J’anime", ticket(cafe(now), Status.OPEN, facilitates=True)),
        ("Annulé", ticket(
            cafe(now, cancelled=True, reason="L’animatrice est souffrante."), Status.CANCELLED)),
        ("A eu lieu", ticket(cafe(now, days=-40), Status.PAST)),
        ("A eu lieu, inscrit·e", ticket(cafe(now, days=-40), Status.PAST, registration=held, sees=True)),
    ]  # fmt: skip


def tickets(now: dt.datetime) -> list[Sample]:
    clocks = ["5\u00a0h\u00a030 à Cayenne"]
    whole = [Sample(title, {**context, "clocks": []}) for title, context in _tickets(now)]
    return [*whole, Sample("À l’heure d’ailleurs", {**_tickets(now)[0][1], "clocks": clocks})]


def calls(now: dt.datetime) -> list[Sample]:
    """Its states are those of the ticket that holds it; two are enough to see it alone."""
    return [Sample(title, context) for title, context in _tickets(now) if title in ("Ouvert", "Annulé")]


def joining(now: dt.datetime) -> list[Sample]:
    return [
        Sample("Par la visio", {"event": cafe(now), "csrf_token": ""}),
        Sample("Par téléphone", {"event": cafe(now, meeting_url=""), "csrf_token": ""}),
    ]


def second_dates(now: dt.datetime) -> list[Sample]:
    second = Shown(cafe(now, days=26), live=True)
    return [
        Sample("Ouverte", {"event": cafe(now, state=SimpleNamespace(second_date_id=1, second_date=second))}),
        Sample("Aucune : rien n’est montré", {"event": cafe(now)}),
    ]


def watching(now: dt.datetime) -> list[Sample]:
    return [
        Sample("Sur son thème", {"event": cafe(now)}),
        Sample("Sans thème : rien n’est montré", {"event": cafe(now, themes=Rows())}),
    ]


def left(now: dt.datetime) -> list[Sample]:
    one, two = fiche(), fiche(title="Annoncer une mauvaise nouvelle", summary="")
    return [
        Sample("Une fiche", {"fiches": [one], "title": ""}),
        Sample("Plusieurs", {"fiches": [one, two], "title": ""}),
        Sample("Sous un titre à soi", {"fiches": [one], "title": "Des fiches pour continuer"}),
    ]


def more(now: dt.datetime) -> list[Sample]:
    theme = Shown(TRESORERIE, page=SimpleNamespace(live=True, url=HERE))
    linked = SimpleNamespace(
        dates=[cafe(now, days=26), cafe(now, days=40, cancelled=True), cafe(now, days=-12)],
        fiches=[fiche()],
        others=[webinar(now, days=-30)],
        themes=[theme],
    )
    return [
        Sample("Tout ce qui s’y rattache", {"event": cafe(now, cycle=CYCLE, cycle_id=1), "linked": linked}),
        Sample("Rien : rien n’est montré", {"event": cafe(now), "linked": None}),
    ]


def kept_one(now: dt.datetime) -> list[Sample]:
    situation = "Une association de dix personnes apprend en octobre que la subvention ne viendra qu’en mars."
    leads = ["Demander une avance écrite", "Regarder les charges semaine après semaine"]
    return [
        Sample("Une situation et ses pistes", {"one": {"situation": situation, "leads": leads}}),
        Sample("Les pistes seules", {"one": {"situation": "", "leads": leads}}),
    ]


def kept(now: dt.datetime) -> list[Sample]:
    return [
        Sample("Deux situations", {"kept": [sample.context["one"] for sample in kept_one(now)]}),
        Sample("Rien : rien n’est montré", {"kept": []}),
    ]


def subscribing(now: dt.datetime) -> list[Sample]:
    address = {"scheme": "https", "host": "portail.exemple.test"}
    return [
        Sample("Sans compte", {"what": "à l’agenda", "query": "", "signed_in": False, **address}),
        Sample("Un thème, avec un compte", {
            "what": "aux rendez-vous de ce thème", "query": f"?theme={TRESORERIE.slug}&region={BRETAGNE.slug}",
            "signed_in": True, **address,
        }),
    ]  # fmt: skip
