"""Headings, overall, bands, limiters, confidence and validity (docs/rating.md, sections 3 to 5)."""

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from reviews.rating import (
    ALGORITHM_VERSION,
    Evidence,
    InputsError,
    RatingInputs,
    RatingResult,
    Scheme,
    batch_of,
    display,
    rate,
    rate_one,
)
from tests.reviews.rating.examples import all_scored, programme


def confidence_of(scheme: Scheme, inputs: RatingInputs) -> dict[str, float]:
    confidence = rate_one(scheme, inputs).confidence
    assert confidence is not None
    return {**confidence.parts, "value": confidence.value}


@pytest.mark.parametrize(
    ("change", "headings", "overall", "band"),
    [
        ("", ["3.071", "3.000", "2.889", "2.700", "3.000"], "2.932", "quality_assured"),
        ("D3 2,3,2", ["3.071", "3.000", "2.889", "2.400", "3.000"], "2.872", "working_towards"),
    ],
)
def test_worked_example(scheme: Scheme, change: str, headings: list[str], overall: str, band: str) -> None:
    result = rate_one(scheme, programme(change=change))
    assert [display(value or 0, 3) for value in result.headings.values()] == headings
    assert result.overall is not None
    assert display(result.overall, 3) == overall
    assert result.band == result.ruled_band == band
    assert result.adjudicated == ("R2", "D3")
    assert result.discordant == {"R2": "gap", "D3": "essential_straddle"}
    failed = [gate.code for gate in result.gates if gate.band == "quality_assured" and not gate.passed]
    assert failed == (["D3"] if change else [])


@pytest.mark.parametrize(
    ("value", "change", "band"),
    [
        (1, "", "not_yet"),
        (2, "", "working_towards"),
        (3, "", "quality_assured"),
        (4, "", "exemplary"),
        (4, "P1 1,2", "not_yet"),  # one essential fails, whatever the mean
        (4, "P1 2,2", "working_towards"),
        (4, "D3 3,3", "quality_assured"),  # impact has to be 3.5 for Exemplary
        (4, "D3 3,4", "exemplary"),
        (4, "G1 1,1; G2 3,3; G3 3,2", "quality_assured"),  # governance 2.17: below 3, not below 2
        (3, "R1 3,3; R2 1,1; R3 1,1; R4 1,1", "working_towards"),  # process 1.67
    ],
)
def test_bands_of_a_programme(scheme: Scheme, value: int, change: str, band: str) -> None:
    assert rate_one(scheme, all_scored(scheme, "programme", value, change)).band == band


def test_impact_is_no_gate_of_exemplary_where_it_is_not_applicable(scheme: Scheme) -> None:
    # Impact applies to an SLE without being essential, so it may be set aside.
    result = rate_one(scheme, all_scored(scheme, "sle", 4, "D3 n,n"))
    assert result.consensus["D3"] == "not_applicable"
    assert result.band == "exemplary"
    assert not [gate for gate in result.gates if gate.kind == "criterion"]


def test_a_heading_without_a_criterion_is_absent_and_not_zero(scheme: Scheme) -> None:
    result = rate_one(scheme, all_scored(scheme, "sle", 4, "R2 n,n; R3 n,n"))
    assert result.headings["process"] is None
    assert result.overall == 4.0
    assert result.band == "exemplary"
    assert "process" not in [gate.code for gate in result.gates]


def test_no_rating_with_fewer_than_two_assessments(scheme: Scheme) -> None:
    for change in ("R3 3", "R2 2,4; R3 3"):  # also where something is discordant besides
        result = rate_one(scheme, programme(change=change))
        assert (result.status, result.missing) == ("too_few_assessments", ("R3",))
        assert (result.band, result.overall, result.confidence, result.headings) == (None, None, None, {})
    assert rate_one(scheme, RatingInputs("provider", {})).status == "too_few_assessments"


def test_no_rating_while_awaiting_adjudication(scheme: Scheme) -> None:
    result = rate_one(scheme, programme(change="R2 2,4"))
    assert (result.status, result.awaiting, result.adjudicated) == ("awaiting_adjudication", ("R2",), ("D3",))
    assert (result.band, result.overall, result.gates, result.valid_until) == (None, None, (), None)
    assert result.consensus["R2"] is None


def test_unverified_impact_claim_caps_at_quality_assured(scheme: Scheme) -> None:
    held = rate_one(scheme, all_scored(scheme, "programme", 4, unverified_impact_claim=True))
    assert (held.ruled_band, held.band) == ("exemplary", "quality_assured")
    assert held.limiters[0] == "unverified_impact_claim"
    lower = rate_one(scheme, all_scored(scheme, "programme", 2, unverified_impact_claim=True))
    assert lower.band == "working_towards"


def test_upheld_finding_raises_an_alert_and_keeps_the_arithmetic(scheme: Scheme) -> None:
    result = rate_one(scheme, programme(finding_upheld=True, decided_on=date(2024, 5, 1)))
    assert result.alert
    assert result.limiters == ("finding_upheld",)
    assert (result.band, result.valid_until) == ("quality_assured", date(2026, 5, 1))


def test_low_confidence_is_provisional(scheme: Scheme) -> None:
    result = rate_one(scheme, programme(evidence=Evidence(), months_since_decision=40))
    assert result.confidence is not None
    assert (result.confidence.label, result.provisional, result.limiters) == (
        "low",
        True,
        ("low_confidence",),
    )
    assert not rate_one(scheme, programme()).provisional


