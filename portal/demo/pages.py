"""The pages of the demonstration: centres, themes, fiches, tools, schemes and editorial pages."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace

from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from wagtail.documents import get_document_model

from portal.base.models import PortalSettings
from portal.centres.models import CentreIndexPage, CentrePage
from portal.centres.services import ensure_centre_access
from portal.home.models import HomePage, PhasePage, StandardPage, ThemePage
from portal.themes.models import Departement, Phase, Region, Secteur, Theme, TypeStructure
from ressources.models import DispositifPage, FichePage, OutilPage, UrgencePage

from .reading import CONTENT, entries, read, rich

#: Fields of a fiche by the title of their section.
FICHE_SECTIONS = {title: field for _, title, field in FichePage.SECTIONS if field != "etapes"}


def closed_lists() -> SimpleNamespace:
    """Every closed list by slug (departments and regions by code)."""
    return SimpleNamespace(
        themes={item.slug: item for item in Theme.objects.all()},
        secteurs={item.slug: item for item in Secteur.objects.all()},
        phases={item.slug: item for item in Phase.objects.all()},
        structures={item.slug: item for item in TypeStructure.objects.all()},
        regions={item.code: item for item in Region.objects.all()},
        departements={item.code: item for item in Departement.objects.all()},
    )


def file_under(page, meta: dict, lists: SimpleNamespace) -> None:
    """Set the closed lists and keywords of ``page`` from its front matter."""
    for name in ("themes", "secteurs", "phases", "structures", "regions"):
        if name in meta:
            getattr(page, name).set([getattr(lists, name)[str(key)] for key in meta[name]])
    page.keywords.set(meta.get("keywords", []))


def add(parent, page):
    """Add ``page`` under ``parent``, live; it is published with its revision at the end of the load."""
    parent.refresh_from_db(fields=["numchild", "path", "depth"])
    return parent.add_child(instance=page)


def load_centres(home: HomePage) -> dict[str, CentrePage]:
    """Create the centres and their rights, in the order that their files give."""
    index = CentreIndexPage.objects.child_of(home).get()
    centres = {}
    for entry in sorted(entries("centres"), key=lambda entry: entry.meta["ordre"]):
        centre = add(
            index,
            CentrePage(
                slug=entry.slug,
                title=entry.meta["name"],
                summary=entry.meta["perimetre"][:300],
                kind=CentrePage.Kind.AVISE if entry.slug == "avise" else CentrePage.Kind.CRDLA,
                porteur=entry.meta["porteur"],
                perimetre=entry.meta["perimetre"][:255],
                website=entry.meta.get("site") or "",
                former_names=", ".join(entry.meta["anciens_noms"]),
                body=entry.html(""),
            ),
        )
        ensure_centre_access(centre=centre)
        centres[entry.slug] = CentrePage.objects.get(pk=centre.pk)
    return centres


def load_themes() -> list:
    """Write the introductions on the pages that the skeleton made."""
    pages = []
    for entry in entries("themes"):
        page = ThemePage.objects.get(slug=entry.slug)
        page.summary, page.intro = entry.meta["summary"], entry.html("")
        pages.append(page)
    for page in PhasePage.objects.all():
        pages.append(page)
    return pages


def add_document(title: str, path: Path, collection):
    """Put the file at ``path`` among the documents of ``collection``."""
    document = get_document_model()(title=title, collection=collection)
    with path.open("rb") as stream:
        document.file.save(path.name, File(stream), save=False)
        document.save()
    return document


def load_tools(centres, lists, *, now: dt.datetime) -> dict[str, OutilPage]:
    """Create the tools with their files in the centre's collection."""
    tools = {}
    for entry in entries("outils"):
        centre, path = centres[entry.meta["centre"]], CONTENT / entry.meta["file"]
        reserved = entry.meta["audience"] != "public"
        document = add_document(
            entry.meta["title"], path, centre.reserved_collection if reserved else centre.collection
        )
        page = OutilPage(
            slug=entry.slug,
            title=entry.meta["title"],
            summary=entry.meta["summary"],
            audience=entry.meta["audience"],
            body=entry.html(""),
            file=document,
            **_dates(entry.meta, now),
        )
        tools[entry.slug] = add(centre, page)
        file_under(page, entry.meta, lists)
    return tools


def load_fiches(centres, lists, tools, *, now: dt.datetime) -> dict[str, FichePage]:
    """Create the fiches, oldest first, so that ids follow publication."""
    fiches = {}
    for entry in sorted(entries("fiches"), key=lambda entry: -entry.meta["published_days_ago"]):
        meta = entry.meta
        page = FichePage(
            slug=entry.slug,
            title=meta["title"],
            summary=meta["summary"],
            audience=meta["audience"],
            staff=meta.get("effectif") or "",
            support=meta.get("appui") or "",
            external_url=meta.get("external_url") or "",
            authors=f"{centres[meta['centre']].title} (situation fictive)",
            chiffres=[("chiffre", item) for item in meta.get("chiffres") or []],
            etapes=[("etape", item) for item in meta.get("etapes") or []],
            temoignage=[("citation", meta["temoignage"])] if meta.get("temoignage") else [],
            **{field: entry.html(title) for title, field in FICHE_SECTIONS.items()},
            **_dates(meta, now),
        )
        fiches[entry.slug] = add(centres[meta["centre"]], page)
        file_under(page, meta, lists)
        page.tools.set([tools[slug] for slug in meta.get("outils") or []])
    return fiches


