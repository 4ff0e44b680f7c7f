"""The samples of every component: what it is passed in each of its states.

Models' instances here are never saved: nothing is read from the database, and nothing written to it.
"""

from portal.styleguide.components import Component, Group

from . import asking, cards, events, patterns, reading, saying

GROUPS = (
    Group(
        "appuyer", "Appuyer", (Component("styleguide/patterns/buttons.html", patterns.alone, frame="stack"),)
    ),
    Group(
        "dire",
        "Dire",
        (
            Component("components/notice.html", saying.notices, columns="m"),
            Component("components/messages.html", saying.messages),
            Component("components/empty.html", saying.empty, columns="m"),
            Component("components/tag.html", saying.tags, frame="tags", columns="s"),
            Component("components/phase.html", saying.phases, columns="s"),
            Component("components/lock.html", saying.alone),
            Component("components/used.html", saying.used, columns="s"),
            Component("components/mark.html", saying.marks, frame="brand", columns="s"),
        ),
    ),
    Group(
        "rendez-vous",
        "Rendez-vous",
        (
            Component("components/date.html", events.dates, frame="guide-inline", columns="s"),
            Component("components/hours.html", events.hours, frame="meta", columns="m"),
            Component("components/seats.html", events.seats, columns="s"),
            Component("components/state.html", events.states, columns="s"),
            Component("components/state_seats.html", events.state_seats, columns="s"),
            Component("components/state_do.html", events.state_do, columns="s"),
            Component("components/card_event.html", events.cards, frame="sessions"),
            Component("components/event_ticket.html", events.tickets, columns="m"),
            Component("components/event_call.html", events.calls, frame="stack", columns="m"),
            Component("components/join_button.html", events.joining, columns="m"),
            Component("components/second_date.html", events.second_dates, columns="m"),
            Component("components/watch_link.html", events.watching, columns="m"),
            Component("components/event_left.html", events.left, columns="m"),
            Component("components/event_more.html", events.more),
            Component("components/kept.html", events.kept),
            Component("components/kept_one.html", events.kept_one, columns="m"),
            Component("components/subscribe.html", events.subscribing),
        ),
    ),
    Group(
        "montrer",
        "Montrer",
        (
            Component("components/card_fiche.html", cards.fiches, frame="cards", columns="m"),
            Component("components/card_replay.html", cards.replays, frame="cards", columns="m"),
            Component("components/card_centre.html", cards.centres, frame="centre-grid", columns="m"),
            Component("components/theme_list.html", cards.themes),
            Component("components/phase_path.html", cards.path),
            Component("components/phase_curve.html", cards.curve, columns="m"),
            Component("components/life_curve.html", patterns.alone, frame="guide-drawing"),
            Component("components/story.html", cards.story),
            Component("styleguide/patterns/tables.html", patterns.alone, frame="prose"),
        ),
    ),
    Group(
        "lire",
        "Lire",
        (
            Component("styleguide/patterns/prose.html", patterns.alone, frame="prose"),
            Component("components/identity.html", reading.identities, columns="m"),
            Component("blocks/section.html", reading.sections, frame="prose"),
            Component("blocks/quote.html", reading.quotes, frame="prose", columns="m"),
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
            Component("components/field.html", asking.fields, frame="form", columns="m"),
            Component("components/field_notes.html", asking.notes, frame="form", columns="m"),
            Component("components/errors.html", asking.errors, columns="m"),
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
            Component("components/filters.html", asking.filters),
            Component("components/pills.html", asking.pills),
            Component("components/pagination.html", asking.pages),
            Component("styleguide/patterns/going.html", patterns.alone),
        ),
    ),
)
