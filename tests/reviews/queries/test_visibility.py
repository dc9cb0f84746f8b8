"""Who may see which rating, and do what: the rules of every step."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lpdqa import clock
from lpdqa.accounts.models import Role
from lpdqa.accounts.services import grant_role
from programmes.choices import Band
from reviews.models import Rating
from reviews.queries.board import board, state_counts
from reviews.queries.ratings import rating_explanation, visible_ratings
from reviews.queries.submissions import open_steps, submission_work
from reviews.services import appeals, assessments, findings
from reviews.services.ratings import rate_all_stale
from tests.factories import person, team_member
from tests.journeys import Journey, all_at

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


def seen_by(user) -> list[str]:
    return [rating.band for rating in visible_ratings(user)]


def rated(state: str, scores: int = 3) -> Journey:
    journey = Journey()
    journey.to("closed" if state == "closed" else "published", all_at(scores))
    rate_all_stale()
    if journey.submission.state != state:
        journey.to(state)
        rate_all_stale()
    return journey


# --- Ratings ---


def test_a_published_rating_is_for_everyone():
    journey = rated("published")
    for user in (NOBODY, person(), journey.owner, journey.administrator):
        assert seen_by(user) == ["quality_assured"]


def test_not_yet_is_for_the_provider_and_administrators():
    journey = rated("closed", 1)
    for user in (NOBODY, person(), person("assessor"), journey.assessors[0], person("researcher")):
        assert seen_by(user) == []
    for user in (journey.owner, team_member(journey.provider, "viewer"), journey.administrator):
        assert seen_by(user) == [Band.NOT_YET]


def test_while_suspended_the_public_finds_the_alert_only():
    journey = rated("suspended")
    assert seen_by(NOBODY) == [""]
    assert seen_by(journey.owner) == ["", "quality_assured"]


def test_under_appeal_a_rating_stays_public_and_set_aside_it_does_not():
    journey = rated("appealed")
    assert seen_by(NOBODY) == ["quality_assured"]
    appeal = journey.decision.appeals.get()
    appeals.decide_appeal(appeal=appeal, by=journey.outsider, uphold=True, outcome_text="Not read.")
    assert seen_by(NOBODY) == []
    assert seen_by(journey.owner) == ["quality_assured"]


def test_an_appeal_against_not_yet_does_not_make_it_public():
    journey = rated("closed", 1)
    appeals.lodge_appeal(decision=journey.decision, by=journey.owner, grounds="Unread.")
    assert seen_by(NOBODY) == []


def test_a_rating_explains_itself_from_what_it_stores():
    rated("published")
    explanation = rating_explanation(Rating.objects.get())
    assert [heading.code for heading in explanation.headings] == [
        "purpose",
        "governance",
        "process",
        "definitions",
        "value",
    ]
    assert {score.assessor for step in explanation.criteria for score in step.scores} == {
        assessment.assessor.assessor_profile.pseudonym
        for assessment in Rating.objects.get().submission.assessments.all()
    }


# --- Steps ---


def steps(journey: Journey, user) -> list[str]:
    journey.submission.refresh_from_db()
    return [step.name for step in open_steps(journey.submission, user)]


@pytest.mark.parametrize(
    ("state", "owner", "viewer", "administrator"),
    [
        ("draft", ["submit", "withdraw"], [], []),
        ("submitted", ["withdraw"], [], ["return", "accept"]),
        ("returned", ["submit", "withdraw"], [], []),
        ("assessing", ["withdraw"], [], []),
        ("fact_check", ["confirm", "withdraw"], [], []),
        ("deciding", ["withdraw"], [], ["invite_amendment", "decide"]),
        ("decided", ["appeal"], [], ["publish"]),
        ("published", ["appeal"], [], ["suspend"]),
        ("appealed", [], [], ["uphold_appeal", "dismiss_to_published"]),
        ("suspended", [], [], ["reinstate"]),
    ],
)  # fmt: skip
def test_each_sees_the_steps_that_are_theirs(state, owner, viewer, administrator):
    journey = Journey()
    journey.to(state, all_at(3))
    assert steps(journey, journey.owner) == owner
    assert steps(journey, team_member(journey.provider, "viewer")) == viewer
    assert steps(journey, journey.outsider) == administrator
    for stranger in (person(), journey.assessors[0], NOBODY):
        assert steps(journey, stranger) == []


def test_an_administrator_on_the_providers_team_runs_nothing_of_it():
    journey = Journey()
    journey.to("submitted")
    both = team_member(journey.provider)
    both.role_grants.create(role="administrator")
    assert steps(journey, both) == ["withdraw"]
    journey.to("deciding", all_at(3))
    assert steps(journey, both) == ["withdraw"]


def test_an_administrator_who_assessed_does_not_decide():
    journey = Journey()
    journey.assessors[0] = person("assessor", "administrator")
    journey.to("deciding", all_at(3))
    assert steps(journey, journey.assessors[0]) == []


def test_the_appeal_button_goes_with_the_time_for_it():
    journey = Journey()
    journey.to("published", all_at(3))
    with clock.at(clock.now() + dt.timedelta(days=40)):
        assert steps(journey, journey.owner) == []


def test_only_people_not_involved_decide_an_appeal():
    journey = Journey()
    journey.to("appealed", all_at(3))
    appeal = journey.decision.appeals.get()
    assert journey.outsider.has_perm("reviews.decide_appeal", appeal)
    for user in (journey.drafter, journey.approver, person(), NOBODY):
        assert not user.has_perm("reviews.decide_appeal", appeal)


def test_scores_are_open_to_decision_makers_once_they_are_settled():
    journey = Journey()
    journey.to("adjudicating")
    assert not journey.drafter.has_perm("reviews.view_scores", journey.submission)
    journey.to("fact_check")
    assert journey.drafter.has_perm("reviews.view_scores", journey.submission)
    for user in (journey.owner, journey.assessors[0], person(), NOBODY):
        assert not user.has_perm("reviews.view_scores", journey.submission)


# --- The file and the evidence ---


def test_an_assessor_opens_the_file_with_the_declaration():
    journey = Journey()
    journey.to("assessing")
    assessment = journey.blind()[0]
    user, item = assessment.assessor, journey.submission.evidence.first()
    allowed = [("reviews.open_file", assessment), ("reviews.view_evidence", item)]
    assert user.has_perm("reviews.score_assessment", assessment)
    assert [user.has_perm(*each) for each in allowed] == [False, False]
    assessments.declare_no_conflict(assessment=assessment, by=user)
    assert [user.has_perm(*each) for each in allowed] == [True, True]
    assert not journey.assessors[1].has_perm("reviews.open_file", assessment)
    assessments.void_assessment(assessment=assessment, by=journey.administrator, reason="A tie.")
    assert [user.has_perm(*each) for each in allowed] == [False, False]
    assert not user.has_perm("reviews.score_assessment", assessment)


def test_an_administrator_who_was_asked_to_assess_sees_the_evidence_only_after_the_declaration():
    both, other = person("administrator"), person("administrator")
    grant_role(user=both, role=Role.ASSESSOR, by=None)
    journey = Journey()
    journey.assessors[0] = both
    journey.to("submitted")
    item = journey.submission.evidence.first()
    assert both.has_perm("reviews.view_evidence", item)
    journey.to("assessing")
    assessment = journey.submission.assessments.get(assessor=both)
    assert not both.has_perm("reviews.view_evidence", item)
    assert other.has_perm("reviews.view_evidence", item)
    assessments.declare_conflict(assessment=assessment, by=both, kind="declared", note="I worked there.")
    assert not both.has_perm("reviews.view_evidence", item)


def test_public_evidence_is_public_with_the_rating():
    journey = Journey()
    journey.to("decided", all_at(3))
    item = journey.submission.evidence.first()
    item.confidential = False
    item.save()
    assert not NOBODY.has_perm("reviews.view_evidence", item)
    journey.to("published")
    item.refresh_from_db()
    assert NOBODY.has_perm("reviews.view_evidence", item)
    confidential = journey.submission.evidence.last()
    assert not NOBODY.has_perm("reviews.view_evidence", confidential)
    assert not person("assessor").has_perm("reviews.view_evidence", confidential)
    for user in (journey.owner, journey.administrator, journey.assessors[0]):
        assert user.has_perm("reviews.view_evidence", confidential)


# --- The board ---


def test_the_board_says_what_each_waits_for_and_costs_the_same_for_one_and_three():
    first = Journey()
    first.to("assessing")
    first.score(first.blind()[0], dict.fromkeys(all_at(3), 3))
    with CaptureQueriesContext(connection) as for_one:
        rows = [(row.title, row.blind_assigned, row.blind_in) for row in board({"state": "open"})]
    assert rows == [(first.version.title, 2, 1)]

    adjudicating, appealed = Journey(), Journey("sle")
    adjudicating.to("adjudicating")
    appealed.to("published", all_at(3))
    finding = findings.open_finding(
        submission=appealed.submission, by=appealed.drafter, kind="complaint", public_text="x"
    )
    assert finding
    appealed.to("appealed")
    with CaptureQueriesContext(connection) as for_three:
        rows = {row.pk: row for row in board({"state": "open"})}
        assert all(row.title and row.provider.name for row in rows.values())
    assert len(for_three) == len(for_one) == 1
    assert rows[adjudicating.submission.pk].third_open == 2
    waiting = rows[appealed.submission.pk]
    assert (waiting.appeal_open, waiting.finding_open, waiting.has_draft) == (True, True, False)


def test_the_board_is_filtered():
    programme, leader = Journey(), Journey("sle")
    programme.to("submitted")
    leader.to("draft")

    def found(**filters):
        return [row.subject_kind for row in board(filters)]

    assert found(state="submitted") == ["programme"]
    assert found(state="open") == ["programme"]
    assert found(kind="sle") == ["sle"]
    assert found(provider=leader.provider.slug) == ["sle"]
    assert found(q=programme.version.title) == ["programme"]
    assert found(state="nonsense") == ["programme", "sle"]
    assert {state: number for state, _, number in state_counts()}["submitted"] == 1


def test_a_providers_list_of_criteria_costs_the_same_however_much_is_in_it(django_assert_num_queries):
    journey = Journey()
    journey.describe()
    with CaptureQueriesContext(connection) as full:
        assert all(each.complete for each in submission_work(journey.submission))
    journey.submission.evidence.exclude(criteria__code="P1").delete()
    with django_assert_num_queries(len(full)):
        submission_work(journey.submission)
