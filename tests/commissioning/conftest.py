import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from portal.commissioning import services
from portal.members.groups import ensure_avise_groups
from portal.notifications.models import OutgoingMessage
from search.models import SearchEntry
from tests import factories


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def editor(db):
    """Avise: keeps the board, and reads nothing that may name someone."""
    return factories.make_user("redaction@exemple.test", groups=[ensure_avise_groups()[0]])


@pytest.fixture
def reader(db):
    """The one role that reads rare searches and reported gaps; it keeps no board."""
    user = factories.make_user("veille@exemple.test")
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="search", codename="see_rare_searches"),
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
    )
    return user


@pytest.fixture
def other_centre(tree):
    return factories.make_centre(tree, title="CRDLA Culture", slug="crdla-culture")


@pytest.fixture
def other_user(other_centre):
    return factories.make_user("autre@exemple.test", groups=[other_centre.group])


@pytest.fixture
def make_need(editor, now):
    """A fiche to write, proposed by Avise: ``make_need("Comment… ?", themes=[…])``."""

    def make(question="Comment tenir jusqu’à la subvention ?", **fields):
        return services.propose(question=question, by=editor, now=now, **fields)

    return make


@pytest.fixture
def need(make_need, taxonomy):
    return make_need(themes=[taxonomy.tresorerie])


@pytest.fixture
def taken(need, tree, centre_user, now):
    """Taken by the tree's centre."""
    return services.claim(need=need, centre=tree.centre, by=centre_user, now=now)


@pytest.fixture
def search(now):
    """Write searches down: ``search("bail rural", days=5)`` is one a day."""

    def write(text, *, days=1, times=1, total=0, clicked=None, theme=None, released=False, ago=0):
        today = timezone.localdate(now)
        SearchEntry.objects.bulk_create(
            SearchEntry(
                day=today - dt.timedelta(days=ago + day),
                text=text,
                key=text.lower(),
                total=total,
                clicked_rank=clicked,
                theme=theme,
                released=released,
            )
            for day in range(days)
            for _ in range(times)
        )

    return write


@pytest.fixture
def mails():
    """The kinds of message written to a person, oldest first: ``mails(user)``."""
    return lambda user: list(
        OutgoingMessage.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    )


@pytest.fixture
def history():
    """What happened to a need, the oldest first: ``history(need)``."""
    return lambda need: list(need.changes.order_by("pk").values_list("action", flat=True))
