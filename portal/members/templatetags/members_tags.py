"""How the account pages speak of a device."""

from django import template

from portal.members import devices

register = template.Library()


@register.filter
def device_name(user_agent: str) -> str:
    """« Firefox sur Windows »."""
    return devices.device_name(user_agent)
