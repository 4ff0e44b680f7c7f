"""The confidentiality rules, as data. One is chosen per event and accepted by whoever registers.

Changing a text means a new ``version``: a registration says which one its person accepted. The full charter
is the page « Charte entre pairs ».
"""

from __future__ import annotations

from dataclasses import dataclass

from .models import EventPage


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
        ),
    )
}


def rule_of(event: EventPage) -> Rule:
    """Return the rule of ``event``."""
    return RULES[event.confidentiality]
