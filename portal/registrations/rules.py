"""The confidentiality rules, as data. One is chosen per event and accepted by whoever registers.

Changing a text, or loosening what a rule drives, means a new ``version``: a registration says which one its
person accepted. The full charter is the page « Charte entre pairs ».

What a rule drives, and where it is read: the list of participants (``participants``), the names in a
spreadsheet (``backoffice.listing``), the title in a calendar (``ics``), what is kept of the session (page and
search index), whether a replay may exist (webinars), the words on a card. From one rule to the next in the
order of ``EventPage.Confidentiality`` nothing is looser: that order is what « stricter » means.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.base.audience import is_approved

from .models import EventPage


class TakeawaysFor(StrEnum):
    """Who reads « Ce qu’on en retient » of a session."""

    READERS = "page"
    MEMBERS = "reseau"


@dataclass(frozen=True)
class Rule:
    """``sentence`` says the rule in one line; ``points`` are what is accepted; ``promise`` labels the box."""

    name: str
    version: str
    label: str
    sentence: str
    points: tuple[str, ...]
    promise: str = ""
    #: Something is promised by whoever comes; otherwise the rule only informs.
    must_be_accepted: bool = True
    #: Said on the cards of lists, where there is no room for the sentence; "": nothing.
    card_wording: str = ""
    #: How long after the end the list of participants stays; None: as long as there are names. Whatever the
    #: rule, confirmed people and facilitators alone see it, and on it those who ticked that they may be seen.
    participants_last: dt.timedelta | None = None
    #: True: whoever follows an event takes names away in a spreadsheet. False: only who runs it does (its
    #: facilitators, its centre); for anyone else, Avise included, the lines are there and the people are not.
    exports_names: bool = True
    #: What stands in a calendar in the place of the event's title: calendars are shared with teams. "": the title.
    calendar_title: str = ""
    #: The session may be recorded, hence there may be a replay, captions included.
    may_have_replay: bool = True
    #: What is kept of the session may be found by the search.
    indexes_takeaways: bool = True
    #: Who reads what is kept of the session.
    takeaways_audience: TakeawaysFor = TakeawaysFor.READERS


_Confidentiality = EventPage.Confidentiality

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            name=_Confidentiality.OPEN,
            version="1",
            label="Ouvert",
            sentence="On peut citer ce qui s’est dit, et le rendez-vous peut être enregistré.",
            points=(
                "Le rendez-vous peut être enregistré, puis publié.",
                "Gardez le nom des structures pour vous : parlez de la situation, pas de qui la vit.",
            ),
            must_be_accepted=False,
        ),
        Rule(
            name=_Confidentiality.NO_RECORDING,
            version="1",
            label="Sans enregistrement",
            sentence="On peut raconter les idées, pas qui les a dites ; rien n’est enregistré.",
            points=(
                "Rien n’est enregistré : ni le son, ni l’image, ni les messages.",
                "Je peux raconter les idées, jamais qui les a dites.",
                "Je ne nomme ni structure ni personne, ni le détail qui les ferait reconnaître.",
            ),
            promise="J’accepte cette règle",
            card_wording="sans enregistrement",
            may_have_replay=False,
        ),
        Rule(
            name=_Confidentiality.PEERS,
            version="1",
            label="Entre pairs",
            sentence="Ce qui est dit reste dans le groupe ; ce que j’ai appris, je peux l’emporter.",
            points=(
                "Tout reste dans le groupe, y compris la liste des personnes présentes.",
                "Rien n’est enregistré : ni le son, ni l’image, ni les messages.",
                "Je ne nomme ni structure ni personne, ni le détail qui les ferait reconnaître.",
                "Je ne juge pas : on interroge une situation, jamais la valeur de quelqu’un.",
            ),
            promise="J’accepte cette règle entre pairs",
            card_wording="entre pairs, sans enregistrement",
            participants_last=dt.timedelta(days=30),
            exports_names=False,
            calendar_title="Rendez-vous entre pairs (DLA)",
            may_have_replay=False,
            indexes_takeaways=False,
            takeaways_audience=TakeawaysFor.MEMBERS,
        ),
    )
}


def rule_of(event: EventPage) -> Rule:
    """Return the rule of ``event``."""
    return RULES[event.confidentiality]


#: The rules under which a replay may exist.
RECORDABLE = tuple(rule.name for rule in RULES.values() if rule.may_have_replay)


def may_read_takeaways(event: EventPage, user) -> bool:
    """Tell whether ``user``, who reads the page of ``event``, reads what is kept of it too. No query."""
    return rule_of(event).takeaways_audience == TakeawaysFor.READERS or is_approved(user)
