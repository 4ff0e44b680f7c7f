"""A spreadsheet taken away: written down, without what was confided, without a name that a rule keeps."""

import datetime as dt
from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.members.groups import ensure_avise_groups
from portal.registrations import services
from portal.registrations.models import ExportRecord, Facilitator
from portal.registrations.spreadsheets import neutralised
from tests import factories

pytestmark = pytest.mark.django_db
INDEX = "/admin/inscriptions/"


@pytest.fixture
def editor(db):
    return factories.make_user("redaction@exemple.test", groups=[ensure_avise_groups()[0]])


@pytest.fixture
def registered(tree, now):
    """Register Inès, who confides and needs something, for an event with the rule ``rule``."""

    def make(rule="ouvert", **fields):
        event = factories.make_cafe(tree.centre, confidentiality=rule, asks_question=True, **fields)
        user = factories.make_user(first_name="Inès", last_name="Exemple")
        services.register(
            event=event,
            user=user,
            question="Une paie en retard",
            access_needs="Une boucle magnétique",
            rule_accepted=True,
            now=now,
        )
        return event

    return make


def taken(client, **filters) -> str:
    """Everything that is in the file, cell by cell."""
    response = client.get(INDEX, {"export": "xlsx", **filters})
    assert response.status_code == 200
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def test_what_was_confided_is_not_in_it(client, editor, registered):
    registered()
    client.force_login(editor)
    text = taken(client)
    assert "Inès Exemple" in text
    assert "paie" not in text
    assert "boucle" not in text


def test_it_is_written_down_with_who_when_the_filters_and_how_many(client, editor, registered, now):
    event = registered(title="Un café", starts_in=dt.timedelta(days=7))
    registered(title="Un autre")
    client.force_login(editor)
    day = event.start.strftime("%Y-%m-%d")
    taken(client)
    taken(client, event=event.pk, state=["confirmee", "attente"], date_from=day, q="Exemple")
    second, first = ExportRecord.objects.all()
    assert (first.user, first.rows, first.what) == (editor, 2, "Inscriptions : toutes")
    assert abs(first.at - now) < dt.timedelta(minutes=5)
    assert second.rows == 1
    for part in ("rendez-vous « Un café »", "état confirmée ou en attente", event.start.strftime("%d/%m/%Y")):
        assert part in second.what
    assert "une recherche" in second.what
    assert "Exemple" not in second.what, "the words searched for may be somebody's name"


def test_looking_at_the_list_is_not_an_export(client, editor, registered):
    registered()
    client.force_login(editor)
    client.get(INDEX)
    assert client.get(INDEX, {"export": "csv"}).get("Content-Disposition") is None
    assert not ExportRecord.objects.exists()


def test_names_between_peers_stay_with_who_runs_it(client, tree, editor, admin, centre_user, registered, now):
    """The rule says so: who facilitates it and who works in its centre, not Avise."""
    event = registered("entre-pairs")
    for user in (editor, admin):
        client.force_login(user)
        text = taken(client, event=event.pk)
        assert "Exemple" not in text
        assert "Gardé dans le groupe" in text
        assert "@" not in text
    client.force_login(centre_user)
    assert "Inès Exemple" in taken(client)
    Facilitator.objects.create(event=event, user=editor, added_at=now)
    client.force_login(editor)
    assert "Inès Exemple" in taken(client)


@pytest.mark.parametrize("rule", ["ouvert", "sans-enregistrement"])
def test_other_rules_let_names_out(client, editor, registered, rule):
    registered(rule)
    client.force_login(editor)
    assert "Inès Exemple" in taken(client)


def test_queries_do_not_grow_with_the_rows(
    client, editor, registered, tree, now, django_assert_max_num_queries
):
    for _ in range(12):
        registered("entre-pairs")
    client.force_login(editor)
    with django_assert_max_num_queries(20):
        taken(client)


# -- who took what


def test_avise_reads_who_took_what(client, editor, centre_user, registered):
    registered()
    client.force_login(centre_user)
    taken(client)
    assert client.get("/admin/exports/").status_code == 302, "a centre does not"
    client.force_login(editor)
    page = client.get("/admin/exports/").content.decode()
    assert "centre@exemple.test" in page
    assert "toutes" in page
    assert "/admin/exports/" in client.get("/admin/").content.decode()


def test_difficulties_are_read_by_avise_alone(client, editor, centre_user, registered, taxonomy):
    event = registered()
    event.themes.set([taxonomy.tresorerie])
    event.save()
    client.force_login(centre_user)
    assert client.get("/admin/difficultes/").status_code == 302
    client.force_login(editor)
    page = client.get("/admin/difficultes/", {"annee": str(event.start.year)}).content.decode()
    assert taxonomy.tresorerie.label in page
    assert "paie" not in page
    for year in ("x", "99999", "0001", "²²²²"):
        assert client.get("/admin/difficultes/", {"annee": year}).status_code == 200


# -- formulas


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+33 6",
        "-2",
        "@SOMME(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "\u00a0\u2009=1+1",
        "\u200b=1+1",
        "\ufeff=1+1",
        "\u200f\u202a =1+1",
        "\x01=1+1",
        "＝1+1",
        " ＋33",
        "－2",
        "＠SOMME(A1)",
        "﹢1",
        "\ttexte",
    ],
)
def test_nothing_passes_for_a_formula(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", " ", "Inès Exemple", "a=b", " deux mots", "12 €", "«\u00a0ok\u00a0»", "1-2"]
)
def test_the_rest_is_left_alone(text):
    assert neutralised(text) == text
