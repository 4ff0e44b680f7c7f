"""The fictional members, their accounts and the centres' rights."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from portal.centres.models import CentrePage
from portal.centres.services import MEMBERS_GROUP
from portal.members.approval import submit_request
from portal.members.groups import EDITORS, SEARCH_WATCH, sync_function_groups
from portal.members.models import Profile, RosterEntry
from portal.themes.models import Departement, Region, Theme

from .reading import yaml_list

#: Printed at the start and on the sign-in page of the demonstration; no secret.
PASSWORD = "entre-pairs-demo"  # noqa: S105
ACCOUNTS = {
    "conseillere": "adherente@exemple.test",
    "centre": "centre@exemple.test",
    "redaction": "redaction@exemple.test",
    "administration": "admin@exemple.test",
}


def load_people(*, now: dt.datetime) -> list:
    """Create the members of ``membres.yaml``; return the approved ones in order."""
    regions = {region.code: region for region in Region.objects.all()}
    departements = {departement.code: departement for departement in Departement.objects.all()}
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    approved, asking = [], []
    for number, person in enumerate(yaml_list("membres.yaml")["membres"]):
        region, departement = regions.get(person["region"]), departements.get(person["departement"])
        roster = RosterEntry.objects.create(
            email=person["email"],
            name=f"{person['prenom']} {person['nom']}",
            fonction=person["fonction"],
            departement=departement,
            region=region,
            bearer=person["structure_porteuse"],
            imported_at=now - dt.timedelta(days=300),
            invited_at=now - dt.timedelta(days=2 if person["etat"] == "invite" else 290),
        )
        if person["etat"] == "invite":
            continue
        user = _account(person, number=number, now=now)
        profile, _ = Profile.objects.update_or_create(
            user=user,
            defaults={
                "fonction": person["fonction"],
                "structure": person["structure_porteuse"],
                "departement": departement,
                "region": region,
                "presentation": person["presentation"],
                "in_directory": person["annuaire"],
                "is_demonstration": True,
            },
        )
        profile.themes.set(themes[slug] for slug in person["themes"])
        if person["etat"] == "approuve":
            roster.user = user
            roster.save(update_fields=["user"])
            approved.append(user)
        else:
            # Unknown to the roster: she asks, and the page says who looks at it.
            roster.delete()
            asking.append(user)
    sync_function_groups()
    for user in asking:
        submit_request(user=user, message="Demande de démonstration.", now=now - dt.timedelta(hours=30))
    return approved


def _account(person: dict, *, number: int, now: dt.datetime):
    User = get_user_model()
    has_password = "compte" in person
    user = User(
        email=person["email"],
        first_name=person["prenom"],
        last_name=person["nom"],
        approved_at=now - dt.timedelta(days=280 - number) if person["etat"] == "approuve" else None,
        date_joined=now - dt.timedelta(days=285 - number if person["etat"] == "approuve" else 2),
    )
    user.set_password(PASSWORD) if has_password else user.set_unusable_password()
    if person.get("compte") == "administration":
        user.is_superuser = user.is_staff = True
    user.save()
    # Without a verified address the password would only lead to a code.
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if user.approved_at:
        user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    if person.get("compte") == "redaction":
        user.groups.add(*Group.objects.filter(name__in=(EDITORS, SEARCH_WATCH)))
    if person.get("centre"):
        user.groups.add(CentrePage.objects.get(slug=person["centre"]).group)
    return user
