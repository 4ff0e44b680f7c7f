"""A centre: its presentation, and the subtree where it publishes."""

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Length, Substr
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Collection

from portal.base import richtext
from portal.base.models import BasePage
from portal.base.prepared import prepared, read
from portal.themes.models import Region

from . import shelves


class CentreIndexPage(BasePage):
    """``/centres/``: the list of the centres."""

    kind_label = "Centres"
    intro = RichTextField("introduction", blank=True, features=richtext.TEXT)

    template = "centres/centre_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["centres.CentrePage"]
    max_count = 1
    is_creatable = True

    content_panels = [*BasePage.content_panels, "summary", "intro"]

    class Meta:
        verbose_name = "liste des centres"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        centres = CentrePage.objects.child_of(self).visible_to(request.user).select_related("region", "image")
        context["national_centres"] = [c for c in centres if c.kind != CentrePage.Kind.REGIONAL]
        context["regional_centres"] = [c for c in centres if c.kind == CentrePage.Kind.REGIONAL]
        return context


class CentrePage(BasePage):
    """A resource centre (CRDLA), Avise, or a regional DLA that organises sessions."""

    class Kind(models.TextChoices):
        CRDLA = "crdla", "Centre de ressources (CRDLA)"
        AVISE = "avise", "Avise"
        REGIONAL = "regional", "DLA régional"

    kind_label = "Centre"
    section = "/centres/"
    typographed_fields = (*BasePage.typographed_fields, "perimetre")
    icon = "centre"

    kind = models.CharField("nature", max_length=10, choices=Kind.choices, default=Kind.CRDLA)
    porteur = models.CharField("porté par", max_length=200, blank=True)
    perimetre = models.CharField("périmètre", max_length=255, blank=True)
    former_names = models.CharField(
        "anciens noms",
        max_length=255,
        blank=True,
        help_text="Séparés par des virgules ; la recherche les connaît.",
    )
    region = models.ForeignKey(Region, verbose_name="région", null=True, blank=True, on_delete=models.PROTECT)
    website = models.URLField("site", blank=True)
    contact_email = models.EmailField("adresse de contact", blank=True)
    body = RichTextField("présentation", blank=True, features=richtext.SECTION)
    group = models.OneToOneField(
        Group, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="centre"
    )
    collection = models.OneToOneField(
        Collection, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    reserved_collection = models.OneToOneField(
        Collection, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    #: A copy is another centre: it gets rights of its own.
    exclude_fields_in_copy = ["group", "collection", "reserved_collection"]

    template = "centres/centre_page.html"
    parent_page_types = ["centres.CentreIndexPage"]
    subpage_types = [
        "ressources.FichePage",
        "ressources.OutilPage",
        "webinaires.WebinairePage",
        "cafes.CafePage",
    ]
    is_creatable = True

    content_panels = [
        *BasePage.content_panels,
        "summary",
        MultiFieldPanel(
            ["kind", "porteur", "perimetre", "former_names", "region"], heading="Carte d’identité"
        ),
        "body",
        MultiFieldPanel(["website", FieldPanel("contact_email")], heading="Contact"),
    ]

    class Meta:
        verbose_name = "centre"
        verbose_name_plural = "centres"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["shelves"] = shelves.of(self, request.user)
        return context

    def former_names_list(self) -> list[str]:
        return [name.strip() for name in self.former_names.split(",") if name.strip()]


def centre_of(page) -> CentrePage | None:
    """Return the centre whose subtree ``page`` stands in, or None. One query."""
    path = page.path or ""
    ends = range(CentrePage.steplen, len(path) + 1, CentrePage.steplen)
    return read(CentrePage, path__in=[path[:end] for end in ends])


def titles_of_centres(paths) -> dict[str, str]:
    """Return the title of the centre that each of ``paths``, of pages, stands right under; "" for none. One query."""
    parents = {path: path[: -CentrePage.steplen] for path in paths}
    titles = {row["path"]: row["title"] for row in _titles(paths=sorted(set(parents.values())))}
    return {path: titles.get(parent, "") for path, parent in parents.items()}


@prepared
def _titles(paths):
    return CentrePage.objects.filter(path__in=paths).order_by().values("path", "title")


def annotate_centre(pages):
    """Annotate ``centre_title`` and ``centre_slug``: the centre that a page is a child of, without a query each."""
    parent_path = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - CentrePage.steplen)
    centre = CentrePage.objects.annotate(own_path=F("path")).filter(own_path=parent_path)
    return pages.annotate(
        centre_title=Subquery(centre.values("title")[:1]), centre_slug=Subquery(centre.values("slug")[:1])
    )
