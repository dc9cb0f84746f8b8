"""Consensus of a criterion (docs/rating.md, section 2)."""

import pytest

from reviews.rating import NOT_APPLICABLE, InputsError, Scheme, discordant, rate_one
from tests.reviews.rating.examples import programme

N = NOT_APPLICABLE


@pytest.mark.parametrize(
    ("scores", "consensus"),
    [
        ("R2 1,2", 1.5),
        ("R2 3,3", 3.0),
        ("R2 2,3", 2.5),  # not essential: 2 and 3 are concordant
        ("R2 1,3,1", 1.0),
        ("R2 1,3,2", 2.0),
        ("R2 4,1,4", 4.0),
        ("R2 1,3,4", 3.0),
        ("R2 2,3,4", 2.5),  # a third score that nobody needed changes nothing
        ("R2 n,n", N),
        ("R2 n,n,3", N),
        ("R2 3,n,n", N),
        ("R2 n,3,n", N),
        ("R2 n,2,3", 2.5),  # it applies, and two scores are there
        ("R2 1,n,4", 2.5),
        ("P1 2,3,3", 3.0),
        ("P1 2,3,1", 2.0),
        ("P1 3,4", 3.5),
        ("P1 1,2", 1.5),
    ],
)
def test_consensus(scheme: Scheme, scores: str, consensus: float | str) -> None:
    result = rate_one(scheme, programme(change=scores))
    assert result.status == "rated"
    assert result.consensus[scores[:2]] == consensus


@pytest.mark.parametrize(
    ("scores", "fault"),
    [
        ("P1 n,n", "P1: it is essential, so it can't be not applicable"),
        ("P1 3,n,3", "P1: it is essential"),
        ("P1 2,4,n", "P1: it is essential"),
        ("R2 2,4,n", "R2: both blind assessors scored it, so the third score has to be a number too"),
    ],
)
def test_not_applicable_where_it_cannot_be(scheme: Scheme, scores: str, fault: str) -> None:
    with pytest.raises(InputsError, match=fault):
        rate_one(scheme, programme(change=scores))


def test_discordant_criteria_for_the_workflow(scheme: Scheme) -> None:
    found = discordant(
        scheme,
        "programme",
        {"R2": (2, 4), "P1": (2, 3), "P2": (2, 3), "V3": (3, N), "V2": (N, N), "D2": (1,), "D1": (1, 4)},
    )
    assert [(item.criterion, item.reason) for item in found] == [
        ("P1", "essential_straddle"),
        ("R2", "gap"),
        ("D1", "gap"),
        ("V3", "not_applicable"),
    ]
    assert found[0].sentence.endswith("the criterion is essential, and 2 and 3 lie on different sides of 3.")
    assert found[1].sentence.endswith("2 and 4 are 2 points apart; the limit is 1.")
    assert found[3].sentence.endswith("one assessor scored 3, the other said that it is not applicable.")


def test_essential_depends_on_the_subject_type(scheme: Scheme) -> None:
    scores = {"G3": (2, 3)}
    assert [item.criterion for item in discordant(scheme, "sle", scores)] == ["G3"]
    assert discordant(scheme, "programme", scores) == []


def test_discordant_refuses_what_it_cannot_compare(scheme: Scheme) -> None:
    with pytest.raises(KeyError):
        discordant(scheme, "programme", {"X9": (1, 2)})
    with pytest.raises(ValueError, match="3 blind scores"):
        discordant(scheme, "programme", {"P1": (1, 2, 3)})
