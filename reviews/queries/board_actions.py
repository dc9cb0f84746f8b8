"""Which steps an administrator may take with a submission now, in the order of the process."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from lpdqa.accounts.models import User
from reviews.choices import AssessmentRole, Outcome
from reviews.models import Submission
from reviews.queries.decisions import (
    bar_to_appeal,
    bar_to_deciding,
    current_decision,
    draft_of,
    has_assessed,
    open_appeal,
)

_STANDING = ("invited", "scoring", "submitted")


@dataclass(frozen=True)
class Action:
    """A step as a button; with `bar` it is shown with the reason why this person can't take it."""

    name: str
    label: str
    url: str
    main: bool = False
    bar: str = ""


def bar_to_running(user: User, submission: Submission) -> str:
    """Why this administrator may not run the review of a submission, in words; empty if they may."""
    return "You were asked to assess this submission." if has_assessed(user, submission) else ""


def actions_for(user: User, submission: Submission) -> list[Action]:
    """The steps open in this state; those that need another person say so instead of vanishing."""
    found: list[Action] = []
    running, deciding = bar_to_running(user, submission), bar_to_deciding(user, submission)

    def add(name: str, label: str, *part: int, main: bool = False, bar: str = running) -> None:
        route = "board_step_part" if part else "board_step"
        url = reverse(route, args=[submission.public_id, name, *part])
        found.append(Action(name, label, url, main, bar))

    state = submission.state
    if state == "submitted":
        add("accept", "Accept and assign two assessors", main=True)
        add("return", "Return for changes")
        add("override", "Lift a conflict of interest")
    elif state in ("assessing", "adjudicating"):
        if _lacks_blind(submission):
            add("assign", "Assign another assessor", main=True)
        if state == "adjudicating" and _lacks_third(submission):
            add("adjudicator", "Assign a third assessor", main=True)
        add("override", "Lift a conflict of interest")
    elif state == "deciding":
        draft = draft_of(submission)
        if draft is None:
            add("decision", "Draft the decision", main=True, bar=deciding)
            if not submission.amendment_criteria:
                add("amendment", "Invite an amendment", bar=deciding)
        else:
            drafted = "You drafted it, so somebody else has to approve it."
            own = drafted if draft.drafted_by_id == user.pk else ""
            add("approve", "Approve the decision", main=True, bar=deciding or own)
            add("decision", "Change the draft", bar=deciding)
    elif state == "decided":
        decision = current_decision(submission)
        if decision and decision.outcome == Outcome.CLOSE:
            add("close", "Close: not yet", main=True, bar=deciding)
        else:
            add("publish", "Publish the rating", main=True, bar=deciding)
    elif state == "appealed":
        if appeal := open_appeal(submission):
            add("decide-appeal", "Decide the appeal", appeal.pk, main=True, bar=bar_to_appeal(user, appeal))
        add("finding", "Open a finding")
    elif state in ("published", "suspended"):
        add("finding", "Open a finding")
    return found


def _lacks_blind(submission: Submission) -> bool:
    blind = submission.assessments.filter(role=AssessmentRole.BLIND, round=submission.round)
    return blind.filter(state__in=_STANDING).count() < 2


def _lacks_third(submission: Submission) -> bool:
    return submission.adjudications.filter(
        Q(assessment=None) | Q(assessment__state__in=["declined", "void"]),
        round=submission.round,
        settled_at=None,
    ).exists()
