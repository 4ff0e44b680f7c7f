"""The personal link that stops waiting without signing in: signed, tied to one account, opening nothing else."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, Signer

_signer = Signer(sep=".", salt="commissioning.stop")


class WrongLink(Exception):
    """This address was not made by the portal, or was cut on its way."""


def stop_token(user) -> str:
    """Return the token of ``user``, the same each time."""
    return _signer.sign(str(user.pk))


def user_of(token: str):
    """Return whose link ``token`` is. Raises WrongLink."""
    try:
        return get_user_model().objects.get(pk=int(_signer.unsign(token)), is_active=True)
    except (BadSignature, ValueError, get_user_model().DoesNotExist) as error:
        raise WrongLink from error
