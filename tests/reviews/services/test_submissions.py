"""What a provider does with a submission."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from lpdqa import clock
from lpdqa.audit.models import Entry
from lpdqa.workflow import WorkflowError
from programmes.services.programmes import update_version
from reviews.models import FrameworkVersion, Submission
from reviews.queries.submissions import missing_items
from reviews.services import evidence, submissions
from reviews.services.decisions import approve_decision, draft_decision
from reviews.services.frameworks import move_framework
from reviews.services.snapshots import canonical_json
from reviews.tasks import nightly
from tests.factories import ProgrammeVersionFactory
from tests.journeys import Journey, all_at

pytestmark = pytest.mark.django_db


def test_what_is_missing_is_said_criterion_by_criterion():
    journey = Journey()
    submission = journey.submission
    with pytest.raises(ValidationError) as refusal:
        submissions.submit_submission(submission=submission, by=journey.owner)
    assert len(refusal.value.messages) == 17
    assert refusal.value.messages[0].startswith("P1 Intended outcomes: This criterion is essential")

    # A statement is enough where the criterion is not essential; an essential one needs evidence or a gap.
    for criterion in journey.criteria:
        submissions.save_statement(
            submission=submission, criterion=criterion, by=journey.owner, text="What we do."
        )
    assert [criterion.code for criterion in missing_items(submission)] == ["P1", "G2", "R1", "D1", "D3", "V1"]
    for code in ("P1", "G2", "R1", "D1"):
        evidence.add_text(submission=submission, by=journey.owner, title="t", text="x", criteria=[code])
    for code in ("D3", "V1"):
        submissions.save_statement(
            submission=submission, criterion=journey.criterion(code), by=journey.owner, declared_gap=True
        )
    submissions.submit_submission(submission=submission, by=journey.owner)
    assert submission.state == "submitted"


def test_withdrawn_evidence_no_longer_counts():
    journey = Journey()
    journey.describe()
    item = journey.submission.evidence.get(criteria__code="P1")
    evidence.withdraw_evidence(evidence=item, by=journey.owner)
    assert [criterion.code for criterion in missing_items(journey.submission)] == ["P1"]


def test_returned_work_is_changed_and_submitted_again():
    journey = Journey()
    submission = journey.to("returned")
    assert submission.return_reason == "Add the price."
    submissions.save_statement(
        submission=submission, criterion=journey.criterion("V1"), by=journey.owner, text="£500 with VAT."
    )
    submissions.submit_submission(submission=submission, by=journey.owner)
    assert (submission.state, submission.return_reason) == ("submitted", "")
    assert submission.snapshots.count() == 2
    assert submission.snapshots.first().content["statements"]["V1"]["text"] == "£500 with VAT."


def test_once_submitted_nothing_changes_under_the_assessors():
    journey = Journey()
    submission = journey.to("submitted")
    with pytest.raises(ValidationError, match="P1 can’t be edited"):
        submissions.save_statement(
            submission=submission, criterion=journey.criterion("P1"), by=journey.owner, text="Better."
        )
    with pytest.raises(ValidationError, match="Evidence for P1"):
        evidence.add_text(submission=submission, by=journey.owner, title="t", text="x", criteria=["P1"])
    with pytest.raises(WorkflowError, match="under review"):
        update_version(version=journey.version, by=journey.owner, title="Another title")


def test_a_draft_can_still_be_edited():
    journey = Journey()
    journey.to("draft")
    update_version(version=journey.version, by=journey.owner, title="Another title")
    journey.version.refresh_from_db()
    assert journey.version.title == "Another title"


def test_the_snapshot_holds_what_was_submitted_and_its_hash_is_of_exactly_that():
    journey = Journey(version__aims="Better subject leadership")
    snapshot = journey.to("submitted").snapshots.get()
    assert snapshot.content["version"]["aims"] == "Better subject leadership"
    assert len(snapshot.content["evidence"]) == 17
    assert snapshot.sha256 == hashlib.sha256(canonical_json(snapshot.content).encode()).hexdigest()


def test_a_specialist_leaders_name_is_in_nothing_that_can_not_be_removed():
    journey = Journey("sle", name="Robin Holloway", consent_named_at=timezone.now())
    submission = journey.to("assessing")
    assert submission.title == "Robin Holloway"
    assert "Holloway" not in json.dumps(submission.snapshots.get().content)
    assert not Entry.objects.filter(label__contains="Holloway").exists()


def test_a_subject_has_one_review_at_a_time():
    journey = Journey()
    journey.to("submitted")
    with pytest.raises(ValidationError, match="already under way"):
        submissions.start_submission(by=journey.owner, version=journey.version)
    submissions.withdraw_submission(submission=journey.submission, by=journey.owner)
    assert submissions.start_submission(by=journey.owner, version=journey.version).state == "draft"


def test_another_version_of_a_programme_may_be_submitted_beside_it():
    journey = Journey()
    journey.to("submitted")
    second = ProgrammeVersionFactory(programme=journey.version.programme, number=2)
    assert submissions.start_submission(by=journey.owner, version=second).state == "draft"


def test_while_a_decision_is_under_appeal_no_new_review_starts():
    journey = Journey()
    journey.to("appealed", all_at(3))
    with pytest.raises(ValidationError, match="under appeal"):
        submissions.start_submission(by=journey.owner, version=journey.version)


def test_nothing_is_submitted_without_a_framework_in_force():
    journey = Journey()
    move_framework(framework=FrameworkVersion.objects.get(), name="retire", by=None)
    with pytest.raises(ValidationError, match="No quality framework"):
        submissions.start_submission(by=journey.owner, version=journey.version)


def test_after_the_decision_nothing_can_be_withdrawn():
    journey = Journey()
    journey.to("decided", all_at(3))
    with pytest.raises(WorkflowError):
        submissions.withdraw_submission(submission=journey.submission, by=journey.owner)


def test_a_withdrawn_submission_lets_its_assessors_go():
    journey = Journey()
    submission = journey.to("assessing")
    journey.score(journey.blind()[0], dict.fromkeys(all_at(3), 3))
    submissions.withdraw_submission(submission=submission, by=journey.owner)
    assert [assessment.state for assessment in submission.assessments.order_by("id")] == ["submitted", "void"]


# --- Facts ---


def test_facts_are_due_in_ten_working_days_and_the_deadline_confirms_them():
    journey = Journey()
    with clock.at(dt.datetime(2026, 12, 18, 10, tzinfo=dt.UTC)):
        submission = journey.to("fact_check", all_at(3))
    # Christmas Day, the day for Boxing Day and New Year's Day are free.
    assert submission.fact_check_due_on == dt.date(2027, 1, 6)
    with clock.at(dt.datetime(2027, 1, 6, 23, tzinfo=dt.UTC)):
        assert nightly()["facts_confirmed"] == 0
    with clock.at(dt.datetime(2027, 1, 7, 2, tzinfo=dt.UTC)):
        assert nightly()["facts_confirmed"] == 1
        assert nightly()["facts_confirmed"] == 0
    assert Submission.objects.get().state == "deciding"
    assert Entry.objects.filter(action="submission.confirm", actor=None).count() == 1


def test_a_correction_needs_an_answer_before_the_decision_is_approved():
    journey = Journey()
    submission = journey.to("fact_check", all_at(3))
    comment = submissions.comment_on_facts(
        submission=submission, by=journey.owner, text="It is 40 hours, not 30."
    )
    journey.to("deciding")
    with pytest.raises(ValidationError, match="being checked"):
        submissions.comment_on_facts(submission=submission, by=journey.owner, text="And 20 places.")
    decision = draft_decision(
        submission=submission, by=journey.drafter, strengths="Clear aims.", improvements="Transfer."
    )
    with pytest.raises(ValidationError, match="no answer"):
        approve_decision(decision=decision, by=journey.approver)
    submissions.answer_fact_comment(comment=comment, by=journey.drafter, answer="Corrected.")
    approve_decision(decision=decision, by=journey.approver)
    submission.refresh_from_db()
    assert submission.state == "decided"


# --- Amendment ---


def fail_d3() -> dict[str, tuple[int, ...]]:
    return {**all_at(3), "D3": (2, 2), "R4": (1, 1)}


def test_an_amendment_is_about_what_failed_and_only_that_is_scored_again():
    journey = Journey()
    submission = journey.to("amending", fail_d3())
    assert submission.amendment_criteria == ["R4", "D3"]
    assert submission.amendment_due_on == clock.today() + dt.timedelta(weeks=20)
    with pytest.raises(ValidationError, match="P1 can’t be edited"):
        submissions.save_statement(
            submission=submission, criterion=journey.criterion("P1"), by=journey.owner, text="Better."
        )
    submissions.save_statement(
        submission=submission, criterion=journey.criterion("D3"), by=journey.owner, text="With a comparison."
    )
    submissions.send_amendment(submission=submission, by=journey.owner)
    assert (submission.state, submission.round, submission.snapshots.count()) == ("assessing", 2, 2)

    second = journey.blind()
    assert [assessment.round for assessment in second] == [2, 2]
    for assessment in second:
        journey.score(assessment, {"D3": 3, "R4": 2})
        assert {score.criterion.code for score in assessment.scores.all()} == {"D3", "R4"}
    submission.refresh_from_db()
    assert submission.state == "fact_check"
    journey.to("decided")
    assert journey.decision.expected_band == "quality_assured"
    # The first scores stay as they were given.
    first = submission.assessments.get(round=1, assessor=journey.assessors[0])
    assert first.scores.get(criterion__code="D3").value == 2


def test_an_amendment_is_invited_once():
    journey = Journey()
    submission = journey.to("amending", fail_d3())
    submissions.send_amendment(submission=submission, by=journey.owner)
    for assessment in journey.blind():
        journey.score(assessment, {"D3": 2, "R4": 2})
    submission.refresh_from_db()
    journey.to("deciding")
    with pytest.raises(ValidationError, match="invited before"):
        submissions.invite_amendment(submission=submission, by=journey.drafter)


def test_where_no_amendment_comes_the_decision_is_made_on_the_scores_there_are():
    journey = Journey()
    submission = journey.to("amending", fail_d3())
    late = timezone.now() + dt.timedelta(weeks=20, days=2)
    with clock.at(late):
        assert nightly()["amendments_closed"] == 1
        submission.refresh_from_db()
        assert (submission.state, submission.round) == ("fact_check", 1)
        journey.to("decided")
    assert journey.decision.expected_band == "working_towards"


def test_nothing_to_amend_where_nothing_failed():
    journey = Journey()
    submission = journey.to("deciding", all_at(3))
    with pytest.raises(ValidationError, match="nothing to amend"):
        submissions.invite_amendment(submission=submission, by=journey.drafter)
