from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from portal.base import media, serving
from portal.home.feeds import LatestPages, robots
from portal.home.health import health
from portal.home.manifest import manifest
from portal.pagecache.keeping import kept

handler400 = "portal.base.standalone.bad_request"
handler500 = "portal.base.standalone.server_error"

urlpatterns = [
    path("admin/", include("portal.members.admin_urls")),
    path("", include("portal.home.admin_urls")),
    path("", include("portal.registrations.admin_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    re_path(r"^media/(?P<path>.+)$", media.serve, name="media"),
    path("compte/", include("allauth.urls")),
    path("", include("portal.members.urls")),
    path("", include("portal.registrations.urls")),
    path("", include("portal.notifications.urls")),
    path("", include("portal.newsletter.urls")),
    path("", include("ressources.urls")),
    path("", include("webinaires.urls")),
    path("", include("search.urls")),
    path("", include("portal.alerts.urls")),
    path("", include("portal.accessibility.urls")),
    path("", include("portal.commissioning.urls")),
    path("sante/", health, name="health"),
    path("sitemap.xml", kept(sitemap), name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("flux.atom", kept(LatestPages()), name="feed"),
    path("manifest.webmanifest", manifest, name="manifest"),
    re_path(wagtail_urls.serve_pattern, serving.serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
