"""Builders of test data. Each returns a saved object; what a test does not say is given a sane value."""

import datetime as dt
import itertools
from types import SimpleNamespace

from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Collection, Locale, Page, Site

from cafes.models import CafeIndexPage, CafePage
from portal.centres.models import CentreIndexPage, CentrePage
from portal.centres.services import ensure_centre_access
from portal.home.models import AgendaPage, GlossairePage, HomePage, ThemeIndexPage, ThemePage
from portal.registrations.models import Registration
from portal.themes.models import Departement, Phase, Region, Secteur, Theme, TypeStructure
from ressources.models import DispositifPage, FichePage, OutilPage, RessourceIndexPage, UrgencePage
from webinaires.models import WebinaireIndexPage, WebinairePage

_numbers = itertools.count(1)
VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\n<v Animatrice>Bonjour à toutes et à tous.\n"


def make_taxonomy() -> SimpleNamespace:
    """A few entries of each closed list."""
    bretagne = Region.objects.create(label="Bretagne", slug="bretagne", code="53")
    guyane = Region.objects.create(label="Guyane", slug="guyane", code="03", time_zone="America/Cayenne")
    return SimpleNamespace(
        tresorerie=Theme.objects.create(
            label="Gestion financière et trésorerie", slug="gestion-financiere-et-tresorerie", order=1
        ),
        gouvernance=Theme.objects.create(label="Gouvernance", slug="gouvernance", order=2),
        culture=Secteur.objects.create(label="Culture, médias, patrimoine", slug="culture-medias-patrimoine"),
        association=TypeStructure.objects.create(label="Association", slug="association"),
        anticiper=Phase.objects.create(
            label="Anticiper et prévenir", short_label="Anticiper", slug="anticiper", order=1
        ),
        urgence=Phase.objects.create(
            label="Faire face à l’urgence", short_label="Urgence", slug="urgence", order=3
        ),
        bretagne=bretagne,
        guyane=guyane,
        ille_et_vilaine=Departement.objects.create(code="35", label="Ille-et-Vilaine", region=bretagne),
    )


def ensure_roots() -> None:
    """Put back what migrations made and a test that empties the tables took away."""
    Locale.objects.get_or_create(language_code="fr")
    if Page.get_first_root_node() is None:
        Page.add_root(title="Root", slug="root")
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")


def make_tree() -> SimpleNamespace:
    """The page tree of the design, with one centre (and its group) in it."""
    ensure_roots()
    root = Page.get_first_root_node()
    root.get_children().delete()
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title="Entre pairs", slug="accueil"))
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "testserver", "port": 80, "root_page": home, "site_name": "Test"},
    )
    tree = SimpleNamespace(root=root, home=home)
    for name, page in {
        "themes": ThemeIndexPage(title="Thèmes", slug="themes"),
        "ressources": RessourceIndexPage(title="Ressources", slug="ressources"),
        "webinaires": WebinaireIndexPage(title="Webinaires", slug="webinaires"),
        "cafes": CafeIndexPage(title="Cafés difficultés", slug="cafes"),
        "agenda": AgendaPage(title="Agenda", slug="agenda"),
        "centres": CentreIndexPage(title="Centres", slug="centres"),
        "glossaire": GlossairePage(title="Glossaire", slug="glossaire"),
        "urgence": UrgencePage(
            title="Urgence",
            slug="urgence",
            questions="<ol><li>?</li></ol>",
            clocks="<ul><li>45 jours</li></ul>",
            mistakes="<ul><li>Attendre</li></ul>",
            afterwards="<ul><li>Rebondir</li></ul>",
        ),
    }.items():
        setattr(tree, name, home.add_child(instance=page))
    tree.centre = make_centre(tree, title="CRDLA Financement", slug="crdla-financement")
    return tree


def make_centre(tree, **fields) -> CentrePage:
    number = next(_numbers)
    centre = tree.centres.add_child(
        instance=CentrePage(**{"title": f"Centre {number}", "slug": f"centre-{number}", **fields})
    )
    ensure_centre_access(centre=centre)
    return centre


