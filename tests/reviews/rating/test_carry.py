"""Ratings carried to another framework version, against rating by hand."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from reviews.rating import Scheme, check_framework, check_inputs, months_between, rate_one
from reviews.rating.carry import carry
from tests.reviews.rating.strategies import examples, frameworks, inputs_for

ON = dt.date(2026, 11, 24)


def same_codes(document):
    return {row["code"]: (row["code"],) for row in document["criteria"]}


def comparable(result):
    return replace(result, consensus={}, missing=())


@examples(60)
@given(st.data())
def test_the_same_criteria_with_another_scheme_give_what_the_draft_gives(data):
    document = data.draw(frameworks())
    inputs = data.draw(inputs_for(document, complete=True))
    draft = {**copy.deepcopy(document), "scheme": {**data.draw(frameworks())["scheme"]}}
    draft["scheme"]["thresholds"]["exemplary"]["criteria_at_least"] = {}
    draft["scheme"]["thresholds"]["exemplary"]["headings_at_least"]["count"] = 0
    for row in draft["criteria"]:
        row["weight"] = data.draw(st.integers(1, 5))
    scheme = Scheme.from_document(draft)
    under = carry(Scheme.from_document(document), scheme, same_codes(document))
    assert under.left_out == ()
    carried = under.inputs(inputs, ON)
    assert carried.scores == inputs.scores
    if inputs.decided_on:
        assert carried.months_since_decision == months_between(inputs.decided_on, ON)
    months = carried.months_since_decision
    assert rate_one(under.scheme, carried) == rate_one(scheme, replace(inputs, months_since_decision=months))


@examples(60)
@given(st.data())
def test_a_criterion_without_scores_counts_as_if_the_draft_did_not_have_it(data):
    document = data.draw(frameworks())
    inputs = data.draw(inputs_for(document, complete=True))
    gone = data.draw(st.sampled_from(document["criteria"]))
    without = {**document, "criteria": [row for row in document["criteria"] if row is not gone]}
    without = copy.deepcopy(without)
    without["scheme"]["thresholds"]["exemplary"]["criteria_at_least"].pop(gone["code"], None)
    assume(check_framework(without) == [])
    scheme = Scheme.from_document(document)
    under = carry(scheme, scheme, {**same_codes(document), gone["code"]: ()})
    assert [code for code, _ in under.left_out] == [gone["code"]]
    carried = under.inputs(inputs, ON)
    by_hand = Scheme.from_document(without)
    fewer = {code: given for code, given in inputs.scores.items() if code != gone["code"]}
    assume(not check_inputs(by_hand, replace(inputs, scores=fewer)))
    expected = rate_one(by_hand, replace(carried, scores=fewer))
    assert comparable(rate_one(under.scheme, carried)) == comparable(expected)


def test_renamed_split_and_merged_criteria(scheme):
    sources = {criterion.code: (criterion.code,) for criterion in scheme.criteria}
    under = carry(scheme, scheme, {**sources, "P2": ("P3",), "D1": ("D1", "D2"), "V1": ("X9",)})
    assert dict(under.left_out) == {
        "D1": ("provider", "programme", "sle"),
        "V1": ("provider", "programme", "sle"),
    }
    assert under.sources["P2"] == under.sources["P3"] == "P3"


def test_a_criterion_asked_of_one_kind_more_is_left_out_for_that_kind(scheme, document):
    row = next(row for row in document["criteria"] if row["code"] == "R5")
    row["applies_to"] = ["provider", "sle"]
    under = carry(scheme, Scheme.from_document(document), same_codes(document))
    assert under.left_out == (("R5", ("sle",)),)
    assert "R5" in [criterion.code for criterion in under.scheme.applicable("provider")]
