"""Who does what on the board: centres write, Avise keeps it, one role reads what may name someone."""

from __future__ import annotations

from portal.centres.models import CentrePage

from .models import Need

KEEP_BOARD = "commissioning.change_need"
#: Declared by ``search`` on its journal; reported gaps are read under the same promise.
SEE_RARE = "search.see_rare_searches"


def may_keep(user) -> bool:
    """Tell whether ``user`` proposes, rewords, sets aside and hands over: Avise."""
    return user.is_active and user.has_perm(KEEP_BOARD)


def may_see_rare(user) -> bool:
    """Tell whether ``user`` reads the rare searches and the reported gaps. Keeping the board is not enough."""
    return user.is_active and user.has_perm(SEE_RARE)


def centres_of(user) -> list[CentrePage]:
    """The centres whose group ``user`` is in, in order; cached on the user, one query."""
    if not hasattr(user, "_board_centres"):
        mine = CentrePage.objects.filter(group__in=user.groups.all()) if user.is_active else ()
        user._board_centres = sorted(mine, key=lambda centre: centre.title)
    return user._board_centres


def may_see_board(user) -> bool:
    """Tell whether ``user`` reads the board: whoever keeps it, and whoever is of a centre."""
    return user.is_authenticated and (may_keep(user) or bool(centres_of(user)))


def writes(user, need: Need) -> bool:
    """Tell whether ``user`` is of the centre that took ``need``."""
    return need.centre_id is not None and any(centre.pk == need.centre_id for centre in centres_of(user))


def may_follow(user, need: Need) -> bool:
    """Tell whether ``user`` gives ``need`` back, changes its date, links its fiche."""
    return may_keep(user) or writes(user, need)
