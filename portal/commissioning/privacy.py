"""What the board keeps of a person: what she waits for, what she reported, what she did for her centre."""

from django.db import transaction

from portal.members import privacy

from .models import GapReport, Need, NeedChange, Watch


def export_board(user) -> dict:
    """Everything that the board holds of ``user``; times in ISO 8601, UTC."""
    return {
        "fiches_attendues": [
            {
                "question": watch.need.question,
                "etat": watch.need.get_state_display(),
                "demandee_le": watch.created_at.isoformat(),
                "prevenue_le": watch.told_at.isoformat() if watch.told_at else None,
            }
            for watch in Watch.objects.filter(user=user).select_related("need").order_by("pk")
        ],
        "manques_signales": [
            {
                "texte": report.text,
                "recherche": report.searched,
                "theme": report.theme.label if report.theme else "",
                "signale_le": report.created_at.isoformat(),
                "veut_etre_prevenue": report.wants_to_be_told,
            }
            for report in GapReport.objects.filter(user=user).select_related("theme").order_by("pk")
        ],
        "fiches_prises": [
            {
                "question": need.question,
                "prise_le": need.claimed_at.isoformat() if need.claimed_at else None,
                "promise_pour_le": need.promised_on.isoformat() if need.promised_on else None,
            }
            for need in Need.objects.filter(claimed_by=user).order_by("pk")
        ],
        "actes_au_tableau": [
            {
                "quoi": change.get_action_display(),
                "question": change.need.question,
                "le": change.at.isoformat(),
                "mot": change.words,
            }
            for change in NeedChange.objects.filter(by=user).select_related("need").order_by("pk")
        ],
    }


@transaction.atomic
def erase_board(*, user, now) -> None:
    """Forget that she waits and what she reported; what her centre took stays its own, without her name."""
    Watch.objects.filter(user=user).delete()
    # Her words go with her: nobody else can tell whether they say who she is.
    GapReport.objects.filter(user=user).delete()
    Need.objects.filter(claimed_by=user).update(claimed_by=None)
    NeedChange.objects.filter(by=user).update(by=None)


privacy.register("fiches-a-ecrire", export=export_board, erase=erase_board)
