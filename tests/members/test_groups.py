"""The two groups of Avise: made by every migration, complete, and idempotent."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from portal.members import groups
from portal.members.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def has(group, name):
    app_label, codename = name.split(".")
    return group.permissions.filter(content_type__app_label=app_label, codename=codename).exists()


def test_a_migration_makes_them(db):
    Group.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert set(Group.objects.values_list("name", flat=True)) >= {groups.EDITORS, groups.ADMINISTRATORS}
    assert has(Group.objects.get(name=groups.EDITORS), "notifications.view_outgoingmessage")


def test_they_are_made_once_a_migration_when_all_permissions_exist(db, monkeypatch):
    calls = []
    monkeypatch.setattr(groups, "ensure_avise_groups", lambda: calls.append(1))
    for config in apps.get_app_configs():
        if config.models_module:
            groups.ensure_groups_after_migrate(config, using="default")
    assert len(calls) == 1


@pytest.mark.parametrize("name", groups.ADMINISTRATOR_PERMISSIONS)
def test_every_permission_named_exists(db, name):
    """A codename with a spelling mistake would be left out in silence."""
    app_label, codename = name.split(".")
    assert Permission.objects.filter(content_type__app_label=app_label, codename=codename).exists()


@pytest.mark.parametrize("name", groups.COLLECTION_PERMISSIONS)
def test_every_collection_permission_named_exists(db, name):
    test_every_permission_named_exists(None, name)


def test_editors_have_theirs_and_no_more(db):
    editors, administrators = groups.ensure_avise_groups()
    for name in groups.EDITOR_PERMISSIONS:
        assert has(editors, name)
        assert has(administrators, name)
    for name in ("members.change_user", "members.delete_user", "auth.change_group"):
        assert not has(editors, name)
        assert has(administrators, name)


def test_doing_it_again_changes_nothing_and_keeps_what_was_added(db):
    editors, _ = groups.ensure_avise_groups()
    extra = Permission.objects.get(codename="view_jobrun")
    editors.permissions.add(extra)
    before = set(editors.permissions.all())
    groups.ensure_avise_groups()
    assert set(editors.permissions.all()) == before
    assert extra in before


def test_a_permission_that_does_not_exist_yet_is_given_the_next_time(db):
    missing = Permission.objects.get(codename="view_outgoingmessage")
    content_type = missing.content_type
    missing.delete()
    editors, _ = groups.ensure_avise_groups()
    Permission.objects.create(codename="view_outgoingmessage", content_type=content_type, name="Voir")
    groups.ensure_avise_groups()
    assert has(editors, "notifications.view_outgoingmessage")


def test_access_to_pages_and_files(tree):
    groups.ensure_avise_access(root_page=tree.home)
    counts = GroupPagePermission.objects.count(), GroupCollectionPermission.objects.count()
    editors, _ = groups.ensure_avise_access(root_page=tree.home)
    assert counts == (GroupPagePermission.objects.count(), GroupCollectionPermission.objects.count())
    editor = User.objects.get(pk=factories.make_user("e@exemple.test", groups=[editors]).pk)
    fiche = factories.make_fiche(tree.centre, live=False)
    rights = fiche.permissions_for_user(editor)
    assert rights.can_edit()
    assert rights.can_publish()
    assert rights.can_delete()
    assert not tree.root.permissions_for_user(editor).can_publish()


def test_an_editor_works_in_the_admin(client, tree, avise):
    groups.ensure_avise_access(root_page=tree.home)
    client.force_login(avise)
    menu = client.get("/admin/").content.decode()
    assert client.get("/admin/membres/").status_code == 200
    assert "Membres" in menu
    assert client.get(f"/admin/pages/{tree.centre.pk}/").status_code == 200
    # Accounts and groups are for administrators.
    assert client.get("/admin/users/").status_code == 302
