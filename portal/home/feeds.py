"""``/flux.atom``: what the reader may read of the latest publications."""

from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed

from portal.base.models import BasePage, PortalSettings

#: Kinds that are news; lists and legal pages are not.
NEWS = ("fichepage", "outilpage", "webinairepage", "cafepage", "dispositifpage")


class LatestPages(Feed):
    """The twenty pages published last, for anonymous readers: a feed's address carries no account."""

    feed_type = Atom1Feed
    link = "/"

    def title(self):
        return PortalSettings.of_default_site().name

    def subtitle(self):
        return f"Ce qui vient de paraître sur {PortalSettings.of_default_site().name}"

    def items(self):
        pages = BasePage.objects.visible_to(None).filter(
            content_type__model__in=NEWS, first_published_at__isnull=False
        )
        return pages.order_by("-first_published_at", "-pk").specific()[:20]

    def item_title(self, item):
        return f"{item.kind_label} : {item.title}"

    def item_description(self, item):
        return item.summary

    def item_link(self, item):
        return item.full_url

    def item_pubdate(self, item):
        return item.first_published_at

    def item_updateddate(self, item):
        return item.last_published_at


def robots(request):
    """``/robots.txt``: everything public may be read by machines; the search pages are endless and left out."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /recherche",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
