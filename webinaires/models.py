"""Webinars: announced, then kept as a replay with chapters and a transcript, at one address."""

from __future__ import annotations

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.panels import MultiFieldPanel
from wagtail.fields import RichTextField

from portal.base import richtext
from portal.base.listing import ListingPage
from portal.base.models import BasePage
from portal.registrations.models import ClosingItem, EventManager, EventPage, EventQuerySet, event_cards
from portal.registrations.rules import RECORDABLE, rule_of

from .captions import CaptionError, Chapter, Cue, chapter_list, cue_list
from .replay import Section, line_at, second_asked, sections

logger = logging.getLogger(__name__)


class WebinaireQuerySet(EventQuerySet):
    def replays(self, now: dt.datetime | None = None):
        """Past webinars that left something to watch or to read, the latest first."""
        recordable = self.past(now).not_cancelled().filter(confidentiality__in=RECORDABLE)
        return recordable.exclude(media=None, video_url="", transcript_vtt="")


WebinaireManager = EventManager.from_queryset(WebinaireQuerySet)


class WebinaireIndexPage(ListingPage):
    """``/webinaires/``: those to come, then the replays."""

    kind_label = "Webinaires"
    icon = "play"
    template = "webinaires/webinaire_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    is_creatable = True

    class Meta:
        verbose_name = "liste des webinaires"

    def get_items(self, request):
        """Pages of the list: replays, or every past webinar with ``?periode=passe``."""
        listing = past_webinars if request.GET.get("periode") == "passe" else replays
        return listing(user=request.user, now=timezone.now())

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["upcoming"] = coming_webinars(user=request.user, now=timezone.now())
        return context


