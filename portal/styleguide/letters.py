"""Every letter the portal writes, with sample data: no row is read but the portal's name."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from django.template.loader import render_to_string
from django.utils import timezone

from portal.base.letters import Rendered, absolute, on_one_line, render, text_of
from portal.members.models import User
from portal.notifications.messages import label_of
from portal.notifications.rendering import surroundings
from portal.registrations.access import Access

from .components import TEMPLATES
from .samples.standins import BRETAGNE, GOUVERNANCE, TRESORERIE, Shown, cafe, centre, day_at, fiche

#: Where letters are: a folder of folders of ours, or a folder of allauth's files.
OURS = ("emails", "members/emails")
ACCOUNTS = ("account/email", "mfa/email")
#: Names of the letters about an account, which no class declares.
ACCOUNT_LABELS = {
    "account/email/account_already_exists": "Une adresse qui a déjà un compte",
    "account/email/email_changed": "Adresse changée",
    "account/email/email_confirm": "Adresse confirmée",
    "account/email/email_confirmation": "Confirmer une adresse",
    "account/email/email_confirmation_signup": "Confirmer une adresse, à l’inscription",
    "account/email/email_deleted": "Adresse retirée",
    "account/email/login_code": "Code de connexion",
    "account/email/password_changed": "Mot de passe changé",
    "account/email/password_reset": "Mot de passe oublié, par lien",
    "account/email/password_reset_code": "Mot de passe oublié, par code",
    "account/email/password_set": "Mot de passe choisi",
    "account/email/unknown_account": "Une adresse sans compte",
    "mfa/email/recovery_codes_generated": "Codes de secours",
    "mfa/email/totp_activated": "Application de codes ajoutée",
    "mfa/email/totp_deactivated": "Application de codes retirée",
    "mfa/email/webauthn_added": "Clé de sécurité ajoutée",
    "mfa/email/webauthn_removed": "Clé de sécurité retirée",
    "members/emails/approved": "Accès ouvert",
    "members/emails/invitation": "Invitation",
    "members/emails/refused": "Accès refusé",
    "members/emails/request": "Demande d’accès",
}


def names() -> list[str]:
    """Every letter, by the path of its templates."""
    ours = [
        f"{root}/{path.parent.name}" for root in OURS for path in (TEMPLATES / root).glob("*/subject.txt")
    ]
    accounts = [
        f"{root}/{path.name.removesuffix('_subject.txt')}"
        for root in ACCOUNTS
        for path in (TEMPLATES / root).glob("*_subject.txt")
    ]
    return sorted(ours) + sorted(accounts)


def labels() -> list[tuple[str, str]]:
    """Name and label of every letter."""
    return [(name, ACCOUNT_LABELS.get(name) or label_of(name.rsplit("/", 1)[-1])) for name in names()]


def rendered(name: str, *, now: dt.datetime) -> Rendered:
    """The letter ``name`` with its sample. Raises TemplateDoesNotExist."""
    context = sample(name, now=now)
    if name.rsplit("/", 1)[0] in OURS:
        return render(name, context)
    # As the accounts' adapter does.
    with timezone.override(None):
        html = render_to_string(f"{name}_message.html", context)
        subject = render_to_string(f"{name}_subject.txt", context)
    return Rendered(subject=on_one_line(subject), html=html, text=text_of(html))


def sample(name: str, *, now: dt.datetime) -> dict:
    """What the letter ``name`` is given: what any letter may say, and what this one says otherwise."""
    return {**surroundings(), **_common(now), **_own(now).get(name.rsplit("/", 1)[-1], {})}


def _person(first_name: str) -> Shown:
    work = SimpleNamespace(
        fonction="charge-dla",
        get_fonction_display="Chargé·e de mission DLA",
        structure="une structure porteuse",
        region=BRETAGNE,
    )
    user = User(first_name=first_name, last_name="Exemple", email=f"{first_name.lower()}@exemple.test")
    return Shown(user, profile=work)


def _common(now: dt.datetime) -> dict:
    event = cafe(now, url="/cafes/")
    person = _person("Camille")
    takeaway = SimpleNamespace(
        pk=1,
        situation="Une association de dix personnes apprend que sa subvention ne viendra qu’au printemps.",
        answer_before=day_at(now, days=10),
    )
    return {
        "user": person,
        "can_be_refused": True,
        # a session and what is told of it
        "event": event,
        "dates": [event],
        "second_dates": [cafe(now, days=26, url="/cafes/")],
        "second": cafe(now, days=26, url="/cafes/"),
        "others_from": None,
        "member_zone": "Europe/Paris",
        "registration": SimpleNamespace(question="", rank=2, state="confirmed"),
        "confirmed": True,
        "in_calendar": True,
        "had_seat": True,
        "by_other": False,
        "access": Access(),
        "left_queues": [],
        "on_offer": 0,
        "seats": 1,
        "waiting": 3,
        "has_themes": True,
        "may_see": True,
        "reason": "L’animatrice est souffrante.",
        "before": SimpleNamespace(start=day_at(now, days=5), end=day_at(now, days=5, hour=11), place=""),
        "join_link": absolute("/rejoindre/exemple/"),
        "opens_at": day_at(now, days=12, hour=8),
        "themes": [TRESORERIE, GOUVERNANCE],
        "now": now,
        "address": "/cafes/",
        # who runs it
        "by": _person("Inès"),
        "to": _person("Malo"),
        "page_url": absolute("/animer/exemple/"),
        "people": [SimpleNamespace(user=_person(name)) for name in ("Camille", "Malo", "Yaël")],
        "coming": 12,
        "situations": 2,
        # what it left
        "kept": True,
        "takeaway": takeaway,
        "fiche": fiche(),
        "page": fiche(),
        "need": SimpleNamespace(
            question="Comment annoncer un plan de départs à une équipe de dix personnes ?"
        ),
        "others": 3,
        "centre": centre(),
        "edit_url": absolute("/admin/"),
        "stop_url": absolute("/alertes/"),
        # what one follows
        "alert": SimpleNamespace(name="Trésorerie en Bretagne", get_frequency_display="Chaque semaine"),
        "sections": [_section(now)],
        "confirm_url": absolute("/alertes/"),
        "my_alerts_url": absolute("/mon-espace/"),
        "token": "exemple",
        "known": False,
        "issue": SimpleNamespace(
            subject="Ce que septembre nous a appris",
            body="<p>Trois fiches, deux replays, et un café qui a débordé d’une demi-heure.</p>",
        ),
        "report": SimpleNamespace(
            where="Le formulaire d’inscription à un café",
            answer="Le bouton se lit désormais par son nom. Merci de l’avoir dit.",
            get_state_display="Corrigé",
            created_at=day_at(now, days=-2),
            answer_due_at=day_at(now, days=5),
        ),
        "follow_url": absolute("/admin/"),
        # an account
        "access_request": SimpleNamespace(
            user=person,
            region=BRETAGNE,
            message="J’ai rejoint l’équipe du DLA au printemps.",
            state="region",
            reason="Votre adresse n’est pas celle d’une structure du réseau.",
            escalates_at=day_at(now, days=5),
        ),
        "first_name": "Camille",
        "days": 14,
        "url": absolute("/mon-espace/"),
        "email": "camille@exemple.test",
        "code": "K7M-2QX",
        "login_url": absolute("/compte/login/"),
        "signup_url": absolute("/compte/signup/"),
        "password_reset_url": absolute("/compte/password/reset/"),
        "activate_url": absolute("/compte/"),
        "ip": "192.0.2.1",
        "user_agent": "Firefox",
        "timestamp": now,
        "from_email": "camille@exemple.test",
        "to_email": "camille.nouvelle@exemple.test",
        "deleted_email": "camille@exemple.test",
    }


def _section(now: dt.datetime) -> SimpleNamespace:
    found = (
        ("Tenir trois mois de trésorerie", "Fiche", None),
        ("Un délai à l’Urssaf", "Webinaire", day_at(now, days=9)),
    )
    return SimpleNamespace(
        alert=SimpleNamespace(name="Trésorerie en Bretagne"),
        shown=[
            SimpleNamespace(
                document=SimpleNamespace(
                    url="/ressources/", title=title, starts_at=starts_at, published_at=day_at(now, days=-3)
                ),
                type=SimpleNamespace(label=label),
            )
            for title, label, starts_at in found
        ],
        more=2,
        results_url=absolute("/recherche/"),
        pause_url=absolute("/alertes/"),
        end_url=absolute("/alertes/"),
    )


def _own(now: dt.datetime) -> dict[str, dict]:
    """What some letters are given otherwise."""
    near = {"access": Access("https://visio.exemple.test/salle", "01 00 00 00 00")}
    offered = {"on_offer": 1, "registration": SimpleNamespace(question="", rank=1, state="waiting")}
    return {
        "event_reminder": near,
        "meeting_link_changed": near,
        "registration_waiting": {"confirmed": False, "in_calendar": False},
        "seat_offered": {**offered, "seats": 1},
        "next_on_theme": {"themes": [TRESORERIE]},
    }
