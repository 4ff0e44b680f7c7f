"""What the reports of obstacles hold of a person."""

from portal.members import privacy

from .models import ObstacleReport
from .services import empty, reports_of


def export_obstacles(user) -> dict:
    """What she reported, and the reports that she answered; times in ISO 8601, UTC."""
    return {
        "signales": [
            {
                "page": report.page,
                "tente": report.tried,
                "bloque": report.blocked,
                "aide": report.aid,
                "adresse": report.email,
                "signale_le": report.created_at.isoformat(),
                "etat": report.get_state_display(),
                "reponse": report.answer,
            }
            for report in reports_of(user).order_by("pk")
        ],
        "reponses_donnees": [
            {"page": report.page, "le": report.answered_at.isoformat()}
            for report in ObstacleReport.objects.filter(answered_by=user).order_by("pk")
        ],
    }


def erase_obstacles(*, user, now) -> None:
    """Her words, her aid and her address go; that an obstacle was met there stays, and so do her answers."""
    empty(reports_of(user), now=now)
    ObstacleReport.objects.filter(answered_by=user).update(answered_by=None)


privacy.register("obstacles-signales", export=export_obstacles, erase=erase_obstacles)
