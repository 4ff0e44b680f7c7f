"""What members read of the board: what is being written, and what came of it."""

from __future__ import annotations

from portal.base.models import BasePage

from .models import Need, Watch

#: Answered needs shown, the latest first.
MOST_PUBLISHED = 10


def needs_to_write():
    """The fiches to write, theme by theme. A constant number of queries."""
    return Need.objects.to_write().for_board().theme_by_theme()


def latest_answers(user) -> list[Need]:
    """The latest published needs whose page ``user`` may read. A constant number of queries."""
    readable = BasePage.objects.visible_to(user).values("pk")
    published = Need.objects.filter(state=Need.State.PUBLISHED, page__in=readable)
    return list(published.select_related("page").order_by("-published_at", "-pk")[:MOST_PUBLISHED])


def awaited(user) -> list[Watch]:
    """What ``user`` waits for and what came; ``readable`` tells whether she may open the page. Two queries."""
    watches = list(
        Watch.objects.filter(user=user).select_related("need__page", "need__centre").order_by("-pk")
    )
    pages = [watch.need.page_id for watch in watches if watch.need.page_id]
    readable = set(BasePage.objects.visible_to(user).filter(pk__in=pages).values_list("pk", flat=True))
    for watch in watches:
        watch.readable = watch.need.state == Need.State.PUBLISHED and watch.need.page_id in readable
    return watches
