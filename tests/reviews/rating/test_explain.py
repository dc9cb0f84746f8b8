"""The explanation of a rating, in sentences (docs/rating.md, sections 2 to 5)."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from reviews.rating import (
    Evidence,
    Explanation,
    RatingInputs,
    RatingResult,
    Scheme,
    display,
    explain,
    rate_one,
)
from reviews.rating.words import counted, display_pair, joined
from tests.reviews.rating.examples import all_scored, programme
from tests.reviews.rating.strategies import examples, frameworks, inputs_for


def explained(scheme: Scheme, inputs: RatingInputs) -> Explanation:
    return explain(scheme, inputs, rate_one(scheme, inputs))


def test_worked_example_in_words(scheme: Scheme) -> None:
    found = explained(scheme, programme(decided_on=date(2024, 5, 1)))
    assert found.summary == (
        "Every gate for Quality assured is passed; 5 gates for Exemplary are failed, "
        "so the band is Quality assured."
    )
    assert [(step.display, step.arithmetic) for step in found.headings[:1]] == [
        ("3.07", "(3 × 3.5 + 2 × 3.0 + 2 × 2.5) / (3 + 2 + 2) = 21.5 / 7 = 3.071")
    ]
    assert found.overall is not None
    assert found.overall.arithmetic == "(3.071 + 3.000 + 2.889 + 2.700 + 3.000) / 5 = 2.932"
    sentences = [gate.sentence for gate in found.gates]
    assert "Impact is essential: 3.0 reaches 3.0, so this gate is passed." in sentences
    assert "Overall: 2.93 reaches 2.75, so this gate is passed." in sentences
    assert "Definitions: 2.70 is below 3.00, so this gate is failed." in sentences
    assert "Impact counts for Exemplary: 3.0 is below 3.5, so this gate is failed." in sentences
    assert "0 headings reach 3.50 and 2 have to, so this gate is failed." in sentences
    assert found.validity == "Valid until 1 May 2026, that day included."
    assert found.next_band is not None
    assert found.next_band.steps == (
        "Impact (D3) has to rise from 3.0 to 3.5. Leading (4) means: "
        "Comparative or independent evaluation of staff or pupil outcomes, null results included.",
        "The overall has to rise from 2.93 to 3.50.",
        "Process has to rise from 2.89 to 3.00.",
        "Definitions has to rise from 2.70 to 3.00.",
        "2 more headings have to reach 3.50; nearest: Purpose (3.07) and Governance (3.00).",
    )


@pytest.mark.parametrize(
    ("scores", "comparison", "why", "settled"),
    [
        ("R2 3,3", "concordant", "Concordant: both scored 3.", "Consensus (3 + 3) / 2 = 3.0."),
        ("R2 2,3", "concordant", "Concordant: 1 point apart.", "Consensus (2 + 3) / 2 = 2.5."),
        (
            "R2 2,3,4",
            "concordant",
            "Concordant: 1 point apart.",
            "Consensus (2 + 3) / 2 = 2.5. The third score, 4, is not used.",
        ),
        (
            "R2 2,4,3",
            "discordant",
            "Discordant: 2 and 4 are 2 points apart; the limit is 1.",
            "Consensus is the median of 2, 4 and the third score, 3: 3.0.",
        ),
        (
            "R2 n,n",
            "concordant",
            "Both assessors say that it is not applicable.",
            "It is out of every sum.",
        ),
        (
            "R2 n,2,3",
            "discordant",
            "Discordant: one assessor scored 2, the other said that it is not applicable.",
            "The third assessor scored 3, so it applies. "
            "Consensus is the mean of the two scores: (2 + 3) / 2 = 2.5.",
        ),
        (
            "R2 n,2,n",
            "discordant",
            "Discordant: one assessor scored 2, the other said that it is not applicable.",
            "The third assessor too says that it is not applicable, so it is out of every sum.",
        ),
        (
            "R2 1,4",
            "discordant",
            "Discordant: 1 and 4 are 3 points apart; the limit is 1.",
            "A third assessor has to score it.",
        ),
        ("R2 3", "missing", "1 of 2 blind scores is there.", ""),
    ],
)
def test_criterion_in_words(scheme: Scheme, scores: str, comparison: str, why: str, settled: str) -> None:
    steps = {step.code: step for step in explained(scheme, programme(change=scores)).criteria}
    assert (steps["R2"].comparison, steps["R2"].why, steps["R2"].settled) == (comparison, why, settled)
    assert [score.role for score in steps["D3"].scores] == ["blind", "blind", "third"]
    assert [score.words for score in steps["D3"].scores] == ["Developing", "Secure", "Secure"]


def test_without_a_rating_the_summary_says_why(scheme: Scheme) -> None:
    found = explained(scheme, programme(change="R2 2,4; R3 1,4"))
    names = "Needs and adaptation (R2) and Collaboration and challenge (R3)"
    assert found.summary == f"No rating yet: a third assessor has to score {names}."
    assert (found.headings, found.gates, found.overall, found.next_band) == ((), (), None, None)
    found = explained(scheme, programme(change="R3 1"))
    assert found.summary == "No rating: 1 criterion has fewer than two blind scores (R3)."


def test_absent_heading(scheme: Scheme) -> None:
    steps = {
        step.code: step for step in explained(scheme, all_scored(scheme, "sle", 3, "R2 n,n; R3 n,n")).headings
    }
    assert steps["process"].value is None
    assert "absent and left out of the overall" in steps["process"].arithmetic


def test_limiters_and_the_way_out_of_them(scheme: Scheme) -> None:
    held = all_scored(scheme, "programme", 4, unverified_impact_claim=True, finding_upheld=True)
    found = explained(scheme, held)
    assert found.summary == "Every gate is passed, so the gates alone give Exemplary."
    assert [step.sentence for step in found.limiters[:2]] == [
        "A finding was upheld, so the rating is suspended: an alert replaces the band.",
        "An impact claim has not been verified, so the band is held at Quality assured; "
        "the gates alone give Exemplary.",
    ]
    assert found.next_band is not None
    assert found.next_band.band == "exemplary"
    assert found.next_band.steps == (
        "The finding has to be cleared: until then an alert replaces any band.",
        "The impact claim has to be verified, or withdrawn.",
    )


def test_no_band_above_the_highest(scheme: Scheme) -> None:
    assert explained(scheme, all_scored(scheme, "provider", 4)).next_band is None


def test_warning_of_a_provider(scheme: Scheme) -> None:
    found = explained(scheme, all_scored(scheme, "provider", 1))
    assert found.limiters[-1].code == "warns_programmes"
    assert found.validity.startswith("No end of validity")


def test_confidence_in_words(scheme: Scheme) -> None:
    inputs = programme(evidence=Evidence(10, 8, 3, gaps=2), months_since_decision=24)
    found = explained(scheme, inputs)
    assert [step.sentence for step in found.confidence_parts] == [
        "Agreement 0.82. Over 17 criteria that both blind assessors scored, "
        "the scores are 0.53 apart on average: 1 - 0.53 / 3.",
        "Evidence 0.80. 8 verified of 10 evidence items claimed (2 declared gaps among them).",
        "Recency 0.50. 24 months since the decision; full up to 12, nothing from 36.",
        "Independence 0.38. 3 of 8 evidence items from outside the provider.",
    ]
    assert found.confidence is not None
    assert found.confidence.sentence == (
        "0.35 × 0.82 + 0.25 × 0.80 + 0.2 × 0.50 + 0.2 × 0.38 = 0.66: Medium (0.5 or more)."
    )


@examples(40)
@given(data=st.data())
def test_anything_rated_can_be_explained_also_from_storage(data: DataObject) -> None:
    document = data.draw(frameworks())
    scheme, inputs = Scheme.from_document(document), data.draw(inputs_for(document))
    result = rate_one(scheme, inputs)
    found = explain(scheme, inputs, result)
    json.dumps(found.to_dict(), allow_nan=False)
    stored = RatingResult.from_stored(scheme, json.loads(json.dumps(result.to_stored(scheme))))
    assert explain(scheme, RatingInputs.from_dict(inputs.to_dict()), stored) == found
    if found.next_band is not None:
        assert found.next_band.steps  # something always stands between a subject and the next band
    for gate in found.gates:
        assert gate.sentence.endswith(f"so this gate is {'passed' if gate.passed else 'failed'}.")


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (2.345, 2, "2.35"),
        (2.3449999999999998, 2, "2.35"),  # 2.345 with floating-point noise
        (2.344999, 2, "2.34"),
        (2.675, 2, "2.68"),
        (2.125, 2, "2.13"),
        (3, 2, "3.00"),
        (3.0714285714285716, 3, "3.071"),
        (0.005, 2, "0.01"),
        (2.9999999999, 2, "3.00"),
    ],
)
def test_display_rounds_half_up(value: float, places: int, shown: str) -> None:
    assert display(value, places) == shown


def test_a_failed_value_never_looks_like_its_threshold() -> None:
    assert display_pair(2.746, 2.75, passed=False) == ("2.746", "2.750")
    assert display_pair(2.74999, 2.75, passed=False) == ("2.74999", "2.75000")
    assert display_pair(2.9999999999, 3.0, passed=True) == ("3.00", "3.00")
    assert display_pair(3.0, 3.25, passed=False, places=1) == ("3.00", "3.25")


def test_lists_and_plurals() -> None:
    assert [joined(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [counted(1, "criterion"), counted(2, "criterion"), counted(0, "gate")] == [
        "1 criterion",
        "2 criteria",
        "0 gates",
    ]
