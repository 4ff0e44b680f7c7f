"""The families of message that a person may refuse. What follows from her own act always goes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

from .models import Preference


@dataclass(frozen=True)
class Category:
    """``label`` and ``help`` are shown among the mail preferences, unless the category always goes."""

    name: str
    label: str
    help: str = ""
    always: bool = False
    #: Its place among the preferences, the lowest first.
    order: int = 50


#: Confirmations, changes, cancellations: without them a registration would mislead.
SERVICE = Category(name="service", label="Suivi de vos inscriptions", always=True)

_categories: dict[str, Category] = {SERVICE.name: SERVICE}


def register(category: Category) -> Category:
    """Add a category that a person may refuse; an app declares its own in its ``messages.py``."""
    _categories[category.name] = category
    return category


def optional_categories() -> list[Category]:
    """Return the categories that a person may refuse, in order."""
    autodiscover_modules("messages")
    optional = [category for category in _categories.values() if not category.always]
    return sorted(optional, key=lambda category: (category.order, category.name))


def wants(user, category: Category) -> bool:
    """Tell whether ``user`` wants the messages of ``category``: yes unless she said no."""
    if category.always:
        return True
    return not Preference.objects.filter(user=user, kind=category.name, wanted=False).exists()
