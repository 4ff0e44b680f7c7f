from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PageCacheConfig(AppConfig):
    name = "portal.pagecache"
    label = "pagecache"
    verbose_name = "Cache des pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import watching

        # Every process notes what it writes, whether it serves pages or not.
        watching.connect()
        autodiscover_modules("page_cache")
