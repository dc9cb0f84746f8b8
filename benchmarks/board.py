"""How long the administrators' board takes at 50 and 250 rows, and how many queries: 500 submissions, each with
three assessments of 17 criteria, in every state there is something to do in.
"""

# ruff: noqa: T201 - what it prints is its answer

from __future__ import annotations

import argparse
import logging
import statistics
import time
from typing import Any

from benchmarks.common import machine, prepare, say, table

REPEATS = 15
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATES = ("assessing", "fact_check", "deciding", "decided", "published")


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/benchmark board", description=__doc__)
    parser.add_argument("--submissions", type=int, default=500, metavar="N")
    options = parser.parse_args()
    prepare()
    from django.conf import settings
    from django.test import override_settings

    logging.disable(logging.INFO)
    print(machine(), end="\n\n")
    scores = _fill(options.submissions)
    print(f"{options.submissions:,} submissions, {scores:,} scores.\n")
    client = _administrator()
    # Pages are made in this process, which has no collected style sheets to look up.
    plain = {"default": settings.STORAGES["default"], "staticfiles": {"BACKEND": _PLAIN}}
    with override_settings(STORAGES=plain):
        rows = _measure_all(client)
    print(table(["page", "queries", "ms, median", "ms, slowest", "ms in the database", "kB"], rows))


def _measure_all(client: Any) -> list[list[str]]:
    return [
        _measure(client, "board, 50 rows", "/board/?state="),
        _measure(client, "board, 250 rows", "/board/?state=&rows=250"),
        _measure(client, "board, 250 rows, what waits", "/board/?rows=250"),
        _measure(client, "decisions, three heaps of 100", "/board/decisions/"),
    ]


def _fill(number: int) -> int:
    """Subjects as `make_load` makes them, a third assessment for each, and states spread evenly."""
    from django.db import connection

    from lpdqa.bulk import without_triggers
    from reviews.models import Assessment, Score, Submission
    from reviews.services.load import load_subjects

    load_subjects(number=number, progress=lambda done: say(f"{done:,} subjects made"))
    with without_triggers(Submission, Assessment, Score), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO reviews_assessment (public_id, created_at, updated_at, submission_id, assessor_id, role,
                round, state, declared_at, submitted_at, conflict_kind, conflict_note, void_reason)
            SELECT gen_random_uuid(), now(), now(), s.id, (SELECT p.user_id FROM reviews_assessorprofile p
                WHERE NOT EXISTS (SELECT 1 FROM reviews_assessment a WHERE a.submission_id = s.id
                    AND a.assessor_id = p.user_id) ORDER BY p.user_id LIMIT 1),
                'adjudication', s.round, 'submitted', now(), now(), '', '', ''
            FROM reviews_submission s
            WHERE (SELECT count(*) FROM reviews_assessment a WHERE a.submission_id = s.id) < 3"""
        )
        cursor.execute(
            """INSERT INTO reviews_score (created_at, updated_at, assessment_id, criterion_id, value, not_applicable,
                cannot_judge, rationale, pointers)
            SELECT now(), now(), a.id, c.id, 3, false, false, 'Synthetic score, made to measure with.', ''
            FROM reviews_assessment a JOIN reviews_submission s ON s.id = a.submission_id
            JOIN reviews_criterion c ON c.framework_id = s.framework_id AND s.subject_kind = ANY(c.applies_to)
            WHERE NOT EXISTS (SELECT 1 FROM reviews_score x WHERE x.assessment_id = a.id AND x.criterion_id = c.id)"""
        )
        cursor.execute(
            "UPDATE reviews_submission SET state = (%s::text[])[1 + id %% %s]", [list(STATES), len(STATES)]
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return Score.objects.count()


def _administrator() -> Any:
    from django.test import Client

    from lpdqa.accounts.models import Role, User
    from lpdqa.accounts.services import grant_role

    user = User.objects.create_user("board@example.org", name="Board Benchmark")
    grant_role(user=user, role=Role.ADMINISTRATOR, by=None)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def _measure(client: Any, name: str, address: str) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    in_database = sum(float(query["time"]) for query in captured.captured_queries) * 1000
    return [
        name,
        str(len(captured)),
        f"{statistics.median(times):.0f}",
        f"{max(times):.0f}",
        f"{in_database:.0f}",
        f"{len(answer.content) / 1000:.0f}",
    ]


if __name__ == "__main__":
    main()
