"""The three groups of Avise, and one a function. Centres have one each, made by ``portal.centres.services``.

A function's group gives no right in the admin: it is an audience, what a page or a session may be kept for. Its
members are written here alone, from the profiles of approved members.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from .models import Fonction, Profile, User

#: Runs the content: publishes, keeps the lists, lets people in, follows registrations and mails.
EDITORS = "Avise : rédaction"
#: The same, and the accounts, the groups and the settings of the site.
ADMINISTRATORS = "Avise : administration"
#: Reads the searches that few made, which may name a structure, and says what becomes of them. Nobody else does.
SEARCH_WATCH = "Avise : veille de la recherche"

#: The group of each function, by name: looked for again by it, so it is not to be renamed.
FUNCTION_GROUPS = {fonction: f"Fonction : {fonction.label}" for fonction in Fonction}

APPROVE_MEMBERS = "members.approve_members"

TAXONOMIES = ("theme", "phase", "secteur", "typestructure", "region", "departement", "terme", "synonymset")
EDITOR_PERMISSIONS = (
    "wagtailadmin.access_admin",
    APPROVE_MEMBERS,
    "members.see_all_drafts",
    "members.see_network_reports",
    *(f"themes.{action}_{name}" for name in TAXONOMIES for action in ("add", "change", "delete", "view")),
    "base.change_portalsettings",
    "accessibility.change_obstaclereport",
    "commissioning.change_need",
    *(f"newsletter.{action}_issue" for action in ("add", "change", "delete", "view")),
    "newsletter.view_subscription",
    "notifications.view_outgoingmessage",
    "registrations.view_registration",
    "registrations.change_registration",
    "registrations.view_yearfigures",
    "registrations.view_exportrecord",
    "search.view_searchentry",
    "wagtailredirects.add_redirect",
    "wagtailredirects.change_redirect",
    "wagtailredirects.delete_redirect",
    *(f"wagtailsearchpromotions.{action}_searchpromotion" for action in ("add", "change", "delete")),
)
ADMINISTRATOR_PERMISSIONS = (
    *EDITOR_PERMISSIONS,
    "background.view_jobentry",
    "registrations.view_sheetline",
    "members.add_user",
    "members.change_user",
    "members.delete_user",
    "members.view_user",
    "auth.add_group",
    "auth.change_group",
    "auth.delete_group",
    "wagtailcore.add_site",
    "wagtailcore.change_site",
    "wagtailcore.add_workflow",
    "wagtailcore.change_workflow",
    "wagtailcore.add_groupapprovaltask",
    "wagtailcore.change_groupapprovaltask",
)
SEARCH_WATCH_PERMISSIONS = (
    "wagtailadmin.access_admin",
    "search.view_searchentry",
    "search.see_rare_searches",
)
COLLECTION_PERMISSIONS = (
    "wagtailimages.add_image",
    "wagtailimages.change_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.change_document",
    "wagtaildocs.choose_document",
    "wagtailmedia.add_media",
    "wagtailmedia.change_media",
    "wagtailcore.add_collection",
    "wagtailcore.change_collection",
)


@transaction.atomic
def ensure_avise_groups() -> tuple[Group, Group]:
    """Create the two groups that work in the admin and give them what they lack: (editors, administrators).

    Idempotent, and run after every migration: a permission that does not exist yet is given the next time.
    What an administrator added is kept.
    """
    groups = []
    for name, names in ((EDITORS, EDITOR_PERMISSIONS), (ADMINISTRATORS, ADMINISTRATOR_PERMISSIONS)):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*_permissions(names).values())
        groups.append(group)
    return tuple(groups)


@transaction.atomic
def ensure_search_watch() -> Group:
    """Create the group that reads rare searches and give it what it lacks; take that right from any other.

    Idempotent, and run after every migration, as ``ensure_avise_groups``.
    """
    group, _ = Group.objects.get_or_create(name=SEARCH_WATCH)
    permissions = _permissions(SEARCH_WATCH_PERMISSIONS)
    group.permissions.add(*permissions.values())
    if alone := permissions.get("search.see_rare_searches"):
        for other in Group.objects.filter(permissions=alone).exclude(pk=group.pk):
            other.permissions.remove(alone)
    return group


@transaction.atomic
def ensure_avise_access(*, root_page: Page) -> tuple[Group, Group]:
    """Let both groups edit and publish everything under ``root_page``, and every image and file. Idempotent."""
    groups = ensure_avise_groups()
    on_pages = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=Page.permission_codenames
    )
    on_files = _permissions(COLLECTION_PERMISSIONS).values()
    root_collection = Collection.get_first_root_node()
    for group in groups:
        for permission in on_pages:
            GroupPagePermission.objects.get_or_create(
                group=group, page_id=root_page.pk, permission=permission
            )
        for permission in on_files:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root_collection, permission=permission
            )
    return groups


# -- functions


def ensure_function_groups() -> dict[str, Group]:
    """Create the groups of the functions that have none; return them by function. Idempotent."""
    return {fonction: Group.objects.get_or_create(name=name)[0] for fonction, name in FUNCTION_GROUPS.items()}


@transaction.atomic
def sync_function_group(user: User) -> None:
    """Put ``user`` in the group of her function and in no other's; in none until she is approved."""
    profile = Profile.objects.filter(user=user).first()
    wanted = FUNCTION_GROUPS.get(profile.fonction) if profile and user.is_approved else None
    user.groups.remove(*user.groups.filter(name__in=FUNCTION_GROUPS.values()).exclude(name=wanted))
    if wanted:
        user.groups.add(Group.objects.get_or_create(name=wanted)[0])
    # What was read of her groups before may not be answered again.
    user.__dict__.pop("_audience_group_ids", None)


@transaction.atomic
def sync_function_groups() -> None:
    """Write the members of every function's group anew: for an installation that had none. Idempotent."""
    for fonction, group in ensure_function_groups().items():
        group.user_set.set(User.objects.approved().filter(profile__fonction=fonction))


def ensure_groups_after_migrate(app_config, using, **kwargs) -> None:
    """Receiver of ``post_migrate``: act once, after the last app, when every permission is there."""
    last = [config for config in apps.get_app_configs() if config.models_module][-1]
    if app_config.label == last.label and using == "default":
        ensure_avise_groups()
        ensure_search_watch()
        # Migrating back leaves no profiles to read.
        if Profile._meta.db_table in connection.introspection.table_names():
            sync_function_groups()


def _permissions(names) -> dict[str, Permission]:
    """The permissions among ``names`` ("app.codename") that exist; two models may share a codename."""
    wanted = set(names)
    found = Permission.objects.filter(
        content_type__app_label__in={name.split(".")[0] for name in wanted},
        codename__in={name.split(".")[1] for name in wanted},
    ).select_related("content_type")
    return {name: p for p in found if (name := f"{p.content_type.app_label}.{p.codename}") in wanted}