def load_withdrawn(centres, lists, *, now: dt.datetime) -> FichePage:
    """Create a fiche that was published and is offline: its address answers 410, with its theme."""
    page = FichePage(
        slug="ancien-modele-de-plan-de-redressement",
        title="Ancien modèle de plan de redressement",
        summary="Remplacé par le plan de trésorerie sur treize semaines.",
        live=False,
        first_published_at=now - dt.timedelta(days=900),
        last_published_at=now - dt.timedelta(days=900),
    )
    add(centres["crdla-financement"], page)
    file_under(page, {"themes": ["gestion-financiere-et-tresorerie"]}, lists)
    page.save()
    return page


def load_urgence(home: HomePage, lists, *, now: dt.datetime) -> list:
    """Write the emergency page and create its schemes."""
    page, entry = UrgencePage.objects.child_of(home).get(), read(CONTENT / "pages" / "urgence.md")
    page.title, page.summary = entry.meta["title"], entry.meta["summary"]
    page.questions = entry.html("Cinq questions à poser")
    page.clocks = entry.html("Les horloges légales")
    page.mistakes = entry.html("Les erreurs à éviter")
    page.afterwards = entry.html("Ce que le DLA fait ensuite")
    page.keywords.set(entry.meta["keywords"])
    pages = [page]
    for entry in entries("dispositifs"):
        meta = entry.meta
        scheme = DispositifPage(
            slug=entry.slug,
            title=meta["title"],
            summary=meta["summary"],
            nature=meta["nature"],
            eligible=meta["associations"],
            conditions=meta.get("conditions") or "",
            delay=meta.get("delai") or "",
            official_url=meta.get("url") or "",
            source=meta["source"],
            checked_on=(now - dt.timedelta(days=meta["checked_days_ago"])).date(),
            national=meta["national"],
            purpose=entry.html("À quoi ça sert"),
            whom=entry.html("Qui contacter"),
            how=entry.html("Comment faire"),
            beware=entry.html("Attention"),
        )
        add(page, scheme)
        file_under(scheme, meta, lists)
        scheme.departements.set([lists.departements[str(code)] for code in meta.get("departements") or []])
        pages.append(scheme)
    return pages


def load_editorial(home: HomePage) -> list:
    """Write the home page and create the editorial and legal pages."""
    pages = [_write_home(home)]
    for entry in entries("pages"):
        if entry.slug in ("accueil", "urgence", "accessibilite", "accessibilite-plan"):
            continue
        page = StandardPage.objects.child_of(home).filter(slug=entry.slug).first() or StandardPage(
            slug=entry.slug
        )
        page.title, page.summary = entry.meta["title"], entry.meta.get("summary", "")
        page.body = [
            ("section", {"titre": title, "texte": rich(text)}) for title, text in entry.sections.items()
        ]
        page.shows_centres = entry.slug in ("le-dla-et-les-structures-en-difficulte", "a-propos")
        pages.append(page if page.pk else add(home, page))
    return pages


def _write_home(home: HomePage) -> HomePage:
    meta = read(CONTENT / "pages" / "accueil.md").meta
    # The title of the page is its headline; the name of the portal is a setting.
    home.title, home.summary = meta["title"], meta["summary"]
    home.eyebrow, home.lead = meta["eyebrow"], meta["lead"]
    home.phases_lead = meta["phases"]["sous_titre"]
    home.figures_title = meta["chiffres"]["titre"]
    home.figures = [
        ("chiffre", {**item, "source": meta["chiffres"]["source"]}) for item in meta["chiffres"]["liste"]
    ]
    identity = PortalSettings.for_site(home.get_site())
    identity.often_searched = ", ".join(meta["recherche"]["souvent_cherche"])
    identity.save()
    return home


def _dates(meta: dict, now: dt.datetime) -> dict:
    published = now - dt.timedelta(days=meta["published_days_ago"])
    verified = (now - dt.timedelta(days=meta["verified_days_ago"])).date()
    return {
        "first_published_at": published,
        "last_published_at": published,
        "verified_on": verified,
        "review_on": verified + dt.timedelta(days=365),
    }


def resolve_links(pages: list, addresses: dict[str, int]) -> None:
    """Turn ``page:slug`` links into Wagtail's own, so that a moved page keeps its readers."""
    for page in pages:
        for field in page._meta.get_fields():
            kind = type(field).__name__
            if kind == "RichTextField":
                setattr(page, field.attname, _resolved(getattr(page, field.attname), addresses))
            elif kind == "StreamField":
                stream = getattr(page, field.attname)
                raw = json.dumps(list(stream.raw_data), cls=DjangoJSONEncoder)
                if "page:" in raw:
                    setattr(page, field.attname, json.dumps(_resolved_blocks(json.loads(raw), addresses)))


def _resolved(html: str, addresses: dict[str, int]) -> str:
    for slug, pk in addresses.items():
        html = html.replace(f'<a href="page:{slug}">', f'<a linktype="page" id="{pk}">')
    return html


def _resolved_blocks(value, addresses):
    if isinstance(value, str):
        return _resolved(value, addresses)
    if isinstance(value, list):
        return [_resolved_blocks(item, addresses) for item in value]
    if isinstance(value, dict):
        return {key: _resolved_blocks(item, addresses) for key, item in value.items()}
    return value


def publish(pages: list) -> None:
    """Publish each page with its revision, keeping the dates that its file gives."""
    for page in pages:
        published = page.first_published_at
        page.save_revision().publish()
        if published:
            type(page).objects.filter(pk=page.pk).update(
                first_published_at=published, last_published_at=published
            )
