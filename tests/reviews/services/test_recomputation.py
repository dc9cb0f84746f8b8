"""Working everything out again: shared, broken off, cancelled, gone on with, and right in the end."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psutil
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lpdqa.audit.models import Entry
from lpdqa.bulk import without_triggers
from programmes.models import CatalogueEntry
from reviews.models import Assessment, Decision, Rating, Recomputation, StaleSubject, Submission
from reviews.queries.recomputation import progress_of
from reviews.queries.verification import differences
from reviews.services import recomputation
from reviews.services.load import load_subjects
from reviews.services.ratings import mark_all_stale, rated_submissions
from reviews.services.recomputation import (
    cancel_recomputation,
    resume_recomputations,
    start_recomputation,
    work_chunk,
)
from reviews.tasks import recompute_chunk, sweep_stale_ratings
from tests.factories import person
from tests.journeys import framework
from tests.support.database import address_of
from tests.support.stack import ROOT, wait_for


@pytest.fixture
def subjects(db) -> int:
    """Fifty synthetic subjects without a rating yet."""
    framework()
    load_subjects(number=50)
    return 50


def forget_ratings() -> None:
    with without_triggers(Rating), connection.cursor() as cursor:
        cursor.execute("TRUNCATE reviews_rating CASCADE")


def everything_is_right() -> None:
    """Each submission has the one rating that its scores give, and the catalogue shows it."""
    ratings = dict(Rating.objects.values_list("submission", "band"))
    assert Rating.objects.count() == len(ratings) == Submission.objects.count()
    assert ratings == dict(Decision.objects.values_list("submission", "expected_band"))
    assert [lines for _, lines in differences() if lines] == []
    shown = CatalogueEntry.objects.filter(kind="programme", status="rated").values_list(
        "rating_public_id", flat=True
    )
    public = Rating.objects.exclude(band="not_yet").values_list("public_id", flat=True)
    assert set(shown) == set(public)
    assert not StaleSubject.objects.exists()


# --- A run ---


def test_a_run_rates_everything_once_and_a_second_one_adds_nothing(subjects):
    chief = person("administrator")
    run = start_recomputation(by=chief, reason="new algorithm", chunk_size=20)
    assert run.chunks.count() == 3
    while work_chunk(run=run):
        pass
    progress = progress_of(run)
    assert (progress.state, progress.done, progress.total, progress.added) == ("done", 50, 50, 50)
    everything_is_right()
    # Marks that were there keep their own reason; the trail names every submission, and the run.
    assert set(Rating.objects.values_list("reason", flat=True)) == {"synthetic data"}
    assert Entry.objects.filter(action="rating.add", target_type="reviews.submission").count() == 50
    entry = Entry.objects.get(action="recomputation.finish")
    assert (entry.target_id, entry.detail) == (run.pk, {"done": 50, "total": 50, "added": 50})

    again = start_recomputation(by=chief)
    while work_chunk(run=again):
        pass
    assert (progress_of(again).state, progress_of(again).added, Rating.objects.count()) == ("done", 0, 50)


def test_a_chunk_takes_as_many_queries_whatever_its_size(subjects):
    def queries(size: int) -> int:
        forget_ratings()
        mark_all_stale(pks=rated_submissions().values_list("pk", flat=True), reason="test")
        run = start_recomputation(by=None, chunk_size=size)
        with CaptureQueriesContext(connection) as captured:
            work_chunk(run=run)
        assert progress_of(run).added == size
        cancel_recomputation(run=run, by=None)
        return len(captured)

    few = queries(2)  # also makes what is made once a process
    assert queries(2) == queries(25) <= few


def test_only_one_run_at_a_time(subjects):
    run = start_recomputation(by=None)
    with pytest.raises(ValidationError, match="already"):
        start_recomputation(by=None)
    cancel_recomputation(run=run, by=None)
    with pytest.raises(ValidationError, match="ended already"):
        cancel_recomputation(run=run, by=None)
    assert start_recomputation(by=None).state == "running"


def test_a_cancelled_run_keeps_what_was_done_and_does_no_more(subjects):
    chief = person("administrator")
    run = start_recomputation(by=chief, chunk_size=10)
    work_chunk(run=run)
    cancel_recomputation(run=run, by=chief)
    assert not work_chunk(run=run)
    assert not recompute_chunk(run.pk)
    run.refresh_from_db()
    assert (run.state, run.cancelled_by, Rating.objects.count()) == ("cancelled", chief, 10)
    assert Entry.objects.get(action="recomputation.cancel").actor == chief


def test_a_run_of_one_framework_version_leaves_the_others(subjects):
    other = framework()
    other.pk, other.version, other.state = None, "9.0", "draft"
    other.save()
    run = start_recomputation(by=None, framework=other)
    assert run.total == 0
    assert not work_chunk(run=run)
    assert progress_of(run).state == "done"


def test_an_error_is_tried_again_and_then_put_on_record(subjects):
    run = start_recomputation(by=None, chunk_size=25)
    first = run.chunks.first()
    # A row that the database refuses: the second chunk must not suffer for it.
    with connection.cursor() as cursor, without_triggers(Decision):
        cursor.execute(
            "ALTER TABLE reviews_rating ADD CONSTRAINT no_such_rating CHECK (submission_id NOT BETWEEN %s AND %s)",
            [first.first_id, first.last_id],
        )
    for _ in range(8):
        work_chunk(run=run)
    progress = progress_of(run)
    assert (progress.state, progress.added) == ("done", 25)
    assert progress.errors == ("Chunk 0: IntegrityError",)
    assert run.chunks.get(number=0).attempts == recomputation.ATTEMPTS


def test_a_chunk_that_takes_its_worker_with_it_each_time_is_given_up_and_the_others_are_done(
    subjects, monkeypatch
):
    """Each attempt is begun and never ended, as by a worker that is killed; the clock goes on between them."""
    run = start_recomputation(by=None, chunk_size=25)
    moment = timezone.now()
    monkeypatch.setattr(recomputation.timezone, "now", lambda: moment)
    for number in range(recomputation.ATTEMPTS):
        begun = recomputation._begin(run)
        assert (begun.number, begun.attempts) == (0, number + 1)
        # Nobody else begins it in the moment until it is held.
        assert work_chunk(run=run) == (number == 0)
        moment += dt.timedelta(minutes=1)
    assert work_chunk(run=run)
    progress = progress_of(run)
    assert (progress.state, progress.done, progress.added) == ("done", 50, 25)
    assert progress.errors == ("Chunk 0: its worker was lost 3 times; nothing in it was changed.",)


def test_a_chunk_that_somebody_began_meanwhile_is_theirs(subjects, monkeypatch):
    run = start_recomputation(by=None, chunk_size=50)
    real = recomputation._hold

    def overtaken(chunk):
        type(chunk).objects.filter(pk=chunk.pk).update(attempts=2)
        return real(chunk)

    monkeypatch.setattr(recomputation, "_hold", overtaken)
    assert work_chunk(run=run)
    assert (progress_of(run).state, Rating.objects.count()) == ("running", 0)


def test_a_run_says_of_what_it_can_not_rate_why(subjects):
    broken = Submission.objects.order_by("pk").first()
    with without_triggers(Assessment):
        Assessment.objects.filter(submission=broken).update(state="void")
    StaleSubject.objects.all().delete()
    run = start_recomputation(by=None)
    assert work_chunk(run=run)
    assert (progress_of(run).state, progress_of(run).unrated, Rating.objects.count()) == ("done", 1, 49)
    mark = StaleSubject.objects.get()
    assert (mark.submission, mark.reason) == (broken, "recomputed by hand")
    assert "P1" in mark.error


def test_a_run_that_stands_still_is_asked_for_again_by_the_sweep(subjects):
    run = start_recomputation(by=None, chunk_size=10)
    assert resume_recomputations() == 0
    Recomputation.objects.update(started_at=timezone.now() - dt.timedelta(minutes=2))
    assert resume_recomputations() == 5
    while work_chunk(run=run):
        pass
    # Everything is done but the worker died before it said so.
    Recomputation.objects.update(state="running", ended_at=None)
    sweep_stale_ratings()
    assert progress_of(run).state == "done"


# --- Commands ---


def test_recompute_all_by_command(subjects, capsys):
    call_command("recompute", all=True)
    assert "50 worked out, 50 ratings added" in capsys.readouterr().out
    call_command("recompute", framework="LPD-QA-1.0")
    assert "50 worked out, 0 ratings added" in capsys.readouterr().out
    with pytest.raises(CommandError, match=r"no framework version “LPD-QA-7”. There is: LPD-QA-1.0"):
        call_command("recompute", framework="LPD-QA-7")


def test_the_command_goes_on_with_a_run_that_was_broken_off(subjects, capsys):
    work_chunk(run=start_recomputation(by=None, chunk_size=10))
    call_command("recompute", all=True)
    said = capsys.readouterr().out
    assert "Going on with the run of" in said
    assert "50 worked out, 50 ratings added" in said
    everything_is_right()


# --- Several workers, and workers that die ---


@pytest.mark.django_db(transaction=True)
def test_what_somebody_is_working_on_is_left_to_the_usual_job():
    framework()
    load_subjects(number=6)
    held = Submission.objects.order_by("pk")[2]
    run = start_recomputation(by=None)

    def elsewhere() -> bool:
        try:
            return work_chunk(run=run)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Submission.objects.select_for_update().get(pk=held.pk)
        assert pool.submit(elsewhere).result(60)
    assert (progress_of(run).left, Rating.objects.count()) == (1, 5)
    sweep_stale_ratings()
    everything_is_right()


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_two_chunks_at_the_same_time(monkeypatch):
    framework()
    load_subjects(number=4)
    run = start_recomputation(by=None, chunk_size=2)
    real = recomputation._do

    def elsewhere() -> bool:
        try:
            return work_chunk(run=run)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:

        def while_the_first_is_in_hand(run, chunk):
            if chunk.number == 0:
                assert pool.submit(elsewhere).result(60)
                assert progress_of(run).done == 2
            real(run, chunk)

        monkeypatch.setattr(recomputation, "_do", while_the_first_is_in_hand)
        assert work_chunk(run=run)
    assert (progress_of(run).state, Rating.objects.count()) == ("done", 4)


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_another_worker_looks_at_for_a_moment_is_done_all_the_same(monkeypatch):
    """A worker that looks for a chunk holds the one it finds begun until it has chosen another."""
    framework()
    load_subjects(number=4)
    run = start_recomputation(by=None)
    real, looking = recomputation._hold, Event()

    def look() -> None:
        try:
            with transaction.atomic():
                list(run.chunks.select_for_update())
                looking.set()
                time.sleep(0.2)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:

        def hold_while_somebody_looks(chunk):
            pool.submit(look)
            assert looking.wait(30)
            return real(chunk)

        monkeypatch.setattr(recomputation, "_hold", hold_while_somebody_looks)
        assert work_chunk(run=run)
    assert (progress_of(run).state, Rating.objects.count()) == ("done", 4)


@pytest.mark.django_db(transaction=True)
def test_workers_that_are_killed_in_the_middle_leave_every_rating_right(worker):
    framework()
    load_subjects(number=400)
    run = start_recomputation(by=None, chunk_size=10)

    def done() -> int:
        return run.chunks.exclude(done_at=None).count()

    # Celery's processes, again and again: the worker starts new ones and gives their jobs out again.
    for _ in range(3):
        before = done()
        wait_for("another chunk is done", lambda before=before: done() > before, 60)
        for child in psutil.Process(worker.pid).children():
            child.kill()
    assert set(run.chunks.values_list("attempts", flat=True)) >= {1}, "counted before the work"
    # The whole worker, and then a second program that shared the work.
    helper = subprocess.Popen(
        [sys.executable, "manage.py", "recompute", "--all"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address_of(connection.settings_dict["NAME"])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.killpg(worker.pid, signal.SIGKILL)
    before = done()
    wait_for("the helper has done a chunk", lambda: done() > before or helper.poll() is not None, 60)
    helper.kill()
    helper.wait()
    run.refresh_from_db()
    assert run.state == "running", "killed too late to show anything"
    assert 0 < Rating.objects.count() < 400

    # Whoever comes next goes on with it.
    call_command("recompute", all=True)
    assert progress_of(run).added == 400
    everything_is_right()
