"""Links to pages in rich text, as Wagtail writes them, without reading the pages themselves."""

from __future__ import annotations

from django.utils.html import escape
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from .addresses import address_of
from .prepared import prepared


class PageLinks(PageLinkHandler):
    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        keys = sorted({int(attrs["id"]) for attrs in attrs_list if str(attrs.get("id", "")).isdecimal()})
        addresses = {str(row["pk"]): address_of(row["url_path"]) for row in _addresses(pages=keys)}
        found = [addresses.get(str(attrs.get("id", ""))) for attrs in attrs_list]
        return ["<a>" if address is None else f'<a href="{escape(address)}">' for address in found]


@prepared
def _addresses(pages):
    return Page.objects.filter(pk__in=pages).order_by().values("pk", "url_path")
