"""What the database itself refuses, whoever asks and however."""

# ruff: noqa: S608 - the table names in the statements are written in this file

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from reviews.models import Appeal, Decision, Rating, Score, Submission
from reviews.services.conflicts import answer_lift, ask_to_lift
from reviews.services.ratings import rate_all_stale
from reviews.workflows import ASSESSMENT, FRAMEWORK, SUBMISSION
from tests.factories import person
from tests.journeys import Journey, all_at, framework

pytestmark = pytest.mark.django_db


def refused(sql: str, *values: object) -> bool:
    """Does PostgreSQL refuse this statement? What it does is undone either way."""
    connection.check_constraints()  # deferred foreign keys of rows made just now would stand in the way
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
            transaction.set_rollback(True)
    except DatabaseError as error:
        if "pgtrigger" not in str(error):
            raise
        return True
    return False


def possible_jumps(table: str, pk: int, workflow, also: str = "") -> set[tuple[str, str]]:
    """Every (from, to) that a plain UPDATE by SQL can make."""
    found = set()
    for source, target in permutations([state.code for state in workflow.states], 2):
        with transaction.atomic():
            with pgtrigger.ignore(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE {table} SET state = %s {also} WHERE id = %s", [source, pk])
            if not refused(f"UPDATE {table} SET state = %s WHERE id = %s", target, pk):
                found.add((source, target))
            transaction.set_rollback(True)
    return found


def test_a_submission_makes_the_jumps_of_the_table_and_no_other():
    submission = Journey().to("draft")
    jumps = possible_jumps("reviews_submission", submission.pk, SUBMISSION, ", submitted_at = now()")
    assert jumps == set(SUBMISSION.pairs())


def test_an_assessment_makes_the_jumps_of_the_table_and_no_other():
    journey = Journey()
    journey.to("assessing")
    also = ", declared_at = now(), submitted_at = now()"
    jumps = possible_jumps("reviews_assessment", journey.blind()[0].pk, ASSESSMENT, also)
    assert jumps == set(ASSESSMENT.pairs())


def test_a_framework_version_makes_the_jumps_of_the_table_and_no_other():
    jumps = possible_jumps("reviews_frameworkversion", framework().pk, FRAMEWORK)
    assert jumps == set(FRAMEWORK.pairs())


def test_a_submission_starts_as_a_draft():
    journey = Journey()
    with pytest.raises(DatabaseError, match="submission_start"), transaction.atomic():
        Submission.objects.create(
            subject_kind="provider",
            provider=journey.provider,
            framework=journey.framework,
            created_by=journey.owner,
            state="decided",
            submitted_at=timezone.now(),
        )


@pytest.fixture(scope="module")
def finished(django_db_setup, django_db_blocker):
    """One published, rated submission for all tests of this module; nothing of it stays."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        journey = Journey()
        journey.to("assessing")
        request = ask_to_lift(
            submission=journey.submission,
            assessor=journey.assessors[0],
            kind="competitor",
            reason="The town is large.",
            by=journey.administrator,
        )
        answer_lift(request=request, by=journey.outsider, confirm=True)
        journey.to("published")
        rate_all_stale()
        yield journey
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("reviews_rating", "band = 'exemplary'"),
        ("reviews_snapshot", "sha256 = repeat('0', 64)"),
        ("audit_entry", "reason = 'other'"),
        ("reviews_conflictoverride", "reason = 'other'"),
        ("reviews_score", "value = 4"),
        ("reviews_decision", "strengths = 'other'"),
        ("reviews_criterion", "weight = 1"),
        ("reviews_heading", "title = 'other'"),
        ("reviews_frameworkversion", "title = 'other'"),
    ],
)
def test_what_was_decided_on_can_never_be_changed_or_removed(finished, table, change):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] > 0
    assert refused(f"UPDATE {table} SET {change}")
    assert refused(f"DELETE FROM {table}")
    assert refused(f"TRUNCATE {table} CASCADE")


def test_a_stored_file_can_never_be_changed_or_removed():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO reviews_storedfile VALUES (repeat('a', 64), 1, 'application/pdf', now())")
    assert refused("UPDATE reviews_storedfile SET size = 2")
    assert refused("DELETE FROM reviews_storedfile")
    assert refused("TRUNCATE reviews_storedfile CASCADE")


def test_a_published_version_of_a_programme_can_not_be_changed(finished):
    assert refused("UPDATE programmes_programmeversion SET title = 'other'")


def test_assessments_are_kept(finished):
    assert refused("DELETE FROM reviews_assessment")
    assert refused("TRUNCATE reviews_assessment CASCADE")


def test_a_score_can_not_be_added_to_an_assessment_that_was_handed_in(finished):
    score = Score.objects.first()
    assert refused(
        "INSERT INTO reviews_score (created_at, updated_at, assessment_id, criterion_id, value,"
        " not_applicable, cannot_judge, rationale, pointers)"
        " VALUES (now(), now(), %s, %s, 4, false, false, '', '')",
        score.assessment_id,
        finished.criterion("R5").pk,
    )


def test_scores_can_be_changed_while_they_are_being_given():
    journey = Journey()
    journey.to("assessing")
    assessment = journey.blind()[0]
    journey.score(assessment, dict.fromkeys(all_at(3), 3), submit=False)
    assert not refused("UPDATE reviews_score SET value = 4 WHERE assessment_id = %s", assessment.pk)


def test_an_assessor_can_not_decide(finished):
    assessor = finished.assessors[0].pk
    decision = finished.decision
    assert refused(
        "INSERT INTO reviews_decision (public_id, created_at, updated_at, submission_id, round, outcome,"
        " expected_band, strengths, improvements, report, drafted_by_id)"
        " VALUES (gen_random_uuid(), now(), now(), %s, 1, 'publish', 'exemplary', 's', 'i', '', %s)",
        decision.submission_id,
        assessor,
    )


def test_an_appeal_is_decided_by_somebody_not_involved(finished):
    decision = finished.decision
    appeal = Appeal.objects.create(decision=decision, grounds="g", lodged_by=finished.owner)
    set_decided = (
        "UPDATE reviews_appeal SET state = 'upheld', decided_at = now(), decided_by_id = %s WHERE id = %s"
    )
    for involved in (finished.drafter, finished.approver, finished.assessors[0], finished.third):
        assert refused(set_decided, involved.pk, appeal.pk)
    assert not refused(set_decided, person("administrator").pk, appeal.pk)


def test_after_an_upheld_appeal_the_same_people_can_not_decide_again(finished):
    decision = finished.decision
    Appeal.objects.create(
        decision=decision,
        grounds="g",
        lodged_by=finished.owner,
        state="upheld",
        decided_by=finished.outsider,
        decided_at=timezone.now(),
    )
    for involved in (finished.drafter, finished.approver):
        with pytest.raises(DatabaseError, match="not involved"), transaction.atomic():
            Decision.objects.create(
                submission=decision.submission,
                outcome="publish",
                expected_band="exemplary",
                strengths="s",
                improvements="i",
                drafted_by=involved,
            )


def test_a_rating_without_a_band_is_for_alerts_only_and_bands_are_the_four():
    assert {"", "not_yet", "working_towards", "quality_assured", "exemplary"} == {
        band for band in ("", *dict(Rating._meta.get_field("band").choices), "gold") if band_allowed(band)
    }


def band_allowed(band: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'rating_band'")
        clause = cursor.fetchone()[0].removeprefix("CHECK ")
        cursor.execute(f"SELECT {clause} FROM (SELECT %s::text AS band) row", [band])
        return bool(cursor.fetchone()[0])


def test_two_people_decide():
    journey = Journey()
    journey.to("deciding")
    with pytest.raises(DatabaseError, match="decision_two_people"), transaction.atomic():
        Decision.objects.create(
            submission=journey.submission,
            outcome="publish",
            expected_band="exemplary",
            strengths="s",
            improvements="i",
            drafted_by=journey.drafter,
            approved_by=journey.drafter,
            approved_at=timezone.now() - dt.timedelta(minutes=1),
        )
