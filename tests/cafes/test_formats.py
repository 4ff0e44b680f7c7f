import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cafes.models import CafePage, RunSheetStep
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("capacity", [9, 16, None])
def test_a_codeveloppement_of_more_than_eight_is_refused(tree, capacity):
    with pytest.raises(ValidationError, match="4 à 8 pairs"):
        factories.make_cafe(tree.centre, format="codeveloppement", capacity=capacity)


def test_eight_at_most_for_a_codeveloppement_alone(tree):
    assert factories.make_cafe(tree.centre, format="codeveloppement", capacity=8).capacity == 8
    assert factories.make_cafe(tree.centre, format="cafe", capacity=40).capacity == 40
    # The portal keeps no list of who registers elsewhere.
    elsewhere = factories.make_cafe(
        tree.centre,
        format="codeveloppement",
        capacity=None,
        registration_mode="externe",
        registration_url="https://example.org/",
    )
    assert elsewhere.capacity is None


def test_the_method_s_run_sheet_lasts_two_hours(tree):
    page = factories.make_cafe(tree.centre, format="codeveloppement")
    assert sum(step.minutes for step in page.run_sheet()) == 120
    assert [step.label for step in page.run_sheet()][1:5] == [
        "Exposé",
        "Clarification",
        "Contrat",
        "Consultation",
    ]
    RunSheetStep.objects.create(page=page, label="Accueil", minutes=20)
    assert [step.label for step in CafePage.objects.get(pk=page.pk).run_sheet()] == ["Accueil"]
    assert factories.make_cafe(tree.centre).run_sheet() == ()


def test_a_formation_says_what_it_is_for(client, tree, member):
    fields = {
        "objectives": "<p>Lire un bilan.</p>",
        "prerequisites": "<p>Rien de particulier.</p>",
        "gives_certificate": True,
    }
    client.force_login(member)
    formation = client.get(
        factories.make_cafe(tree.centre, format="formation", **fields).url
    ).content.decode()
    for text in ("Lire un bilan.", "Rien de particulier.", "attestation de formation"):
        assert text in formation
    cafe = client.get(factories.make_cafe(tree.centre, **fields).url).content.decode()
    assert "Lire un bilan." not in cafe


@pytest.mark.parametrize(("format_", "folded"), [("formation", False), ("cafe", True)])
def test_the_form_opens_what_the_format_uses_and_keeps_the_rest(client, tree, admin, format_, folded):
    page = factories.make_cafe(tree.centre, format=format_, objectives="<p>Lire un bilan.</p>")
    client.force_login(admin)
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    panel = next(
        child
        for child in response.context["edit_handler"].children[0].children
        if child.heading == "Formation"
    )
    assert ("collapsed" in panel.classname) is folded
    assert panel.is_shown()
    html = response.content.decode()
    assert 'name="objectives"' in html
    assert 'name="run_sheet_steps-TOTAL_FORMS"' in html