class WebinairePage(EventPage):
    """One webinar: before, what is announced; after, the replay."""

    kind_label = "Webinaire"
    section = "/webinaires/"
    icon = "play"
    guarded_files = ("media", "slides")
    kept_parameters = ("t",)

    programme = RichTextField("au programme", blank=True, features=richtext.TEXT)
    for_whom = RichTextField("pour qui", blank=True, features=richtext.TEXT)
    essential = RichTextField(
        "l’essentiel", blank=True, features=richtext.TEXT, help_text="Après le webinaire."
    )
    media = models.ForeignKey(
        "wagtailmedia.Media",
        verbose_name="enregistrement",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    video_url = models.URLField(
        "vidéo hébergée ailleurs",
        blank=True,
        help_text="Montrée en lien : rien n’est chargé d’un autre site.",
    )
    replay_minutes = models.PositiveSmallIntegerField("durée du replay, en minutes", null=True, blank=True)
    chapters_vtt = models.TextField("chapitres (WebVTT)", blank=True)
    transcript_vtt = models.TextField("transcription (WebVTT)", blank=True)
    slides = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name="support",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = WebinaireManager()

    replay_fields = [
        "essential",
        "media",
        "video_url",
        "replay_minutes",
        "chapters_vtt",
        "transcript_vtt",
        "slides",
    ]

    template = "webinaires/webinaire_page.html"
    parent_page_types = ["centres.CentrePage"]
    subpage_types: list[str] = []
    is_creatable = True

    content_panels = [
        *BasePage.content_panels,
        *EventPage.essential_panels,
        MultiFieldPanel(["summary", "programme", "for_whom"], heading="Présentation", classname="collapsed"),
        *EventPage.event_panels,
        *EventPage.filing_panels,
        MultiFieldPanel(replay_fields, heading="Après : le replay", classname="collapsed"),
    ]
    #: A copy is another date: what was left by this one stays with it.
    exclude_fields_in_copy = replay_fields

    class Meta:
        verbose_name = "webinaire"
        verbose_name_plural = "webinaires"

    def clean(self):
        super().clean()
        errors = {}
        for field, read in (("chapters_vtt", chapter_list), ("transcript_vtt", cue_list)):
            try:
                read(getattr(self, field))
            except CaptionError as error:
                errors[field] = str(error)
        rule = rule_of(self)
        if self.has_replay and not rule.may_have_replay:
            errors["confidentiality"] = (
                f"Un webinaire « {rule.label.lower()} » n’a pas de replay : retirez l’enregistrement, le lien "
                "de la vidéo et la transcription."
            )
        if errors:
            raise ValidationError(errors)

    @property
    def has_replay(self) -> bool:
        return bool(self.media_id or self.video_url or self.transcript_vtt)

    @classmethod
    def card_columns(cls, prefix: str) -> dict:
        # Whether there is a transcript, and not the transcript: an hour of talk, for each line of a list.
        transcript = Q(**{f"{prefix}transcript_vtt__gt": ""})
        film = Q(**{f"{prefix}media__isnull": False}) | Q(**{f"{prefix}video_url__gt": ""})
        return {
            "recording_minutes": F(f"{prefix}replay_minutes"),
            "has_transcript": transcript,
            "left_replay": film | transcript,
        }

    @classmethod
    def card_traits(cls, row: dict) -> dict:
        took_place = row["is_past"] and not row["is_cancelled"]
        shows_replay = row["left_replay"] and row["confidentiality"] in RECORDABLE and took_place
        return super().card_traits(row) | {
            "kind": "replay" if shows_replay else "webinaire",
            "replay_minutes": row["recording_minutes"],
            "has_transcript": bool(row["has_transcript"]),
        }

    @property
    def is_noted(self) -> bool:
        return bool(self.essential)

    def closing_items(self) -> tuple[ClosingItem, ...]:
        """The replay, where the rule lets there be one."""
        if not rule_of(self).may_have_replay:
            return ()
        return (
            ClosingItem(
                name="replay",
                label="Le replay est en ligne",
                short="le replay",
                is_done=self.has_replay,
                url=reverse("wagtailadmin_pages:edit", args=[self.pk]),
                action="Ajouter l’enregistrement",
                for_editors=True,
            ),
        )

    @property
    def shows_replay(self) -> bool:
        """Tell whether readers see the replay: there is one, its rule allows it, the webinar took place."""
        allowed = self.has_replay and rule_of(self).may_have_replay
        return allowed and self.is_past() and not self.is_cancelled

    @property
    def kind(self) -> str:
        return "replay" if self.shows_replay else "webinaire"

    def chapters(self) -> list[Chapter]:
        """Chapters in order; empty where none is written."""
        return chapter_list(self.chapters_vtt)

    def cues(self) -> list[Cue]:
        """Cues of the transcript in order; empty where none is written."""
        return cue_list(self.transcript_vtt)

    def get_context(self, request, *args, **kwargs):
        """Before: nothing more than the page. After: the transcript, laid out, and the second asked for."""
        context = super().get_context(request, *args, **kwargs)
        if self.shows_replay:
            laid_out = self.transcript()
            asked = second_asked(request.GET.get("t"))
            context |= {
                "sections": laid_out,
                "has_words": any(section.paragraphs for section in laid_out),
                "asked": asked,
                "asked_line": line_at(laid_out, asked) if asked is not None else None,
            }
        return context

    def transcript(self) -> list[Section]:
        """The transcript laid out under its chapters; a text that cannot be read is left out, and logged."""
        read = []
        for parse in (self.chapters, self.cues):
            try:
                read.append(parse())
            except CaptionError as error:
                # The admin refuses such a text; an import may have let it in, and the page must still open.
                logger.warning("Captions of page %s: %s", self.pk, error)
                read.append([])
        return sections(*read) if any(read) else []


@event_cards(WebinairePage)
def coming_webinars(user, now):
    return WebinairePage.objects.visible_to(user).upcoming(now)


@event_cards(WebinairePage)
def past_webinars(user, now):
    return WebinairePage.objects.visible_to(user).past(now)


@event_cards(WebinairePage)
def replays(user, now):
    return WebinairePage.objects.visible_to(user).replays(now)
