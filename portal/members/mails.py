"""The messages of this app. They leave through Django's mail, whose backend is the outbox."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from wagtail.models import Site

from portal.base.models import PortalSettings

#: What the outbox reads and takes off before a message leaves (see ``portal.notifications.backend``).
KIND_HEADER = "X-Portal-Kind"
SECRET_HEADER = "X-Portal-Secret"  # noqa: S105
EXPIRES_HEADER = "X-Portal-Expires"
PRIORITY_HEADER = "X-Portal-Priority"
#: A personal link is hidden like a code, but nobody waits for it at the screen: codes pass first.
ORDINARY_PRIORITY = "5"


def headers(*, kind: str, secret: bool = False, expires_seconds: int | None = None) -> dict[str, str]:
    """Return what tells the outbox the kind of a message, whether it holds a code, and its life in seconds."""
    found = {KIND_HEADER: kind, SECRET_HEADER: "1" if secret else "0"}
    if expires_seconds:
        found[EXPIRES_HEADER] = str(expires_seconds)
    return found


def identity() -> PortalSettings:
    """The name and tagline of the portal, outside of any request."""
    site = Site.objects.filter(is_default_site=True).first()
    return PortalSettings.for_site(site) if site else PortalSettings(name=settings.WAGTAIL_SITE_NAME)


def absolute(path: str) -> str:
    """Return the full address of ``path`` on the portal."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path


def send(
    name: str,
    *,
    to: str,
    kind: str,
    context: dict,
    secret: bool = False,
    expires_seconds: int | None = None,
) -> None:
    """Send ``templates/members/emails/<name>/`` to one address, as HTML and as text.

    ``secret``: it holds a personal link, which staff never see; it leaves at its turn all the same.
    Call it in the transaction of what it speaks of: the message is a row of the outbox.
    """
    context = {"portal": identity(), "base_url": absolute("/"), "demo": settings.DEMO, **context}
    folder = f"members/emails/{name}"
    message = EmailMultiAlternatives(
        " ".join(render_to_string(f"{folder}/subject.txt", context).split()),
        render_to_string(f"{folder}/text.txt", context).strip() + "\n",
        settings.DEFAULT_FROM_EMAIL,
        [to],
        headers={
            "Auto-Submitted": "auto-generated",
            PRIORITY_HEADER: ORDINARY_PRIORITY,
            **headers(kind=kind, secret=secret, expires_seconds=expires_seconds),
        },
    )
    message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    message.send()
