"""What a provider sees of its submission: how far each criterion is, where the whole is, and what comes next.

Nothing here tells who assesses, how many, or any score before the decision: a submission that went to
adjudication reads exactly like one that did not.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from providers.models import Deployment
from reviews.choices import EvidenceCheck, SubjectKind
from reviews.models import (
    Criterion,
    CriterionStatement,
    Evidence,
    EvidenceRequest,
    Score,
    Submission,
)
from reviews.queries.submissions import CriterionWork, submission_work
from reviews.workflows import SUBMISSION

# Where the public name says too little, or nothing, to the people who wrote the submission.
_OWN_NAMES = {"draft": "Draft", "closed": "Not yet", "withdrawn": "Withdrawn"}

_COLOURS = {
    "draft": "grey",
    "returned": "yellow",
    "fact_check": "yellow",
    "amending": "yellow",
    "published": "green",
    "suspended": "red",
    "appealed": "orange",
    "closed": "grey",
    "lapsed": "grey",
    "superseded": "grey",
    "withdrawn": "grey",
}

_NEXT = {
    "draft": "Only your team sees it. Answer each criterion, add evidence, then submit it for review.",
    "submitted": "It is being checked for completeness. It then goes to two assessors, or back to you.",
    "returned": "Make the changes and submit it again.",
    "assessing": "Trained assessors score your evidence independently. You may be asked for more evidence. "
    "When they have finished, you check the facts.",
    "fact_check": "Read what the assessors noted, correct what is wrong or confirm it. "
    "If you do nothing, it goes to the decision on the date given.",
    "deciding": "One person drafts the decision and another approves it. You will be told.",
    "amending": "Improve the criteria named here and send the amendment. They are then scored again.",
    "decided": "The decision is made and about to take effect. You can read it, and appeal if you disagree.",
    "published": "The rating is public.",
    "closed": "The public sees it as listed, not quality assured. What to improve is for you only.",
    "appealed": "Your appeal is with people who had no part in the decision. What was public stays so.",
    "suspended": "An alert stands in place of the rating.",
    "lapsed": "The rating’s time is over. Put it forward again: the draft begins with what you showed last time.",
    "superseded": "A newer rating has taken its place.",
    "withdrawn": "Nothing more happens. You can start a new submission at any time.",
}


# What assessors noted is for the provider to read once all have finished, and not while they score again.
_SETTLED_STATES = (
    "fact_check",
    "deciding",
    "amending",
    "decided",
    "published",
    "closed",
    "appealed",
    "suspended",
    "lapsed",
    "superseded",
)


@dataclass(frozen=True)
class Stage:
    """One step of the way, for the row at the top of the page. `state` is "done", "now" or "later"."""

    name: str
    state: str
    on: dt.datetime | None = None


@dataclass(frozen=True)
class Standing:
    """Where a submission is, in words for its provider. Adjudication changes neither words nor `since`."""

    name: str
    colour: str
    since: dt.datetime
    next: str
    stages: tuple[Stage, ...]


def standing(submission: Submission) -> Standing:
    """Return where a submission is, told so that it gives nothing away of the scoring."""
    state = "assessing" if submission.state == "adjudicating" else submission.state
    since = submission.state_since
    if state == "assessing":
        # Adjudication moves `state_since`, so that date would tell of a disagreement.
        since = submission.accepted_at or since
    return Standing(
        name=state_name(submission.state),
        colour=_COLOURS.get(state, "blue"),
        since=since,
        next=_NEXT[state],
        stages=_stages(submission, state),
    )


def state_name(state: str) -> str:
    """The state as the provider reads it."""
    return _OWN_NAMES.get(state) or SUBMISSION.state(state).public_name


def state_colour(state: str) -> str:
    return _COLOURS.get(state, "blue")


def _stages(submission: Submission, state: str) -> tuple[Stage, ...]:
    if state == "withdrawn":
        return ()
    reached = {"draft": 0, "returned": 0, "submitted": 1, "assessing": 2, "amending": 2, "fact_check": 3}
    reached["deciding"] = 4
    now = reached.get(state, 5)
    over = state not in (*reached, "decided", "appealed")
    dates = (
        None,
        submission.submitted_at,
        submission.accepted_at,
        submission.settled_at,
        None,
        None,
    )
    names = ("Draft", "Received", "Being assessed", "Check the facts", "Awaiting decision", "Decision")
    return tuple(
        Stage(
            name=name,
            state="done" if index < now or over else "now" if index == now else "later",
            on=dates[index] if index <= now else None,
        )
        for index, name in enumerate(names)
    )


@dataclass(frozen=True)
class CriterionTask:
    """One criterion of a submission as an entry of the provider's list of tasks."""

    work: CriterionWork
    in_scope: bool
    """False while an amendment is about other criteria."""

    @property
    def criterion(self) -> Criterion:
        return self.work.criterion

    @property
    def essential(self) -> bool:
        return self.work.essential

    @property
    def statement(self) -> CriterionStatement | None:
        return self.work.statement

    @property
    def evidence(self) -> list[Evidence]:
        return self.work.evidence

    @property
    def missing(self) -> str:
        """What keeps the submission from being sent, in words; empty if nothing."""
        return self.work.missing if self.in_scope else ""

    @property
    def requests(self) -> list[EvidenceRequest]:
        """Assessors' questions that wait for an answer."""
        return [asked for asked in self.work.requests if not (asked.answered_at or asked.closed_at)]

    @property
    def has_text(self) -> bool:
        return bool(self.statement and self.statement.text)

    @property
    def is_gap(self) -> bool:
        return bool(self.statement and self.statement.declared_gap)

    @property
    def is_ready(self) -> bool:
        """Whether there is something for an assessor to look at, or the word that there is not."""
        return bool(self.evidence) or self.is_gap

    @property
    def status(self) -> str:
        """How far it is, in words."""
        if self.requests:
            return "Question to answer"
        if self.evidence:
            n = len(self.evidence)
            words = f"{n} item{'' if n == 1 else 's'}"
            return f"{words} of evidence" if self.has_text else f"{words}, no statement"
        if self.is_gap:
            return "Declared gap"
        return "Needs evidence" if self.has_text else "Not started"

    @property
    def colour(self) -> str:
        """Colour of the status; empty where it is done, as GOV.UK's task list has it."""
        if self.requests:
            return "yellow"
        if self.is_ready:
            return ""
        return "yellow" if self.has_text else "blue"


