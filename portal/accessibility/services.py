"""An obstacle is reported, told to whoever answers, answered, and forgotten in time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from portal.base.days import start_of_day
from portal.base.letters import letterhead
from portal.notifications.envelope import ORDINARY_PRIORITY
from portal.notifications.messages import declare, send_to_address
from portal.notifications.rendering import absolute

from .models import ObstacleReport

#: The right to read the reports and to answer them.
FOLLOW = "accessibility.change_obstaclereport"
TOLD = declare("obstacle_told", "Obstacle signalé\u00a0: à lire")
RECEIVED = declare("obstacle_received", "Obstacle signalé\u00a0: accusé de réception")
ANSWER = declare("obstacle_answer", "Obstacle signalé\u00a0: réponse")
#: Reports a day, in Paris, of everybody without an account taken together, and of one account.
ANONYMOUS_A_DAY, MINE_A_DAY = 60, 10
#: An address is not mailed again so soon: a form open to all must not fill somebody's inbox.
QUIET = dt.timedelta(minutes=15)
#: Long enough to answer, to mend and to check; then the words and the address go.
KEPT = dt.timedelta(days=365)
CHUNK = 200


class Refused(Exception):
    """Why nothing was written: one sentence for whoever asked."""

    sentence = "Ce n’est pas possible."

    def __str__(self):
        return self.sentence


class TooManyReports(Refused):
    sentence = (
        "Beaucoup d’obstacles ont été signalés aujourd’hui. Réessayez demain, ou écrivez-nous à l’adresse de "
        "contact du pied de page."
    )


class MayNot(Refused):
    sentence = "Votre rôle ne permet pas de suivre les obstacles signalés."


class AnswerMissing(Refused):
    sentence = "Notez la réponse qui a été donnée."


class AlreadyEmptied(Refused):
    sentence = "Ce signalement a plus d’un an\u00a0: ses textes sont effacés, on ne peut plus y répondre."


@transaction.atomic
def report_obstacle(
    *, tried: str, blocked: str, user, now: dt.datetime, page: str = "", aid: str = "", email: str = ""
) -> ObstacleReport:
    """Write an obstacle down, tell whoever answers, and acknowledge it where there is an address.

    ``page`` is a path of ours, "" for the whole portal (see ``addresses.own_page``); ``user`` is None for whoever has
    no account. Who leaves no address leaves no name either: her account is not kept. Raises TooManyReports.
    """
    email = email.strip()
    # Only an address that is the account's own puts the report among that account's data.
    owner = user if user is not None and email and user.email.lower() == email.lower() else None
    today = ObstacleReport.objects.filter(created_at__gte=start_of_day(now))
    if today.filter(user=owner).count() >= (ANONYMOUS_A_DAY if owner is None else MINE_A_DAY):
        raise TooManyReports
    lately = ObstacleReport.objects.filter(email__iexact=email, created_at__gt=now - QUIET)
    is_acknowledged = bool(email) and not lately.exists()
    report = ObstacleReport.objects.create(
        page=page,
        tried=tried,
        blocked=blocked,
        aid=aid,
        email=email,
        user=owner,
        created_at=now,
        changed_at=now,
    )
    contact = contact_address()
    if contact:
        # Her words stay in the admin, where they are forgotten in time: a mailbox forgets nothing.
        send_to_address(
            TOLD,
            email=contact,
            context={"report": report, "follow_url": absolute(reverse("obstacles:follow", args=[report.pk]))},
            now=now,
            priority=ORDINARY_PRIORITY,
        )
    if is_acknowledged:
        # Nothing of what was typed: anyone may type somebody else's address.
        send_to_address(
            RECEIVED, email=email, context={"report": report}, now=now, priority=ORDINARY_PRIORITY
        )
    return report


@transaction.atomic
def follow_up(
    *, report: ObstacleReport, state: ObstacleReport.State, answer: str, by, now: dt.datetime
) -> ObstacleReport:
    """Say where ``report`` is, and note the answer; a new answer is mailed where there is an address.

    Raises MayNot, AlreadyEmptied, AnswerMissing.
    """
    if not may_follow(by):
        raise MayNot
    report = ObstacleReport.objects.select_for_update().get(pk=report.pk)
    if report.emptied_at:
        raise AlreadyEmptied
    answer = answer.strip()
    if state == ObstacleReport.State.ANSWERED and not (answer or report.answer):
        raise AnswerMissing
    report.state, report.changed_at = state, now
    if answer and answer != report.answer:
        report.answer, report.answered_at, report.answered_by = answer, now, by
        if report.email:
            send_to_address(
                ANSWER, email=report.email, context={"report": report}, now=now, priority=ORDINARY_PRIORITY
            )
    report.save()
    return report


def may_follow(user) -> bool:
    """Tell whether ``user`` reads the reports and answers them."""
    return user.is_active and user.has_perm(FOLLOW)


def contact_address() -> str:
    """Where obstacles are told: the accessibility contact of the settings, or else the portal's; "" for neither."""
    portal = letterhead()["portal"]
    return portal.accessibility_email or portal.contact_email


def to_empty(*, now: dt.datetime):
    """The reports that are a year old and still hold somebody's words."""
    return ObstacleReport.objects.filter(emptied_at=None, created_at__lte=now - KEPT)


def empty_reports(*, now: dt.datetime) -> int:
    """Erase what may be personal in the reports that are a year old; return how many. Chunks of ``CHUNK``."""
    total = 0
    while ids := list(to_empty(now=now).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            total += empty(ObstacleReport.objects.filter(pk__in=ids, emptied_at=None), now=now)
    return total


def empty(reports, *, now: dt.datetime) -> int:
    """Erase what may be personal in ``reports``, a queryset; what became of them stays. Return how many."""
    return reports.update(
        tried="", blocked="", aid="", email="", answer="", user=None, answered_by=None, emptied_at=now
    )


def reports_of(user):
    """What ``user`` reported: with her account, or with the address that is her account's."""
    return ObstacleReport.objects.filter(emptied_at=None).filter(Q(user=user) | Q(email__iexact=user.email))
