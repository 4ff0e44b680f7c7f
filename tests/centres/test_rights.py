"""A centre in the admin: its own subtree, its sessions published at once, its fiches moderated."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cafes.models import CafePage
from portal.centres.models import CentrePage
from portal.home.moderation import ensure_moderation
from portal.members.groups import EDITORS, ensure_avise_access
from ressources.models import FichePage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def avise(tree):
    ensure_avise_access(root_page=tree.home)
    ensure_moderation(home=tree.home)


@pytest.fixture
def editor(avise):
    from django.contrib.auth.models import Group

    return factories.make_user("redaction@exemple.test", groups=[Group.objects.get(name=EDITORS)])


@pytest.fixture
def other_centre(tree):
    return factories.make_centre(tree, title="CRDLA Culture", slug="crdla-culture")


def stream(name, count=0):
    return {f"{name}-count": str(count)}


def formset(name):
    return {
        f"{name}-{count}": "0" for count in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }


def fiche_data(taxonomy, **more):
    return {
        "title": "Une fiche",
        "slug": "une-fiche",
        "summary": "Deux phrases.",
        "audience": "public",
        "demarche": '{"blocks":[{"key":"a","text":"Le déroulé.","type":"unstyled","depth":0,'
        '"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}',
        "phases": [taxonomy.anticiper.pk],
        "themes": [taxonomy.tresorerie.pk],
        "consent": "anonymisee",
        **formset("tool_links"),
        **stream("chiffres"),
        **stream("etapes"),
        **stream("temoignage"),
        **dict.fromkeys(
            (
                "en_bref",
                "contexte",
                "demande",
                "acteurs",
                "moyens",
                "resultats",
                "facteurs",
                "vigilance",
                "enseignements",
                "transferer",
                "pour_aller_plus_loin",
            ),
            "null",
        ),
        **more,
    }


def cafe_data(**more):
    start = timezone.localtime() + dt.timedelta(days=10)
    return {
        "title": "Un café",
        "slug": "un-cafe",
        "summary": "Deux phrases.",
        "audience": "reseau",
        "format": "cafe",
        "genre": "thematique",
        "start": start.strftime("%Y-%m-%d %H:%M"),
        "time_zone": "Europe/Paris",
        "end": (start + dt.timedelta(hours=1)).strftime("%Y-%m-%d %H:%M"),
        "registration_mode": "portail",
        "confidentiality": "entre-pairs",
        "access_opens_before": "1440",
        **dict.fromkeys(("about", "how", "for_whom", "objectives", "prerequisites", "takeaways"), "null"),
        **formset("related_links"),
        **formset("run_sheet_steps"),
        **more,
    }


def add(client, kind, centre, data):
    app, model = kind
    return client.post(reverse("wagtailadmin_pages:add", args=[app, model, centre.pk]), data)


FICHE, CAFE = ("ressources", "fichepage"), ("cafes", "cafepage")


def test_a_fiche_is_written_and_waits_for_moderation(client, avise, tree, taxonomy, centre_user):
    client.force_login(centre_user)
    assert add(client, FICHE, tree.centre, fiche_data(taxonomy)).status_code == 302
    fiche = FichePage.objects.get(slug="une-fiche")
    assert not fiche.live
    edit = reverse("wagtailadmin_pages:edit", args=[fiche.pk])
    client.post(edit, fiche_data(taxonomy, **{"action-publish": "1"}))
    fiche.refresh_from_db()
    assert not fiche.live, "a centre published its own fiche"
    client.post(edit, fiche_data(taxonomy, **{"action-submit": "1"}))
    fiche.refresh_from_db()
    assert fiche.workflow_in_progress


def test_a_fiche_cannot_be_published_as_it_is_created(client, avise, tree, taxonomy, centre_user):
    client.force_login(centre_user)
    add(client, FICHE, tree.centre, fiche_data(taxonomy, **{"action-publish": "1"}))
    assert not FichePage.objects.get(slug="une-fiche").live


def test_the_editor_approves_and_it_is_live(client, editor, tree, taxonomy, centre_user):
    client.force_login(centre_user)
    add(client, FICHE, tree.centre, fiche_data(taxonomy, **{"action-submit": "1"}))
    fiche = FichePage.objects.get(slug="une-fiche")
    task = fiche.current_workflow_task_state
    client.force_login(editor)
    client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[fiche.pk, "approve", task.pk]), {"comment": ""}
    )
    fiche.refresh_from_db()
    assert fiche.live


@pytest.mark.parametrize("missing", ["title", "summary", "demarche", "phases", "themes"])
def test_the_form_asks_for_what_is_indispensable(client, avise, tree, taxonomy, centre_user, missing):
    client.force_login(centre_user)
    data = fiche_data(
        taxonomy,
        **{missing: {"demarche": "null", "phases": [], "themes": []}.get(missing, ""), "action-submit": "1"},
    )
    response = add(client, FICHE, tree.centre, data)
    assert response.status_code == 200
    assert not FichePage.objects.filter(slug="une-fiche").exists()


def test_a_fiche_elsewhere_needs_no_text(client, avise, tree, taxonomy, centre_user):
    client.force_login(centre_user)
    data = fiche_data(taxonomy, demarche="null", external_url="https://centre.example.org/fiche")
    assert add(client, FICHE, tree.centre, data).status_code == 302
    assert FichePage.objects.get(slug="une-fiche").external_url


def test_a_session_is_published_at_once(client, avise, tree, centre_user):
    client.force_login(centre_user)
    assert add(client, CAFE, tree.centre, cafe_data(**{"action-publish": "1"})).status_code == 302
    cafe = CafePage.objects.get(slug="un-cafe")
    assert cafe.live
    client.post(
        reverse("wagtailadmin_pages:edit", args=[cafe.pk]),
        cafe_data(title="Un autre titre", **{"action-publish": "1"}),
    )
    cafe.refresh_from_db()
    assert cafe.title == "Un autre titre"


def test_another_centre_is_out_of_reach(client, avise, tree, taxonomy, centre_user, other_centre):
    theirs = factories.make_fiche(other_centre)
    client.force_login(centre_user)
    assert add(client, FICHE, other_centre, fiche_data(taxonomy)).status_code in (302, 403)
    assert not FichePage.objects.filter(slug="une-fiche").exists()
    for name in ("edit", "delete", "unpublish", "copy", "move", "history"):
        response = client.get(reverse(f"wagtailadmin_pages:{name}", args=[theirs.pk]))
        assert response.status_code in (302, 403), name
    listing = client.get(reverse("wagtailadmin_explore_root"), follow=True).content.decode()
    assert "CRDLA Culture" not in listing


def test_the_chooser_hides_the_drafts_of_others(client, avise, tree, centre_user, other_centre):
    factories.make_fiche(other_centre, title="Brouillon secret", live=False)
    factories.make_fiche(other_centre, title="Fiche publiée")
    factories.make_fiche(tree.centre, title="Mon brouillon", live=False)
    client.force_login(centre_user)
    theirs = client.get(reverse("wagtailadmin_choose_page_child", args=[other_centre.pk])).json()["html"]
    mine = client.get(reverse("wagtailadmin_choose_page_child", args=[tree.centre.pk])).json()["html"]
    assert "Fiche publiée" in theirs
    assert "Brouillon secret" not in theirs
    assert "Mon brouillon" in mine


def test_reports_of_the_whole_site_are_avises(client, avise, centre_user, editor):
    client.force_login(centre_user)
    assert client.get(reverse("wagtailadmin_reports:page_types_usage")).status_code in (302, 403)
    client.force_login(editor)
    assert client.get(reverse("wagtailadmin_reports:page_types_usage")).status_code == 200


def test_files_are_the_centres_own(client, avise, tree, centre_user, other_centre):
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    Image = get_image_model()
    mine = Image.objects.create(
        title="La mienne", file=get_test_image_file(), collection=tree.centre.collection
    )
    theirs = Image.objects.create(
        title="La leur", file=get_test_image_file(), collection=other_centre.collection
    )
    client.force_login(centre_user)
    listing = client.get(reverse("wagtailimages:index")).content.decode()
    assert "La mienne" in listing
    assert "La leur" not in listing
    assert client.get(reverse("wagtailimages:edit", args=[mine.pk])).status_code == 200
    assert client.get(reverse("wagtailimages:edit", args=[theirs.pk])).status_code in (302, 403)


def test_the_privacy_button_offers_nothing(client, tree, admin):
    client.force_login(admin)
    fiche = factories.make_fiche(tree.centre)
    response = client.get(reverse("wagtailadmin_pages:set_privacy", args=[fiche.pk]))
    assert response.status_code in (302, 403) or "restriction_type" not in response.content.decode()


def test_a_page_of_the_tree_is_where_the_design_says(tree):
    fiche = factories.make_fiche(tree.centre, slug="ma-fiche")
    assert Page.objects.get(pk=fiche.pk).url == "/centres/crdla-financement/ma-fiche/"


def test_a_draft_waits_for_nothing_but_a_title(client, avise, tree, taxonomy, centre_user):
    client.force_login(centre_user)
    data = fiche_data(taxonomy, summary="", demarche="null", phases=[], themes=[])
    assert add(client, FICHE, tree.centre, data).status_code == 302
    assert not FichePage.objects.get(slug="une-fiche").live


def test_a_copied_centre_gets_rights_of_its_own(client, avise, tree, admin):
    client.force_login(admin)
    response = client.post(
        reverse("wagtailadmin_pages:copy", args=[tree.centre.pk]),
        {
            "new_title": tree.centre.title,
            "new_slug": "copie",
            "new_parent_page": tree.centres.pk,
            "publish_copies": "on",
        },
    )
    assert response.status_code == 302
    copy = CentrePage.objects.get(slug="copie")
    assert copy.group is not None
    assert copy.group != tree.centre.group
    assert copy.collection != tree.centre.collection
