"""The roster of the network: import, invitations, and the approval it brings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from portal.base.letters import absolute

from . import mails
from .approval import grant_access, tell_approved
from .groups import APPROVE_MEMBERS, sync_function_group
from .models import Profile, RosterEntry, User
from .profiles import split_name
from .roster_file import RosterRow

#: Rows a transaction: SQLite lets one writer in at a time, and others must not wait.
CHUNK = 100
FIELDS = ("name", "fonction", "departement", "region", "bearer")
INVITATION_SALT = "members.invitation"
INVITATION_DAYS = 60


@dataclass(frozen=True)
class RosterChange:
    """What an import does to one row. ``account`` is the account that the address belongs to, if any."""

    row: RosterRow
    entry: RosterEntry | None
    changed: tuple[str, ...]
    account: User | None

    @property
    def is_new(self) -> bool:
        return self.entry is None

    @property
    def changed_labels(self) -> list[str]:
        return [str(RosterEntry._meta.get_field(name).verbose_name) for name in self.changed]

    @property
    def approves(self) -> bool:
        return self.account is not None and not self.account.is_approved


@dataclass
class ImportResult:
    created: list[int] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0
    approved: int = 0


def plan_import(rows: list[RosterRow]) -> list[RosterChange]:
    """Compare ``rows`` with the roster and the accounts, and change nothing. Three queries."""
    emails = [row.email for row in rows]
    entries = {
        entry.email.lower(): entry
        for entry in _among(RosterEntry.objects.select_related("departement", "region"), "email", emails)
    }
    accounts = {
        address.email.lower(): address.user
        for address in _among(
            EmailAddress.objects.filter(verified=True).select_related("user"), "email", emails
        )
        if address.user.is_active
    }
    return [
        RosterChange(
            row=row,
            entry=(entry := entries.get(row.email)),
            changed=tuple(name for name in FIELDS if entry and getattr(entry, name) != getattr(row, name)),
            account=accounts.get(row.email),
        )
        for row in rows
    ]


def import_roster(*, rows: list[RosterRow], by: User, now: dt.datetime) -> ImportResult:
    """Create or update the entries of ``rows``; approve the accounts that already stand behind one.

    Nobody is removed: a person missing from the file may be in another one. In transactions of a hundred rows.
    Raises PermissionDenied.
    """
    _require_right(by)
    result = ImportResult()
    for chunk in _chunks(rows):
        with transaction.atomic():
            for change in plan_import(chunk):
                entry = change.entry or RosterEntry(email=change.row.email)
                for name in FIELDS:
                    setattr(entry, name, getattr(change.row, name))
                entry.imported_at = now
                entry.save()
                if change.is_new:
                    result.created.append(entry.pk)
                elif change.changed:
                    result.updated += 1
                else:
                    result.unchanged += 1
                if entry.user_id and change.changed:
                    _update_profile(entry, change.changed)
                if change.account and approve_from_roster(user=change.account, now=now):
                    result.approved += 1
                    tell_approved(change.account)
    return result


def approve_from_roster(*, user: User, now: dt.datetime) -> bool:
    """Approve ``user`` when an address that she proved is in the roster; return whether that just happened.

    The address is compared without its capitals, and only a verified one counts. The profile takes what the
    roster says of her function and place, and her name where she gave none.
    """
    if not user.is_active:
        return False
    proved = EmailAddress.objects.filter(user=user, verified=True).values_list(Lower("email"), flat=True)
    entries = RosterEntry.objects.annotate(address=Lower("email")).filter(address__in=list(proved))
    if not entries.exists():
        return False
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        entry = entries.filter(Q(user=None) | Q(user=user)).first()
        if entry is None:
            return False
        if entry.user_id is None and not RosterEntry.objects.filter(user=user).exists():
            entry.user = user
            entry.save(update_fields=["user"])
        if user.is_approved:
            return False
        _update_profile(entry, FIELDS, user=user)
        grant_access(user=user, by=None, now=now)
    return True


def _update_profile(entry: RosterEntry, changed: Iterable[str], *, user: User | None = None) -> None:
    user = user or entry.user
    profile = Profile.objects.filter(user=user).first() or Profile(user=user)
    for name in {"fonction", "departement", "region"} & set(changed):
        if getattr(entry, name):
            setattr(profile, name, getattr(entry, name))
    profile.structure = profile.structure or entry.bearer
    profile.save()
    sync_function_group(user)
    if not user.get_full_name():
        user.first_name, user.last_name = (part[:150] for part in split_name(entry.name))
        user.save(update_fields=["first_name", "last_name"])


# -- invitations


def send_invitations(*, entries: QuerySet[RosterEntry], by: User, now: dt.datetime) -> int:
    """Invite the people of ``entries`` who have no account; return how many messages left.

    Each message and its date are written together. Raises PermissionDenied.
    """
    _require_right(by)
    sent = 0
    for chunk in _chunks(list(entries.filter(user=None).values_list("pk", flat=True))):
        with transaction.atomic():
            for entry in RosterEntry.objects.select_for_update().filter(pk__in=chunk, user=None):
                first_name, _ = split_name(entry.name)
                mails.send(
                    "invitation",
                    to=entry.email,
                    kind="invitation",
                    secret=True,
                    expires_seconds=INVITATION_DAYS * 86400,
                    context={
                        "first_name": first_name,
                        "days": INVITATION_DAYS,
                        "url": absolute(reverse("members:invitation", args=[invitation_token(entry)])),
                    },
                )
                entry.invited_at = now
                entry.save(update_fields=["invited_at"])
                sent += 1
    return sent


def invitation_token(entry: RosterEntry) -> str:
    """Return what the link of an invitation carries: it fills in an address and opens nothing."""
    return signing.dumps(entry.pk, salt=INVITATION_SALT)


def invited_by_token(token: str) -> RosterEntry | None:
    """Return the entry that a link was made for; None when forged, older than sixty days, or gone."""
    try:
        pk = signing.loads(token, salt=INVITATION_SALT, max_age=INVITATION_DAYS * 86400)
    except signing.BadSignature:
        return None
    return RosterEntry.objects.filter(pk=pk).first()


def remove_entry(*, entry: RosterEntry, by: User) -> None:
    """Take a person off the roster; an access already given stays. Raises PermissionDenied."""
    _require_right(by)
    entry.delete()


def _require_right(by: User) -> None:
    if not (by.is_active and by.has_perm(APPROVE_MEMBERS)):
        raise PermissionDenied("roster")


def _among(queryset: QuerySet, name: str, values: list[str]) -> Iterator:
    """The rows whose ``name`` is one of ``values``, whatever its capitals; asked in parts (SQLite's variables)."""
    for chunk in _chunks(values, 500):
        yield from queryset.annotate(key=Lower(name)).filter(key__in=chunk)


def _chunks(items: list, size: int = CHUNK) -> Iterator[list]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
