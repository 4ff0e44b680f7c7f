"""What a member says of herself, and which parts of it she may change alone."""

from __future__ import annotations

from django.db import transaction

from .groups import sync_function_group
from .models import AccessRequest, Fonction, Profile, User

#: What the decision on a request rests on; fixed while the request is open.
JUDGED_ON = frozenset({"fonction", "departement", "region"})


class ProfileLocked(Exception):
    """A change to a part of the profile that someone else answers for."""


def profile_of(user: User) -> Profile:
    """Return the profile of ``user``, unsaved where there is none yet."""
    return Profile.objects.filter(user=user).select_related("region", "departement").first() or Profile(
        user=user
    )


def locked_fields(user: User) -> frozenset[str]:
    """The profile fields that ``user`` may not change alone.

    A function opens what is kept for it, and can give a say in who joins (see ``groups`` and ``approval``), so
    it is never taken by oneself: it is judged with the request, fixed while the request is open, and Avise's to
    change from then on; so is an animator's region.
    """
    if user.access_requests.filter(state__in=AccessRequest.OPEN).exists():
        return JUDGED_ON
    if not user.is_approved:
        return frozenset()
    return JUDGED_ON if profile_of(user).fonction == Fonction.REGIONAL else frozenset({"fonction"})


def functions_open_to(user: User) -> list[tuple[str, str]]:
    """The functions that ``user`` may choose: once approved, hers alone."""
    if not user.is_approved:
        return Fonction.choices
    current = profile_of(user).fonction
    return [(value, label) for value, label in Fonction.choices if value == current]


@transaction.atomic
def save_profile(*, user: User, by: User, values: dict) -> Profile:
    """Write ``values`` (names, profile fields, ``themes``) to the profile of ``user``.

    A department gives its region. ``by`` is the person herself, or someone at Avise for whom nothing is locked.
    Raises ProfileLocked.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    profile = profile_of(user)
    values = dict(values)
    if by.pk == user.pk:
        for name in locked_fields(user):
            if name in values and values.pop(name) != getattr(profile, name):
                raise ProfileLocked
        if values.get("fonction", "") not in {"", *dict(functions_open_to(user))}:
            raise ProfileLocked
    if departement := values.get("departement"):
        values["region"] = departement.region
    themes = values.pop("themes", None)
    for name in ("first_name", "last_name"):
        if name in values:
            setattr(user, name, values.pop(name))
    user.save(update_fields=["first_name", "last_name"])
    for name, value in values.items():
        setattr(profile, name, value)
    profile.user = user
    profile.save()
    sync_function_group(user)
    if themes is not None:
        profile.themes.set(themes)
    return profile


def split_name(name: str) -> tuple[str, str]:
    """Split a full name as a roster writes it into first and last name (« EXEMPLE Inès », « Inès Exemple »)."""
    words = name.split()
    upper = [word for word in words if len(word) > 1 and word.isupper()]
    if upper and len(upper) < len(words):
        rest = [word for word in words if word not in upper]
        return " ".join(rest), " ".join(upper).title()
    return " ".join(words[:1]), " ".join(words[1:])
