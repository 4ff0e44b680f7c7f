"""Each change shows on the very next request of a stranger, on each page that it shows on."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from portal.base.models import PortalSettings
from portal.registrations import services
from portal.themes.models import Expansion, Terme, Theme
from ressources.models import FichePage
from ressources.services import record_use
from search.models import FrequentSearch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tree, taxonomy):
    tree.taxonomy = taxonomy
    tree.theme_page = factories.make_theme_page(tree, taxonomy.tresorerie)
    tree.fiche = factories.make_fiche(
        tree.centre,
        title="Tenir trois mois",
        slug="tenir",
        themes=[taxonomy.tresorerie],
        demarche="<p>Avec la CAF, tôt.</p>",
    )
    tree.tool = factories.make_tool(tree.centre, title="Un plan", slug="plan", themes=[taxonomy.tresorerie])
    tree.cafe = factories.make_cafe(
        tree.centre, title="Un café", slug="cafe", audience="public", themes=[taxonomy.tresorerie]
    )
    tree.webinar = factories.make_webinar(tree.centre, title="Un webinaire", slug="webinaire")
    tree.scheme = factories.make_scheme(tree.urgence, title="Le mandat", slug="mandat")
    tree.terme = Terme.objects.create(sigle="CAF", slug="caf", definition="Elle aide.")
    Expansion.objects.create(terme=tree.terme, text="caisse d'allocations familiales")
    PortalSettings.objects.create(site=tree.home.get_site())
    return tree


FICHE, CAFE = "/centres/crdla-financement/tenir/", "/centres/crdla-financement/cafe/"
THEME, CENTRE = "/themes/gestion-financiere-et-tresorerie/", "/centres/crdla-financement/"


def image(colour: str = "white", title: str = "Une image"):
    return get_image_model().objects.create(
        title=title, file=get_test_image_file(filename=f"{colour}.png", colour=colour)
    )


def replace_image(world):
    shown = world.centre.image
    shown.file = get_test_image_file(filename="noire.png", colour="black")
    shown.save()
    shown.renditions.all().delete()


def publish(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def rename_theme(world):
    world.taxonomy.tresorerie.label = "Argent"
    world.taxonomy.tresorerie.save()


def raw_sql(world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_page SET title = 'Autre titre' WHERE id = %s", [world.fiche.pk])


def cancel(world):
    services.cancel_event(event=world.cafe, by=None, reason="Grève", now=timezone.now())


def move(world):
    start = world.cafe.start + dt.timedelta(days=1)
    services.reschedule(
        event=world.cafe,
        start=start,
        end=start + dt.timedelta(hours=1),
        place="",
        by=None,
        now=timezone.now(),
    )


CHANGES = {
    "publication": (
        lambda world: factories.make_fiche(
            world.centre, title="Une autre", themes=[world.taxonomy.tresorerie]
        ),
        ["/", "/ressources/", THEME, CENTRE, FICHE, "/themes/", "/sitemap.xml", "/flux.atom"],
    ),
    "unpublication": (
        lambda world: world.fiche.unpublish(),
        ["/", "/ressources/", THEME, CENTRE, FICHE, "/sitemap.xml", "/flux.atom"],
    ),
    "deletion": (lambda world: world.tool.delete(), ["/ressources/?type=outil", THEME, CENTRE]),
    "edition": (
        lambda world: publish(world.fiche, title="Tenir six mois"),
        ["/", FICHE, "/ressources/", THEME],
    ),
    "address": (
        lambda world: publish(world.fiche, slug="autrement"),
        ["/", FICHE, "/centres/crdla-financement/autrement/", "/ressources/"],
    ),
    "move in the tree": (
        lambda world: world.fiche.move(factories.make_centre(world, title="Ailleurs"), pos="last-child"),
        ["/", FICHE, CENTRE, "/centres/"],
    ),
    "audience": (
        lambda world: publish(world.fiche, audience="reseau"),
        ["/", FICHE, "/ressources/", THEME, CENTRE, "/sitemap.xml", "/flux.atom"],
    ),
    "theme": (rename_theme, ["/", "/agenda/", FICHE, CAFE, "/themes/"]),
    "order of themes": (
        lambda world: Theme.objects.filter(pk=world.taxonomy.gouvernance.pk).update(order=0),
        ["/agenda/"],
    ),
    "many at once": (
        lambda world: Theme.objects.bulk_create([Theme(label="Neuf", slug="neuf")]),
        ["/agenda/"],
    ),
    "many updated": (
        lambda world: Theme.objects.bulk_update(
            [Theme(pk=world.taxonomy.gouvernance.pk, label="Le pouvoir")], ["label"]
        ),
        ["/agenda/"],
    ),
    "filing": (lambda world: world.cafe.themes.through.objects.all().delete(), [CAFE, "/agenda/", THEME]),
    "filing, otherwise": (
        lambda world: FichePage.themes.through.objects.create(
            fichepage=factories.make_fiche(world.centre), theme=world.taxonomy.tresorerie
        ),
        ["/", THEME, "/themes/"],
    ),
    "term": (
        lambda world: world.terme.expansions.update(text="caisse de quelque chose"),
        [FICHE, "/glossaire/"],
    ),
    "setting": (
        lambda world: PortalSettings.objects.update(name="Autre nom"),
        ["/", FICHE, "/agenda/", "/flux.atom"],
    ),
    "notice": (lambda world: PortalSettings.objects.update(notice="Attention"), ["/", FICHE, CENTRE]),
    "often searched": (
        lambda world: (
            PortalSettings.objects.update(often_searched=""),
            FrequentSearch.objects.create(
                key="tresorerie", text="trésorerie", days=9, searches=9, public_total=2, network_total=3
            ),
        ),
        ["/"],
    ),
    "picture": (lambda world: publish(world.centre, image=image()), [CENTRE]),
    "picture replaced": (replace_image, [CENTRE]),
    "raw SQL": (raw_sql, ["/", FICHE, "/ressources/"]),
    "cancellation": (cancel, ["/", CAFE, "/agenda/", "/cafes/", THEME, CENTRE]),
    "moved": (move, ["/", CAFE, "/agenda/", "/cafes/"]),
    "capacity": (lambda world: publish(world.cafe, capacity=3), ["/", CAFE, "/agenda/", "/cafes/"]),
    "use": (
        lambda world: record_use(page=world.fiche, user=factories.make_user(), now=timezone.now()),
        [FICHE, "/ressources/", "/"],
    ),
    "scheme": (lambda world: publish(world.scheme, eligible="non"), ["/urgence/", "/urgence/mandat/"]),
    "department": (
        lambda world: type(world.taxonomy.ille_et_vilaine).objects.update(label="Illet"),
        ["/urgence/?departement=35", "/urgence/"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_shows_at_the_next_request(world, read, made_anew, renders, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    change, paths = CHANGES[name]
    if name == "picture replaced":
        publish(world.centre, image=image())
    for path in paths:
        read(path)
    kept = {path: read(path) for path in paths}
    # From the cache, or this would show nothing.
    assert renders.count(paths[0]) == 1
    change(world)
    for path in paths:
        now, fresh = read(path), made_anew(path)
        assert now.content == fresh, path
        assert (now.content, now.status_code) != (kept[path].content, kept[path].status_code), path


def test_what_no_page_shows_leaves_them(world, read, renders):
    read("/")
    Redirect.objects.all()
    factories.make_user()
    read("/")
    assert renders == ["/"]


def test_a_picture_is_made_once(world, read, renders, settings, tmp_path):
    """Its first rendition is written while the page is made, and does not make it old."""
    settings.MEDIA_ROOT = tmp_path
    publish(world.centre, image=image())
    for _ in range(3):
        read(CENTRE)
    assert renders == [CENTRE]


def test_a_file_saved_again_shows(world, read, made_anew, settings, tmp_path):
    """The size of a tool's file is on its page."""
    from wagtail.documents import get_document_model

    settings.MEDIA_ROOT = tmp_path
    file = get_document_model().objects.create(title="Plan", file=ContentFile(b"x" * 10, name="plan.txt"))
    publish(world.tool, file=file, external_url="")
    path = "/centres/crdla-financement/plan/"
    before = read(path).content
    file.file.save("plan2.txt", ContentFile(b"x" * 5000))
    after = read(path).content
    assert after == made_anew(path)
    assert after != before
