"""The engine and the exact reference agree on anything that can be rated."""

import random
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from reviews.rating import (
    CriterionScores,
    Evidence,
    RatingInputs,
    RatingResult,
    Scheme,
    Score,
    batch_of,
    rate,
    rate_one,
)
from reviews.rating.engine import result_of
from tests.reviews.rating.reference import Reference, reference_rating
from tests.reviews.rating.strategies import examples, frameworks, inputs_for

CLOSE = 1e-12
# Within the tolerance of a threshold, just outside it, and well away on either side.
OFFSETS = (0.0, 5e-10, -5e-10, 2e-9, -2e-9, 1e-6, -1e-6)


def assert_same(result: RatingResult, expected: Reference) -> None:
    assert result.status == expected.status
    assert (result.band, result.ruled_band) == (expected.band, expected.ruled_band)
    assert result.consensus == expected.consensus  # halves are exact, also as floats
    assert result.discordant == expected.discordant
    assert list(result.adjudicated) == expected.adjudicated
    assert list(result.missing) == expected.missing
    assert list(result.headings) == list(expected.headings)
    for code, value in expected.headings.items():
        found = result.headings[code]
        assert (found is None) == (value is None)
        assert found is None or value is None or abs(Fraction(found) - value) < CLOSE
    if expected.overall is None:
        assert result.overall is None
        assert result.confidence is None
        return
    assert result.overall is not None
    assert result.confidence is not None
    assert abs(Fraction(result.overall) - expected.overall) < CLOSE
    assert expected.confidence is not None
    assert abs(Fraction(result.confidence.value) - expected.confidence) < CLOSE
    assert result.confidence.label == expected.label
    assert all(abs(result.confidence.parts[part] - value) < CLOSE for part, value in expected.parts.items())


def check(document: dict[str, Any], inputs: RatingInputs) -> RatingResult:
    result = rate_one(Scheme.from_document(document), inputs)
    assert_same(result, reference_rating(document, inputs.to_dict()))
    event(f"{result.status} {result.ruled_band}")
    return result


@examples(100)
@given(data=st.data())
def test_any_framework_and_any_inputs(data: DataObject) -> None:
    document = data.draw(frameworks())
    check(document, data.draw(inputs_for(document)))


@examples(100)
@given(data=st.data())
def test_values_at_and_next_to_each_threshold(data: DataObject) -> None:
    document = data.draw(frameworks())
    inputs = data.draw(inputs_for(document, complete=True))
    exact = reference_rating(document, inputs.to_dict())
    headings = [value for value in exact.headings.values() if value is not None]
    numbers = [value for value in exact.consensus.values() if isinstance(value, Fraction)]
    overall = exact.overall or Fraction(0)

    def next_to(values: list[Fraction]) -> float:
        value = data.draw(st.sampled_from(values))
        return min(4.0, max(1.0, float(value) + data.draw(st.sampled_from(OFFSETS))))

    thresholds, confidence = document["scheme"]["thresholds"], document["scheme"]["confidence"]
    # Other gates out of the way, or the one that was moved would seldom decide.
    thresholds["not_yet"] = {"essential_below": 1, "overall_below": 1}
    thresholds["working_towards"] = {"essential_below": 1, "overall_below": 1, "any_heading_below": 1}
    for gates, key, values in data.draw(
        st.lists(
            st.sampled_from(
                [
                    (thresholds["not_yet"], "essential_below", numbers),
                    (thresholds["not_yet"], "overall_below", [overall]),
                    (thresholds["working_towards"], "essential_below", numbers),
                    (thresholds["working_towards"], "overall_below", [overall]),
                    (thresholds["working_towards"], "any_heading_below", headings),
                    (thresholds["exemplary"], "overall_at_least", [overall]),
                    (thresholds["exemplary"], "every_heading_at_least", headings),
                    (thresholds["exemplary"]["headings_at_least"], "value", headings),
                    (thresholds["exemplary"]["criteria_at_least"], "C0", numbers),
                ]
            ),
            min_size=1,
            max_size=3,
        )
    ):
        gates[key] = next_to(values)
    if exact.confidence is not None and Fraction(1, 10) < exact.confidence < Fraction(9, 10):
        key = data.draw(st.sampled_from(["high", "medium"]))
        confidence.update({"high": 1, "medium": 0})
        confidence[key] = float(exact.confidence) + data.draw(st.sampled_from(OFFSETS))
    check(document, inputs)


