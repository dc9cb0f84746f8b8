"""What is stored for many subjects at once is what is stored for each of them alone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from reviews.rating import (
    CriterionScores,
    RatingInputs,
    Scheme,
    Score,
    Scored,
    batch_of,
    canonical_json,
    canonical_lines,
    hashes,
    inputs_at,
    inputs_hash,
    rate,
    result_lines,
    result_of,
)
from tests.reviews.rating.examples import programme
from tests.reviews.rating.strategies import examples, frameworks, inputs_for


def scored_of(scheme: Scheme, many: Sequence[RatingInputs]) -> Scored:
    """The arrays of some inputs, with names."""
    names = sorted(
        {
            s.assessor
            for i in many
            for g in i.scores.values()
            for s in (*g.blind, *([g.third] if g.third else []))
        }
    )
    assessor = np.zeros((len(many), len(scheme.criteria), 3), dtype=np.int32)
    for row, inputs in enumerate(many):
        for place, criterion in enumerate(scheme.criteria):
            given_scores = inputs.scores.get(criterion.code, CriterionScores())
            for slot, score in enumerate(given_scores.blind):
                assessor[row, place, slot] = names.index(score.assessor)
            if given_scores.third:
                assessor[row, place, 2] = names.index(given_scores.third.assessor)
    return Scored(batch_of(scheme, many), tuple(names), assessor)


def renamed(inputs: RatingInputs, names: Sequence[str]) -> RatingInputs:
    """The same scores by assessors of other names; criteria nobody scored left out, as the register does."""

    def of(score: Score) -> Score:
        return Score(names["ABC".index(score.assessor)], score.value)

    return dataclasses.replace(
        inputs,
        scores={
            code: CriterionScores(tuple(map(of, g.blind)), of(g.third) if g.third else None)
            for code, g in inputs.scores.items()
            if g.blind or g.third
        },
    )


@examples(60)
@given(data=st.data())
def test_inputs_and_results_of_many_are_those_of_each(data: DataObject) -> None:
    document = data.draw(frameworks())
    scheme = Scheme.from_document(document)
    many = [
        renamed(
            inputs, data.draw(st.lists(st.text(min_size=1, max_size=6), min_size=3, max_size=3, unique=True))
        )
        for inputs in data.draw(st.lists(inputs_for(document), min_size=1, max_size=8))
    ]
    scored = scored_of(scheme, many)
    lines = canonical_lines(scheme, scored)
    assert lines == [canonical_json(inputs) for inputs in many]
    assert hashes(lines) == [inputs_hash(inputs) for inputs in many]
    assert [inputs_at(scheme, scored, row) for row in range(len(many))] == many

    ratings = rate(scheme, scored.batch)
    rated = np.flatnonzero(ratings.status == 0)
    kept = scored.part(rated)
    stored = result_lines(scheme, rate(scheme, kept.batch), kept.batch)
    for line, row in zip(stored, rated.tolist(), strict=True):
        assert json.loads(line) == result_of(scheme, ratings, row, many[row]).to_stored(scheme)


def test_the_worked_example_is_stored_as_it_was_before(scheme: Scheme) -> None:
    inputs = programme(finding_upheld=True)
    scored = scored_of(scheme, [inputs])
    ratings = rate(scheme, scored.batch)
    expected: dict[str, Any] = result_of(scheme, ratings, 0, inputs).to_stored(scheme)
    assert json.loads(result_lines(scheme, ratings, scored.batch)[0]) == expected
    assert len(expected["gates"]) == len(scheme.gates)
    assert any(expected["gates"])
    assert None in expected["gates"]


def test_what_has_no_rating_can_not_be_stored(scheme: Scheme) -> None:
    scored = scored_of(scheme, [programme(), programme(change="R2 2,4")])
    with pytest.raises(ValueError, match="Only rated"):
        result_lines(scheme, rate(scheme, scored.batch), scored.batch)


def test_nothing_at_all_is_nothing(scheme: Scheme) -> None:
    scored = scored_of(scheme, [])
    assert canonical_lines(scheme, scored) == []
    assert result_lines(scheme, rate(scheme, scored.batch), scored.batch) == []
