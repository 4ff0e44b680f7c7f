"""One group a function, written from the profiles of approved members: what a page or a session is kept for."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from portal.members import approval, groups, roster
from portal.members.groups import FUNCTION_GROUPS, sync_function_groups
from portal.members.models import Fonction, Profile, RosterEntry, User
from portal.members.privacy import erase_person
from portal.members.profiles import save_profile
from portal.members.roster_file import RosterRow
from tests import factories

from .conftest import TUESDAY, make_profile, verify

pytestmark = pytest.mark.django_db
CHARGEE, PILOTE, CRDLA = Fonction.CHARGEE, Fonction.PILOTE, Fonction.CRDLA


def functions_of(user) -> set[str]:
    """The functions whose group ``user`` is in."""
    held = set(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))
    return {fonction for fonction, name in FUNCTION_GROUPS.items() if name in held}


def test_a_migration_makes_them_and_fills_them():
    """An installation that had none: whoever was approved before is in hers."""
    adviser, pending = factories.make_user(), factories.make_user(approved=False)
    for user in (adviser, pending):
        make_profile(user, fonction=PILOTE)
    Group.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert set(Group.objects.values_list("name", flat=True)) >= set(FUNCTION_GROUPS.values())
    assert functions_of(adviser) == {PILOTE}
    assert functions_of(pending) == set()


def test_they_give_no_right():
    made = groups.ensure_function_groups()
    assert set(made) == set(Fonction)
    assert not any(group.permissions.exists() for group in made.values())
    assert groups.ensure_function_groups() == made


def test_approval_opens_the_function_and_nothing_before(candidate, animator):
    approval.submit_request(user=candidate, message="", now=TUESDAY)
    assert functions_of(candidate) == set()
    approval.approve_member(user=candidate, by=animator, now=TUESDAY)
    assert functions_of(candidate) == {CHARGEE}


def test_avise_changes_it_and_the_group_follows(member, avise):
    make_profile(member)
    sync_function_groups()
    assert functions_of(member) == {CHARGEE}
    save_profile(user=member, by=avise, values={"fonction": CRDLA})
    assert functions_of(member) == {CRDLA}
    save_profile(user=member, by=avise, values={"fonction": ""})
    assert functions_of(member) == set()


def test_a_pending_person_who_writes_a_function_is_in_no_group(pending):
    save_profile(user=pending, by=pending, values={"fonction": PILOTE})
    assert functions_of(pending) == set()


def test_the_roster_gives_it(avise, taxonomy):
    known = verify(factories.make_user("connue@exemple.test", approved=False))
    row = {"email": known.email, "name": "Connue Fictive", "fonction": CRDLA, "bearer": "", "line": 2}
    row |= {"departement": None, "region": taxonomy.bretagne}
    fields = RosterRow.__dataclass_fields__
    roster.import_roster(
        rows=[RosterRow(**{name: value for name, value in row.items() if name in fields})],
        by=avise,
        now=TUESDAY,
    )
    assert functions_of(known) == {CRDLA}
    roster.import_roster(
        rows=[
            RosterRow(
                **{name: value for name, value in (row | {"fonction": PILOTE}).items() if name in fields}
            )
        ],
        by=avise,
        now=TUESDAY,
    )
    assert RosterEntry.objects.get().user == known
    assert functions_of(known) == {PILOTE}


def test_other_groups_are_left_alone(member, tree, avise):
    make_profile(member)
    member.groups.add(tree.centre.group)
    save_profile(user=member, by=avise, values={"fonction": PILOTE})
    assert member.groups.filter(pk=tree.centre.group.pk).exists()


def test_the_boxes_of_the_account_do_not_give_a_function(client, admin, member):
    make_profile(member)
    sync_function_groups()
    client.force_login(admin)
    address = f"/admin/users/edit/{member.pk}/"
    wrong = Group.objects.get(name=FUNCTION_GROUPS[PILOTE])
    client.post(
        address,
        {
            "email": member.email,
            "first_name": "Inès",
            "last_name": "Exemple",
            "is_active": "on",
            "groups": [wrong.pk],
        },
    )
    assert functions_of(member) == {CHARGEE}


def test_who_is_erased_leaves_her_group(member):
    make_profile(member)
    sync_function_groups()
    erase_person(user=member, by=member, now=TUESDAY)
    assert functions_of(member) == set()
    assert not Profile.objects.filter(user=member).exists()


def test_writing_them_anew_changes_nothing(member, django_assert_max_num_queries):
    make_profile(member)
    sync_function_groups()
    before = list(User.groups.through.objects.values_list("user_id", "group_id"))
    with django_assert_max_num_queries(30):
        sync_function_groups()
    assert list(User.groups.through.objects.values_list("user_id", "group_id")) == before
