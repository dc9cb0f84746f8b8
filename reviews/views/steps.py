"""The steps an administrator takes with a submission, as one table: what each asks, says and does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.shortcuts import get_object_or_404

from lpdqa.accounts.models import User
from reviews.forms import board as forms
from reviews.models import (
    Appeal,
    Assessment,
    EvidenceRequest,
    FactComment,
    Finding,
    OverrideRequest,
    Submission,
)
from reviews.queries.decisions import draft_of
from reviews.services import appeals, assessments, conflicts, decisions, findings, requests, submissions

RUN, DECIDE, APPEAL = "reviews.run_reviews", "reviews.decide", "reviews.decide_appeal"


@dataclass(frozen=True)
class Job:
    """What one use of a step is about."""

    submission: Submission
    by: User
    part: Any = None
    data: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """What was typed in a field of the step's form."""
        return self.data[name]


@dataclass(frozen=True)
class Step:
    """A step with its page.

    says            what happens when it is done
    part, about     load what the number in the address names, and say it in words
    shows_decision  the decision is read on the page before the step is taken
    """

    title: str
    permission: str
    form: type[forms.StepForm]
    do: Callable[[Job], Any]
    says: str
    button: str
    done: str
    part: Callable[[Submission, int], Any] | None = None
    about: Callable[[Any], str] | None = None
    warning: bool = False
    shows_decision: bool = False
    initial: Callable[[Submission], dict[str, Any]] | None = None


def _part(model: type[Model], path: str = "submission") -> Callable[[Submission, int], Any]:
    """Loads a row of the submission, so that a number can't name somebody else's."""

    def load(submission: Submission, number: int) -> Any:
        return get_object_or_404(model, pk=number, **{path: submission})

    return load


def _draft(job: Job) -> Any:
    words = {name: job[name] for name in ("strengths", "improvements", "report")}
    draft = draft_of(job.submission)
    if draft is None:
        return decisions.draft_decision(
            submission=job.submission, by=job.by, conditions=job["conditions"], **words
        )
    return decisions.update_decision(decision=draft, by=job.by, conditions=job["conditions"], **words)


def _approve(job: Job) -> Any:
    draft = draft_of(job.submission)
    if draft is None:
        raise ValidationError("There is no drafted decision to approve.")
    return decisions.approve_decision(decision=draft, by=job.by)


