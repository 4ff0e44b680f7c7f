"""People and files that the tests of this app share."""

import datetime as dt
import io
import re
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from openpyxl import Workbook

from portal.members.groups import ensure_avise_groups
from portal.members.models import Fonction, Profile
from tests import factories

PARIS = ZoneInfo("Europe/Paris")
#: A Tuesday with no public holiday near.
TUESDAY = dt.datetime(2026, 11, 24, 15, 0, tzinfo=PARIS)
CODE = re.compile(r"^([B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4})$", re.MULTILINE)


def verify(user):
    """Give ``user`` the verified address that signing up leaves."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_in(message) -> str:
    return CODE.search(message.body).group(1)


def make_profile(user, **fields):
    values = {"fonction": Fonction.CHARGEE, "structure": "Structure fictive", **fields}
    if not user.first_name:
        user.first_name, user.last_name = "Prénom", "Fictif"
        user.save()
    return Profile.objects.create(user=user, **values)


def workbook(rows, *, sheet="Membres") -> io.BytesIO:
    """An XLSX file of ``rows``."""
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "liste.xlsx"
    return file


@pytest.fixture
def avise(db):
    """Someone of Avise's editors."""
    editors, _ = ensure_avise_groups()
    return factories.make_user(
        "redaction@exemple.test", groups=[editors], first_name="Solène", last_name="Exemple"
    )


@pytest.fixture
def administrator(db):
    """Someone of Avise's administrators; no superuser."""
    _, administrators = ensure_avise_groups()
    return factories.make_user("gestion@exemple.test", groups=[administrators])


@pytest.fixture
def animator(taxonomy):
    """The animator of Bretagne."""
    user = factories.make_user("animatrice@exemple.test", first_name="Maëlle", last_name="Fictive")
    make_profile(user, fonction=Fonction.REGIONAL, region=taxonomy.bretagne)
    return user


@pytest.fixture
def other_animator(taxonomy):
    """The animator of another region."""
    user = factories.make_user("animateur.guyane@exemple.test")
    make_profile(user, fonction=Fonction.REGIONAL, region=taxonomy.guyane)
    return user


@pytest.fixture
def candidate(taxonomy, pending):
    """A pending account with a complete profile, in Bretagne."""
    verify(pending)
    make_profile(pending, region=taxonomy.bretagne)
    return pending


@pytest.fixture
def now():
    return timezone.now()
