"""The words of the embedded index, by who may be compared with them."""

import pytest

from search.engines.vocabulary import Likeness, Vocabulary

PUBLIC, MEMBER = {"public"}, {"public", "reseau", "groupe-7"}


@pytest.fixture
def vocabulary(tmp_path):
    words = Vocabulary(tmp_path)
    words.add({"gouvernanc", "gouvernail", "dette", "zqadla"}, ("public",))
    words.add({"gouvernement", "dette"}, ("reseau",))
    words.add({"gouvernix"}, ("groupe-7",))
    return words


def test_a_word_with_a_mistake_is_taken_for_the_nearest(vocabulary):
    found = vocabulary.of(PUBLIC).likenesses("gouvernenc", mistakes=2, prefix=False)
    assert found[0] == Likeness("gouvernanc", 1)
    assert vocabulary.of(PUBLIC).likenesses("dette", mistakes=1, prefix=False) == []


def test_an_unfinished_word_is_taken_for_what_begins_so(vocabulary):
    found = vocabulary.of(PUBLIC).likenesses("gouv", mistakes=0, prefix=True)
    assert {each.word for each in found} == {"gouvernanc", "gouvernail"}


def test_words_that_a_reader_may_not_read_are_compared_with_nobody(vocabulary):
    members = {each.word for each in vocabulary.of(MEMBER).likenesses("gouv", mistakes=0, prefix=True)}
    assert members == {"gouvernanc", "gouvernail", "gouvernement"}
    assert "gouvernement" not in vocabulary.of(PUBLIC)
    assert "gouvernix" not in vocabulary.of(MEMBER)
    assert "zqadla" not in vocabulary.of(MEMBER), "a marker is no word"


def test_another_process_sees_what_was_added_and_a_torn_line_spoils_nothing(vocabulary, tmp_path):
    other = Vocabulary(tmp_path)
    assert "dette" in other.of(PUBLIC)
    with (tmp_path / "WORDS").open("ab") as file:
        file.write("pécél".encode()[:4])
    assert "dette" in other.of(PUBLIC)
    vocabulary.add({"emprunt"}, ("public",))
    assert "emprunt" in other.of(PUBLIC)
    assert "emprunt" in vocabulary.of(PUBLIC)


def test_without_a_file_nothing_is_alike(tmp_path):
    assert Vocabulary(tmp_path / "nowhere").of(PUBLIC).likenesses("dette", mistakes=1, prefix=True) == []
