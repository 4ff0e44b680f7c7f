"""A person's right to take her data away and to have it erased.

Each app registers in its ``privacy.py`` (autodiscovered) what it knows of a person: how to export it, how to
erase or anonymise it. The account itself stays as an empty shell that no one can sign in to, so that what
others did with it (a session held, a decision taken) keeps its place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from .accounts import end_sessions
from .models import AccessRequest, Profile, RosterEntry, User

#: RFC 2606 keeps this domain out of the world: nothing is ever sent there.
ERASED_DOMAIN = "compte-efface.invalid"
ERASED_LABEL = "Compte effacé"
#: What this app itself holds.
ACCOUNT = "compte"


@dataclass(frozen=True)
class Holding:
    """What one app holds of a person.

    ``export(user)`` returns what JSON can hold. ``erase(user=…, now=…)`` runs in one transaction with the
    rest, before the account is emptied: what is to come is cancelled through its own service.
    """

    name: str
    export: Callable[[User], object]
    erase: Callable[..., None]


class LastAdministrator(Exception):
    """The last active superuser cannot be erased: nobody could run the portal any more."""

    def __str__(self):
        return "C’est le dernier compte d’administration : donnez d’abord ce rôle à une autre personne."


class MayNotErase(Exception):
    """Neither the person herself nor someone who may delete accounts."""


_holdings: dict[str, Holding] = {}


def register(name: str, *, export: Callable[[User], object], erase: Callable[..., None]) -> Holding:
    """Declare what an app holds of a person; a name is registered once."""
    holding = Holding(name=name, export=export, erase=erase)
    if name in _holdings and _holdings[name] != holding:
        raise ValueError(f"A holding named {name!r} is registered already.")
    _holdings[name] = holding
    return holding


def all_holdings() -> list[Holding]:
    """Return what the installed apps hold, in order of name."""
    autodiscover_modules("privacy")
    return [_holdings[name] for name in sorted(_holdings)]


def export_person(*, user: User, by: User, now: dt.datetime) -> dict:
    """Return everything the portal holds of ``user``, ready for JSON; the export is logged with who asked."""
    data = {"exporte_le": now.isoformat(), "donnees": {h.name: h.export(user) for h in all_holdings()}}
    log(user, "members.export", user=by, timestamp=now)
    return data


def may_erase(*, user: User, by: User) -> bool:
    """Tell whether ``by`` may erase ``user``: herself, or others with the right to; a superuser by superusers."""
    if by.pk == user.pk:
        return True
    return by.is_active and by.has_perm("members.delete_user") and (by.is_superuser or not user.is_superuser)


def erase_person(*, user: User, by: User, now: dt.datetime) -> User:
    """Erase what is personal in ``user``'s account and in every app, and end her sessions.

    The address becomes one that does not exist, the profile and the roster entry go, the account can no longer
    sign in. Raises LastAdministrator, MayNotErase.
    """
    with transaction.atomic():
        # All administrators at once, always in the same order: two of them leaving together must not both pass.
        administrators = Q(is_superuser=True, is_active=True)
        locked = list(User.objects.select_for_update().filter(administrators | Q(pk=user.pk)).order_by("pk"))
        user = next(one for one in locked if one.pk == user.pk)
        if not may_erase(user=user, by=by):
            raise MayNotErase
        if user.is_superuser and not any(one.pk != user.pk for one in locked):
            raise LastAdministrator
        # The account last: what another app keeps on a legal ground still has to be written with her structure.
        for holding in sorted(all_holdings(), key=lambda one: one.name == ACCOUNT):
            holding.erase(user=user, now=now)
        _empty_account(user)
        log(user, "members.erase", user=by, timestamp=now)
    return user


def _empty_account(user: User) -> None:
    end_sessions(user)
    for preferences in UserProfile.objects.filter(user=user):
        preferences.avatar.delete(save=False)
    for model in (EmailAddress, Authenticator, SocialAccount, UserProfile):
        model.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.email = f"efface-{user.pk}@{ERASED_DOMAIN}"
    user.first_name = user.last_name = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.approved_at = user.last_login = None
    # A new hash ends the sessions that no list knows of.
    user.set_unusable_password()
    user.save()
    # The journal keeps what was done, under no name.
    ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    ).update(label=ERASED_LABEL, data={})


# -- what this app itself holds


def _export_account(user: User) -> dict:
    profile = Profile.objects.filter(user=user).select_related("region", "departement").first()
    entry = RosterEntry.objects.filter(_same_person(user)).select_related("region", "departement").first()
    return {
        "compte": {
            "adresse": user.email,
            "prenom": user.first_name,
            "nom": user.last_name,
            "cree_le": user.date_joined.isoformat(),
            "acces_au_reseau_depuis": _iso(user.approved_at),
            "derniere_connexion": _iso(user.last_login),
            "groupes": [group.name for group in user.groups.order_by("name")],
            "adresses": [
                {"adresse": address.email, "confirmee": address.verified, "principale": address.primary}
                for address in EmailAddress.objects.filter(user=user).order_by("email")
            ],
            "secondes_etapes": [
                {"type": factor.get_type_display(), "ajoutee_le": _iso(factor.created_at)}
                for factor in Authenticator.objects.filter(user=user).order_by("pk")
            ],
            "appareils_connectes": [
                {"ip": session.ip, "navigateur": session.user_agent, "depuis": _iso(session.created_at)}
                for session in user.usersession_set.order_by("pk")
            ],
        },
        "profil": profile
        and {
            "fonction": profile.get_fonction_display(),
            "structure": profile.structure,
            "departement": profile.departement and str(profile.departement),
            "region": profile.region and str(profile.region),
            "themes": [theme.label for theme in profile.themes.all()],
            "presentation": profile.presentation,
            "visible_dans_l_annuaire": profile.in_directory,
        },
        "liste_du_reseau": entry
        and {
            "nom": entry.name,
            "adresse": entry.email,
            "fonction": entry.get_fonction_display(),
            "departement": entry.departement and str(entry.departement),
            "region": entry.region and str(entry.region),
            "structure_porteuse": entry.bearer,
            "importee_le": _iso(entry.imported_at),
            "invitation_envoyee_le": _iso(entry.invited_at),
        },
        "demandes_d_acces": [
            {
                "deposee_le": _iso(asked.created_at),
                "etat": asked.get_state_display(),
                "message": asked.message,
                "decidee_le": _iso(asked.decided_at),
                "motif": asked.reason,
            }
            for asked in user.access_requests.order_by("created_at")
        ],
    }


def _erase_account(*, user: User, now: dt.datetime) -> None:
    RosterEntry.objects.filter(_same_person(user)).delete()
    AccessRequest.objects.filter(user=user).delete()
    Profile.objects.filter(user=user).delete()


def _same_person(user: User) -> Q:
    return Q(user=user) | Q(email__iexact=user.email)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


register(ACCOUNT, export=_export_account, erase=_erase_account)
