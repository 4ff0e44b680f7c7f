"""Who joins the network: requests, who decides on them, and what a decision does.

No e-mail domain approves by itself: a person is in the roster (see ``roster``), or someone decides.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from wagtail.log_actions import log

from portal.base.letters import absolute
from portal.centres.services import MEMBERS_GROUP
from portal.themes.models import Region

from . import mails
from .groups import APPROVE_MEMBERS, sync_function_group
from .models import AccessRequest, Fonction, Profile, User
from .workdays import add_working_days

#: Working days that a region has before a request passes to Avise.
REGION_DAYS = 2
#: Functions that come with a say, or with content of their own: Avise looks at these requests itself. A region
#: knows its advisers; who is of a resource centre, or a pilot, is not for it to say.
FUNCTIONS_FOR_AVISE = (Fonction.REGIONAL, Fonction.CRDLA, Fonction.PILOTE, Fonction.AVISE)


class ApprovalError(Exception):
    """A refusal, with a French sentence for the person who tried."""

    message = "Cette action n’est pas possible."

    def __str__(self):
        return self.message


class AlreadyMember(ApprovalError):
    message = "Ce compte a déjà accès au réseau."


class AlreadyDecided(ApprovalError):
    message = "Cette demande a déjà reçu une réponse."


class RequestAlreadyOpen(ApprovalError):
    message = "Votre demande est déjà en cours : rien d’autre à faire."


class ProfileIncomplete(ApprovalError):
    message = "Il manque votre nom, votre fonction, votre structure ou votre région."


class MayNotDecide(ApprovalError):
    message = "Cette demande n’est pas de votre ressort."


class ReasonMissing(ApprovalError):
    message = "Dites en une phrase pourquoi : la personne la recevra."


# -- who decides


def animators_of(region: Region | None) -> QuerySet[User]:
    """The approved members who run the network in ``region``."""
    if region is None:
        return User.objects.none()
    return User.objects.approved().filter(profile__fonction=Fonction.REGIONAL, profile__region=region)


def avise_deciders() -> QuerySet[User]:
    """Those at Avise who let people in: through their group, or else the superusers."""
    app_label, codename = APPROVE_MEMBERS.split(".")
    permission = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    active = User.objects.filter(is_active=True)
    deciders = active.filter(
        Q(groups__permissions__in=permission) | Q(user_permissions__in=permission)
    ).distinct()
    return deciders if deciders.exists() else active.filter(is_superuser=True)


def may_decide(*, user: User, access_request: AccessRequest) -> bool:
    """Tell whether ``user`` may answer ``access_request``: Avise always, an animator in her region and her time."""
    if access_request.state not in AccessRequest.OPEN or access_request.user_id == user.pk:
        return False
    return requests_for(user).filter(pk=access_request.pk).exists()


def requests_for(user: User) -> QuerySet[AccessRequest]:
    """The open requests that ``user`` may answer, oldest first."""
    waiting = AccessRequest.objects.filter(state__in=AccessRequest.OPEN).exclude(user=user)
    waiting = waiting.select_related("user", "user__profile", "region")
    if user.is_active and user.has_perm(APPROVE_MEMBERS):
        return waiting
    profile = Profile.objects.filter(user=user, fonction=Fonction.REGIONAL, region__isnull=False).first()
    if profile is None or not user.is_approved:
        return waiting.none()
    return waiting.filter(state=AccessRequest.State.REGION, region=profile.region_id)


# -- asking


def submit_request(*, user: User, message: str, now: dt.datetime) -> AccessRequest:
    """Ask for access to the network and tell those who decide.

    The request goes to the animators of the person's region for two working days, then to Avise; at once to
    Avise where the region has no animator, or where the person says that she is one.
    Raises AlreadyMember, RequestAlreadyOpen, ProfileIncomplete.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_approved:
            raise AlreadyMember
        if user.access_requests.filter(state__in=AccessRequest.OPEN).exists():
            raise RequestAlreadyOpen
        profile = Profile.objects.filter(user=user).select_related("region").first()
        if profile is None or not profile.is_complete():
            raise ProfileIncomplete
        animators = animators_of(profile.region)
        regional = profile.fonction not in FUNCTIONS_FOR_AVISE and animators.exists()
        access_request = AccessRequest.objects.create(
            user=user,
            state=AccessRequest.State.REGION if regional else AccessRequest.State.AVISE,
            region=profile.region,
            message=message,
            created_at=now,
            escalates_at=add_working_days(now, REGION_DAYS) if regional else now,
        )
        _tell_deciders(access_request, animators if regional else avise_deciders())
    return access_request


