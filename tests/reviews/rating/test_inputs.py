"""Inputs: storage, hash and checks (docs/rating.md, sections 2 and 6)."""

import dataclasses
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from reviews.rating import (
    CriterionScores,
    Evidence,
    InputsError,
    RatingInputs,
    Scheme,
    Score,
    canonical_json,
    check_inputs,
    inputs_hash,
    months_between,
    rate_one,
)
from tests.reviews.rating.examples import programme
from tests.reviews.rating.strategies import examples, frameworks, inputs_for, json_values

SMALL = RatingInputs(
    "sle",
    {"P1": CriterionScores((Score("B-é", 4), Score("A", "not_applicable")), Score("C", 3))},
    Evidence(4, 3, 2, 1),
    date(2024, 2, 29),
    5,
)


def test_canonical_json_has_one_form() -> None:
    assert canonical_json(SMALL) == (
        '{"decided_on":"2024-02-29","evidence":{"claimed":4,"gaps":1,"independent":2,"verified":3},'
        '"finding_upheld":false,"months_since_decision":5,"scores":{"P1":{"blind":['
        '{"assessor":"A","value":"not_applicable"},{"assessor":"B-é","value":4}],'
        '"third":{"assessor":"C","value":3}}},"subject_type":"sle","unverified_impact_claim":false}'
    )


def test_hash_never_changes() -> None:
    # From sha256sum over the line above. If it changed, every stored rating would look out of date.
    assert inputs_hash(SMALL) == "efc91311ee5c347b8479b70faa4fadc2a4e1abe6fec7bd8a6c8e928195f2e900"


def test_order_does_not_matter_to_the_hash() -> None:
    inputs = programme()
    turned = RatingInputs(
        "programme",
        {
            code: CriterionScores(tuple(reversed(given.blind)), given.third)
            for code, given in reversed(list(inputs.scores.items()))
        },
        inputs.evidence,
    )
    assert inputs_hash(turned) == inputs_hash(inputs)


def test_each_input_matters_to_the_hash() -> None:
    inputs = programme()
    others = [
        programme(change="P1 3,3"),
        programme(change="R2 2,4,4"),
        programme(evidence=Evidence(10, 8, 4)),
        programme(decided_on=date(2024, 5, 1)),
        programme(months_since_decision=1),
        programme(unverified_impact_claim=True),
        programme(finding_upheld=True),
        dataclasses.replace(inputs, subject_type="sle"),
    ]
    assert len({inputs_hash(each) for each in [inputs, *others]}) == 1 + len(others)


@examples(30)
@given(data=st.data())
def test_inputs_survive_storage_as_json(data: DataObject) -> None:
    inputs = data.draw(inputs_for(data.draw(frameworks())))
    stored = json.loads(json.dumps(inputs.to_dict()))
    assert RatingInputs.from_dict(stored) == inputs
    assert inputs_hash(RatingInputs.from_dict(stored)) == inputs_hash(inputs)


@examples(100)
@given(data=st.data())
def test_stored_inputs_of_another_shape_are_refused_in_one_way(data: DataObject, scheme: Scheme) -> None:
    stored = programme().to_dict()
    key = data.draw(st.sampled_from(sorted(stored)))
    stored[key] = data.draw(json_values)
    try:
        inputs = RatingInputs.from_dict(stored)
        rate_one(scheme, inputs)
    except InputsError:
        return  # and no other error gets here
    assert check_inputs(scheme, inputs) == []


@pytest.mark.parametrize(
    ("inputs", "line"),
    [
        (
            RatingInputs("school", {}),
            "The subject type 'school' is not known. Use one of: provider, programme, sle.",
        ),
        (
            programme(change="R5 3,3"),
            "R5: is not a criterion of LPD-QA 1.0 for programme. Take its scores out.",
        ),
        (
            programme(change="X1 3,3"),
            "X1: is not a criterion of LPD-QA 1.0 for programme. Take its scores out.",
        ),
        (programme(change="P2 3,5"), "P2: 5 is not a score; give 1 to 4 or 'not_applicable'."),
        (
            programme(evidence=Evidence(1, -1)),
            "Evidence, verified: -1 is not a count. Give a whole number from 0 to 1,000,000,000.",
        ),
        (
            programme(evidence=Evidence(5, 4, 0, gaps=2)),
            "Evidence, verified: 4 is more than there are (5 claimed less 2 declared gaps). Count again.",
        ),
        (
            programme(months_since_decision=1.5),
            "Evidence, months since the decision: 1.5 is not a count. Give a whole number from 0 to 1,000,000,000.",
        ),
        (programme(finding_upheld="no"), "finding_upheld: 'no' is not true or false. Give one of the two."),
    ],
)
def test_faults_in_inputs(scheme: Scheme, inputs: RatingInputs, line: str) -> None:
    assert check_inputs(scheme, inputs) == [line]


@pytest.mark.parametrize(
    ("blind", "third", "words"),
    [
        ([("A", 3), ("B", "cannot_judge")], None, "opens an evidence request"),
        ([("A", 3), ("B", True)], None, "True is not a score"),
        ([("A", 3), ("B", 3.0)], None, "3.0 is not a score"),
        ([("A", 3), ("A", 3)], None, "one assessor scored it more than once"),
        ([("A", 2), ("B", 4)], ("A", 3), "one assessor scored it more than once"),
        ([("A", 2), ("B", 2), ("C", 2)], None, "3 blind scores; two assessors score blind"),
        ([("", 2), ("B", 2)], None, "a score has no assessor"),
    ],
)
def test_faults_in_scores(scheme: Scheme, blind: list[Any], third: Any, words: str) -> None:
    given_scores = CriterionScores(
        tuple(Score(name, value) for name, value in blind), Score(*third) if third else None
    )
    inputs = programme()
    lines = check_inputs(scheme, RatingInputs("programme", {**inputs.scores, "P2": given_scores}))
    assert len(lines) == 1
    assert lines[0].startswith("P2: ")
    assert words in lines[0]
    with pytest.raises(InputsError):
        rate_one(scheme, RatingInputs("programme", {**inputs.scores, "P2": given_scores}))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 1, 31), date(2024, 2, 29), 0),
        (date(2024, 1, 31), date(2024, 3, 1), 1),
        (date(2024, 2, 28), date(2024, 3, 28), 1),
        (date(2023, 12, 5), date(2024, 12, 4), 11),
        (date(2023, 12, 5), date(2024, 12, 5), 12),
        (date(2024, 5, 1), date(2024, 5, 1), 0),
        (date(2024, 5, 1), date(2023, 5, 1), 0),
    ],
)
def test_months_between(start: date, end: date, months: int) -> None:
    assert months_between(start, end) == months
