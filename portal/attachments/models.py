"""The texts of files, and which pages hold which files."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """How far the reading of a file went."""

    WAITING = "attente", "à lire"
    READ = "lu", "lu"
    CUT = "partie", "lu en partie"
    PICTURES = "images", "sans texte"
    PROTECTED = "protege", "protégé"
    UNREADABLE = "illisible", "illisible"
    TOO_LARGE = "trop-gros", "trop gros"
    OTHER = "autre", "d’un autre type"


#: What an editor is told. French, whole sentences.
NOTICES = {
    State.WAITING: "Ce fichier va être lu\u00a0: d’ici quelques minutes, la recherche trouvera aussi son texte.",
    State.READ: "Le texte de ce fichier est cherché, avec les pages qui y donnent accès.",
    State.CUT: "Ce fichier est long\u00a0: seul le début de son texte est cherché.",
    State.PICTURES: "Ce fichier ne contient que des images\u00a0: son texte n’est pas cherché.",
    State.PROTECTED: "Ce fichier est protégé par un mot de passe\u00a0: son texte n’est pas cherché.",
    State.UNREADABLE: "Ce fichier n’a pas pu être lu\u00a0: son texte n’est pas cherché.",
    State.TOO_LARGE: "Ce fichier est trop gros pour être lu\u00a0: son texte n’est pas cherché.",
    State.OTHER: "La recherche ne lit pas ce type de fichier\u00a0: elle ne le trouve que par son titre.",
}
NOTHING_IN_PDF = "Ce PDF ne contient que des images\u00a0: son texte n’est pas cherché."

#: What the place of a part is called, by extension. A text without places has parts without a name.
UNITS = {"pdf": "page", "pptx": "diapositive", "xlsx": "feuille", "ods": "feuille"}


class FileText(models.Model):
    """The text of the file that a document holds now: one row a document, rewritten when the file is replaced.

    ``file_name`` (in the storage), ``file_hash`` (SHA-1, in hexadecimal) and ``file_size`` (bytes) tell which
    version was read. ``parts`` is a list of ``{"place": "3", "text": "…"}``: a page, a slide, a sheet or a
    heading, in order. Times are UTC.
    """

    document = models.OneToOneField(
        "wagtaildocs.Document", on_delete=models.CASCADE, related_name="file_text"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    file_name = models.CharField("nom du fichier", max_length=255)
    file_hash = models.CharField("empreinte", max_length=40, blank=True)
    file_size = models.PositiveBigIntegerField("taille", null=True)
    parts = models.JSONField("texte", default=list, blank=True)
    error = models.CharField("erreur", max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    noted_at = models.DateTimeField("noté le")
    extracted_at = models.DateTimeField("lu le", null=True, blank=True)

    # It follows the document: it is not a use of it.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "texte d’un fichier"
        verbose_name_plural = "textes des fichiers"

    def __str__(self):
        return self.file_name

    @property
    def extension(self) -> str:
        return self.file_name.rpartition(".")[2].lower()

    @property
    def is_searched(self) -> bool:
        return self.state in (State.READ, State.CUT)

    @property
    def notice(self) -> str:
        """What an editor is told: one sentence, or two where the error says more."""
        if self.state == State.PICTURES and self.extension == "pdf":
            return NOTHING_IN_PDF
        notice = NOTICES[State(self.state)]
        return f"{notice} {self.error}" if self.error else notice

    def is_about(self, document) -> bool:
        """Tell whether this is the text of the file that ``document`` holds now."""
        if self.file_name != document.file.name:
            return False
        return not (self.file_hash and document.file_hash) or self.file_hash == document.file_hash

    def place_label(self, place: str) -> str:
        """« page 3 », « feuille « Plan » », or a heading as it stands."""
        unit = UNITS.get(self.extension, "")
        if not place or not unit:
            return f"«\u00a0{place}\u00a0»" if place else ""
        return f"{unit} {place}" if place.isdigit() and unit != "feuille" else f"{unit} «\u00a0{place}\u00a0»"

    def place_anchor(self, place: str) -> str:
        """What opens the file at ``place``, for what a browser opens by itself."""
        return f"#page={place}" if self.extension == "pdf" and place.isdigit() else ""


class FileUse(models.Model):
    """A page holds a file: in a field, a rich text or a block, as it was last saved (drafts apart)."""

    document = models.ForeignKey("wagtaildocs.Document", on_delete=models.CASCADE, related_name="file_uses")
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="file_uses")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "usage d’un fichier"
        verbose_name_plural = "usages des fichiers"
        constraints = [
            models.UniqueConstraint(fields=["page", "document"], name="attachments_one_use"),
        ]

    def __str__(self):
        return f"{self.document_id} · {self.page_id}"
