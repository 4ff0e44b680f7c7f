"""What every page of the portal is: an audience, a summary, a picture, and rules that protect content."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet

from .addresses import address_of
from .audience import Audience, group_ids, is_approved
from .permissions import ProtectedPagePermissionTester
from .prepared import prepared, read
from .typography import typographed


class BasePageQuerySet(PageQuerySet):
    def visible_to(self, user):
        """Live pages that ``user`` may read; every listing, feed, counter and index goes through here."""
        pages = self.live()
        if user is not None and user.is_active and getattr(user, "is_superuser", False):
            return pages
        if not is_approved(user):
            return pages.filter(audience=Audience.PUBLIC)
        in_my_groups = BasePage.audience_groups.through.objects.filter(group_id__in=group_ids(user))
        return pages.filter(
            Q(audience__in=[Audience.PUBLIC, Audience.RESEAU])
            | Q(audience=Audience.GROUPE, pk__in=in_my_groups.values("basepage_id"))
        )


BasePageManager = PageManager.from_queryset(BasePageQuerySet)


class PageKeyword(TaggedItemBase):
    """A free keyword on a page; the closed lists are in ``portal.themes``."""

    content_object = ParentalKey("base.BasePage", related_name="tagged_items", on_delete=models.CASCADE)


class BasePage(Page):
    """The parent of every page type. Concrete, so that one query spans all types."""

    #: Name of the kind shown to readers ("Fiche", "Webinaire"…).
    kind_label = "Page"
    #: Symbol of the icon sprite.
    icon = "doc"
    #: Address of the entry of the main menu that a page of this type is found under.
    section = ""
    #: Fields that hold a document or a film with the page's own content.
    guarded_files: tuple[str, ...] = ()
    #: Plain texts of an editor, shown in lists, letters and calendars alike: mended once, as they are saved. Rich
    #: text is mended as it is shown (``templates/wagtailcore/shared/richtext.html``).
    typographed_fields: tuple[str, ...] = ("title", "summary", "seo_title", "search_description")
    #: Parameters of the address that change the page: with any other, it is made anew for each stranger.
    kept_parameters: tuple[str, ...] = ()
    #: True where a centre may publish this type by itself (sessions); fiches wait for moderation.
    published_by_its_centre = False

    audience = models.CharField(
        "qui peut lire", max_length=10, choices=Audience.choices, default=Audience.PUBLIC
    )
    audience_groups = ParentalManyToManyField(
        Group, verbose_name="groupes", blank=True, help_text="Pour « Réservé à des groupes » seulement."
    )
    summary = models.CharField(
        "résumé",
        max_length=300,
        blank=True,
        help_text="Une ou deux phrases, montrées dans les listes et la recherche.",
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name="image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    keywords = ClusterTaggableManager(through=PageKeyword, blank=True, verbose_name="mots-clés")

    objects = BasePageManager()

    parent_page_types: list[str] = []
    is_creatable = False

    audience_panels = [
        MultiFieldPanel(
            [FieldPanel("audience"), FieldPanel("audience_groups", widget=forms.CheckboxSelectMultiple)],
            heading="Qui peut lire",
        ),
    ]
    promote_panels = [
        MultiFieldPanel(
            ["slug", "seo_title", "search_description", "show_in_menus", "image", "keywords"],
            heading="Adresse et partage",
        ),
    ]
    # Wagtail's privacy button is off: its queries do not scale and it admits accounts that nobody approved.
    private_page_options: list[str] = []

    class Meta:
        verbose_name = "page"
        verbose_name_plural = "pages"

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        for name in self.typographed_fields:
            setattr(self, name, typographed(getattr(self, name) or ""))
        errors = {}
        if self.audience == Audience.GROUPE and self.pk and not self.audience_groups.all():
            errors["audience_groups"] = "Choisissez au moins un groupe."
        if self.audience != Audience.PUBLIC:
            for name in self.guarded_files:
                file = getattr(self, name)
                # A file's readers are its collection's: an open one would give away a reserved page's content.
                if file and not self._is_guarded(file):
                    errors[name] = (
                        "Cette page est réservée : rangez ce fichier dans une collection réservée aux mêmes."
                    )
        if errors:
            raise ValidationError(errors)

    def _is_guarded(self, file) -> bool:
        """Tell whether no more people may fetch ``file`` than read this reserved page."""
        restrictions = list(file.collection.get_view_restrictions().prefetch_related("groups"))
        if self.audience != Audience.GROUPE:
            return bool(restrictions)
        readers = {group.pk for group in self.audience_groups.all()}
        return any(
            {group.pk for group in restriction.groups.all()} <= readers for restriction in restrictions
        )

    def is_visible_to(self, user) -> bool:
        """Tell whether ``user`` may read this page, live or not (its state is Wagtail's affair)."""
        if self.audience == Audience.PUBLIC or (user.is_active and getattr(user, "is_superuser", False)):
            return True
        if not is_approved(user):
            return False
        if self.audience == Audience.RESEAU:
            return True
        return bool(set(group_ids(user)) & {group.pk for group in self.audience_groups.all()})

    def audience_principals(self) -> tuple[str, ...]:
        """The principals that open this page, as the search index stores them."""
        if self.audience == Audience.GROUPE:
            return tuple(f"groupe-{group.pk}" for group in self.audience_groups.all())
        return (str(self.audience),)

    def get_view_restrictions(self):
        """None, ever, and no query: ``audience`` says who reads. Wagtail's privacy, which it replaces, is off."""
        return PageViewRestriction.objects.none()

    def way_up(self) -> list[dict]:
        """The pages above this one, from the home page down: ``title``, ``url`` and ``depth``. One query."""
        steps = range(self.steplen * 2, len(self.path), self.steplen)
        above = _above(paths=[self.path[:end] for end in steps])
        return [{**row, "url": address_of(row["url_path"])} for row in above]

    def refuse(self, request):
        """Send an anonymous reader to sign in; tell a signed-in one why, with a 403."""
        if not request.user.is_authenticated:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        raise PermissionDenied("reserved")

    def permissions_for_user(self, user):
        return ProtectedPagePermissionTester(user, self)

    def get_sitemap_urls(self, request=None):
        # The map is for strangers: what is reserved is not in it.
        return super().get_sitemap_urls(request) if self.audience == Audience.PUBLIC else []

    @property
    def is_reserved(self) -> bool:
        return self.audience != Audience.PUBLIC


#: How long a statement, and the audit it tells of, are worth (« Validité de la déclaration », RGAA).
AUDIT_LIFE = dt.timedelta(days=3 * 365)


class AccessibilityState(models.TextChoices):
    """The three mentions of the law."""

    NONE = "non", "non conforme"
    PARTIAL = "partielle", "partiellement conforme"
    FULL = "totale", "totalement conforme"


@register_setting(icon="cog")
class PortalSettings(BaseSiteSetting):
    """The identity of the portal, as an editor sets it."""

    name = models.CharField("nom", max_length=60, default="Entre pairs")
    tagline = models.CharField("accroche", max_length=120, default="le portail du réseau DLA")
    mark = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name="marque",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="À défaut, deux cercles qui se recoupent.",
    )
    contact_email = models.EmailField("adresse de contact", blank=True)
    notice = models.CharField(
        "bandeau",
        max_length=300,
        blank=True,
        help_text="Une phrase montrée en haut de chaque page ; vide : aucun.",
    )
    often_searched = models.CharField(
        "souvent cherché",
        max_length=300,
        blank=True,
        default="plan de trésorerie, baisse de subvention, crise de gouvernance",
        help_text="Suggestions sous la recherche de l’accueil, séparées par des virgules.",
    )
    accessibility_state = models.CharField(
        "accessibilité",
        max_length=10,
        choices=AccessibilityState.choices,
        default=AccessibilityState.NONE,
        help_text=(
            "La mention du pied de page, obligatoire. Sans audit en cours de validité, la règle impose "
            "«\u00a0non conforme\u00a0», quel que soit le résultat d’une auto-évaluation."
        ),
    )
    accessibility_audited_on = models.DateField("date de l’audit", null=True, blank=True)
    accessibility_email = models.EmailField(
        "contact pour l’accessibilité",
        blank=True,
        help_text="Reçoit les obstacles signalés. À défaut, l’adresse de contact.",
    )
    queue_threshold = models.PositiveSmallIntegerField(
        "seconde date",
        default=5,
        help_text=(
            "À partir de combien de personnes en attente proposer une seconde date à qui organise. 0 : jamais."
        ),
    )

    panels = [
        "name",
        "tagline",
        "mark",
        "contact_email",
        "notice",
        FieldPanel(
            "often_searched",
            help_text=(
                "Suggestions sous la recherche de l’accueil, séparées par des virgules. "
                "Vide\u00a0: ce qui se cherche le plus et trouve quelque chose."
            ),
        ),
        "queue_threshold",
        MultiFieldPanel(
            ["accessibility_state", "accessibility_audited_on", "accessibility_email"],
            heading="Accessibilité",
        ),
    ]

    class Meta:
        verbose_name = "identité du portail"

    @classmethod
    def of_default_site(cls) -> PortalSettings:
        """Return the identity of the portal where no request tells which site is read. One query."""
        # One site at most is the default one.
        found = cls.objects.filter(site__is_default_site=True).order_by()
        return next(iter(found), None) or cls(name=settings.WAGTAIL_SITE_NAME)

    def clean(self):
        super().clean()
        if self.accessibility_state != AccessibilityState.NONE and not self.has_valid_audit(
            timezone.localdate()
        ):
            raise ValidationError(
                {
                    "accessibility_state": (
                        "Sans audit de moins de trois ans, le portail doit se dire «\u00a0non conforme\u00a0». "
                        "Indiquez la date de l’audit."
                    )
                }
            )

    def has_valid_audit(self, today: dt.date) -> bool:
        """Tell whether the last audit counts on ``today``: a statement is worth three years."""
        audited_on = self.accessibility_audited_on
        return audited_on is not None and audited_on <= today < audited_on + AUDIT_LIFE

    @property
    def accessibility_mention(self) -> str:
        """« non conforme »: what every page says. An audit that has aged says so by itself."""
        if not self.has_valid_audit(timezone.localdate()):
            return AccessibilityState.NONE.label
        return AccessibilityState(self.accessibility_state).label

    @classmethod
    def for_site(cls, site):
        """As Wagtail's, which makes the row where there is none; the query is prepared: every page asks it."""
        return (site and read(cls, site_id=site.pk)) or super().for_site(site)

    def often_searched_list(self) -> list[str]:
        return [text.strip() for text in self.often_searched.split(",") if text.strip()]


@prepared
def _above(paths):
    return Page.objects.filter(path__in=paths).order_by("path").values("title", "url_path", "depth")
