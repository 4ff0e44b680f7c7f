"""The metric, on values worked out by hand."""

import pytest

from .metric import dcg, ndcg


def test_gain_is_discounted_by_rank():
    # 7 / log2(2) + 3 / log2(3) + 7 / log2(4) + 0 + 1 / log2(6) + 3 / log2(7)
    assert dcg([3, 2, 3, 0, 1, 2]) == pytest.approx(7 + 1.892789 + 3.5 + 0.386853 + 1.068621, abs=1e-5)


def test_the_best_order_is_worth_one_and_nothing_is_worth_zero():
    judged = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["a", "b", "c"], judged) == 1
    assert ndcg(["a", "b", "c", "x", "y"], judged) == 1
    assert ndcg([], judged) == 0
    assert ndcg(["x", "y"], judged) == 0


def test_an_answer_that_comes_late_or_not_at_all_costs():
    assert ndcg(["x", "a"], {"a": 3}) == pytest.approx(0.63093, abs=1e-5)
    # 7 / (7 + 3 / log2(3)): the second answer never came.
    assert ndcg(["a"], {"a": 3, "b": 2}) == pytest.approx(0.78716, abs=1e-5)
    # (3 + 7 / log2(3)) / (7 + 3 / log2(3))
    assert ndcg(["b", "a"], {"a": 3, "b": 2}) == pytest.approx(0.83399, abs=1e-5)


def test_only_the_first_ten_count_on_both_sides():
    judged = {f"doc-{number}": 3 for number in range(30)}
    assert ndcg([f"doc-{number}" for number in range(10)], judged) == 1
    assert ndcg(["x"] * 10 + ["doc-1"], judged) == 0


def test_a_query_without_an_answer_has_no_score():
    with pytest.raises(ValueError, match="answer"):
        ndcg(["a"], {})
    with pytest.raises(ValueError, match="answer"):
        ndcg(["a"], {"a": 0})
