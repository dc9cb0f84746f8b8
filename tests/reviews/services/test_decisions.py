"""Decisions, appeals and findings."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from lpdqa import clock
from lpdqa.workflow import WorkflowError
from programmes.models import CatalogueEntry
from reviews.models import Decision
from reviews.queries.ratings import current_rating
from reviews.services import appeals, decisions, evidence, findings, submissions
from reviews.services.ratings import rate_all_stale
from tests.factories import ProgrammeVersionFactory, person, team_member
from tests.journeys import Journey, all_at

pytestmark = pytest.mark.django_db

WORDS = {"strengths": "Clear aims.", "improvements": "More transfer."}


def entry_of(journey: Journey) -> CatalogueEntry:
    if journey.kind == "programme":
        return CatalogueEntry.objects.get(programme=journey.version.programme)
    return CatalogueEntry.objects.get(kind=journey.kind)


def published(scores: int = 3, kind: str = "programme") -> Journey:
    journey = Journey(kind)
    journey.to("published", all_at(scores))
    rate_all_stale()
    return journey


# --- Deciding ---


def test_band_and_outcome_come_from_the_scores():
    journey = Journey()
    submission = journey.to("deciding", all_at(4))
    draft = decisions.draft_decision(submission=submission, by=journey.drafter, **WORDS)
    assert (draft.expected_band, draft.outcome) == ("exemplary", "publish")
    journey = Journey()
    submission = journey.to("deciding", all_at(1))
    draft = decisions.draft_decision(submission=submission, by=journey.drafter, **WORDS)
    assert (draft.expected_band, draft.outcome) == ("not_yet", "close")


def test_who_had_a_part_in_it_does_not_decide():
    journey = Journey()
    submission = journey.to("deciding", all_at(3))
    for by in (journey.assessors[0], team_member(journey.provider)):
        with pytest.raises(ValidationError, match="Somebody else has to decide"):
            decisions.draft_decision(submission=submission, by=by, **WORDS)
    draft = decisions.draft_decision(submission=submission, by=journey.drafter, **WORDS)
    with pytest.raises(ValidationError, match="other than the person who drafted"):
        decisions.approve_decision(decision=draft, by=journey.drafter)
    with pytest.raises(ValidationError, match="asked to assess"):
        decisions.approve_decision(decision=draft, by=journey.assessors[1])
    with pytest.raises(ValidationError, match="drafted already"):
        decisions.draft_decision(submission=submission, by=journey.approver, **WORDS)


def test_who_changed_a_draft_last_can_not_approve_it():
    journey = Journey()
    submission = journey.to("deciding", all_at(3))
    draft = decisions.draft_decision(submission=submission, by=journey.drafter, **WORDS)
    decisions.update_decision(decision=draft, by=journey.approver, report="A public report.")
    with pytest.raises(ValidationError, match="other than the person who drafted"):
        decisions.approve_decision(decision=draft, by=journey.approver)
    decisions.approve_decision(decision=draft, by=journey.drafter)
    with pytest.raises(ValidationError, match="approved and can’t change"):
        decisions.update_decision(decision=draft, by=journey.outsider, report="Another.")


def test_a_band_that_changed_since_the_draft_is_looked_at_again():
    journey = Journey()
    submission = journey.to("deciding", all_at(4))
    draft = decisions.draft_decision(submission=submission, by=journey.drafter, **WORDS)
    item = submission.evidence.get(criteria__code="D3")
    evidence.check_evidence(evidence=item, by=journey.administrator, result="not_verified")
    with pytest.raises(ValidationError, match="Save the draft again"):
        decisions.approve_decision(decision=draft, by=journey.approver)
    decisions.update_decision(decision=draft, by=journey.drafter)
    assert draft.expected_band == "quality_assured"
    decisions.approve_decision(decision=draft, by=journey.approver)


def test_a_decision_needs_words_and_conditions_a_date_ahead():
    journey = Journey()
    submission = journey.to("deciding", all_at(3))
    with pytest.raises(ValidationError) as refusal:
        decisions.draft_decision(submission=submission, by=journey.drafter, strengths=" ", improvements="")
    assert set(refusal.value.message_dict) == {"strengths", "improvements"}
    with pytest.raises(ValidationError, match="date that lies ahead"):
        decisions.draft_decision(
            submission=submission, by=journey.drafter, **WORDS, conditions=[("Publish it.", clock.today())]
        )
    assert not Decision.objects.exists()
    due = clock.today() + dt.timedelta(days=90)
    draft = decisions.draft_decision(
        submission=submission, by=journey.drafter, **WORDS, conditions=[("Publish the price.", due)]
    )
    condition = draft.conditions.get()
    assert (condition.text, condition.due_on, condition.met_on) == ("Publish the price.", due, None)


def test_what_is_to_be_closed_is_not_published_and_the_other_way_round():
    journey = Journey()
    submission = journey.to("decided", all_at(1))
    with pytest.raises(ValidationError, match="to close it"):
        decisions.publish_decision(submission=submission, by=journey.approver)
    journey = Journey()
    submission = journey.to("decided", all_at(3))
    with pytest.raises(ValidationError, match="to publish it"):
        decisions.close_submission(submission=submission, by=journey.approver)


# --- What follows what ---


def renew(journey: Journey, scores: int, *, state: str = "published", version=None) -> Journey:
    """The same provider comes back, with the same version or another."""
    again = Journey(version=version or journey.version)
    again.to(state, all_at(scores))
    return again


def test_a_newer_rating_takes_the_place_of_the_earlier():
    journey = published(3)
    again = renew(journey, 4)
    journey.submission.refresh_from_db()
    assert journey.submission.state == "superseded"
    # Until the job has worked the new one out, nothing is shown rather than what is no longer so.
    assert (entry_of(journey).status, entry_of(journey).band) == ("listed", "")
    rate_all_stale()
    entry = entry_of(journey)
    assert (entry.band, entry.rating_public_id) == ("exemplary", current_rating(again.submission).public_id)


def test_another_version_shows_only_once_it_is_published():
    journey = published(3)
    second = ProgrammeVersionFactory(programme=journey.version.programme, number=2, title="Second")
    again = renew(journey, 4, state="assessing", version=second)
    assert (entry_of(journey).title, entry_of(journey).band) == (journey.version.title, "quality_assured")
    again.to("published", all_at(4))
    rate_all_stale()
    assert (entry_of(journey).title, entry_of(journey).band) == ("Second", "exemplary")


def test_not_yet_ends_the_rating_of_the_same_version_only():
    journey = published(3)
    second = ProgrammeVersionFactory(programme=journey.version.programme, number=2)
    renew(journey, 1, state="closed", version=second)
    rate_all_stale()
    journey.submission.refresh_from_db()
    assert (journey.submission.state, entry_of(journey).band) == ("published", "quality_assured")

    renew(journey, 1, state="closed")
    rate_all_stale()
    journey.submission.refresh_from_db()
    assert (journey.submission.state, entry_of(journey).status) == ("superseded", "listed")


def test_a_provider_who_is_not_there_yet_puts_a_warning_on_its_programmes():
    journey = published(3)
    provider = Journey("provider")
    provider.submission.provider = journey.provider
    provider.provider, provider.owner = journey.provider, team_member(journey.provider)
    provider.submission.save()
    provider.to("closed", all_at(1))
    rate_all_stale()
    entry = entry_of(journey)
    assert (entry.band, "does not yet meet the standard" in entry.warning) == ("quality_assured", True)


# --- Appeals ---


def test_an_appeal_is_lodged_once_and_in_time():
    journey = published()
    due = clock.now() + dt.timedelta(days=40)
    with clock.at(due), pytest.raises(ValidationError, match="time for an appeal ended"):
        appeals.lodge_appeal(decision=journey.decision, by=journey.owner, grounds="Unread.")
    journey.to("appealed")
    assert "appeal" in entry_of(journey).warning
    assert entry_of(journey).band == "quality_assured"
    with pytest.raises(WorkflowError):
        appeals.lodge_appeal(decision=journey.decision, by=journey.owner, grounds="Again.")


@pytest.mark.parametrize(("scores", "state"), [(3, "published"), (1, "closed"), (3, "decided")])
def test_a_dismissed_appeal_leaves_all_as_it_was(scores, state):
    journey = Journey()
    journey.to(state, all_at(scores))
    rate_all_stale()
    before = CatalogueEntry.objects.filter(kind="programme").values().get()
    appeal = appeals.lodge_appeal(decision=journey.decision, by=journey.owner, grounds="Unread.")
    appeals.decide_appeal(appeal=appeal, by=journey.outsider, uphold=False, outcome_text="It was read.")
    rate_all_stale()
    journey.submission.refresh_from_db()
    assert journey.submission.state == state
    after = CatalogueEntry.objects.filter(kind="programme").values().get()
    # All but the times: the public saw it under appeal meanwhile.
    times = {"refreshed_at": None, "changed_at": None}
    assert {**before, **times} == {**after, **times}
    with pytest.raises(ValidationError, match="appealed already"):
        appeals.lodge_appeal(decision=journey.decision, by=journey.owner, grounds="Again.")


def test_an_upheld_appeal_sets_the_decision_aside_and_others_decide():
    journey = published()
    journey.to("appealed")
    appeal = journey.decision.appeals.get()
    for by in (journey.drafter, journey.approver, journey.assessors[0], team_member(journey.provider)):
        with pytest.raises(ValidationError, match="Somebody else has to decide"):
            appeals.decide_appeal(appeal=appeal, by=by, uphold=True, outcome_text="Right.")
    appeals.decide_appeal(appeal=appeal, by=journey.outsider, uphold=True, outcome_text="Not read indeed.")
    submission = journey.submission
    submission.refresh_from_db()
    assert (submission.state, entry_of(journey).status) == ("deciding", "listed")
    for by in (journey.drafter, journey.approver):
        with pytest.raises(ValidationError, match="set aside on appeal"):
            decisions.draft_decision(submission=submission, by=by, **WORDS)

    draft = decisions.draft_decision(submission=submission, by=person("administrator"), **WORDS)
    decisions.approve_decision(decision=draft, by=person("administrator"))
    decisions.publish_decision(submission=submission, by=person("administrator"))
    assert current_rating(submission) is None
    rate_all_stale()
    assert submission.ratings.count() == 2
    assert entry_of(journey).rating_public_id == current_rating(submission).public_id


def test_an_appeal_waits_for_a_renewal_to_be_withdrawn():
    journey = published()
    renewal = submissions.start_submission(by=journey.owner, version=journey.version)
    with pytest.raises(ValidationError, match="Withdraw that one"):
        appeals.lodge_appeal(decision=journey.decision, by=journey.owner, grounds="Unread.")
    submissions.withdraw_submission(submission=renewal, by=journey.owner)
    appeals.lodge_appeal(decision=journey.decision, by=journey.owner, grounds="Unread.")


def test_a_version_published_during_an_appeal_stays_the_one_that_holds():
    journey = published()
    second = ProgrammeVersionFactory(programme=journey.version.programme, number=2, title="Second")
    again = renew(journey, 4, state="decided", version=second)
    journey.to("appealed")
    again.to("published", all_at(4))
    appeal = journey.decision.appeals.get()
    appeals.decide_appeal(appeal=appeal, by=journey.outsider, uphold=False, outcome_text="It was read.")
    rate_all_stale()
    journey.submission.refresh_from_db()
    assert (journey.submission.state, entry_of(journey).band) == ("superseded", "exemplary")


# --- Findings ---


def test_an_upheld_finding_puts_an_alert_in_place_of_the_band_at_once():
    journey = published()
    finding = findings.open_finding(
        submission=journey.submission, by=journey.drafter, kind="integrity", public_text="A claim is false."
    )
    assert entry_of(journey).status == "rated"
    findings.decide_finding(finding=finding, by=journey.outsider, uphold=True)
    entry = entry_of(journey)
    assert (entry.status, entry.alert) == ("alert", "A claim is false.")
    assert (entry.band, entry.overall, entry.rating_public_id) == ("", None, None)

    rate_all_stale()
    rating = current_rating(journey.submission)
    assert (rating.band, rating.results["alert"]) == ("", True)
    assert entry_of(journey).rating_public_id == rating.public_id

    with pytest.raises(ValidationError, match="other than the person who upheld"):
        findings.clear_finding(finding=finding, by=journey.outsider)
    findings.clear_finding(finding=finding, by=journey.drafter)
    rate_all_stale()
    journey.submission.refresh_from_db()
    assert (journey.submission.state, entry_of(journey).band) == ("published", "quality_assured")
    assert journey.submission.ratings.count() == 3


def test_a_finding_that_is_not_upheld_changes_nothing():
    journey = published()
    finding = findings.open_finding(
        submission=journey.submission, by=journey.drafter, kind="complaint", public_text="A complaint."
    )
    findings.decide_finding(finding=finding, by=journey.outsider, uphold=False)
    assert (rate_all_stale(), entry_of(journey).status) == (0, "rated")


def test_of_two_findings_the_last_one_cleared_reinstates():
    journey = published()
    both = [
        findings.open_finding(
            submission=journey.submission, by=journey.drafter, kind="integrity", public_text=text
        )
        for text in ("One.", "Two.")
    ]
    for finding in both:
        findings.decide_finding(finding=finding, by=journey.outsider, uphold=True)
    assert entry_of(journey).alert == "One. Two."
    findings.clear_finding(finding=both[0], by=journey.drafter)
    assert (entry_of(journey).status, entry_of(journey).alert) == ("alert", "Two.")
    findings.clear_finding(finding=both[1], by=journey.drafter)
    rate_all_stale()
    assert entry_of(journey).status == "rated"


def test_a_team_does_not_handle_findings_on_itself():
    journey = published()
    with pytest.raises(ValidationError, match="on the team"):
        findings.open_finding(
            submission=journey.submission, by=journey.owner, kind="integrity", public_text="x"
        )


def test_a_suspended_rating_can_not_be_published_over():
    journey = published()
    journey.to("suspended")
    again = Journey(version=journey.version)
    again.to("decided", all_at(4))
    with pytest.raises(ValidationError, match="Clear the finding first"):
        decisions.publish_decision(submission=again.submission, by=again.approver)
