"""Working ratings out again: only what changed, exactly once, whatever happens to the broker."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import kombu.pools
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lpdqa import clock
from lpdqa.celery import app
from lpdqa.workflow import WorkflowError
from programmes.models import CatalogueEntry
from reviews.models import Adjudication, Rating, StaleSubject, Submission
from reviews.queries.rating_inputs import build_inputs
from reviews.queries.ratings import current_rating
from reviews.queries.stale import LOST_AFTER, failed_marks
from reviews.queries.standings import standings, subjects_of
from reviews.services import assessments, decisions, ratings, submissions
from reviews.services.ratings import (
    mark_all_stale,
    mark_stale,
    rate_all_stale,
    rate_stale,
    rated_submissions,
    retry_failed,
)
from reviews.tasks import nightly, rate_stale_subjects, sweep_stale_ratings
from tests.factories import PriceFactory, ProgrammeFactory, person
from tests.journeys import WORKED_EXAMPLE, Journey, all_at


def published(scores=None, **fields) -> Journey:
    journey = Journey(**fields)
    journey.to("published", scores or all_at(3))
    return journey


def mark_everything() -> int:
    return mark_all_stale(pks=rated_submissions().values_list("pk", flat=True), reason="test")


# --- Only what changed ---


@pytest.mark.django_db
def test_the_same_inputs_add_no_row():
    published()
    assert (rate_stale_subjects(), Rating.objects.count(), StaleSubject.objects.count()) == (1, 1, 0)
    before = CatalogueEntry.objects.filter(kind="programme").values().get()
    mark_everything()
    assert (sweep_stale_ratings(), Rating.objects.count(), StaleSubject.objects.count()) == (1, 1, 0)
    after = CatalogueEntry.objects.filter(kind="programme").values().get()
    assert {**before, "refreshed_at": None} == {**after, "refreshed_at": None}
    assert sweep_stale_ratings() == 0


@pytest.mark.django_db
def test_the_nightly_run_adds_a_row_only_when_a_month_changes_the_recency():
    journey = published()
    rate_all_stale()
    decided = journey.decision.approved_at
    before = CatalogueEntry.objects.get(kind="programme")
    ratings = []
    for months, days in ((0, 1), (11, 0), (12, 20), (13, 2), (13, 9), (14, 2)):
        with clock.at(decided + dt.timedelta(days=round(months * 30.44) + days)):
            nightly()
        ratings.append(Rating.objects.count())
    assert ratings == [1, 1, 1, 2, 2, 3]
    assert Rating.objects.first().reason == "nightly sweep"
    # Growing older by a month is no news to whoever saved a search.
    after = CatalogueEntry.objects.get(kind="programme")
    assert (after.overall, after.confidence) == (before.overall, before.confidence)
    assert after.rating_public_id != before.rating_public_id
    assert after.changed_at == before.changed_at


@pytest.mark.django_db
def test_a_rating_lapses_when_validity_and_sixty_days_of_grace_are_over():
    journey = published()
    rate_all_stale()
    valid_to = current_rating(journey.submission).valid_to
    noon = dt.datetime.combine(valid_to, dt.time(12), dt.UTC)
    with clock.at(noon + dt.timedelta(days=60)):
        assert nightly()["lapsed"] == 0
    with clock.at(noon + dt.timedelta(days=61)):
        assert nightly()["lapsed"] == 1
        assert nightly()["lapsed"] == 0
    entry = CatalogueEntry.objects.get(kind="programme")
    assert (entry.status, entry.band, entry.valid_to) == ("lapsed", "", valid_to)
    assert Submission.objects.get().state == "lapsed"


@pytest.mark.django_db
def test_a_submission_that_is_no_longer_in_force_just_loses_its_mark():
    journey = Journey()
    journey.to("submitted")
    mark_stale(submission=journey.submission, reason="by mistake")
    rate_all_stale()
    assert (StaleSubject.objects.count(), Rating.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_many_cost_as_few_queries_as_one(django_assert_num_queries):
    journeys = [published() for _ in range(3)]
    rate_all_stale()
    several = Submission.objects.select_related("framework", "version")

    def work(submissions):
        build_inputs(submissions, on=clock.today())
        standings(subjects_of(submissions))

    one = list(several.filter(pk=journeys[0].submission.pk))
    with CaptureQueriesContext(connection) as for_one:
        work(one)
    three = list(several)
    with django_assert_num_queries(len(for_one)):
        work(three)


@pytest.mark.django_db
def test_one_that_can_not_be_rated_does_not_hold_up_the_others(caplog):
    broken, sound = published(), published()
    # An assessment voided behind the register's back leaves too few scores.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_assessment SET state = 'void' WHERE id = %s", [broken.blind()[0].pk])
    rate_all_stale()
    assert [rating.submission for rating in Rating.objects.all()] == [sound.submission]
    mark = StaleSubject.objects.get()
    assert (mark.submission, mark.error) == (broken.submission, failed_marks().get().error)
    assert mark.error.startswith("P1, ")
    assert "not_rated" in caplog.text
    # Asked for again, it is tried anew, and says the same.
    assert retry_failed(by=person("administrator")) == 1
    assert (StaleSubject.objects.get().error, failed_marks().exists()) == ("", False)
    rate_all_stale()
    assert StaleSubject.objects.get().error == mark.error


# --- Commands ---


@pytest.mark.django_db
def test_recompute_and_verify(capsys):
    published()
    call_command("recompute")
    assert "1 ratings added" in capsys.readouterr().out
    call_command("recompute")
    assert "0 ratings added" in capsys.readouterr().out
    call_command("verify_ratings")
    assert "1 ratings checked, no difference" in capsys.readouterr().out


@pytest.mark.django_db
def test_verify_reports_a_stored_rating_that_does_not_follow_from_its_inputs(capsys):
    journey = published(WORKED_EXAMPLE)
    rate_all_stale()
    rating = Rating.objects.get()
    forged = Rating.objects.get()
    forged.pk = forged.public_id = None
    forged.public_id = journey.submission.public_id
    forged.band, forged.overall = "exemplary", 4
    forged.inputs["evidence"]["verified"] = 0
    forged._state.adding = True
    forged.save(force_insert=True)
    with pytest.raises(CommandError, match="1 of 2 ratings don't follow"):
        call_command("verify_ratings")
    text = capsys.readouterr().err
    assert f"Rating {rating.pk}" not in text
    for part in ("band is exemplary, the inputs give", "overall is 4", "not those that were hashed"):
        assert part in text


@pytest.mark.django_db
def test_the_catalogue_is_rebuilt_with_the_same_result(capsys):
    published()
    suspended = published()
    suspended.to("suspended")
    Journey("provider").to("closed", all_at(1))
    ProgrammeFactory(public=True)
    rate_all_stale()

    def rows():
        entries = CatalogueEntry.objects.order_by("kind", "slug").values()
        moments = dict.fromkeys(["refreshed_at", "first_at", "changed_at"])
        return [{**entry, "id": None, **moments} for entry in entries]

    call_command("rebuild_catalogue")
    first = rows()
    assert {row["status"] for row in first} == {"rated", "alert", "listed"}
    CatalogueEntry.objects.all().delete()
    call_command("rebuild_catalogue")
    assert rows() == first
    CatalogueEntry.objects.filter(status="listed").update(warning="of an older day")
    call_command("rebuild_catalogue")
    assert rows() == first


# --- Exactly once ---


def together(*jobs):
    """Run jobs at the same moment, each on a connection of its own; returns what they gave."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait()
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(run, job) for job in jobs]]


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_add_each_rating_once():
    for _ in range(4):
        published()
    taken = together(*[lambda: rate_stale(limit=2)] * 4)
    rate_all_stale()
    assert sum(taken) <= 4
    assert Rating.objects.count() == 4
    assert Rating.objects.values("submission").distinct().count() == 4
    assert CatalogueEntry.objects.filter(kind="programme", status="rated").count() == 4
    # And again on what is up to date.
    mark_everything()
    together(*[rate_all_stale] * 4)
    assert (Rating.objects.count(), StaleSubject.objects.count()) == (4, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("scores", "state"), [(all_at(3), "fact_check"), (WORKED_EXAMPLE, "adjudicating")])
