"""What the clock runs for registrations."""

import datetime as dt

from portal.background.jobs import Job, register

from . import services


def remind(now: dt.datetime) -> str:
    """Remind who has a seat: a week, a day, an hour before; ``now`` is aware."""
    return f"{services.send_reminders(now=now)} rappel(s)"


def forget(now: dt.datetime) -> str:
    """Forget situations after 30 days, names after a year, sheets at their date, then what has served.

    ``now`` is aware. In this order: a name goes to its sheet before the sheets that are over are deleted.
    """
    questions = services.forget_questions(now=now)
    names = services.anonymise_old_registrations(now=now)
    sheets = services.delete_sheets(now=now)
    others = services.forget_spent(now=now).total
    return (
        f"{questions} situation(s) ou besoin(s) oublié(s), {names} inscription(s) anonymisée(s), "
        f"{sheets} ligne(s) d’émargement et {others} trace(s) de service effacées"
    )


def would_forget(now: dt.datetime) -> str:
    """What ``forget`` would do at ``now``, counted on the same rows."""
    questions = services.questions_to_forget(now=now).count()
    names = services.names_to_take_off(now=now).count()
    sheets = services.sheets_to_delete(now=now).count()
    others = sum(rows.count() for rows in services.spent(now=now).values())
    years = ", ".join(str(year) for year in services.years_to_freeze(now=now))
    frozen = f" une fois arrêtés les chiffres de {years}" if years else ""
    return (
        f"{questions} situation(s) ou besoin(s) à oublier, {names} inscription(s) à anonymiser{frozen}, "
        f"{sheets} ligne(s) d’émargement et {others} trace(s) de service à effacer"
    )


def remind_facilitators(now: dt.datetime) -> str:
    """Tell who facilitates a session tomorrow who comes to it; ``now`` is aware."""
    return f"{services.remind_facilitators(now=now)} rappel(s) à l’animation"


def close_queues(now: dt.datetime) -> str:
    """Close the queues of what has started, and tell who found no seat; ``now`` is aware."""
    return f"{services.close_queues(now=now)} personne(s) sans place prévenue(s)"


def tell(now: dt.datetime) -> str:
    """Go on with the announcements that a process left; ``now`` is aware."""
    return f"{services.tell_pending(now=now)} message(s)"


def settle_agreements(now: dt.datetime) -> str:
    """Take a month of silence for a no, then remind who was asked a week ago; ``now`` is aware."""
    lapsed = services.lapse_agreements(now=now)
    reminded = services.remind_agreements(now=now)
    return f"{reminded} rappel(s), {lapsed} accord(s) laissé(s) sans réponse"


def follow_up(now: dt.datetime) -> str:
    """Ask who brought a situation a month ago what she tried; ``now`` is aware."""
    return f"{services.ask_followups(now=now)} question(s) sur la suite"


register(
    Job(
        name="registrations.agreements",
        label="Suivre les accords demandés",
        run=settle_agreements,
        every=dt.timedelta(days=1),
        not_before_hour=9,
    )
)
register(
    Job(
        name="registrations.followup",
        label="Demander la suite, un mois après",
        run=follow_up,
        every=dt.timedelta(days=1),
        not_before_hour=9,
    )
)
register(
    Job(
        name="registrations.tell",
        label="Prévenir de ce qui change",
        run=tell,
        every=dt.timedelta(minutes=1),
    )
)
register(
    Job(
        name="registrations.close_queues",
        label="Clore les files d’attente",
        run=close_queues,
        every=dt.timedelta(minutes=5),
    )
)


def ask_for_evaluations(now: dt.datetime) -> str:
    """Thank who came to what has just ended, and ask what it was worth; ``now`` is aware."""
    return f"{services.ask_for_evaluations(now=now)} évaluation(s) proposée(s)"


register(
    Job(
        name="registrations.remind",
        label="Rappeler les rendez-vous",
        run=remind,
        # The last one is written an hour before: a late clock would make it late.
        every=dt.timedelta(minutes=1),
    )
)
register(
    Job(
        name="registrations.forget",
        label="Oublier les situations et les noms",
        run=forget,
        every=dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_forget,
    )
)
register(
    Job(
        name="registrations.remind_facilitators",
        label="Dire à l’animation qui vient",
        run=remind_facilitators,
        every=dt.timedelta(minutes=10),
    )
)
register(
    Job(
        name="registrations.evaluate",
        label="Proposer les évaluations",
        run=ask_for_evaluations,
        every=dt.timedelta(minutes=10),
    )
)
