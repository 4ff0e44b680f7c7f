"""What a centre sees of a fiche or a tool before it has saved anything."""

import pytest

from ressources.models import FichePage, FicheTool, OutilPage
from tests import factories

pytestmark = pytest.mark.django_db


def preview(page, tree, user, rf) -> str:
    page.depth = tree.centre.depth + 1
    page.path = page._get_path(tree.centre.path, page.depth, 1)
    page.set_url_path(tree.centre)
    request = rf.get("/")
    request.user = user
    response = page.make_preview_request(request, "")
    assert response.status_code == 200
    return response.content.decode()


def test_a_new_fiche_is_previewed_with_its_tools(tree, centre_user, rf):
    tool = factories.make_tool(tree.centre, title="Un outil à joindre")
    unrelated = factories.make_cafe(tree.centre, title="Un café sans rapport")
    page = FichePage(
        title="Une nouvelle fiche", slug="nouvelle", demarche="<p>Le déroulé.</p>", audience="reseau"
    )
    page.tool_links = [FicheTool(tool=tool)]
    shown = preview(page, tree, centre_user, rf)
    assert "Le déroulé." in shown
    assert tool.title in shown
    assert unrelated.title not in shown


def test_a_new_tool_is_previewed(tree, centre_user, rf):
    page = OutilPage(title="Un nouvel outil", slug="nouvel", external_url="https://example.org/")
    assert "Un nouvel outil" in preview(page, tree, centre_user, rf)
