"""What the other apps show on « Mon espace ». Each declares its panels in its ``espace.py`` (autodiscovered)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import autodiscover_modules
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Panel:
    """A part of « Mon espace ». ``context`` takes the request; None means that there is nothing to show."""

    name: str
    order: int
    template: str
    context: Callable[[HttpRequest], dict | None]


_panels: dict[str, Panel] = {}


def register_panel(
    *, name: str, order: int, template: str, context: Callable[[HttpRequest], dict | None]
) -> Panel:
    """Add a panel to « Mon espace »; lower ``order`` comes first. A name is registered once."""
    panel = Panel(name=name, order=order, template=template, context=context)
    if name in _panels and _panels[name] != panel:
        raise ValueError(f"A panel named {name!r} is registered already.")
    _panels[name] = panel
    return panel


def all_panels() -> list[Panel]:
    """Return the panels of the installed apps, in order."""
    autodiscover_modules("espace")
    return sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))


def render_panels(request: HttpRequest) -> list[SafeString]:
    """Render what each app has to show to the person who asks."""
    rendered = []
    for panel in all_panels():
        context = panel.context(request)
        if context is not None:
            rendered.append(render_to_string(panel.template, context, request))
    return rendered
