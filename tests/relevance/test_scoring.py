"""How scores are told, on scores made by hand."""

import pytest

from search.documents import Document, Passage

from . import scoring
from .judged import Place, Query


def made(text, family, ndcg, *, found=(), grades=None, total=None, places=None, shown=None):
    return scoring.Score(
        query=Query(text, family, grades or {"fiche/a": 3}),
        ndcg=ndcg,
        total=len(found) if total is None else total,
        found=tuple(found),
        places=places or {},
        shown=shown or {},
    )


SCORES = [
    made("cash", "synonym", 0.0, grades={"fiche/a": 3, "fiche/b": 1}),
    made("faillite", "synonym", 0.5, found=["fiche/x", "fiche/a"], grades={"fiche/a": 3, "fiche/c": 2}),
    made("minute", "passage", 1.0, found=["fiche/a"], places={"fiche/a": True}),
    made(
        "anchor", "passage", 1.0, found=["fiche/a"], places={"fiche/a": False}, shown={"fiche/a": "contexte"}
    ),
]


def test_means_and_rates():
    assert scoring.mean(SCORES) == 0.625
    assert [score.query.text for score in scoring.without_result(SCORES)] == ["cash"]
    assert scoring.passage_accuracy(SCORES) == 0.5
    assert scoring.passage_accuracy(SCORES[:2]) == 1.0


def test_the_table_has_a_line_per_family_worst_first():
    head, synonym, passage, everything = scoring.table(SCORES).splitlines()
    assert synonym.split() == ["synonym", "2", "0.250", "50%"]
    assert passage.split() == ["passage", "2", "1.000", "0%", "1/2"]
    assert everything.split() == ["all", "4", "0.625", "25%", "1/2"]


def test_the_worst_are_told_with_what_came_and_what_did_not():
    told = scoring.worst(SCORES, number=2)
    assert told.index("cash") < told.index("faillite")
    assert "0 fiche/x" in told
    assert "3 fiche/a" in told
    assert "missing: 2 fiche/c" in told
    # A document that is only related is not missed.
    assert "fiche/b" not in told
    assert "minute" not in told


def test_a_passage_that_is_not_the_one_shown_is_told():
    assert scoring.misplaced(SCORES) == "anchor: fiche/a shown at contexte"


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        ("fiche", "/centres/crdla-sport/un-club/", "fiche/un-club"),
        ("terme", "/glossaire/#ccsf", "terme/ccsf"),
        ("urgence", "/urgence/", "urgence/urgence"),
    ],
)
def test_a_document_is_known_by_its_kind_and_slug(kind, url, expected):
    document = Document(id=f"{kind}-7", type=kind, title="…", url=url, audiences=("public",))
    assert scoring.key(document) == expected


def test_a_passage_is_right_only_where_it_opens():
    hit = type("Hit", (), {"passage": Passage("…", anchor="demarche")})
    assert scoring._is_at(hit, (Place(anchor="contexte"), Place(anchor="demarche")))
    assert not scoring._is_at(hit, (Place(anchor="contexte"),))
    assert not scoring._is_at(None, (Place(anchor="demarche"),))
    assert not scoring._is_at(type("Hit", (), {"passage": None}), (Place(anchor="demarche"),))
