"""Agreement against the figures of the named R packages (data/PROVENANCE.md)."""

import csv
from pathlib import Path

import pytest

from reviews.rating.agreement import Scores, agreement, alpha, fleiss_kappa, gwet, icc, scores_of
from reviews.rating.agreement.student import t_quantile

DATA = Path(__file__).resolve().parents[4] / "data" / "ratings"
WITHIN = 1e-4


def table(name: str) -> Scores:
    """A file with a row a unit and a column a rater, as a long table."""
    with (DATA / f"{name}.csv").open() as lines:
        head, *rows = csv.reader(lines)
    cells = [
        (row[0], rater, float(score))
        for row in rows
        for rater, score in zip(head[1:], row[1:], strict=True)
        if score
    ]
    return scores_of(*zip(*cells, strict=True))


def core() -> Scores:
    with (DATA / "mfrmr_example_core.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    return scores_of(
        [f"{row['Person']} {row['Criterion']}" for row in rows],
        [row["Rater"] for row in rows],
        [float(row["Score"]) for row in rows],
    )


def found(statistic: str, variant: str, scores: Scores) -> float | None:
    if statistic == "Krippendorff alpha":
        return alpha(scores.counts(), variant)  # type: ignore[arg-type]
    matrix = scores.matrix()
    assert matrix is not None
    values = icc(matrix)
    assert values is not None
    names = {
        "oneway consistency single": "ICC1",
        "oneway consistency average": "ICC1k",
        "twoway consistency single": "ICC3",
        "twoway consistency average": "ICC3k",
        "twoway agreement single": "ICC2",
        "twoway agreement average": "ICC2k",
    }
    return values.to_dict()[names.get(variant, variant).lower()]


with (DATA / "expected_agreement.csv").open() as _lines:
    EXPECTED = list(csv.DictReader(_lines))


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['source'].split()[0]} {row['variant']}")
def test_every_reference_value(row: dict[str, str]) -> None:
    value = found(row["statistic"], row["variant"], table(row["dataset"]))
    assert value == pytest.approx(float(row["value"]), abs=WITHIN)


# Worked out with irrCAC 0.4.4 for Python, whose results for the first table are those that irrCAC for R prints.
GWET = [
    ("krippendorff_c", "identity", 0.7754440681, 0.1429499506, 0.4608133481, 1.0),
    ("krippendorff_c", "linear", 0.8587391364, 0.1173290219, 0.6004997004, 1.0),
    ("krippendorff_c", "quadratic", 0.9140007236, 0.1039622446, 0.6851813659, 1.0),
    ("core", "identity", 0.1568948135, 0.0195645397, 0.1183045026, 0.1954851243),
    ("core", "linear", 0.3636418290, 0.0237235804, 0.3168479685, 0.4104356895),
    ("core", "quadratic", 0.5383184250, 0.0288121879, 0.4814874796, 0.5951493705),
]


@pytest.mark.parametrize(("data", "weights", "value", "se", "low", "high"), GWET)
def test_gwet(data: str, weights: str, value: float, se: float, low: float, high: float) -> None:
    scores = core() if data == "core" else table(data)
    estimate = gwet(scores.counts(), weights)  # type: ignore[arg-type]
    assert list(estimate.to_dict().values()) == pytest.approx([value, se, low, high], abs=1e-8)


def test_fleiss_kappa_with_missing_scores() -> None:
    assert fleiss_kappa(table("krippendorff_c").counts()) == pytest.approx(0.7611692754, abs=1e-9)
    assert fleiss_kappa(core().counts()) == pytest.approx(0.1256952479, abs=1e-9)


def test_pairs_by_hand() -> None:
    """Of the 55 pairs of Krippendorff's table, counted by hand, 43 are equal and 52 at most one apart."""
    report = agreement(table("krippendorff_c"))
    assert (report.n_units, report.n_raters, report.n_scores, report.pairs.n) == (12, 4, 41, 55)
    assert report.pairs.exact == pytest.approx(43 / 55)
    assert report.pairs.adjacent == pytest.approx(52 / 55)


@pytest.mark.parametrize(
    ("degrees", "value"),
    [(1, 12.7062047364), (2, 4.3026527297), (11, 2.2009851601), (30, 2.0422724563), (10**6, 1.9599663)],
)
def test_students_t(degrees: int, value: float) -> None:
    """Published tables of the 97.5 % point."""
    assert t_quantile(degrees) == pytest.approx(value, abs=1e-6)
