"""A centre's rights are Wagtail's own: one group on its subtree, its images and its documents."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
)

from .models import CentrePage

#: The group of all approved members; it opens the files of reserved collections.
MEMBERS_GROUP = "Membres du réseau"
COLLECTION_PERMISSIONS = (
    ("wagtailimages", "add_image"),
    ("wagtailimages", "change_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "change_document"),
    ("wagtaildocs", "choose_document"),
    ("wagtailmedia", "add_media"),
    ("wagtailmedia", "change_media"),
)


@transaction.atomic
def ensure_centre_access(*, centre: CentrePage) -> Group:
    """Create what ``centre`` lacks of its group, collections and rights; return the group. Idempotent.

    The group may add and change pages of the centre's subtree (publishing a fiche waits for moderation;
    publishing a session is allowed by the page type), and use two collections: one open, one whose files
    only approved members can fetch.
    """
    if centre.group is None:
        # The key tells two centres of one title apart: a shared group would share their rights.
        centre.group = Group.objects.create(name=f"Centre : {centre.title[:120]} ({centre.pk})")
    if centre.collection is None:
        centre.collection = _child_collection(Collection.get_first_root_node(), centre.title)
    if centre.reserved_collection is None:
        centre.reserved_collection = _child_collection(
            centre.collection, f"{centre.title}, réservé au réseau"
        )
        restriction, _ = CollectionViewRestriction.objects.get_or_create(
            collection=centre.reserved_collection, restriction_type=CollectionViewRestriction.GROUPS
        )
        restriction.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    CentrePage.objects.filter(pk=centre.pk).update(
        group=centre.group, collection=centre.collection, reserved_collection=centre.reserved_collection
    )
    centre.group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    for codename in ("add_page", "change_page"):
        GroupPagePermission.objects.get_or_create(
            group=centre.group,
            page_id=centre.pk,
            permission=Permission.objects.get(content_type__app_label="wagtailcore", codename=codename),
        )
    for app_label, codename in COLLECTION_PERMISSIONS:
        permission = Permission.objects.get(content_type__app_label=app_label, codename=codename)
        GroupCollectionPermission.objects.get_or_create(
            group=centre.group, collection=centre.collection, permission=permission
        )
    return centre.group


def _child_collection(parent: Collection, name: str) -> Collection:
    return parent.add_child(instance=Collection(name=name[:255]))
