from django.db.models.signals import pre_delete
from django.dispatch import receiver

from portal.base.models import BasePage

from .gone import remember_address


@receiver(pre_delete, sender=BasePage, dispatch_uid="home.remember_address")
def on_deletion(instance, **kwargs):
    """Whatever deletes a page (the admin, a bulk action, its parent's deletion), its address is remembered."""
    remember_address(instance)
