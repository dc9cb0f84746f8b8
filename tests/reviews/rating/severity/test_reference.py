"""Severity against mfrmr (data/PROVENANCE.md)."""

import csv
from pathlib import Path

import pytest

from reviews.rating.severity import Element, Severity, severity

DATA = Path(__file__).resolve().parents[4] / "data" / "ratings"
FACETS = {"subject": "Person", "assessor": "Rater", "criterion": "Criterion"}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open() as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def found() -> Severity:
    scores = rows("mfrmr_example_core")
    columns = ([row[name] for row in scores] for name in FACETS.values())
    return severity(*columns, [int(row["Score"]) for row in scores])


@pytest.mark.parametrize("facet", FACETS)
def test_every_element(found: Severity, facet: str) -> None:
    elements: dict[str, Element] = {element.label: element for element in found.facets[facet]}
    expected = [row for row in rows("expected_mfrm_jml") if row["facet"] == FACETS[facet]]
    assert elements.keys() == {row["level"] for row in expected}
    for row in expected:
        element = elements[row["level"]]
        assert (element.count, element.total) == (int(row["count"]), int(row["total_score"]))
        assert not element.extreme
        assert element.observed == pytest.approx(float(row["observed_avg"]), abs=1e-5)
        assert element.measure == pytest.approx(float(row["measure"]), abs=1e-4)
        assert element.se == pytest.approx(float(row["se"]), abs=1e-4)
        assert element.fair == pytest.approx(float(row["fair_avg_mean"]), abs=1e-3)
        assert element.infit == pytest.approx(float(row["infit_mnsq"]), abs=1e-2)
        assert element.outfit == pytest.approx(float(row["outfit_mnsq"]), abs=1e-2)


def test_the_steps_and_the_likelihood(found: Severity) -> None:
    steps = [float(row["estimate"]) for row in rows("expected_mfrm_jml_steps")]
    assert found.steps == pytest.approx(steps, abs=1e-4)
    (summary,) = rows("expected_mfrm_jml_summary")
    assert found.log_likelihood == pytest.approx(float(summary["loglik"]), abs=1e-4)
    assert found.iterations <= 1000


def test_reliability_follows_from_measures_and_errors(found: Severity) -> None:
    """Assessors' measures spread with a variance of 0.0968; their mean squared error is 0.0095 (by hand)."""
    told = found.reliability["assessor"]
    assert told.separation == pytest.approx(3.053, abs=1e-3)
    assert told.strata == pytest.approx((4 * 3.0529 + 1) / 3, abs=1e-3)
    assert told.reliability == pytest.approx(1 - 0.009507 / 0.098115, abs=1e-3)
