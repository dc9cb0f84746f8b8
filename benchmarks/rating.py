"""How fast ratings are worked out again: by the workers, as one SQL statement (the floor), and row by row.

Every recomputation that is measured adds a new row for every subject, which is the most there can be to do:
reading the scores, rating, the canonical JSON and its hash, the row, the trail and the catalogue.
"""

# ruff: noqa: T201 - what it prints is its answer

from __future__ import annotations

import argparse
import logging
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.common import machine, prepare, say, table

# Row by row takes so long that some of the subjects have to do.
SAMPLE = 200


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/benchmark rating", description=__doc__)
    parser.add_argument("--subjects", type=int, nargs="+", default=[1000, 10_000], metavar="N")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="K")
    options = parser.parse_args()
    prepare()
    logging.disable(logging.INFO)
    print(machine(), end="\n\n")
    rows, details = [], []
    for number in sorted(options.subjects):
        measured = _measure(number, options.workers)
        rows.append([f"{number:,}", f"{measured['scores']:,}", *measured["row"]])
        details += [f"- {number:,} subjects: {line}" for line in measured["details"]]
    print(
        table(
            [
                "subjects", "scores", *(f"{k} worker{'' if k == 1 else 's'}" for k in options.workers),
                "subjects/s", "nothing new", "SQL floor", "times the floor", "row by row", "times faster",
                "MB a worker", "one subject",
            ],
            rows,
        )
    )  # fmt: skip
    print("\n" + "\n".join(details))


def _measure(number: int, counts: list[int]) -> dict[str, Any]:
    from django.db import connection

    from reviews.models import Score
    from reviews.services.load import load_subjects

    report = load_subjects(number=number, progress=lambda done: say(f"{done:,} subjects made"))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    times, memory, nothing = {}, 0.0, 0.0
    for count in counts:
        with workers(count) as pids:
            _forget_ratings()
            times[count] = _run()
            memory = max([memory, *map(_peak_megabytes, pids())])
            say(f"{count} workers: {times[count]:.1f} s")
            if count == max(counts):
                nothing = _run()
    sums, stored = _sql_floor()
    best = min(times.values())
    by_row = _row_by_row(min(number, SAMPLE)) * number
    # What the runs left behind; the server's own autovacuum does so within minutes.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    one = _one_subject()
    return {
        "scores": Score.objects.count(),
        "row": [
            *(f"{times[count]:.2f} s" for count in counts),
            f"{number / best:,.0f}",
            f"{nothing:.2f} s",
            f"{stored:.2f} s",
            f"{best / stored:.1f}",
            f"{by_row:,.1f} s",
            f"{by_row / best:.0f}",
            f"{memory:.0f}",
            f"{1000 * one:.1f} ms",
        ],
        "details": [
            f"discordant {report.discordance:.1%} of criteria; SQL sums without storing them {sums:.2f} s; row by row "
            f"measured on {min(number, SAMPLE)} subjects; load average after {os.getloadavg()[0]:.1f}"
        ],
    }


# --- Our way ------------------------------------------------------------------------------------------------


def _run() -> float:
    """Seconds from the start of a recomputation to its end."""
    from reviews.queries.recomputation import progress_of
    from reviews.services.recomputation import start_recomputation

    run = start_recomputation(by=None, reason="benchmark")
    while (progress := progress_of(run)).is_running:
        time.sleep(0.05)
    if progress.done != progress.total or progress.unrated or progress.errors:
        raise SystemExit(f"The run went wrong: {progress}")
    return progress.seconds


def _forget_ratings() -> None:
    from django.db import connection

    from lpdqa.bulk import without_triggers
    from reviews.models import Rating

    with without_triggers(Rating), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {Rating._meta.db_table} CASCADE")


