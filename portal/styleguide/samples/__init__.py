"""The samples of every component: what it is passed in each of its states.

Models' instances here are never saved: nothing is read from the database, and nothing written to it.
"""

from portal.styleguide.components import Component, Group

from . import asking, cards, events, patterns, reading, saying

GROUPS = (
    Group("appuyer", "Appuyer", (Component("styleguide/patterns/buttons.html", patterns.alone),)),
    Group(
        "dire",
        "Dire",
        (
            Component("components/notice.html", saying.notices),
            Component("components/messages.html", saying.messages),
            Component("components/empty.html", saying.empty),
            Component("components/tag.html", saying.tags, frame="tags"),
            Component("components/phase.html", saying.phases),
            Component("components/lock.html", saying.alone),
            Component("components/used.html", saying.used),
            Component("components/mark.html", saying.marks, frame="brand"),
        ),
    ),
    Group(
        "rendez-vous",
        "Rendez-vous",
        (
            Component("components/date.html", events.dates),
            Component("components/hours.html", events.hours, frame="meta"),
            Component("components/seats.html", events.seats, frame="guide-narrow"),
            Component("components/state.html", events.states),
            Component("components/card_event.html", events.cards, frame="sessions"),
            Component("components/event_ticket.html", events.tickets, frame="guide-narrow"),
            Component("components/event_call.html", events.calls, frame="guide-narrow stack"),
            Component("components/join_button.html", events.joining),
            Component("components/second_date.html", events.second_dates),
            Component("components/watch_link.html", events.watching),
            Component("components/event_left.html", events.left),
            Component("components/event_more.html", events.more),
            Component("components/kept.html", events.kept),
            Component("components/kept_one.html", events.kept_one),
            Component("components/subscribe.html", events.subscribing),
        ),
    ),
    Group(
        "montrer",
        "Montrer",
        (
            Component("components/card_fiche.html", cards.fiches, frame="cards"),
            Component("components/card_replay.html", cards.replays, frame="cards"),
            Component("components/card_centre.html", cards.centres, frame="centre-grid"),
            Component("components/theme_list.html", cards.themes),
            Component("components/phase_path.html", cards.path),
            Component("styleguide/patterns/tables.html", patterns.alone, frame="prose"),
        ),
    ),
    Group(
        "lire",
        "Lire",
        (
            Component("styleguide/patterns/prose.html", patterns.alone, frame="prose"),
            Component("components/identity.html", reading.identities, frame="guide-narrow"),
            Component("blocks/section.html", reading.sections, frame="prose"),
            Component("blocks/quote.html", reading.quotes, frame="prose"),
            Component("blocks/watch.html", reading.watches, frame="prose"),
            Component("blocks/sourced_figure.html", reading.figures, frame="prose"),
            Component("blocks/document.html", reading.documents, frame="prose"),
            Component("blocks/image.html", reading.images, frame="prose"),
        ),
    ),
    Group(
        "demander",
        "Demander",
        (
            Component("components/field.html", asking.fields, frame="form"),
            Component("components/field_notes.html", asking.notes, frame="form"),
            Component("components/errors.html", asking.errors),
            Component("components/form.html", asking.whole, frame="form"),
            Component("components/search_form.html", asking.searches),
        ),
    ),
    Group(
        "parcourir",
        "Parcourir",
        (
            Component("components/page_head.html", reading.heads),
            Component("components/crumbs.html", reading.crumbs),
            Component("components/pagination.html", asking.pages),
            Component("styleguide/patterns/going.html", patterns.alone),
        ),
    ),
)
