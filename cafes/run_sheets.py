"""The run sheet of a codéveloppement, where its editor wrote none.

The steps are those of the method of Adrien Payette and Claude Champagne; the minutes are the ones that French
guides publish for a session of two hours, its break included.
"""

from __future__ import annotations

from portal.registrations.models import Step

CODEVELOPPEMENT = (
    Step(
        "Accueil et choix du sujet",
        15,
        "Retour de la dernière personne cliente, rappel de la règle, puis choix de la situation du jour.",
    ),
    Step("Exposé", 10, "La personne cliente raconte sa situation. On écoute, sans l’interrompre."),
    Step("Clarification", 20, "Des questions pour comprendre : aucun conseil encore."),
    Step("Contrat", 5, "La personne cliente dit ce qu’elle attend du groupe ; on reformule."),
    Step(
        "Consultation",
        35,
        "Idées, vécus, questions, pistes. La personne cliente note ; on ne cherche pas l’accord.",
    ),
    Step("Pause", 5),
    Step(
        "Synthèse et plan d’action",
        15,
        "La personne cliente dit ce qu’elle retient, et ce qu’elle fera d’abord.",
    ),
    Step(
        "Apprentissages et régulation",
        15,
        "Chacune et chacun : ce que j’emporte, et comment le groupe a travaillé.",
    ),
)