@dataclass(frozen=True)
class Overview:
    """All criteria of a submission, in the framework's order."""

    tasks: tuple[CriterionTask, ...]

    @property
    def in_scope(self) -> list[CriterionTask]:
        return [task for task in self.tasks if task.in_scope]

    @property
    def ready(self) -> int:
        return sum(task.is_ready for task in self.in_scope)

    @property
    def missing(self) -> list[CriterionTask]:
        return [task for task in self.tasks if task.missing]

    @property
    def without_evidence(self) -> list[CriterionTask]:
        """These can be sent, but leave an assessor with the provider's word only."""
        return [task for task in self.in_scope if not task.is_ready and not task.missing]

    @property
    def evidence_count(self) -> int:
        return len({item.pk for task in self.tasks for item in task.evidence})

    @property
    def requests(self) -> list[EvidenceRequest]:
        return [asked for task in self.tasks for asked in task.requests]

    def of(self, code: str) -> CriterionTask | None:
        return next((task for task in self.tasks if task.criterion.code == code), None)

    def by_heading(self) -> list[tuple[str, str, list[CriterionTask]]]:
        """(title, question, tasks) of each heading that has a criterion for this kind of subject."""
        groups: dict[int, tuple[str, str, list[CriterionTask]]] = {}
        for task in self.tasks:
            heading = task.criterion.heading
            groups.setdefault(heading.pk, (heading.title, heading.question, []))[2].append(task)
        return list(groups.values())


def overview(submission: Submission) -> Overview:
    """Return every applicable criterion with what the provider gave for it; a constant number of queries."""
    amended = set(submission.amendment_criteria) if submission.state == "amending" else None
    return Overview(
        tuple(
            CriterionTask(work, in_scope=amended is None or work.criterion.code in amended)
            for work in submission_work(submission)
        )
    )


def closed_deployments(submission: Submission) -> QuerySet[Deployment]:
    """Closed deployments of the submitted SLE that are not in evidence yet; none for other subjects."""
    if submission.subject_kind != SubjectKind.SLE:
        return Deployment.objects.none()
    used = submission.evidence.filter(withdrawn_at=None, deployment__isnull=False).values("deployment")
    return (
        Deployment.objects.filter(leader=submission.leader_id, state="closed")
        .exclude(pk__in=used)
        .select_related("supported_school")
    )


@dataclass(frozen=True)
class FactualStatements:
    """What was noted on one criterion, without who noted it or how it was scored."""

    criterion: Criterion
    notes: tuple[str, ...]
    evidence: list[Evidence]
    """Items that were checked; whether one could be verified is a fact as well."""


def factual_statements(submission: Submission) -> list[FactualStatements]:
    """Return the assessors' notes a criterion, for the factual check.

    Neither scores nor pseudonyms, and in an order that follows from the words alone: nobody can line up one
    assessor's notes from criterion to criterion.
    """
    if submission.state not in _SETTLED_STATES:
        return []
    notes: dict[int, set[str]] = defaultdict(set)
    newest: dict[int, int] = {}
    scores = Score.objects.filter(assessment__submission=submission, assessment__state="submitted")
    # An amended criterion was noted on again; what was noted before the amendment no longer describes it.
    rows = (
        scores.exclude(rationale="")
        .exclude(cannot_judge=True)
        .order_by("-assessment__round")
        .values_list("criterion_id", "assessment__round", "rationale")
    )
    for criterion_id, round_, rationale in rows:
        if newest.setdefault(criterion_id, round_) == round_:
            notes[criterion_id].add(rationale.strip())
    return [
        FactualStatements(task.criterion, tuple(sorted(notes[task.criterion.pk])), _checked(task.evidence))
        for task in overview(submission).tasks
        if notes[task.criterion.pk]
    ]


def _checked(evidence: list[Evidence]) -> list[Evidence]:
    return [item for item in evidence if item.check_result != EvidenceCheck.UNCHECKED]


def is_settled(submission: Submission) -> bool:
    """Whether all scores are in, so that the provider may read what was noted."""
    return submission.state in _SETTLED_STATES