def test_of_two_last_assessments_handed_in_together_exactly_one_settles(scores, state):
    journey = Journey()
    submission = journey.to("assessing")
    both = journey.blind()
    for number, assessment in enumerate(both):
        values = {code: marks[number] for code, marks in scores.items()}
        journey.score(assessment, values, submit=False)
    together(
        *[
            lambda assessment=assessment: assessments.submit_assessment(
                assessment=assessment, by=assessment.assessor
            )
            for assessment in both
        ]
    )
    submission.refresh_from_db()
    assert submission.state == state
    assert Adjudication.objects.count() == (2 if state == "adjudicating" else 0)


@pytest.mark.django_db(transaction=True)
def test_a_submission_sent_twice_at_once_is_sent_once():
    journey = Journey()
    journey.describe()

    def send():
        try:
            submissions.submit_submission(
                submission=Submission.objects.get(pk=journey.submission.pk), by=journey.owner
            )
        except WorkflowError:
            return "refused"
        return "sent"

    assert sorted(together(send, send)) == ["refused", "sent"]
    assert journey.submission.snapshots.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_drafts_of_the_same_subject_at_once_become_one():
    journey = Journey()

    def start():
        try:
            return submissions.start_submission(by=journey.owner, version=journey.version).pk
        except ValidationError:
            return None

    assert together(start, start).count(None) == 1
    assert Submission.objects.count() == 1


