from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import views

_urls = [
    path("", views.guide, name="guide"),
    path("guide.css", views.sheet, name="sheet"),
    path("erreurs/<slug:name>/", views.error_page, name="error_page"),
    path("courriels/<path:name>/", views.letter, name="letter"),
]


@hooks.register("register_admin_urls")
def guide_urls():
    return [path("styleguide-portail/", include((_urls, "styleguide")))]


@hooks.register("register_settings_menu_item")
def guide_in_the_settings():
    # Whoever sees the settings (the name, the mark) sees what they change.
    return MenuItem("Guide de style", reverse("styleguide:guide"), icon_name="view", order=9000)
