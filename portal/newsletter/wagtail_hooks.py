from wagtail import hooks
from wagtail.snippets.models import register_snippet

from . import viewsets

register_snippet(viewsets.NewsletterGroup)


@hooks.register("register_admin_urls")
def newsletter_urls():
    return viewsets.urlpatterns
