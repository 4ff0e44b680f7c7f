import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_factories_build_every_type(taxonomy, tree, member):
    fiche = factories.make_fiche(tree.centre, themes=[taxonomy.tresorerie], phases=[taxonomy.anticiper])
    cafe = factories.make_cafe(tree.centre, themes=[taxonomy.tresorerie])
    webinar = factories.make_webinar(tree.centre)
    scheme = factories.make_scheme(tree.urgence)
    theme_page = factories.make_theme_page(tree, taxonomy.tresorerie)
    assert fiche.themes.get() == taxonomy.tresorerie
    assert fiche.url == "/centres/crdla-financement/" + fiche.slug + "/"
    assert cafe.kind_label == "Café difficultés"
    assert webinar.live
    assert scheme.need_order == 1
    assert theme_page.url == "/themes/gestion-financiere-et-tresorerie/"