def test_only_a_provider_in_the_lowest_band_warns_its_programmes(scheme: Scheme) -> None:
    assert rate_one(scheme, all_scored(scheme, "provider", 1)).warns_programmes
    assert not rate_one(scheme, all_scored(scheme, "provider", 2)).warns_programmes
    assert not rate_one(scheme, all_scored(scheme, "programme", 1)).warns_programmes


def test_confidence_of_the_worked_example(scheme: Scheme) -> None:
    # 17 criteria scored by both, 9 points apart in all: 1 - (9 / 17) / 3.
    parts = confidence_of(scheme, programme(evidence=Evidence(10, 8, 3, gaps=2), months_since_decision=24))
    expected = {"agreement": 1 - 9 / 51, "evidence": 0.8, "recency": 0.5, "independence": 3 / 8}
    assert parts == pytest.approx({**expected, "value": 0.35 * (1 - 9 / 51) + 0.2 + 0.1 + 0.075})


@pytest.mark.parametrize(("months", "recency"), [(0, 1), (12, 1), (13, 23 / 24), (24, 0.5), (36, 0), (99, 0)])
def test_recency(scheme: Scheme, months: int, recency: float) -> None:
    assert confidence_of(scheme, programme(months_since_decision=months))["recency"] == pytest.approx(recency)


def test_agreement_leaves_out_what_one_assessor_did_not_score(scheme: Scheme) -> None:
    agreed = confidence_of(scheme, all_scored(scheme, "sle", 3, "R2 n,n; R3 4,n,4"))
    assert agreed["agreement"] == 1


def test_nothing_claimed_is_no_evidence(scheme: Scheme) -> None:
    parts = confidence_of(scheme, programme(evidence=Evidence(claimed=2, gaps=2)))
    assert (parts["evidence"], parts["independence"]) == (0, 0)


@pytest.mark.parametrize(
    ("subject_type", "value", "decided_on", "valid_until"),
    [
        ("provider", 3, date(2024, 5, 17), date(2027, 5, 17)),
        ("programme", 4, date(2024, 5, 17), date(2026, 5, 17)),
        ("sle", 3, date(2024, 2, 29), date(2026, 2, 28)),
        ("provider", 2, date(2024, 5, 17), date(2025, 5, 17)),
        ("provider", 1, date(2024, 5, 17), None),
        ("provider", 3, None, None),
    ],
)
def test_validity(
    scheme: Scheme, subject_type: str, value: int, decided_on: date | None, valid_until: date | None
) -> None:
    inputs = all_scored(scheme, subject_type, value, decided_on=decided_on)
    assert rate_one(scheme, inputs).valid_until == valid_until


def test_result_survives_storage_as_json(scheme: Scheme) -> None:
    for inputs in (
        programme(decided_on=date(2024, 5, 1)),
        programme(change="R2 2,4"),
        all_scored(scheme, "provider", 1),
        all_scored(scheme, "sle", 4, "R2 n,n; R3 n,n"),
    ):
        result = rate_one(scheme, inputs)
        # As it is stored, and as it was until November 2026: with the gates in full.
        for shape in (result.to_stored(scheme), result.to_dict()):
            stored = json.loads(json.dumps(shape, allow_nan=False))
            assert RatingResult.from_stored(scheme, stored) == result
        assert result.algorithm_version == ALGORITHM_VERSION


def test_gates_that_are_not_those_of_the_framework_are_no_result(scheme: Scheme) -> None:
    stored = rate_one(scheme, programme()).to_stored(scheme)
    with pytest.raises(ValueError, match="shorter"):
        RatingResult.from_stored(scheme, {**stored, "gates": stored["gates"][:-1]})


def test_an_empty_batch(scheme: Scheme) -> None:
    assert len(rate(scheme, batch_of(scheme, []))) == 0


def test_parameters_are_read_from_the_framework(document: dict[str, Any]) -> None:
    document["scheme"]["validity_months"]["programme"] = 6
    document["scheme"]["thresholds"]["working_towards"]["overall_below"] = 2.95
    document["scheme"]["discordance"]["gap"] = 3
    result = rate_one(Scheme.from_document(document), programme(decided_on=date(2024, 5, 1)))
    assert (result.band, result.discordant) == ("working_towards", {"D3": "essential_straddle"})
    assert result.valid_until == date(2025, 5, 1)


@pytest.mark.parametrize(
    ("field", "row", "value", "words"),
    [
        ("scores", (1, 0, 0), 5, "Subject 1 has a score outside -1 to 4"),
        ("scores", (1, 0, 0), -1, "Subject 1 has an essential criterion as not applicable"),
        ("scores", (0, 10, 0), 3, "Subject 0 has a score of a criterion that doesn't apply"),
        ("scores", (0, 1, 2), -1, "Subject 0 has a third score"),
        ("months", 1, -1, "Subject 1 has a negative count"),
        ("months", 1, float("nan"), "Subject 1 has a negative count"),
        ("verified", 1, 11, "Subject 1 has more verified"),
        ("subject_type", 0, 3, "A subject type is outside 0 to 2"),
    ],
)
def test_arrays_that_cannot_be_rated_are_refused(
    scheme: Scheme, field: str, row: Any, value: float, words: str
) -> None:
    batch = batch_of(scheme, [programme(), programme()])
    getattr(batch, field)[row] = value
    with pytest.raises(InputsError, match=words):
        rate(scheme, batch)


def test_arrays_of_another_shape_are_refused(scheme: Scheme) -> None:
    batch = batch_of(scheme, [programme()])
    with pytest.raises(InputsError, match="shape"):
        rate(scheme, type(batch)(**{**vars(batch), "months": np.zeros(2)}))
    with pytest.raises(InputsError, match="shape"):
        rate(scheme, type(batch)(**{**vars(batch), "scores": batch.scores[:, :, :2]}))
