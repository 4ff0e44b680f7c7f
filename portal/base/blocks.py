"""Blocks of the StreamFields; their templates are in ``templates/blocks/`` and take flat names."""

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from . import richtext


class StepBlock(blocks.StructBlock):
    quand = blocks.CharBlock(label="Quand", max_length=60, required=False)
    texte = blocks.TextBlock(label="Ce qui s’est fait", max_length=600)

    class Meta:
        icon = "order"
        label = "Étape"


class FigureBlock(blocks.StructBlock):
    valeur = blocks.CharBlock(label="Chiffre", max_length=30, help_text="Montants et tailles par tranches.")
    libelle = blocks.CharBlock(label="Légende", max_length=80)

    class Meta:
        icon = "success"
        label = "Chiffre"


class QuoteBlock(blocks.StructBlock):
    texte = blocks.TextBlock(label="Citation", max_length=500)
    auteur = blocks.CharBlock(
        label="Qui parle", max_length=120, required=False, help_text="Une fonction, sans nom."
    )

    class Meta:
        icon = "openquote"
        label = "Témoignage"
        template = "blocks/quote.html"


class SectionBlock(blocks.StructBlock):
    """A titled part of an editorial page; its anchor is made from the title."""

    titre = blocks.CharBlock(label="Titre", max_length=120, required=False)
    texte = blocks.RichTextBlock(label="Texte", features=richtext.SECTION)

    class Meta:
        icon = "pilcrow"
        label = "Section"
        template = "blocks/section.html"


class WatchBlock(blocks.StructBlock):
    titre = blocks.CharBlock(label="Titre", max_length=120, default="Point de vigilance")
    texte = blocks.RichTextBlock(label="Texte", features=richtext.TEXT)

    class Meta:
        icon = "warning"
        label = "Point de vigilance"
        template = "blocks/watch.html"


class SourcedFigureBlock(blocks.StructBlock):
    valeur = blocks.CharBlock(label="Chiffre", max_length=30)
    libelle = blocks.CharBlock(label="Légende", max_length=160)
    source = blocks.CharBlock(label="Source et date", max_length=160)

    class Meta:
        icon = "success"
        label = "Chiffre et sa source"
        template = "blocks/sourced_figure.html"


class EditorialBlock(blocks.StreamBlock):
    """The body of an editorial page."""

    section = SectionBlock()
    chiffre = SourcedFigureBlock()
    vigilance = WatchBlock()
    citation = QuoteBlock()
    image = ImageBlock(label="Image", template="blocks/image.html")
    document = DocumentChooserBlock(
        label="Fichier à télécharger", icon="doc-full", template="blocks/document.html"
    )
