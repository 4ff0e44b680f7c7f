"""Sessions, replays, agenda and emergency: no violation that axe knows, wide and narrow, light and dark."""

import pytest

from .conftest import sign_in
from .visiting import violations_of

PAGES = (
    "/urgence/",
    "/urgence/?departement=31",
    "/urgence/ccsf/",
    "/agenda/",
    "/agenda/?periode=passe",
    "/cafes/",
    "/webinaires/",
    "/centres/crdla-financement/lire-un-plan-de-tresorerie/",
    "/centres/crdla-financement/les-dix-jours-avant-la-paie/",
    "/centres/avise/mandat-ad-hoc-et-conciliation/",
    "/centres/avise/tenir-sa-place-quand-le-conseil-d-administration-se-dechire/",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_violation_and_no_sideways_scroll(browser, site, width, scheme):
    context = browser.new_context(
        base_url=site, locale="fr-FR", color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    sign_in(page, "adherente@exemple.test")
    found = {}
    for address in PAGES:
        response = page.goto(address)
        assert response.status == 200, address
        violations = [violation["id"] for violation in violations_of(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            violations.append("it scrolls sideways")
        if violations:
            found[address] = violations
    context.close()
    assert found == {}