# -- answering


def approve_member(*, user: User, by: User, now: dt.datetime) -> User:
    """Give ``user`` access to the network, answer her open request, and tell her.

    Avise may approve any account; an animator only one whose request she may answer.
    Raises AlreadyMember, MayNotDecide.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_approved:
            raise AlreadyMember
        access_request = user.access_requests.filter(state__in=AccessRequest.OPEN).first()
        allowed = (
            may_decide(user=by, access_request=access_request)
            if access_request
            else by.is_active and by.has_perm(APPROVE_MEMBERS) and by.pk != user.pk
        )
        if not allowed or not user.is_active:
            raise MayNotDecide
        grant_access(user=user, by=by, now=now)
        tell_approved(user)
    return user


def tell_approved(user: User) -> None:
    """Send the welcome of the network."""
    mails.send(
        "approved",
        to=user.email,
        kind="acces-donne",
        context={"user": user, "url": absolute(reverse("members:espace"))},
    )


def grant_access(*, user: User, by: User | None, now: dt.datetime) -> None:
    """Write the approval of ``user``, in the caller's transaction. ``by`` None: the roster."""
    user.approved_at = now
    user.save(update_fields=["approved_at"])
    user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    sync_function_group(user)
    user.access_requests.filter(state__in=AccessRequest.OPEN).update(
        state=AccessRequest.State.APPROVED, decided_at=now, decided_by=by
    )
    log(user, "members.approve", user=by, data={"roster": by is None}, timestamp=now)


def refuse_request(
    *, access_request: AccessRequest, by: User, reason: str, now: dt.datetime
) -> AccessRequest:
    """Refuse a request with a reason, which the person receives; she may ask again.

    Raises MayNotDecide, AlreadyDecided, ReasonMissing.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    with transaction.atomic():
        access_request = _locked(access_request, by=by)
        access_request.state = AccessRequest.State.REFUSED
        access_request.decided_at = now
        access_request.decided_by = by
        access_request.reason = reason[:300]
        access_request.save(update_fields=["state", "decided_at", "decided_by", "reason"])
        log(
            access_request.user,
            "members.refuse",
            user=by,
            data={"reason": access_request.reason},
            timestamp=now,
        )
        mails.send(
            "refused",
            to=access_request.user.email,
            kind="acces-refuse",
            context={
                "user": access_request.user,
                "access_request": access_request,
                "url": absolute(reverse("members:profile")),
            },
        )
    return access_request


def pass_to_avise(*, access_request: AccessRequest, by: User, now: dt.datetime) -> AccessRequest:
    """Hand a request of one's region over to Avise before its time. Raises MayNotDecide, AlreadyDecided."""
    with transaction.atomic():
        access_request = _locked(access_request, by=by)
        if access_request.state == AccessRequest.State.REGION:
            _escalate(access_request, now=now)
    return access_request


def escalate_late_requests(*, now: dt.datetime) -> int:
    """Pass to Avise every request that its region left unanswered for two working days; return how many."""
    late = AccessRequest.objects.filter(state=AccessRequest.State.REGION, escalates_at__lte=now)
    passed = 0
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            # Answered in the meantime: no longer there.
            access_request = late.select_for_update().filter(pk=pk).first()
            if access_request:
                _escalate(access_request, now=now)
                passed += 1
    return passed


def _escalate(access_request: AccessRequest, *, now: dt.datetime) -> None:
    access_request.state = AccessRequest.State.AVISE
    access_request.escalates_at = min(access_request.escalates_at, now)
    access_request.save(update_fields=["state", "escalates_at"])
    _tell_deciders(access_request, avise_deciders())


def _locked(access_request: AccessRequest, *, by: User) -> AccessRequest:
    # The account first, as everywhere here: two answers at once must not wait for each other.
    User.objects.select_for_update().get(pk=access_request.user_id)
    access_request = AccessRequest.objects.select_related("user").get(pk=access_request.pk)
    if access_request.state not in AccessRequest.OPEN:
        raise AlreadyDecided
    if not may_decide(user=by, access_request=access_request):
        raise MayNotDecide
    return access_request


def _tell_deciders(access_request: AccessRequest, deciders: QuerySet[User]) -> None:
    url = absolute(reverse("members:request", args=[access_request.pk]))
    for decider in deciders.exclude(pk=access_request.user_id):
        mails.send(
            "request",
            to=decider.email,
            kind="demande-d-acces",
            context={
                "user": decider,
                "access_request": access_request,
                "url": url,
            },
        )