def make_user(email=None, *, approved=True, password=None, groups=(), **fields):
    """An account; approved unless told otherwise."""
    user = get_user_model().objects.create_user(
        email or f"personne{next(_numbers)}@exemple.test",
        password,
        approved_at=timezone.now() if approved else None,
        **fields,
    )
    user.groups.add(*groups)
    return user


def _add(parent, page, *, live=True, **many):
    page.live = live
    page.has_unpublished_changes = not live
    if live:
        page.first_published_at = page.last_published_at = timezone.now()
    parent.add_child(instance=page)
    for name, values in many.items():
        getattr(page, name).set(values)
    page.save()
    if live:
        page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


MANY = (
    "themes", "secteurs", "phases", "regions", "structures", "tools", "departements", "audience_groups",
    "related_pages",
)  # fmt: skip


def _split(fields):
    many = {name: fields.pop(name) for name in MANY if name in fields}
    live = fields.pop("live", True)
    return {"live": live, **many}


def make_fiche(centre, **fields) -> FichePage:
    number, options = next(_numbers), _split(fields)
    values = {
        "title": f"Fiche {number}",
        "slug": f"fiche-{number}",
        "summary": "Un résumé.",
        "demarche": "<p>Le déroulé.</p>",
    }
    return _add(centre, FichePage(**{**values, **fields}), **options)


def make_tool(centre, **fields) -> OutilPage:
    number, options = next(_numbers), _split(fields)
    values = {"title": f"Outil {number}", "slug": f"outil-{number}", "external_url": "https://example.org/"}
    return _add(centre, OutilPage(**{**values, **fields}), **options)


def _times(fields):
    """``starts_in``: a timedelta from now; ``minutes``: the duration."""
    start = fields.pop("start", None) or timezone.now() + fields.pop("starts_in", dt.timedelta(days=7))
    minutes = fields.pop("minutes", 90)
    fields.setdefault("end", start + dt.timedelta(minutes=minutes))
    return start


def make_cafe(centre, **fields) -> CafePage:
    """A published café with seats for 16, in a week, reserved to the network unless told otherwise."""
    number, options = next(_numbers), _split(fields)
    start = _times(fields)
    values = {
        "title": f"Café {number}",
        "slug": f"cafe-{number}",
        "start": start,
        "capacity": 8 if fields.get("format") == "codeveloppement" else 16,
        "audience": "reseau",
        "meeting_url": "https://visio.example.org/salle",
    }
    return _add(centre, CafePage(**{**values, **fields}), **options)


def make_webinar(centre, **fields) -> WebinairePage:
    number, options = next(_numbers), _split(fields)
    start = _times(fields)
    values = {
        "title": f"Webinaire {number}",
        "slug": f"webinaire-{number}",
        "start": start,
        "open_to_pending": True,
    }
    return _add(centre, WebinairePage(**{**values, **fields}), **options)


def make_scheme(urgence, **fields) -> DispositifPage:
    number, options = next(_numbers), _split(fields)
    values = {
        "title": f"Dispositif {number}",
        "slug": f"dispositif-{number}",
        "nature": "etalement",
        "eligible": "oui",
        "source": "Source",
        "checked_on": timezone.localdate(),
    }
    return _add(urgence, DispositifPage(**{**values, **fields}), **options)


def make_theme_page(tree, theme, **fields) -> ThemePage:
    return _add(
        tree.themes, ThemePage(**{"title": theme.label, "slug": theme.slug, "theme": theme, **fields})
    )


def make_registration(event, user=None, *, attendance="", state="confirmee", **fields) -> Registration:
    """A registration as it was left, written past the services: they refuse what is over."""
    made = event.start - dt.timedelta(days=9)
    values = {
        "rule": event.confidentiality,
        "rule_version": "1",
        "created_at": made,
        "confirmed_at": made if state == "confirmee" else None,
        **fields,
    }
    return Registration.objects.create(
        event_id=event.pk, user=user or make_user(), state=state, attendance=attendance, **values
    )
