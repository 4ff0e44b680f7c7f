from wagtail import hooks

from portal.pagecache.keeping import keep

from .audience import Audience
from .models import BasePage
from .page_links import PageLinks


@hooks.register("before_serve_page")
def check_audience(page, request, serve_args, serve_kwargs):
    """Refuse a page to who may not read it, whatever its type does in ``serve`` or in its own routes.

    A hook and not a method: a mixin with a ``serve`` of its own (routable pages) would pass a method by. A
    preview does not come through here; Wagtail has checked the editor's rights before it.
    """
    if isinstance(page, BasePage) and not page.is_visible_to(request.user):
        return page.refuse(request)
    return None


@hooks.register("before_serve_page", order=10)
def keep_public_page(page, request, serve_args, serve_kwargs):
    """Let what strangers are served be kept; once every refusal has had its say, hence after the others."""
    if isinstance(page, BasePage) and page.audience == Audience.PUBLIC:
        keep(request, parameters=page.kept_parameters)


@hooks.register("register_rich_text_features", order=10)
def register_page_links(features):
    features.register_link_type(PageLinks)