# --- The broker ---


@pytest.fixture
def broker_down():
    """A broker address where nobody listens."""
    before = app.conf.broker_url
    _use_broker("redis://127.0.0.1:1/0")
    yield
    _use_broker(before)


def _use_broker(url: str) -> None:
    # The address is read when a pool is made, so those made before have to go.
    app.conf.broker_url = url
    kombu.pools.reset()
    app._pool = app.amqp._producer_pool = None


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_down_the_publication_stands_and_the_sweep_rates_it(broker_down, caplog):
    journey = Journey()
    journey.to("decided", all_at(3))
    decisions.publish_decision(submission=journey.submission, by=journey.approver)
    assert Submission.objects.get().state == "published"
    assert "rating_not_queued" in caplog.text
    assert StaleSubject.objects.count() == 1
    sweep_stale_ratings()
    assert CatalogueEntry.objects.get(kind="programme").band == "quality_assured"


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_works_out_the_example_of_the_specification(worker):
    journey = Journey()
    journey.to("published")
    end = time.monotonic() + 60
    while not Rating.objects.exists() and time.monotonic() < end:
        time.sleep(0.2)
    rating = Rating.objects.get()
    assert (rating.band, str(rating.overall), rating.reason) == (
        "quality_assured",
        "2.9321",
        "decision published",
    )
    assert {code: round(value, 3) for code, value in rating.results["headings"].items()} == {
        "purpose": 3.071, "governance": 3.0, "process": 2.889, "definitions": 2.7, "value": 3.0,
    }  # fmt: skip
    assert CatalogueEntry.objects.get(kind="programme").rating_public_id == rating.public_id
    assert not StaleSubject.objects.exists()


@pytest.mark.django_db
def test_a_new_rating_does_not_hide_that_a_price_has_begun():
    journey = published()
    rate_all_stale()
    programme = journey.version.programme
    PriceFactory(programme=programme, valid_from=clock.today() + dt.timedelta(days=1), per_participant=70)
    with clock.at(timezone.now() + dt.timedelta(days=2)):
        Submission.objects.update(unverified_impact_claim=True)
        mark_everything()
        rate_all_stale()
        entry = CatalogueEntry.objects.get(kind="programme")
        assert (entry.price, entry.rating_public_id) == (70, current_rating(journey.submission).public_id)


@pytest.mark.django_db
def test_a_submission_that_breaks_the_job_is_tried_by_itself_and_then_left_until_it_is_marked_anew(caplog):
    """A row that the database refuses: the others of its batch get theirs, and it doesn't go round for ever."""
    bad, good = published(), published()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE reviews_rating ADD CONSTRAINT no_such_rating CHECK (submission_id <> %s)",
            [bad.submission.pk],
        )
    for _ in range(5):
        rate_all_stale()
        StaleSubject.objects.update(begun_at=None)  # time passes
    mark = StaleSubject.objects.get()
    assert (mark.submission, mark.attempts) == (bad.submission, ratings.ATTEMPTS)
    # What a database says of a row quotes the row.
    assert mark.error == "IntegrityError"
    assert Rating.objects.get().submission == good.submission
    assert caplog.text.count("not_rated: IntegrityError") == ratings.ATTEMPTS
    assert str(bad.submission.pk) not in "".join(
        r.getMessage() for r in caplog.records if "not_rated" in r.message
    )
    assert rate_all_stale() == 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come can't be altered
        cursor.execute("ALTER TABLE reviews_rating DROP CONSTRAINT no_such_rating")
    mark_stale(submission=bad.submission, reason="once more")
    assert rate_all_stale() == 1
    assert Rating.objects.count() == 2


@pytest.mark.django_db
def test_marks_whose_worker_is_killed_each_time_are_left_and_counted_before_the_work():
    journey = published()
    for number in range(ratings.ATTEMPTS):
        assert ratings._begin(200) == {journey.submission.pk}
        assert StaleSubject.objects.get().attempts == number + 1
        assert ratings._begin(200) == set()  # in the moment until it is held
        StaleSubject.objects.update(begun_at=None)  # time passes
    assert ratings._begin(200) == set()
    assert not failed_marks().exists()
    StaleSubject.objects.update(begun_at=timezone.now() - 2 * LOST_AFTER)
    assert failed_marks().get().error == ""
    # The nightly run marks everything anew.
    mark_everything()
    assert rate_all_stale() == 1
