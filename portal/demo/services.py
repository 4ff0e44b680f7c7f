"""Load the demonstration once, whole or not at all; what is edited afterwards is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from portal.home.moderation import ensure_moderation
from portal.home.skeleton import ensure_site
from portal.members.groups import ensure_avise_access, ensure_search_watch
from portal.themes.lists import load_lists
from ressources.models import Usage

from . import pages, sessions, takeaways
from .accessibility import load_obstacles, load_statement
from .afterwards import load_afterwards
from .alerts import load_alerts
from .animation import load_facilitators
from .commissioning import load_needs
from .people import load_people
from .searches import load_searches


def is_loaded() -> bool:
    """Tell whether the demonstration is there already."""
    return get_user_model().objects.filter(profile__is_demonstration=True).exists()


@transaction.atomic
def load(*, now: dt.datetime, say: Callable[[str], None]) -> None:
    """Load everything, with dates relative to ``now``; ``say`` is told each step in French."""
    say("listes fermées et lexique")
    load_lists()
    home = ensure_site(hostname="127.0.0.1", port=8000)
    ensure_avise_access(root_page=home)
    ensure_search_watch()
    ensure_moderation(home=home)
    lists = pages.closed_lists()
    say("centres, membres")
    centres = pages.load_centres(home)
    people = load_people(now=now)
    say("fiches, outils, dispositifs, pages")
    tools = pages.load_tools(centres, lists, now=now)
    fiches = pages.load_fiches(centres, lists, tools, now=now)
    pages.load_withdrawn(centres, lists, now=now)
    standing = [
        *pages.load_editorial(home),
        *load_statement(home, now=now),
        *pages.load_urgence(home, lists, now=now),
        *pages.load_themes(),
    ]
    say("webinaires, cafés")
    today = timezone.localdate(now)
    events = {
        **sessions.load_webinars(centres, lists, today=today),
        **sessions.load_cafes(centres, lists, today=today),
    }
    sessions.tie(events, fiches)
    everything = [*centres.values(), *standing, *tools.values(), *fiches.values(), *events.values()]
    pages.resolve_links(everything, {page.slug: page.pk for page in everything})
    say("publication")
    pages.publish(everything)
    say("inscriptions")
    sessions.load_registrations(people, now=now)
    load_facilitators(now=now)
    takeaways.load_takeaways(fiches, now=now)
    load_afterwards(now=now)
    load_alerts(people[0], now=now)
    _uses(people, list(fiches.values()), now=now)
    say("recherches faites, fiches à écrire")
    load_searches(now=now)
    load_needs(people, fiches, now=now)
    load_obstacles(now=now)


def _uses(people: list, fiches: list, *, now: dt.datetime) -> None:
    """A few « j’ai utilisé cette fiche », from people of different regions."""
    Usage.objects.bulk_create(
        Usage(
            page=fiche.basepage_ptr,
            user=user,
            region=user.profile.region,
            created_at=now - dt.timedelta(days=position),
        )
        for position, fiche in enumerate(fiches)
        for user in people[position % 7 : position % 7 + (position * 5) % 13]
    )