STEPS: dict[str, Step] = {
    "return": Step(
        "Return for changes",
        RUN,
        forms.ReasonForm,
        lambda job: submissions.return_submission(submission=job.submission, by=job.by, reason=job["reason"]),
        "The provider can edit it again and sees your reason.",
        "Return it",
        "Returned to the provider.",
    ),
    "accept": Step(
        "Accept and assign two assessors",
        RUN,
        forms.AcceptForm,
        lambda job: assessments.accept_submission(
            submission=job.submission, assessors=job["assessors"], by=job.by
        ),
        "What was submitted is frozen, the two are invited, and the public sees it as listed.",
        "Accept and invite",
        "Accepted; two assessors are invited.",
    ),
    "assign": Step(
        "Assign another assessor",
        RUN,
        forms.AssessorForm,
        lambda job: assessments.assign_assessor(
            submission=job.submission, assessor=job["assessor"], by=job.by
        ),
        "They are invited in place of the one who declined or was left out.",
        "Invite",
        "Invited.",
    ),
    "adjudicator": Step(
        "Assign a third assessor",
        RUN,
        forms.AssessorForm,
        lambda job: assessments.assign_adjudicator(
            submission=job.submission, assessor=job["assessor"], by=job.by
        ),
        "They score only the discordant criteria, without seeing the first two scores.",
        "Invite",
        "Invited.",
    ),
    "void": Step(
        "Leave an assessment out",
        RUN,
        forms.VoidForm,
        lambda job: assessments.void_assessment(assessment=job.part, by=job.by, reason=job["reason"]),
        "Its scores no longer count; they are kept in the trail. Somebody else has to be assigned.",
        "Leave it out",
        "Left out.",
        part=_part(Assessment),
        about=lambda part: f"{part.get_role_display()} by {part.assessor}.",
        warning=True,
    ),
    "override": Step(
        "Lift a conflict of interest",
        RUN,
        forms.OverrideForm,
        lambda job: conflicts.ask_to_lift(
            submission=job.submission,
            assessor=job["assessor"],
            kind=job["kind"],
            reason=job["reason"],
            by=job.by,
        ),
        "A second administrator has to confirm it. Both names and the reason are recorded for good.",
        "Ask a second administrator",
        "Asked. It takes effect when a second administrator confirms it.",
        warning=True,
    ),
    "answer-lift": Step(
        "Lift a conflict of interest: second person",
        RUN,
        forms.LiftForm,
        lambda job: conflicts.answer_lift(request=job.part, by=job.by, confirm=job["confirm"]),
        "If you confirm it, this person can be asked in spite of the conflict. Both names and the reason stay.",
        "Answer",
        "Answered.",
        part=_part(OverrideRequest),
        about=lambda part: (
            f"{part.by} asks to lift “{part.get_kind_display().lower()}” for {part.assessor}: {part.reason}"
        ),
        warning=True,
    ),
    "close-request": Step(
        "Close an evidence request",
        RUN,
        forms.ConfirmForm,
        lambda job: requests.close_request(request=job.part, by=job.by),
        "Without an answer the criterion counts 1.",
        "Close it",
        "Closed.",
        part=_part(EvidenceRequest),
        about=lambda part: f"{part.criterion.code}: {part.question}",
        warning=True,
    ),
    "answer-comment": Step(
        "Answer a correction of facts",
        DECIDE,
        forms.AnswerForm,
        lambda job: submissions.answer_fact_comment(comment=job.part, by=job.by, answer=job["answer"]),
        "The provider sees your answer.",
        "Send the answer",
        "Answered.",
        part=_part(FactComment),
        about=lambda part: part.text,
    ),
    "amendment": Step(
        "Invite an amendment",
        DECIDE,
        forms.ReasonForm,
        lambda job: submissions.invite_amendment(submission=job.submission, by=job.by, reason=job["reason"]),
        "Once only: the provider may improve the criteria that failed, which are then scored again, blind.",
        "Invite",
        "The provider is invited to amend.",
    ),
    "decision": Step(
        "Draft the decision",
        DECIDE,
        forms.DecisionForm,
        _draft,
        "Outcome and band come from the scores. Somebody else approves it.",
        "Save the draft",
        "Saved. Somebody else has to approve it.",
        initial=lambda submission: forms.DecisionForm.of(draft_of(submission)),
    ),
    "approve": Step(
        "Approve the decision",
        DECIDE,
        forms.ConfirmForm,
        _approve,
        "From then on it can’t be changed, and the provider can read it.",
        "Approve it",
        "Approved.",
        warning=True,
        shows_decision=True,
    ),
    "publish": Step(
        "Publish the rating",
        DECIDE,
        forms.ConfirmForm,
        lambda job: decisions.publish_decision(submission=job.submission, by=job.by),
        "The rating is worked out by a job and shown to everybody within seconds.",
        "Publish",
        "Published.",
        warning=True,
        shows_decision=True,
    ),
    "close": Step(
        "Close: not yet",
        DECIDE,
        forms.ConfirmForm,
        lambda job: decisions.close_submission(submission=job.submission, by=job.by),
        "The public sees it as listed; only the provider reads what to improve.",
        "Close it",
        "Closed.",
        warning=True,
        shows_decision=True,
    ),
    "finding": Step(
        "Open a finding",
        RUN,
        forms.FindingForm,
        lambda job: findings.open_finding(
            submission=job.submission,
            by=job.by,
            kind=job["kind"],
            public_text=job["public_text"],
            detail=job["detail"],
        ),
        "Nothing is shown to the public until it is upheld.",
        "Open it",
        "Opened.",
    ),
    "decide-finding": Step(
        "Decide a finding",
        RUN,
        forms.FindingDecisionForm,
        lambda job: findings.decide_finding(finding=job.part, by=job.by, uphold=job["uphold"]),
        "If it is upheld, an alert replaces the rating at once.",
        "Decide",
        "Decided.",
        part=_part(Finding),
        about=lambda part: part.public_text,
        warning=True,
    ),
    "clear-finding": Step(
        "Clear a finding",
        RUN,
        forms.ConfirmForm,
        lambda job: findings.clear_finding(finding=job.part, by=job.by),
        "The rating is shown again. Somebody other than the person who upheld it has to do this.",
        "Clear it",
        "Cleared.",
        part=_part(Finding),
        about=lambda part: part.public_text,
    ),
    "decide-appeal": Step(
        "Decide the appeal",
        APPEAL,
        forms.AppealDecisionForm,
        lambda job: appeals.decide_appeal(
            appeal=job.part, by=job.by, uphold=job["uphold"], outcome_text=job["outcome_text"]
        ),
        "The provider is told. Only people with no part in the decision or the assessment may do this.",
        "Decide",
        "Decided.",
        part=_part(Appeal, "decision__submission"),
        about=lambda part: part.grounds,
        warning=True,
    ),
}
