"""`manage.py rate FILE.json`: one rating by hand, as an auditor or another program asks for it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.models import Rating
from reviews.rating import InputsError, Scheme
from reviews.rating.by_hand import rate_by_hand
from tests.journeys import FRAMEWORK, WORKED_EXAMPLE

SHIPPED = Scheme.from_document(json.loads(FRAMEWORK.read_text()))


def document(**changes: Any) -> dict[str, Any]:
    """The worked example of docs/rating.md, section 5."""
    return {
        "subject_type": "programme",
        "scores": {code: list(marks[:2]) for code, marks in WORKED_EXAMPLE.items()},
        "adjudications": {code: marks[2] for code, marks in WORKED_EXAMPLE.items() if len(marks) == 3},
        "unverified_claim": False,
        "evidence": {"claimed": 12, "verified": 10, "independent": 4},
        "decided_months_ago": 0,
        **changes,
    }


def refused(**changes: Any) -> list[str]:
    with pytest.raises(InputsError) as error:
        rate_by_hand(SHIPPED, document(**changes))
    return error.value.lines


@pytest.mark.django_db
def test_worked_example_comes_out_to_the_digit_and_nothing_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "subject.json"
    file.write_text(json.dumps(document()))
    call_command("rate", str(file), "--framework", "LPD-QA-1.0")
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        "band", "overall", "headings", "consensus", "adjudicated", "awaiting_adjudication", "confidence",
        "gates", "limiters",
    ]  # fmt: skip
    assert found["band"] == "quality_assured"
    headings = found["headings"]
    assert list(headings) == ["purpose", "governance", "process", "definitions", "value"]
    assert headings["purpose"] == pytest.approx(43 / 14, abs=1e-12)
    assert headings["process"] == pytest.approx(26 / 9, abs=1e-12)
    assert [headings[name] for name in ("governance", "definitions", "value")] == [3.0, 2.7, 3.0]
    assert found["overall"] == pytest.approx((43 / 14 + 3 + 26 / 9 + 2.7 + 3) / 5, abs=1e-12)
    assert found["adjudicated"] == ["R2", "D3"]
    assert found["awaiting_adjudication"] == []
    assert list(found["confidence"]["parts"]) == ["agreement", "evidence", "recency", "independence"]
    assert found["confidence"]["parts"]["evidence"] == pytest.approx(10 / 12)
    # With no version in force in this register, the one that ships is used.
    call_command("rate", str(file))
    assert json.loads(capsys.readouterr().out) == found
    assert not Rating.objects.exists()


def test_nothing_is_rated_while_a_criterion_waits_for_a_third_score() -> None:
    found = rate_by_hand(SHIPPED, document(adjudications={"R2": 3}))
    assert (found["band"], found["overall"], found["confidence"]) == (None, None, None)
    assert found["awaiting_adjudication"] == ["D3"]
    assert found["adjudicated"] == ["R2"]


def test_not_applicable_is_null_in_and_out() -> None:
    scores = {**document()["scores"], "P2": [None, None]}
    assert rate_by_hand(SHIPPED, document(scores=scores))["consensus"]["P2"] is None


def test_an_unverified_claim_and_age_have_their_effect() -> None:
    scores = {code: [4, 4] for code in WORKED_EXAMPLE}
    fine = rate_by_hand(SHIPPED, document(scores=scores, adjudications={}))
    assert fine["band"] == "exemplary"
    capped = rate_by_hand(
        SHIPPED, document(scores=scores, adjudications={}, unverified_claim=True, decided_months_ago=24)
    )
    assert capped["band"] == "quality_assured"
    assert "unverified_impact_claim" in capped["limiters"]
    assert capped["confidence"]["parts"]["recency"] == pytest.approx(0.5)


def test_each_fault_names_its_item() -> None:
    scores = document()["scores"]
    assert refused(scores={**scores, "P1": [3, 5]})[0].startswith("P1: 5 is not a score")
    assert refused(scores={**scores, "P2": [3]}) == [
        "P2: [3] is not a pair of scores. Give both assessors' scores, as [3, 4]."
    ]
    assert refused(scores={**scores, "ZZ": [3, 3]})[0].startswith("ZZ: is not a criterion")
    assert refused(scores={code: pair for code, pair in scores.items() if code != "V3"})[0].startswith("V3:")
    assert refused(scores={**scores, "P1": [None, None]})[0].startswith("P1: it is essential")
    assert refused(subject_type="school")[0].startswith("subject_type:")
    assert refused(adjudications={"X": 1})[0].startswith("X:")
    assert refused(evidence={"claimed": 1, "verified": 2})[0].startswith("Evidence, verified")
    assert refused(evidence=7)[0].startswith("evidence:")
    assert refused(unverified_claim="no")[0].startswith("unverified_impact_claim")
    assert "months since the decision: -1" in refused(decided_months_ago=-1)[0]
    assert "from 0 to 1,000,000,000" in refused(decided_months_ago=10**30)[0]
    assert refused(evidence={"claimed": 10**30})[0].startswith("Evidence, claimed")
    assert refused(colour="blue")[0].startswith("colour:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "has to be a JSON object"),
        ('{"subject_type": "programme", "scores": {"P1": [3, 3], "P1": [4, 4]}}', "P1: given twice"),
        ('{"subject_type": "programme", "scores": {"P1": [NaN, 3]}}', "P1: nan is not a score"),
    ],
)
def test_a_bad_file_ends_with_code_2(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    with pytest.raises(CommandError, match=said) as error:
        call_command("rate", str(file), "--framework", "lpd-qa-1.0")
    assert error.value.returncode == 2


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be read"):
        call_command("rate", str(tmp_path / "none.json"), "--framework", "LPD-QA-1.0")


@pytest.mark.django_db
def test_a_framework_that_is_not_there_is_said(tmp_path: Path) -> None:
    file = tmp_path / "subject.json"
    file.write_text(json.dumps(document()))
    with pytest.raises(CommandError, match="There is no framework version"):
        call_command("rate", str(file), "--framework", "LPD-QA-9.9")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 9) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(document())), ANYTHING)
def test_any_value_anywhere_is_rated_or_refused_in_words(name: str, value: Any) -> None:
    with contextlib.suppress(InputsError):
        # What is answered is JSON: never a NaN.
        json.dumps(rate_by_hand(SHIPPED, document(**{name: value})), allow_nan=False)
