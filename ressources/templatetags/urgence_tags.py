"""Read the lists that an editor wrote on the emergency page, and say how fresh a scheme is."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

register = template.Library()
#: Past this, a reader is told to check again before relying on a scheme.
STALE_AFTER = dt.timedelta(days=183)


@dataclass(frozen=True)
class Item:
    """One entry of a list: what it opens with in bold ("" where nothing is), and the rest as safe HTML."""

    lead: str
    text: SafeString


@register.filter
def lead_items(rich_text: str) -> list[Item]:
    """Split « <li><b>45 jours</b> — pour déclarer… » into its figure and its words, for each entry."""
    items = []
    for entry in BeautifulSoup(expand_db_html(rich_text or ""), "html.parser").find_all("li"):
        first = next((child for child in entry.contents if str(child).strip()), None)
        lead = ""
        if getattr(first, "name", None) in ("b", "strong"):
            lead = first.get_text(" ", strip=True)
            first.extract()
        text = re.sub(r"^[\s:–—-]+", "", entry.decode_contents()).strip()
        items.append(Item(lead, mark_safe(text)))
    return items


@register.filter
def is_stale(checked_on: dt.date | None) -> bool:
    """Tell whether what was checked on that day should be checked again (six months)."""
    return checked_on is not None and timezone.localdate() - checked_on > STALE_AFTER


@register.filter
def site_name(url: str) -> str:
    """« entreprendre.service-public.fr » from an address: what a reader types from a printed sheet."""
    host = re.sub(r"^https?://(www\.)?", "", url or "")
    return host.rstrip("/")
