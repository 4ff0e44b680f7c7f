"""The command that takes the pictures: what it is asked for, and the sheet that shows them."""

from tests import screens
from tests.tour import STOPS, Stop

ONE, TWO = Stop("fiche", "/une-fiche/"), Stop("courriel-seat-given", "/admin/x/", "redaction@exemple.test")


def test_all_without_a_name_some_with_a_pattern():
    assert screens.chosen([ONE, TWO, ONE], []) == [ONE, TWO]
    assert screens.chosen([ONE, TWO], ["courriel-*"]) == [TWO]
    assert screens.chosen([ONE, TWO], ["fiche", "inconnu"]) == [ONE]
    assert screens.chosen(STOPS, ["accueil"])[0].path == "/"


def test_what_is_behind_the_guide_is_found():
    class Page:
        def eval_on_selector_all(self, selector, script):
            letters = f"{screens.GUIDE}courriels/"
            return [
                "#couleurs",
                "/agenda/",
                f"{screens.GUIDE}erreurs/404/",
                f"{letters}emails/seat_given/",
                f"{letters}emails/seat_given/?texte=1",
                f"{letters}mfa/email/totp_activated/",
            ]

    found = {stop.name: stop.path for stop in screens.behind_the_guide(Page())}
    assert found == {
        "erreur-404": f"{screens.GUIDE}erreurs/404/",
        "courriel-seat-given": f"{screens.GUIDE}courriels/emails/seat_given/",
        "courriel-mfa-email-totp-activated": f"{screens.GUIDE}courriels/mfa/email/totp_activated/",
    }


def test_the_sheet_shows_the_pictures_that_are_there(tmp_path):
    (tmp_path / "fiche-390-light.png").touch()
    sheet = screens.contact_sheet([ONE, TWO], tmp_path)
    assert sheet.count("<img") == 1
    assert 'src="fiche-390-light.png"' in sheet
    assert "redaction@exemple.test" in sheet
