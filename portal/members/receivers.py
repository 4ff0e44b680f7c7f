"""What signing up, proving an address and signing in set in motion."""

from allauth.account.signals import email_confirmed, user_logged_in, user_signed_up
from django.dispatch import receiver
from django.utils import timezone

from .accounts import forget_unproved_password
from .remembering import apply_wish
from .roster import approve_from_roster

SIGNED_UP_KEY = "members_signed_up"


@receiver(user_signed_up, dispatch_uid="members.remember_who_signed_up")
def remember_who_signed_up(request, user, **kwargs):
    request.session[SIGNED_UP_KEY] = user.pk


@receiver(email_confirmed, dispatch_uid="members.address_proved")
def address_proved(request, email_address, **kwargs):
    user = email_address.user
    forget_unproved_password(user=user, proved_here=request.session.get(SIGNED_UP_KEY) == user.pk)
    approve_from_roster(user=user, now=timezone.now())


@receiver(user_logged_in, dispatch_uid="members.signed_in")
def signed_in(request, user, **kwargs):
    apply_wish(request.session, today=timezone.localdate())
    approve_from_roster(user=user, now=timezone.now())
