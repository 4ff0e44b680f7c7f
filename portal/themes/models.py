"""The closed lists that content is sorted by, and the lexicon. All are snippets that Avise edits."""

import re
from operator import itemgetter

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection, models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel

from portal.base.prepared import Fixed, prepared

SLUG_HELP = "Sert dans les adresses : à ne changer qu’en connaissance de cause."
#: Words that are not looked for, and do not count in an expression.
SMALL_WORDS = frozenset(
    ["a", "à", "au", "aux", "c", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour",
     "s", "sans", "sous", "sur", "un", "une"]
)  # fmt: skip
ALIASES_HELP = "Séparés par des virgules ; la recherche les comprend."


def split_words(text: str) -> list[str]:
    """Return what stands between the commas and the line ends of ``text``, each once."""
    return list(dict.fromkeys(part.strip() for part in re.split("[,\n]", text) if part.strip()))


class ListEntry(models.Model):
    """An entry of a closed list: a label for people, a slug for addresses and filters."""

    label = models.CharField("libellé", max_length=120, unique=True)
    slug = models.SlugField("identifiant", max_length=80, unique=True, help_text=SLUG_HELP)
    order = models.PositiveSmallIntegerField("ordre", default=100)

    panels = ["label", "slug", "order"]

    class Meta:
        abstract = True
        ordering = ["order", "label"]

    def __str__(self):
        return self.label


class Theme(ListEntry):
    """What a difficulty is about. Its public page is a ``home.ThemePage``."""

    summary = models.CharField("en une phrase", max_length=300, blank=True)

    panels = ["label", "slug", "summary", "order"]

    class Meta(ListEntry.Meta):
        verbose_name = "thème"
        verbose_name_plural = "thèmes"


class Secteur(ListEntry):
    class Meta(ListEntry.Meta):
        verbose_name = "secteur"
        verbose_name_plural = "secteurs"


class TypeStructure(ListEntry):
    class Meta(ListEntry.Meta):
        verbose_name = "type de structure"
        verbose_name_plural = "types de structure"


class Phase(ListEntry):
    """Where the structure stands: anticiper, faire-face, urgence, rebondir."""

    short_label = models.CharField("libellé court", max_length=30)
    summary = models.CharField("en une phrase", max_length=300, blank=True)

    panels = ["label", "short_label", "slug", "summary", "order"]

    class Meta(ListEntry.Meta):
        verbose_name = "moment"
        verbose_name_plural = "moments"


class Region(ListEntry):
    """A region by its INSEE code (a string: codes start with 0 and collide with departments')."""

    code = models.CharField(
        "code Insee",
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"^\d{2,3}$", "Deux ou trois chiffres.")],
    )
    aliases = models.CharField(
        "autres noms",
        max_length=400,
        blank=True,
        help_text=f"{ALIASES_HELP} Par exemple : PACA, Breizh, les Bretons.",
    )
    time_zone = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris")

    panels = ["label", "code", "slug", "aliases", "time_zone", "order"]

    class Meta(ListEntry.Meta):
        verbose_name = "région"
        verbose_name_plural = "régions"

    @property
    def names(self) -> list[str]:
        """Its name and the others that people give it."""
        return [self.label, *split_words(self.aliases)]


class Departement(models.Model):
    """A department or overseas collectivity, by its INSEE code ("2A", "974")."""

    code = models.CharField("code Insee", max_length=3, unique=True)
    label = models.CharField("libellé", max_length=80)
    aliases = models.CharField(
        "autres noms",
        max_length=200,
        blank=True,
        help_text=f"{ALIASES_HELP} Par exemple : sa préfecture, un ancien nom.",
    )
    region = models.ForeignKey(
        Region,
        verbose_name="région",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="departements",
    )

    panels = ["code", "label", "aliases", "region"]

    class Meta:
        verbose_name = "département"
        verbose_name_plural = "départements"
        ordering = ["code"]

    def __str__(self):
        return f"{self.label} ({self.code})"

    @property
    def names(self) -> list[str]:
        """Its name and the others that people give it, its number aside."""
        return [self.label, *split_words(self.aliases)]


class Terme(ClusterableModel):
    """An acronym of the lexicon: it feeds the glossary, the tooltips and the search."""

    sigle = models.CharField("sigle", max_length=20, unique=True)
    slug = models.SlugField("identifiant", max_length=40, unique=True, help_text=SLUG_HELP)
    ambiguous = models.BooleanField(
        "plusieurs sens", default=False, help_text="La recherche propose alors tous les sens et le dit."
    )
    definition = models.TextField("en clair", blank=True)

    panels = [
        MultiFieldPanel(["sigle", "slug", "ambiguous"], heading="Sigle"),
        InlinePanel("expansions", label="développé", heading="Développés", min_num=1),
        FieldPanel("definition"),
    ]

    class Meta:
        verbose_name = "terme du lexique"
        verbose_name_plural = "lexique"
        ordering = ["sigle"]

    def __str__(self):
        return self.sigle

    @property
    def expansion_texts(self) -> list[str]:
        """What it stands for, with typographic apostrophes."""
        return [expansion.text.replace("'", "’") for expansion in self.expansions.all()]


