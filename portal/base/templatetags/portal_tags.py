"""Tags that every template has at hand (a builtin library)."""

from __future__ import annotations

import datetime as dt
import functools
import math
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.forms import BaseForm
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import mark_safe

from portal.base.typography import typographed, typographed_html

register = template.Library()
NBSP = "\u00a0"
WORDS_A_MINUTE = 220
#: How French says where a time zone's clock is; any other is said by its city.
ZONE_PLACES = {
    "America/Cayenne": "à Cayenne",
    "America/Guadeloupe": "en Guadeloupe",
    "America/Martinique": "en Martinique",
    "America/Marigot": "à Saint-Martin",
    "America/St_Barthelemy": "à Saint-Barthélemy",
    "America/Miquelon": "à Saint-Pierre-et-Miquelon",
    "Europe/Paris": "à Paris",
    "Indian/Mayotte": "à Mayotte",
    "Indian/Reunion": "à La Réunion",
    "Pacific/Noumea": "à Nouméa",
    "Pacific/Tahiti": "à Tahiti",
    "Pacific/Wallis": "à Wallis",
}


@register.simple_tag
@functools.lru_cache(maxsize=256)
def icon(name: str, size: str = "") -> str:
    """Draw a symbol of the sprite; decorative, hence hidden from screen readers."""
    return format_html(
        '<svg class="ico{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        f" ico--{size}" if size else "",
        static("portal/img/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def error_mark(context) -> str:
    """« Erreur : », to stand before the title of a page that sends a form back; empty elsewhere.

    Every form of the context counts, whatever its name: nobody has to remember it.
    """
    request = context.get("request")
    if request is None or request.method != "POST":
        return ""
    forms = (value for layer in context.dicts for value in layer.values() if isinstance(value, BaseForm))
    return f"Erreur{NBSP}: " if any(form.is_bound and form.errors for form in forms) else ""


@register.filter
def reading_minutes(text: str) -> int:
    """Whole minutes needed to read ``text`` (HTML allowed), at least one."""
    return max(1, math.ceil(len(strip_tags(str(text)).split()) / WORDS_A_MINUTE))


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def hour(value: dt.datetime) -> str:
    """« 9 h 30 », « 11 h » in the active time zone."""
    local = _local(value)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}" if local.minute else f"{local.hour}{NBSP}h"


@register.filter
def local_hours(start: dt.datetime, zone_name: str) -> str:
    """« 5 h 30 à Cayenne »: the hour of ``start`` (aware) on the clocks of ``zone_name`` (IANA).

    Empty where those clocks show the hour that the page already shows, and for an unknown zone. Another
    day is said: « 1 h 30 à Nouméa, le lendemain ».
    """
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return ""
    here, there = _local(start), start.astimezone(zone)
    if here.utcoffset() == there.utcoffset():
        return ""
    place = ZONE_PLACES.get(zone_name, f"à {zone_name.rsplit('/', 1)[-1].replace('_', ' ')}")
    clock_hour = f"{there.hour}{NBSP}h{NBSP}{there.minute:02d}" if there.minute else f"{there.hour}{NBSP}h"
    days = (there.date() - here.date()).days
    return f"{clock_hour} {place}{', la veille' if days < 0 else ', le lendemain' if days > 0 else ''}"


@register.filter
def hours_until(start: dt.datetime, end: dt.datetime) -> str:
    """« 9 h 30 – 11 h », or both days where the event runs over several."""
    if _local(start).date() == _local(end).date():
        return f"{hour(start)}{NBSP}– {hour(end)}"
    return f"{day(start)} à {hour(start)}{NBSP}– {day(end)} à {hour(end)}"


@register.filter
def day(value: dt.datetime | dt.date) -> str:
    """« jeudi 26 novembre 2026 », « mardi 1er décembre 2026 »."""
    local = _local(value) if isinstance(value, dt.datetime) else value
    number = "1er" if local.day == 1 else str(local.day)
    return f"{formats.date_format(local, 'l')} {number} {formats.date_format(local, 'F Y')}"


@register.filter
def short_date(value) -> str:
    """« 3 mars 2026 », « 1er mars 2026 »."""
    local = _local(value) if isinstance(value, dt.datetime) else value
    number = "1er" if local.day == 1 else str(local.day)
    return f"{number} {formats.date_format(local, 'F Y')}"


@register.filter
def clock(seconds) -> str:
    """« 12:40 » or « 1:02:05 » from a number of seconds."""
    total = int(float(seconds or 0))
    hours, rest = divmod(total, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


@register.filter
def duration(minutes: int) -> str:
    """« 45 min », « 1 h 30 », « 12 h » from a number of minutes."""
    hours, rest = divmod(int(minutes or 0), 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"


@register.filter
def typo(text) -> str:
    """Put the marks of French typography where an editor typed ordinary ones (see ``portal.base.typography``)."""
    return typographed(str(text))


@register.filter
def typo_html(html) -> str:
    """The same in the texts of HTML; what is not marked safe is escaped first, as a template would."""
    return mark_safe(typographed_html(str(conditional_escape(html))))


@register.simple_tag
def plural(count: int, one: str, many: str) -> str:
    """« 1 place », « 4 places », « 0 place »: French takes the plural from two on."""
    return f"{count}{NBSP}{one if abs(count) < 2 else many}"
