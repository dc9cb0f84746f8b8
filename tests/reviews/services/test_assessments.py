"""Assigning, declaring, scoring blind, adjudicating."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from lpdqa.clock import today
from lpdqa.workflow import WorkflowError
from reviews.models import Assessment, AssessorProfile, Submission
from reviews.queries.assessments import own_assessments, unfinished
from reviews.queries.conflicts import find_conflicts
from reviews.services import assessments, conflicts, evidence, requests
from reviews.services.assessments import ScoreDraft
from tests.factories import person, team_member
from tests.journeys import WORKED_EXAMPLE, Journey, all_at

pytestmark = pytest.mark.django_db

THREES = dict.fromkeys(all_at(3), 3)


# --- Assigning ---


def test_two_different_assessors_take_a_submission():
    journey = Journey()
    submission = journey.to("submitted")
    one = journey.assessors[0]
    for people in ([one], [one, one], [*journey.assessors, person("assessor")]):
        with pytest.raises(ValidationError, match="two different"):
            assessments.accept_submission(submission=submission, assessors=people, by=journey.administrator)
    with pytest.raises(ValidationError, match="not an assessor"):
        assessments.accept_submission(
            submission=submission, assessors=[one, person()], by=journey.administrator
        )
    journey.to("assessing")
    assert AssessorProfile.objects.filter(user__in=journey.assessors).count() == 2


def test_a_refused_assignment_leaves_nothing_behind():
    journey = Journey()
    submission = journey.to("submitted")
    rival = team_member(journey.provider)
    with pytest.raises(ValidationError):
        assessments.accept_submission(
            submission=submission, assessors=[journey.assessors[0], rival], by=journey.administrator
        )
    assert submission.state == "submitted"
    assert not Assessment.objects.exists()


def test_an_administrator_who_assesses_too_can_not_assign_themselves():
    journey = Journey()
    journey.to("submitted")
    both = person("administrator", "assessor")
    with pytest.raises(ValidationError, match="Somebody else has to assign you"):
        assessments.accept_submission(
            submission=journey.submission, assessors=[journey.assessors[0], both], by=both
        )


def test_an_assessor_who_pauses_is_not_assigned():
    journey = Journey()
    journey.to("submitted")
    profile = assessments.ensure_profile(user=journey.assessors[1])
    profile.paused_until = today() + dt.timedelta(days=7)
    profile.save()
    with pytest.raises(ValidationError, match="takes no work"):
        journey.to("assessing")


def test_somebody_who_declines_is_replaced():
    journey = Journey()
    submission = journey.to("assessing")
    first = journey.blind()[0]
    with pytest.raises(ValidationError, match="Two assessors are assigned"):
        assessments.assign_assessor(
            submission=submission, assessor=person("assessor"), by=journey.administrator
        )
    assessments.decline_assessment(assessment=first, by=first.assessor, note="No time this month.")
    assessments.assign_assessor(submission=submission, assessor=person("assessor"), by=journey.administrator)
    journey.to("fact_check", all_at(3))


# --- Conflicts ---


def test_a_conflict_keeps_somebody_from_being_assigned_until_two_administrators_lift_it():
    journey = Journey()
    submission = journey.to("submitted")
    conflicted = journey.assessors[1]
    profile = assessments.ensure_profile(user=conflicted)
    profile.employer = journey.provider
    profile.save()
    with pytest.raises(ValidationError, match="conflict of interest: They are employed by"):
        journey.to("assessing")
    lift = {
        "submission": submission,
        "assessor": conflicted,
        "kind": "same_organisation",
        "reason": "Left in 2024; the register is behind.",
    }
    for by in (conflicted, journey.owner):
        with pytest.raises(ValidationError):
            conflicts.ask_to_lift(**lift, by=by)
    request = conflicts.ask_to_lift(**lift, by=journey.administrator)
    with pytest.raises(ValidationError, match="conflict of interest: They are employed by"):
        journey.to("assessing")
    for by in (journey.administrator, conflicted, person("assessor")):
        with pytest.raises(ValidationError, match="second administrator"):
            conflicts.answer_lift(request=request, by=by, confirm=True)
    with pytest.raises(ValidationError, match="asked for already"):
        conflicts.ask_to_lift(**lift, by=journey.outsider)
    conflicts.answer_lift(request=request, by=journey.outsider, confirm=True)
    with pytest.raises(ValidationError, match="answered already"):
        conflicts.answer_lift(request=request, by=journey.outsider, confirm=False)
    journey.to("assessing")
    # Lifted, and still to be seen.
    assert find_conflicts(user=conflicted, submission=submission) == []
    assert [
        c.overridden for c in find_conflicts(user=conflicted, submission=submission, overridden=True)
    ] == [True]


def test_a_conflict_that_arose_since_keeps_the_file_closed():
    journey = Journey()
    journey.to("assessing")
    assessment = journey.blind()[0]
    profile = assessment.assessor.assessor_profile
    profile.employer = journey.provider
    profile.save()
    with pytest.raises(ValidationError, match="employed by"):
        assessments.declare_no_conflict(assessment=assessment, by=assessment.assessor)
    assessment.refresh_from_db()
    assert assessment.state == "invited"


def test_who_declares_a_conflict_is_never_asked_again():
    journey = Journey()
    submission = journey.to("assessing")
    assessment = journey.blind()[0]
    assessments.declare_conflict(
        assessment=assessment, by=assessment.assessor, kind="tie", note="We wrote a book together."
    )
    assert assessment.state == "declined"
    with pytest.raises(ValidationError, match="declared it themselves"):
        assessments.assign_assessor(
            submission=submission, assessor=assessment.assessor, by=journey.administrator
        )


# --- Scoring ---


def test_nothing_is_scored_before_the_declaration_nor_after_handing_in():
    journey = Journey()
    journey.to("assessing")
    assessment = journey.blind()[0]
    score = {"assessment": assessment, "criterion": journey.criterion("P1"), "value": 3, "rationale": "Seen."}
    with pytest.raises(ValidationError, match="while you are scoring"):
        assessments.save_score(**score, by=assessment.assessor)
    journey.score(assessment, THREES)
    with pytest.raises(ValidationError, match="while you are scoring"):
        assessments.save_score(**score, by=assessment.assessor)


def test_an_assessment_is_scored_by_its_assessor_only():
    journey = Journey()
    journey.to("assessing")
    first, second = journey.blind()
    assessments.declare_no_conflict(assessment=first, by=first.assessor)
    with pytest.raises(ValidationError, match="somebody else’s"):
        assessments.save_score(
            assessment=first, criterion=journey.criterion("P1"), by=second.assessor, value=3
        )


def test_handing_in_needs_a_score_and_a_reason_for_every_criterion():
    journey = Journey()
    journey.to("assessing")
    assessment = journey.blind()[0]
    journey.score(assessment, THREES, submit=False)
    assessments.save_score(
        assessment=assessment, criterion=journey.criterion("P1"), by=assessment.assessor, value=3
    )
    assessments.save_score(
        assessment=assessment, criterion=journey.criterion("V3"), by=assessment.assessor, rationale="Later."
    )
    with pytest.raises(ValidationError) as refusal:
        assessments.submit_assessment(assessment=assessment, by=assessment.assessor)
    assert refusal.value.messages == ["P1 Intended outcomes: say why.", "V3 What stays behind: give a score."]


@pytest.mark.parametrize("value", [0, 5])
def test_scores_run_from_1_to_4(value):
    journey = Journey()
    journey.to("assessing")
    assessment = journey.blind()[0]
    assessments.declare_no_conflict(assessment=assessment, by=assessment.assessor)
    with pytest.raises(ValidationError, match="from 1 to 4"):
        assessments.save_score(
            assessment=assessment, criterion=journey.criterion("P1"), by=assessment.assessor, value=value
        )


def test_a_criterion_of_another_kind_of_subject_can_not_be_scored_nor_an_essential_set_aside():
    journey = Journey()
    journey.to("assessing")
    assessment = journey.blind()[0]
    assessments.declare_no_conflict(assessment=assessment, by=assessment.assessor)
    with pytest.raises(ValidationError, match="R5 is not yours"):
        assessments.save_score(
            assessment=assessment, criterion=journey.criterion("R5"), by=assessment.assessor, value=3
        )
    with pytest.raises(ValidationError, match="essential"):
        assessments.save_score(
            assessment=assessment,
            criterion=journey.criterion("P1"),
            by=assessment.assessor,
            not_applicable=True,
        )


def set_aside(journey: Journey, assessment: Assessment, code: str) -> None:
    assessments.save_score(
        assessment=assessment,
        criterion=journey.criterion(code),
        by=assessment.assessor,
        not_applicable=True,
        rationale="Nothing of the kind is offered.",
    )


def test_not_applicable_needs_both_and_the_third_decides_between_them():
    journey = Journey()
    submission = journey.to("assessing")
    first, second = journey.blind()
    journey.score(first, THREES, submit=False)
    set_aside(journey, first, "V2")
    assessments.submit_assessment(assessment=first, by=first.assessor)
    journey.score(second, THREES)
    submission.refresh_from_db()
    assert submission.state == "adjudicating"
    assert [row.criterion.code for row in submission.adjudications.all()] == ["V2"]

    third = assessments.assign_adjudicator(
        submission=submission, assessor=journey.third, by=journey.administrator
    )
    assessments.declare_no_conflict(assessment=third, by=third.assessor)
    set_aside(journey, third, "V2")
    assessments.submit_assessment(assessment=third, by=third.assessor)
    submission.refresh_from_db()
    assert submission.state == "fact_check"


def test_the_third_has_to_give_a_number_where_both_others_did():
    journey = Journey()
    submission = journey.to("adjudicating")
    third = assessments.assign_adjudicator(
        submission=submission, assessor=journey.third, by=journey.administrator
    )
    assessments.declare_no_conflict(assessment=third, by=third.assessor)
    with pytest.raises(ValidationError, match="R2 applies here"):
        set_aside(journey, third, "R2")


# --- Adjudication ---


def test_the_third_is_somebody_else_and_scores_only_what_is_discordant():
    journey = Journey()
    submission = journey.to("adjudicating")
    with pytest.raises(ValidationError, match="no part in this submission"):
        assessments.assign_adjudicator(
            submission=submission, assessor=journey.assessors[0], by=journey.administrator
        )
    third = assessments.assign_adjudicator(
        submission=submission, assessor=journey.third, by=journey.administrator
    )
    assert [criterion.code for criterion in assessments.criteria_to_score(third)] == ["R2", "D3"]
    with pytest.raises(ValidationError, match="third assessor already"):
        assessments.assign_adjudicator(
            submission=submission, assessor=person("assessor"), by=journey.administrator
        )
    assessments.declare_no_conflict(assessment=third, by=third.assessor)
    with pytest.raises(ValidationError, match="P1 is not yours"):
        assessments.save_scores(
            assessment=third, by=third.assessor, scores=[ScoreDraft(journey.criterion("P1"), 3)]
        )


def test_a_third_who_is_left_out_is_replaced():
    journey = Journey()
    submission = journey.to("adjudicating")
    third = assessments.assign_adjudicator(
        submission=submission, assessor=journey.third, by=journey.administrator
    )
    assessments.void_assessment(assessment=third, by=journey.administrator, reason="Knows the author.")
    another = assessments.assign_adjudicator(
        submission=submission, assessor=person("assessor"), by=journey.administrator
    )
    journey.score(another, {"R2": 3, "D3": 3})
    submission.refresh_from_db()
    assert submission.state == "fact_check"


def test_a_blind_assessment_left_out_is_done_again_and_what_was_discordant_may_no_longer_be():
    journey = Journey()
    submission = journey.to("adjudicating")
    waiting = assessments.assign_adjudicator(
        submission=submission, assessor=journey.third, by=journey.administrator
    )
    second = journey.blind()[1]
    assessments.void_assessment(assessment=second, by=journey.administrator, reason="Undeclared tie.")
    replacement = assessments.assign_assessor(
        submission=submission, assessor=person("assessor"), by=journey.administrator
    )
    journey.score(replacement, {code: marks[0] for code, marks in WORKED_EXAMPLE.items()})
    submission.refresh_from_db()
    assert submission.state == "fact_check"
    assert not submission.adjudications.exists()
    waiting.refresh_from_db()
    assert waiting.state == "void"
    # The scores that were left out are kept.
    assert second.scores.count() == 17


def test_settled_scores_can_not_be_left_out():
    journey = Journey()
    journey.to("fact_check", all_at(3))
    with pytest.raises(WorkflowError, match="settled"):
        assessments.void_assessment(
            assessment=journey.blind()[0], by=journey.administrator, reason="Too late."
        )


# --- Cannot judge ---


@pytest.fixture
def asking():
    """An assessor who has scored everything but P1, on which they asked for evidence."""
    journey = Journey()
    journey.to("assessing")
    assessment = journey.blind()[0]
    journey.score(assessment, THREES, submit=False)
    request = requests.ask_for_evidence(
        assessment=assessment,
        criterion=journey.criterion("P1"),
        by=assessment.assessor,
        question="Which need does it rest on?",
    )
    return journey, assessment, request


def judged(assessment: Assessment, code: str):
    score = assessment.scores.get(criterion__code=code)
    return score.value, score.cannot_judge


def test_cannot_judge_is_no_score_and_holds_the_assessment_up(asking):
    journey, assessment, _ = asking
    assert judged(assessment, "P1") == (None, True)
    with pytest.raises(ValidationError, match="request for evidence is still open"):
        assessments.submit_assessment(assessment=assessment, by=assessment.assessor)
    with pytest.raises(ValidationError, match="asked about this criterion already"):
        requests.ask_for_evidence(
            assessment=assessment, criterion=journey.criterion("P1"), by=assessment.assessor, question="?"
        )
    with pytest.raises(ValidationError, match="not a score"):
        assessments.save_score(
            assessment=assessment,
            criterion=journey.criterion("P2"),
            by=assessment.assessor,
            cannot_judge=True,
        )


def test_an_answer_with_new_evidence_is_scored(asking):
    journey, assessment, request = asking
    submission = journey.submission
    # Only what was asked about may be added to.
    evidence.add_text(submission=submission, by=journey.owner, title="Survey", text="x", criteria=["P1"])
    with pytest.raises(ValidationError, match="Evidence for P2"):
        evidence.add_text(submission=submission, by=journey.owner, title="t", text="x", criteria=["P2"])
    requests.answer_request(request=request, by=journey.owner, answer="See the survey.")
    assert request.brought_new
    assert submission.snapshots.count() == 2
    with pytest.raises(ValidationError, match="answered your request: give a score"):
        assessments.submit_assessment(assessment=assessment, by=assessment.assessor)
    assessments.save_score(
        assessment=assessment,
        criterion=journey.criterion("P1"),
        by=assessment.assessor,
        value=4,
        rationale="The survey shows it.",
    )
    request.refresh_from_db()
    assert request.closed_at
    assessments.submit_assessment(assessment=assessment, by=assessment.assessor)


def test_a_request_that_brings_nothing_counts_1(asking):
    journey, assessment, request = asking
    requests.answer_request(request=request, by=journey.owner, answer="", nothing_new=True)
    assert request.closed_at
    assessments.submit_assessment(assessment=assessment, by=assessment.assessor)
    other = journey.blind()[1]
    journey.score(other, {**THREES, "P1": 1})
    journey.submission.refresh_from_db()
    # 1 and 1 agree, so nothing is discordant: and P1 is essential.
    journey.to("decided")
    assert journey.decision.expected_band == "not_yet"
    assert judged(assessment, "P1") == (None, True)


def test_an_assessor_can_not_cut_the_providers_time_short_but_the_deadline_closes(asking):
    _, assessment, request = asking
    with pytest.raises(ValidationError, match="still has time"):
        requests.close_request(request=request, by=assessment.assessor)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=25)):
        assert requests.close_overdue_requests() == 1
        assert requests.close_overdue_requests() == 0
    assessments.submit_assessment(assessment=assessment, by=assessment.assessor)


# --- Blindness ---


def test_nothing_an_assessor_reads_through_their_work_is_anybody_elses():
    journey = Journey()
    journey.to("assessing")
    first, second = journey.blind()
    journey.score(first, dict.fromkeys(all_at(3), 2))
    assert [each.pk for each in own_assessments(second.assessor)] == [second.pk]
    assert len(unfinished(second)) == 17
    assert Submission.objects.get().state == "assessing"