class Expansion(models.Model):
    """One thing that an acronym stands for."""

    terme = ParentalKey(Terme, related_name="expansions", on_delete=models.CASCADE)
    text = models.CharField("développé", max_length=160)
    sort_order = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        ordering = ["sort_order", "pk"]
        verbose_name = "développé"
        verbose_name_plural = "développés"

    def __str__(self):
        return self.text


class SynonymSet(models.Model):
    """Words and expressions that a search takes for one another. What is typed still comes first."""

    #: The engines look up expressions of three words at the most.
    LONGEST = 3

    words = models.CharField(
        "mots",
        max_length=400,
        help_text=(
            "Séparés par des virgules : « trésorerie, cash, liquidités ». Chacun trouve tous les autres ; "
            "trois mots au plus par expression, petits mots non compris."
        ),
    )
    note = models.CharField("note", max_length=200, blank=True, help_text="Pour la rédaction seulement.")

    panels = ["words", "note"]

    class Meta:
        verbose_name = "groupe de synonymes"
        verbose_name_plural = "synonymes"
        ordering = ["words"]

    def __str__(self):
        return self.words

    @property
    def members(self) -> list[str]:
        """The words and expressions, each once, as they were written."""
        return split_words(self.words)

    def clean(self):
        super().clean()
        if len({member.lower() for member in self.members}) < 2:
            raise ValidationError(
                {"words": "Il faut au moins deux mots différents, séparés par une virgule."}
            )
        for member in self.members:
            words = [word for word in re.findall(r"[^\W_]+", member.lower()) if word not in SMALL_WORDS]
            if len(words) > self.LONGEST:
                raise ValidationError({"words": f"« {member} » est trop long : trois mots au plus."})


def boxes(name: str) -> FieldPanel:
    """A panel of boxes to tick for a closed list: no key to hold down, everything in sight."""
    return FieldPanel(name, widget=forms.CheckboxSelectMultiple, required_on_save=False)


class ThemedPage(models.Model):
    """Mixin: the closed lists that a page is filed under."""

    themes = ParentalManyToManyField(Theme, verbose_name="thèmes", blank=True)
    secteurs = ParentalManyToManyField(Secteur, verbose_name="secteurs", blank=True)
    phases = ParentalManyToManyField(Phase, verbose_name="moments", blank=True)
    regions = ParentalManyToManyField(
        Region, verbose_name="régions", blank=True, help_text="Aucune : toute la France."
    )
    structures = ParentalManyToManyField(TypeStructure, verbose_name="types de structure", blank=True)

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        self.read_filing()
        return super().get_context(request, *args, **kwargs)

    def read_filing(self) -> None:
        """Read all that this page is filed under at once: ``themes.all()`` and the others ask nothing then.

        One query. A preview shows what its form holds: Wagtail looks there first.
        """
        if self.pk is None:
            return
        filed = {name: [] for name in FILED}
        for row in sorted(_entries(model=Fixed(type(self)), page=self.pk), key=itemgetter("order", "label")):
            filed[row["list"]].append(row | {"id": row["row_id"]})
        cache = self.__dict__.setdefault("_prefetched_objects_cache", {})
        for name, rows in filed.items():
            model = self._meta.get_field(name).related_model
            columns = ENTRY_COLUMNS if model is not Phase else (*ENTRY_COLUMNS, "short_label")
            entries = model.objects.all()
            entries._result_cache = [
                model.from_db(connection.alias, columns, [row[column] for column in columns]) for row in rows
            ]
            entries._prefetch_done = True
            cache[name] = entries


#: The closed lists that a page may be filed under, and what every entry of one holds.
FILED = ("themes", "secteurs", "phases", "regions", "structures")
ENTRY_COLUMNS = ("id", "label", "slug", "order")


@prepared
def _entries(model, page):
    """What a page of ``model`` is filed under: the rows of the entries, each with the name of its ``list``."""
    parts = []
    for name in FILED:
        field = model._meta.get_field(name)
        entry = field.m2m_reverse_field_name()
        columns = {column: models.F(f"{entry}__{column}") for column in ENTRY_COLUMNS if column != "id"}
        parts.append(
            field.remote_field.through.objects.filter(**{field.m2m_field_name(): page})
            .order_by()
            .values(
                list=models.Value(name),
                row_id=models.F(f"{entry}_id"),
                short_label=models.F(f"{entry}__short_label" if name == "phases" else f"{entry}__label"),
                **columns,
            )
        )
    return parts[0].union(*parts[1:], all=True)