@examples(25)
@given(data=st.data())
def test_alone_and_in_an_array_come_out_the_same_to_the_last_digit(data: DataObject) -> None:
    document = data.draw(frameworks())
    scheme = Scheme.from_document(document)
    many = data.draw(st.lists(inputs_for(document), min_size=1, max_size=12))
    ratings = rate(scheme, batch_of(scheme, many))
    assert len(ratings) == len(many)
    for row, inputs in enumerate(many):
        assert result_of(scheme, ratings, row, inputs) == rate_one(scheme, inputs)


@examples(3)
@given(data=st.data())
def test_an_array_longer_than_a_block(data: DataObject) -> None:
    document = data.draw(frameworks())
    scheme = Scheme.from_document(document)
    few = data.draw(st.lists(inputs_for(document), min_size=7, max_size=7))
    batch = batch_of(scheme, few)
    times = 3000
    tiled = type(batch)(**{name: np.concatenate([v] * times) for name, v in vars(batch).items()})
    short, long = rate(scheme, batch), rate(scheme, tiled)
    for name, values in vars(short).items():
        np.testing.assert_array_equal(getattr(long, name), np.concatenate([values] * times), err_msg=name)


@examples(40)
@given(data=st.data())
def test_the_gates_shown_are_the_gates_that_decided(data: DataObject) -> None:
    document = data.draw(frameworks())
    scheme = Scheme.from_document(document)
    result = rate_one(scheme, data.draw(inputs_for(document, complete=True)))
    order = [band.code for band in scheme.bands]
    failed = {gate.band for gate in result.gates if not gate.passed}
    reached = min((order.index(band) - 1 for band in failed), default=3)
    assert result.ruled_band == order[reached]
    assert all(gate.passed == (gate.value >= gate.threshold - 1e-9) for gate in result.gates)


def random_inputs(document: dict[str, Any], dice: random.Random) -> RatingInputs:
    kind = dice.choice(("provider", "programme", "sle"))
    usual, missing = dice.choice((1, 2, 3, 3, 3, 4)), dice.random() < 0.1
    scores = {}
    for criterion in document["criteria"]:
        if kind not in criterion["applies_to"]:
            continue
        odds = ["not_applicable"] if kind not in criterion["essential_for"] and dice.random() < 0.2 else []
        blind = [
            dice.choice([*odds, usual, usual, usual, min(4, usual + 1), max(1, usual - dice.randint(0, 1))])
            for _ in range(2)
        ]
        both_scored = "not_applicable" not in blind
        third = dice.choice([usual, 3, 4] if both_scored else ["not_applicable", usual])
        scores[criterion["code"]] = CriterionScores(
            tuple(
                Score(name, value) for name, value in zip("AB", blind[: 1 if missing else 2], strict=False)
            ),
            None if dice.random() < 0.02 else Score("C", third),
        )
    items = dice.randint(0, 20)
    return RatingInputs(
        kind,
        scores,
        Evidence(items + 2, dice.randint(0, items), dice.randint(0, items), 2),
        months_since_decision=dice.randint(0, 40),
        unverified_impact_claim=dice.random() < 0.3,
    )


def test_a_thousand_subjects_of_the_first_framework(document: dict[str, Any], scheme: Scheme) -> None:
    dice = random.Random(20_240_501)
    many = [random_inputs(document, dice) for _ in range(1000)]
    ratings = rate(scheme, batch_of(scheme, many))
    seen = set()
    for row, inputs in enumerate(many):
        result = result_of(scheme, ratings, row, inputs)
        assert_same(result, reference_rating(document, inputs.to_dict()))
        seen.add((result.status, result.ruled_band))
    # The comparison would mean little if the random subjects all came out alike.
    bands = ("not_yet", "working_towards", "quality_assured", "exemplary")
    assert seen == {
        ("too_few_assessments", None),
        ("awaiting_adjudication", None),
        *(("rated", b) for b in bands),
    }
