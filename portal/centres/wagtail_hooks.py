from django.db.models import Q
from wagtail import hooks
from wagtail.models import Page

from .models import CentrePage
from .services import ensure_centre_access


@hooks.register("after_create_page")
@hooks.register("after_copy_page")
def open_access_for_new_centre(request, page, new_page=None):
    created = new_page or page
    if isinstance(created, CentrePage):
        ensure_centre_access(centre=created)


@hooks.register("before_create_page")
def remember_type_being_added(request, parent_page, page_class):
    # Whether a centre may publish at once depends on the type, which Wagtail's rights on the parent ignore.
    parent_page.page_class_being_added = page_class


@hooks.register("construct_page_chooser_queryset")
def hide_drafts_of_others(pages, request):
    """A centre chooses among what is live and what is its own: other centres' drafts have titles too."""
    user = request.user
    if user.is_superuser or user.has_perm("members.see_all_drafts"):
        return pages
    own = Q(owner=user)
    for path in CentrePage.objects.filter(group__in=user.groups.all()).values_list("path", flat=True):
        own |= Q(path__startswith=path)
    return pages.filter(Q(live=True) | own) if issubclass(pages.model, Page) else pages
