"""The form of an event in the admin: it opens on what nobody can guess, and folds the rest."""

from __future__ import annotations

from django import forms
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, MultipleChooserPanel

from portal.themes.models import boxes

from .event_forms import WhoMayRegister

#: What an event cannot do without: its form opens on that.
ESSENTIAL = [
    MultiFieldPanel(
        [FieldRowPanel(["start", "end"]), FieldRowPanel(["place", "meeting_url"])],
        heading="Quand et où",
    ),
    MultiFieldPanel([FieldRowPanel(["capacity", "audience"])], heading="Combien de places, et pour qui"),
]
#: The rest of an event, which has a sane value.
FOLDED = [
    MultiFieldPanel(
        [FieldPanel("audience_groups", widget=forms.CheckboxSelectMultiple)],
        heading="Groupes, si le rendez-vous leur est réservé",
        classname="collapsed",
    ),
    MultiFieldPanel(
        [FieldRowPanel(["speakers", "meeting_phone"])],
        heading="Avec qui, et par téléphone",
        classname="collapsed",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel(["confidentiality", "asks_question"]),
            FieldRowPanel(["registration_mode", "registration_url"]),
            FieldRowPanel(["registration_opens_at", "registration_closes_at"]),
            FieldPanel("open_to_pending", heading="Qui peut s’inscrire", widget=WhoMayRegister),
            "cycle",
        ],
        heading="Confidentialité et inscription",
        classname="collapsed",
    ),
    MultiFieldPanel(
        [
            "access_opens_before",
            FieldRowPanel(["remind_week", "remind_day", "remind_hour"]),
            "evaluated",
        ],
        heading="Avant et après",
        classname="collapsed",
    ),
]
FILING = [
    MultiFieldPanel(
        [boxes(name) for name in ("themes", "phases", "secteurs", "regions", "structures")],
        heading="Classement",
        classname="collapsed",
    ),
    MultipleChooserPanel(
        "related_links",
        chooser_field_name="page",
        heading="Contenus liés",
        label="Page",
        classname="collapsed",
    ),
]