@contextmanager
def workers(count: int) -> Iterator[Callable[[], list[int]]]:
    """A real Celery worker with so many processes; gives a function that lists their pids."""
    import psutil

    from lpdqa.celery import app
    from lpdqa.runtime import programs

    process = subprocess.Popen(
        programs.worker(concurrency=count), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not app.control.inspect(timeout=0.5).ping():
            if process.poll() is not None:
                raise SystemExit("The worker did not start.")
        yield lambda: [child.pid for child in psutil.Process(process.pid).children()]
    finally:
        process.terminate()
        process.wait()


def _peak_megabytes(pid: int) -> float:
    """The most memory a process ever held (resident)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def _one_subject() -> float:
    """Median of the seconds it takes to work one marked subject out, row, trail and catalogue included."""
    from reviews.models import Submission
    from reviews.services.ratings import mark_all_stale, rate_stale

    taken = []
    for pk in Submission.objects.order_by("pk").values_list("pk", flat=True)[:40]:
        _forget_one(pk)
        mark_all_stale(pks=[pk], reason="benchmark")
        began = time.perf_counter()
        rate_stale(limit=1)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _forget_one(pk: int) -> None:
    """Make what is known of a subject differ, so that a new row has to be written."""
    from reviews.models import Submission

    submission = Submission.objects.get(pk=pk)
    Submission.objects.filter(pk=pk).update(unverified_impact_claim=not submission.unverified_impact_claim)


# --- The floor ----------------------------------------------------------------------------------------------

# The same sums on the same tables: consensus, headings, overall, gates, band, agreement. Nothing else: no
# evidence, no JSON, no hash, no trail. Thresholds and weights of the first framework version.
_SUMS = """
WITH given AS (
    SELECT a.submission_id, s.criterion_id,
           min(CASE WHEN s.not_applicable THEN -1 ELSE s.value END) FILTER (WHERE a.role = 'blind') AS lower,
           max(CASE WHEN s.not_applicable THEN -1 ELSE s.value END) FILTER (WHERE a.role = 'blind') AS upper,
           max(CASE WHEN s.not_applicable THEN -1 ELSE s.value END) FILTER (WHERE a.role = 'adjudication') AS third
    FROM reviews_assessment a JOIN reviews_score s ON s.assessment_id = a.id
    WHERE a.state = 'submitted' GROUP BY 1, 2
), settled AS (
    SELECT g.submission_id, c.heading_id, c.weight::float8 AS weight, c.code,
           'programme' = ANY(c.essential_for) AS essential,
           CASE WHEN lower > 0 THEN upper - lower END AS apart,
           CASE WHEN upper = -1 THEN NULL
                WHEN lower = -1 THEN CASE WHEN third > 0 THEN (upper + third) / 2.0::float8 END
                WHEN upper - lower >= 2 OR ('programme' = ANY(c.essential_for) AND lower < 3 AND upper >= 3)
                    THEN greatest(lower, least(upper, third))::float8
                ELSE (lower + upper) / 2.0::float8 END AS value
    FROM given g JOIN reviews_criterion c ON c.id = g.criterion_id
), headings AS (
    SELECT submission_id, heading_id, sum(weight * value) / sum(weight) AS heading,
           min(value) FILTER (WHERE essential) AS essential, min(value) FILTER (WHERE code = 'D3') AS impact,
           sum(apart) AS apart, count(apart) AS pairs
    FROM settled WHERE value IS NOT NULL GROUP BY 1, 2
), subjects AS (
    SELECT submission_id, avg(heading) AS overall, min(heading) AS lowest, min(essential) AS essential,
           min(impact) AS impact, count(*) FILTER (WHERE heading >= 3.5 - 1e-9) AS strong,
           1 - sum(apart) / sum(pairs)::float8 / 3 AS agreement
    FROM headings GROUP BY 1
)
SELECT submission_id, overall, agreement,
       CASE WHEN essential < 2 OR overall < 2 - 1e-9 THEN 'not_yet'
            WHEN essential < 3 OR overall < 2.75 - 1e-9 OR lowest < 2 - 1e-9 THEN 'working_towards'
            WHEN overall >= 3.5 - 1e-9 AND lowest >= 3 - 1e-9 AND strong >= 2
                 AND (impact IS NULL OR impact >= 3.5) THEN 'exemplary'
            ELSE 'quality_assured' END AS band
FROM subjects
"""


def _sql_floor() -> tuple[float, float]:
    """Seconds of the sums alone, and with their results stored. Their bands have to be those of our rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(f"SELECT count(*), sum(overall), min(band), sum(agreement) FROM ({_SUMS}) AS sums")  # noqa: S608
        sums = time.perf_counter() - began
        began = time.perf_counter()
        cursor.execute(f"CREATE TABLE benchmark_floor AS {_SUMS}")
        stored = time.perf_counter() - began
        cursor.execute(
            """SELECT count(*) FROM reviews_rating r JOIN benchmark_floor f USING (submission_id)
               WHERE r.results ->> 'ruled_band' = f.band AND abs(r.overall - f.overall) <= 0.00005001"""
        )
        (same,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM reviews_rating")
        if (same,) != cursor.fetchone():
            raise SystemExit("The statement and the engine disagree.")
        cursor.execute("DROP TABLE benchmark_floor")
    return sums, stored


# --- The usual way ------------------------------------------------------------------------------------------


def _row_by_row(number: int) -> float:
    """Seconds a subject with an ORM loop: each object read, rated, saved and indexed by itself."""
    from django.db import transaction
    from django.utils import timezone

    from lpdqa.audit.services import act
    from lpdqa.clock import today
    from reviews.models import Rating, Submission
    from reviews.queries.frameworks import scheme_of
    from reviews.rating import (
        CriterionScores,
        Evidence,
        RatingInputs,
        Score,
        inputs_hash,
        months_between,
        rate_one,
    )
    from reviews.services.ratings import refresh_catalogue_for

    began = time.perf_counter()
    for submission in Submission.objects.filter(state__in=["published", "closed"]).order_by("pk")[:number]:
        with transaction.atomic():
            scheme = scheme_of(submission.framework)
            scores: dict[str, list[Score]] = {}
            thirds: dict[str, Score] = {}
            for assessment in submission.assessments.filter(state="submitted"):
                name = assessment.assessor.assessor_profile.pseudonym
                for score in assessment.scores.all():
                    given = Score(name, "not_applicable" if score.not_applicable else score.value or 1)
                    if assessment.role == "blind":
                        scores.setdefault(score.criterion.code, []).append(given)
                    else:
                        thirds[score.criterion.code] = given
            items = list(submission.evidence.filter(withdrawn_at=None))
            decision = submission.decisions.filter(approved_at__isnull=False).first()
            if decision is None or decision.approved_at is None:
                raise SystemExit("A subject without a decision.")
            decided = timezone.localdate(decision.approved_at)
            inputs = RatingInputs(
                subject_type=submission.subject_kind,
                scores={
                    code: CriterionScores(tuple(given), thirds.get(code)) for code, given in scores.items()
                },
                evidence=Evidence(
                    len(items),
                    sum(item.check_result == "verified" for item in items),
                    sum(item.independent for item in items),
                ),
                decided_on=decided,
                months_since_decision=min(max(months_between(decided, today()), 12), 36),
                unverified_impact_claim=submission.unverified_impact_claim,
            )
            result = rate_one(scheme, inputs)
            if result.overall is None or result.confidence is None:
                raise SystemExit("A subject without a rating.")
            with act("rating.add", by=None, target=submission, reason="benchmark"):
                Rating.objects.create(
                    submission=submission,
                    decision=decision,
                    subject_kind=submission.subject_kind,
                    framework=submission.framework,
                    algorithm_version=result.algorithm_version,
                    inputs=inputs.to_dict(),
                    inputs_hash=inputs_hash(inputs),
                    results=result.to_stored(scheme),
                    band=result.band or "",
                    provisional=result.provisional,
                    overall=f"{result.overall:.4f}",
                    confidence=result.confidence.label,
                    confidence_value=f"{result.confidence.value:.4f}",
                    reason="benchmark",
                    decided_on=decided,
                    valid_to=result.valid_until,
                )
            refresh_catalogue_for(submission=submission)
    return (time.perf_counter() - began) / number


if __name__ == "__main__":
    main()
