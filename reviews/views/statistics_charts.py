"""Charts of agreement and severity, from what a run has stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from lpdqa.web.charts import Chart, Group, Mark, Spread, axis_for, interval_chart, number
from reviews.models import SeverityMeasure, StatisticsRun
from reviews.queries.statistics_runs import Consistency, Ruler, figures_by_name, misfits
from reviews.rating.severity import ENOUGH_SCORES
from reviews.services.statistics import ENOUGH_PAIRS, figures

MEASURES = {
    "exact": "Exact agreement, per cent of pairs",
    "adjacent": "At most one level apart, per cent of pairs",
    "ac2_quadratic": "Gwet’s AC2, quadratic weights",
    "ac2_linear": "Gwet’s AC2, linear weights",
    "ac1": "Gwet’s AC1",
    "alpha": "Krippendorff’s alpha, ordinal",
}
SHORT = {
    "exact": "Exact agreement",
    "adjacent": "Within one level",
    "ac2_quadratic": "AC2 quadratic",
    "ac2_linear": "AC2 linear",
    "ac1": "AC1",
    "alpha": "Alpha",
}
_SHARES = ("exact", "adjacent")
_MILD, _SEVERE = (
    "milder assessor, easier criterion, lower-scored subject",
    "more severe, harder, higher-scored",
)
_Z = 1.959963984540054


def agreement_chart(
    key: str, title: str, rows: Iterable[dict[str, Any]], measure: str, *, rows_are: str
) -> Chart:
    """One measure of agreement, row by row with its interval and n; the other measures are in the table."""
    rows = list(rows)
    percent = measure in _SHARES
    if percent:
        axis = axis_for(MEASURES[measure], [], low=0, high=100, places=0, suffix="%")
    else:
        known = [value for row in rows for value in figures_by_name(row, measure)]
        axis = axis_for(MEASURES[measure], [0.0, 1.0, *known], high=1, places=2)
    others = [name for name in MEASURES if name != measure]
    marks = []
    for row in rows:
        value, low, high = (
            None if each is None else each * (100 if percent else 1) for each in figures_by_name(row, measure)
        )
        cells = tuple(_written(name, figures_by_name(row, name)[0]) for name in others)
        marks.append(
            Mark(row["label"], value, low=low, high=high, n=row["n"], note=_why(row, value), cells=cells)
        )
    return interval_chart(
        key, title, axis, marks, rows_are=rows_are, columns=[SHORT[name] for name in others]
    )


def _why(row: dict[str, Any], value: float | None) -> str:
    """Why there is no figure, in words."""
    if value is not None:
        return ""
    if row["n"] < ENOUGH_PAIRS:
        scores = "paired score" if row["n"] == 1 else "paired scores"
        return f"{row['n']} {scores}: figures are shown from {ENOUGH_PAIRS} up"
    return "All scores are the same, so chance agreement can’t be told"


def _written(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{number(100 * value, 0)}%" if name in _SHARES else number(value, 2)


def agreement_charts(run: StatisticsRun, measure: str) -> list[Chart]:
    """By criterion, by heading, over time; pairs are a chart of their own, because there may be many."""
    stored = run.agreement
    quarters = [{**row, "label": quarter(row["label"])} for row in stored["quarters"]]
    return [
        agreement_chart("agreement-all", "All criteria together", [stored["all"]], measure, rows_are="Scope"),
        agreement_chart("agreement-headings", "By heading", stored["headings"], measure, rows_are="Heading"),
        agreement_chart("agreement-criteria", "By criterion", stored["criteria"], measure, rows_are="Criterion"),
        agreement_chart(
            "agreement-time", "Over time, by the quarter in which files were settled", quarters, measure,
            rows_are="Quarter",
        ),
    ]  # fmt: skip


def quarter(first_day: str) -> str:
    """January to March 2026."""
    start = dt.date.fromisoformat(first_day)
    end = start.replace(month=start.month + 2)
    return f"{start:%B} to {end:%B %Y}"


# --- Severity -----------------------------------------------------------------------------------------------


def ruler_chart(found: Ruler) -> Chart:
    """Subjects, assessors and criteria on one ruler of logits."""
    marks_assessors = [_mark(_pseudonym(each), each) for each in found.assessors]
    marks_criteria = [_mark(str(each.criterion), each) for each in found.criteria]
    marks = [*marks_assessors, *marks_criteria]
    ends = [end for mark in marks for end in (mark.value, mark.low, mark.high)]
    axis = axis_for("Logits", [*ends, *found.subjects], zero=True, places=2, below=_MILD, above=_SEVERE)
    extreme = ""
    if found.extreme_subjects:
        extreme = (
            f"{found.extreme_subjects:,} more without a measure: only lowest or only highest scores, or apart from all "
            "others."
        )
    groups: Sequence[Group | Spread] = [
        Spread("Subjects, the higher the better scored", found.subjects, note=extreme),
        Group("Assessors, the most severe first", marks_assessors),
        Group("Criteria, the hardest to meet first", marks_criteria),
    ]
    columns = ["Observed average", "Fair average", "Infit", "Outfit"]
    return interval_chart("severity", "Severity ruler", axis, groups, rows_are="Element", columns=columns)


def _pseudonym(measure: SeverityMeasure) -> str:
    return measure.assessor.assessor_profile.pseudonym if measure.assessor else ""


def _mark(label: str, measure: SeverityMeasure) -> Mark:
    known = measure.measure is not None and measure.se is not None
    value = measure.measure if known else None
    reach = _Z * (measure.se or 0)
    fit = misfits(measure)
    few = (
        f"{measure.count} scores: severity is used from {ENOUGH_SCORES} up"
        if measure.assessor_id and measure.count < ENOUGH_SCORES
        else ""
    )
    notes = [note for note in (fit.capitalize() if fit else "", few) if note]
    return Mark(
        label,
        value,
        low=None if value is None else value - reach,
        high=None if value is None else value + reach,
        n=measure.count,
        note="; ".join(notes) if known else "Only lowest or only highest scores: no measure",
        tone="warn" if fit else "quiet" if few else "",
        cells=tuple(
            "–" if each is None else number(each, 2)
            for each in (measure.observed, measure.fair, measure.infit, measure.outfit)
        ),
    )


# --- One's own ----------------------------------------------------------------------------------------------


def own_charts(found: Consistency) -> list[Chart]:
    """An assessor's own exact and adjacent agreement, over all and by heading."""
    rows = [{"label": "All criteria", **figures(found.everything)}]
    rows += [{"label": title, **figures(table)} for title, table in found.headings]
    return [agreement_chart(f"own-{name}", SHORT[name], rows, name, rows_are="Heading") for name in _SHARES]


def own_severity_words(measure: SeverityMeasure) -> str:
    """How severe one is beside the mean of all, in a sentence."""
    if measure.measure is None or measure.se is None or measure.fair is None:
        return ""
    reach = _Z * measure.se
    where = f"{number(measure.measure, 2)} logits (95% interval {number(measure.measure - reach, 2)} to "
    where += f"{number(measure.measure + reach, 2)}, from {measure.count:,} scores)"
    if abs(measure.measure) <= reach:
        return f"You score about as severely as the assessors’ mean: {where}."
    kind = "more severely" if measure.measure > 0 else "more mildly"
    return f"You score {kind} than the assessors’ mean: {where}."
