"""The address of an account, and the password that goes with it."""

from __future__ import annotations

import contextlib
import datetime as dt

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import ProtectedError
from wagtail.log_actions import log

from .models import User

#: Days that an account waits for someone to prove its address.
UNPROVED_DAYS = 7


class AddressTaken(Exception):
    """Another account has this address, in whatever capitals."""


def ensure_email_address(user: User) -> EmailAddress:
    """Return the primary address of ``user``, created unverified where the account was not made by signing up.

    Without it, allauth asks such an account for two codes in a row.
    """
    address = EmailAddress.objects.filter(user=user, primary=True).first()
    if address is None:
        address, _ = EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": False}
        )
        address.set_as_primary()
    return address


@transaction.atomic
def change_email(*, user: User, email: str, by: User, now: dt.datetime) -> User:
    """Give ``user`` another address, to be proved at the next sign-in; her sessions end.

    For Avise, when someone lost her former address; a member changes her own through allauth.
    Raises AddressTaken.
    """
    email = email.strip().lower()
    user = User.objects.select_for_update().get(pk=user.pk)
    if email == user.email:
        return user
    taken = User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists()
    if taken or EmailAddress.objects.filter(email__iexact=email).exclude(user=user).exists():
        raise AddressTaken
    log(user, "members.change_email", user=by, timestamp=now)
    EmailAddress.objects.filter(user=user).delete()
    user.email = email
    # Whoever held the former address may know the password.
    user.set_unusable_password()
    user.save(update_fields=["email", "password"])
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
    end_sessions(user)
    return user


def end_sessions(user: User) -> int:
    """Sign ``user`` out everywhere; return how many sessions ended."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def forget_unproved_password(*, user: User, proved_here: bool) -> bool:
    """Drop a password that may have been chosen by someone who does not hold the address; tell whether it was.

    Anyone may sign up with another person's address and a password. When that person later proves the address
    from elsewhere (``proved_here`` False) and never signed in before, the password is not hers.
    """
    if proved_here or user.last_login is not None or not user.has_usable_password():
        return False
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return True


def expired_sessions(*, now: dt.datetime):
    """The sessions that nobody can use any more."""
    return Session.objects.filter(expire_date__lt=now)


def purge_sessions(*, now: dt.datetime) -> int:
    """Delete the sessions that expired, and what was noted of them (addresses, browsers); return how many."""
    expired, _ = expired_sessions(now=now).delete()
    lifetime = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    UserSession.objects.filter(last_seen_at__lt=now - lifetime).delete()
    return expired


def abandoned_accounts(*, now: dt.datetime):
    """The accounts that someone asked for and whose address nobody proved in a week.

    An account that anyone approved, or that was ever signed in to, is not among them.
    """
    return User.objects.filter(
        approved_at=None,
        last_login=None,
        is_active=True,
        is_staff=False,
        is_superuser=False,
        date_joined__lt=now - dt.timedelta(days=UNPROVED_DAYS),
    ).exclude(emailaddress__verified=True)


def purge_unproved_accounts(*, now: dt.datetime) -> int:
    """Delete the abandoned accounts (see ``abandoned_accounts``); return how many."""
    deleted = 0
    for user in abandoned_accounts(now=now):
        # Someone registered her by hand, for instance: she is known after all.
        with contextlib.suppress(ProtectedError), transaction.atomic():
            user.delete()
            deleted += 1
    return deleted
