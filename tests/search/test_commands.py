"""The commands of the search."""

import pytest
from django.core.management import CommandError, call_command

from search.engines.base import IndexingFailed, SearchUnavailable
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def fiche(tree, index):
    return factories.make_fiche(tree.centre, title="Loyers impayés")


def test_index_worker_once(fiche, capsys):
    call_command("index_worker", once=True)
    assert "changement(s) appliqué(s)" in capsys.readouterr().out
    call_command("check_index")
    assert "conforme" in capsys.readouterr().out


def test_check_index_tells_and_repairs(fiche, index, capsys):
    with pytest.raises(CommandError, match="--repair"):
        call_command("check_index")
    assert "absents" in capsys.readouterr().out
    call_command("check_index", repair=True)
    call_command("index_worker", once=True)
    call_command("check_index")


def test_rebuild_index(fiche, capsys):
    call_command("rebuild_index", verbosity=2)
    out = capsys.readouterr().out
    assert "Index reconstruit" in out
    assert "[####" in out
    call_command("check_index")


def test_rebuild_index_says_that_the_former_one_serves(fiche, monkeypatch):
    def fail(*args, **kwargs):
        raise IndexingFailed("refused")

    monkeypatch.setattr("search.services.rebuild", fail)
    with pytest.raises(CommandError, match="l’ancien sert toujours"):
        call_command("rebuild_index")


def test_search_stats(fiche, index, capsys, monkeypatch):
    call_command("search_stats")
    out = capsys.readouterr().out
    assert "embedded (en service)" in out
    assert "fiche : 1 en base" in out
    assert "à traiter" in out


def test_check_index_without_an_engine(fiche, index, monkeypatch):
    def away(self):
        raise SearchUnavailable("away")

    monkeypatch.setattr(type(index), "hashes", away)
    with pytest.raises(CommandError, match="ne répond pas"):
        call_command("check_index")
