"""Driving one submission through the services to the state its story ends in."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from lpdqa import clock
from lpdqa.accounts.models import User
from providers.models import Deployment
from reviews.choices import AssessmentRole, EvidenceCheck
from reviews.examples import wording
from reviews.examples.scores import Marks, plan_scores
from reviews.models import Assessment, Criterion, Submission
from reviews.queries.conflicts import find_conflicts
from reviews.services import appeals, assessments, decisions, evidence, findings, submissions
from reviews.services.assessments import ScoreDraft

# Days after the start at which each thing happens.
SUBMIT, ACCEPT, SCORE, ADJUDICATE, CONFIRM, DECIDE, PUBLISH, AFTER = 6, 10, 24, 31, 38, 45, 47, 60

ORDER = (
    "draft", "submitted", "returned", "assessing", "adjudicating", "fact_check", "deciding", "amending", "decided",
    "closed", "published", "appealed", "suspended", "superseded", "lapsed",
)  # fmt: skip


@dataclass
class Panel:
    """The people who take a submission through; assessors take turns so that everyone meets everyone."""

    administrators: list[User]
    assessors: list[User]
    turn: int = 0

    def choose(self, submission: Submission, count: int, besides: set[int]) -> list[User]:
        """The next `count` assessors without a conflict of interest."""
        chosen: list[User] = []
        for offset in range(len(self.assessors)):
            person = self.assessors[(self.turn + offset) % len(self.assessors)]
            if person.pk in besides or find_conflicts(user=person, submission=submission):
                continue
            chosen.append(person)
            if len(chosen) == count:
                break
        self.turn += 1
        return chosen


@dataclass
class Journey:
    """One submission's way to `state`, from the moment `start` on."""

    owner: User
    panel: Panel
    state: str
    band: str
    start: dt.datetime
    rng: random.Random
    open_submission: Callable[[], Submission]
    deployments: list[Deployment]

    def run(self) -> Submission:
        """Go as far as the story goes, and return the submission."""
        with clock.at(self.start):
            submission = self.open_submission()
            criteria = self._applicable(submission)
            self._describe(submission, criteria)
        if self.state == "draft":
            return submission
        with self._day(SUBMIT):
            submissions.submit_submission(submission=submission, by=self.owner)
        if self.state == "withdrawn":
            with self._day(ACCEPT):
                submissions.withdraw_submission(submission=submission, by=self.owner, reason="Not this year.")
        elif self.state == "returned":
            with self._day(ACCEPT):
                submissions.return_submission(
                    submission=submission,
                    by=self.panel.administrators[0],
                    reason="Please add the full price with VAT, and say who answers for quality.",
                )
        elif self.state != "submitted":
            self._assess(submission, criteria)
        submission.refresh_from_db()
        return submission

    def _day(self, number: int) -> AbstractContextManager[None]:
        return clock.at(self.start + timedelta(days=number))

    def _applicable(self, submission: Submission) -> list[Criterion]:
        return [c for c in submission.framework.criteria.all() if submission.subject_kind in c.applies_to]

    def _describe(self, submission: Submission, criteria: list[Criterion]) -> None:
        submissions.save_statements(
            submission=submission, by=self.owner, texts={c.pk: wording.statement(c) for c in criteria}
        )
        # One item serves the criteria of a heading, as one document would; which of them come from outside and
        # which are public goes in a fixed rhythm, so that confidence differs from story to story.
        by_heading = groupby(criteria, key=lambda criterion: criterion.heading_id)
        for position, (_, under) in enumerate(by_heading):
            group = list(under)
            evidence.add_text(
                submission=submission,
                by=self.owner,
                title=wording.evidence_title(group[0]),
                text=wording.evidence_text(group),
                criteria=group,
                independent=position % (2 if self.band == "exemplary" else 3) == 0,
                confidential=position % 3 == 0,
            )
        for deployment in self.deployments:
            evidence.add_deployment(
                submission=submission, by=self.owner, deployment=deployment, criteria=[criteria[-1]]
            )

    def _assess(self, submission: Submission, criteria: list[Criterion]) -> None:
        chief = self.panel.administrators[0]
        blind = self.panel.choose(submission, 2, besides=set())
        with self._day(ACCEPT):
            assessments.accept_submission(submission=submission, assessors=blind, by=chief)
        plan = plan_scores(self.band, criteria, submission.subject_kind, self.rng)
        if self.state == "adjudicating":
            plan["P3"] = Marks(2, 4, 3)
        by_code = {criterion.code: criterion for criterion in criteria}
        with self._day(SCORE):
            for position, assessment in enumerate(self._open(submission, AssessmentRole.BLIND)):
                if self.state == "assessing" and position == 1:
                    if self.rng.random() < 0.5:
                        assessments.declare_no_conflict(assessment=assessment, by=assessment.assessor)
                    return
                self._score(assessment, {code: marks[position] for code, marks in plan.items()}, by_code)
        submission.refresh_from_db()
        if submission.state == "adjudicating":
            if self.state == "adjudicating":
                return
            third = self.panel.choose(submission, 1, besides={person.pk for person in blind})[0]
            with self._day(ADJUDICATE):
                assessments.assign_adjudicator(submission=submission, assessor=third, by=chief)
                for assessment in self._open(submission, AssessmentRole.ADJUDICATION):
                    codes = [adjudication.criterion.code for adjudication in assessment.adjudications.all()]
                    self._score(
                        assessment, {code: plan[code].third or plan[code].first for code in codes}, by_code
                    )
        with self._day(CONFIRM):
            for item in submission.evidence.all():
                evidence.check_evidence(evidence=item, by=chief, result=EvidenceCheck.VERIFIED)
        self._decide(submission, criteria, plan)

    def _open(self, submission: Submission, role: AssessmentRole) -> list[Assessment]:
        return list(
            submission.assessments.filter(role=role, state="invited")
            .select_related("assessor")
            .order_by("id")
        )

    def _score(
        self, assessment: Assessment, values: dict[str, int | None], by_code: dict[str, Criterion]
    ) -> None:
        person = assessment.assessor
        assessments.declare_no_conflict(assessment=assessment, by=person)
        assessments.save_scores(
            assessment=assessment,
            by=person,
            scores=[
                ScoreDraft(
                    criterion=by_code[code],
                    value=value,
                    rationale=wording.rationale(by_code[code], value or 1),
                    pointers=wording.evidence_title(by_code[code]),
                )
                for code, value in values.items()
            ],
        )
        assessments.submit_assessment(assessment=assessment, by=person)

    def _decide(self, submission: Submission, criteria: list[Criterion], plan: dict[str, Marks]) -> None:
        if self.state == "fact_check":
            return
        _, drafter, approver, outsider = self.panel.administrators
        with self._day(CONFIRM):
            submissions.confirm_facts(submission=submission, by=self.owner)
        if self.state == "deciding":
            return
        ranked = sorted(criteria, key=lambda c: (sum(plan[c.code][:2]), c.order))
        with self._day(DECIDE):
            if self.state == "amending":
                submissions.invite_amendment(
                    submission=submission, by=drafter, reason="One essential criterion is close to secure."
                )
                return
            decision = decisions.draft_decision(
                submission=submission,
                by=drafter,
                strengths=wording.strengths(ranked[::-1]),
                improvements=wording.improvements(ranked),
            )
            decisions.approve_decision(decision=decision, by=approver)
        if self.state == "decided":
            return
        with self._day(PUBLISH):
            if self.state == "closed":
                decisions.close_submission(submission=submission, by=approver)
                return
            decisions.publish_decision(submission=submission, by=approver)
        if self.state == "appealed":
            with self._day(PUBLISH + 2):
                appeals.lodge_appeal(
                    decision=decision,
                    by=self.owner,
                    grounds="The evaluation of the second cohort was attached and is not mentioned in the report.",
                )
        elif self.state == "suspended":
            with self._day(AFTER):
                finding = findings.open_finding(
                    submission=submission,
                    by=drafter,
                    kind="integrity",
                    public_text="A claim in the evidence could not be supported. The rating is suspended while it is put right.",
                )
                findings.decide_finding(finding=finding, by=outsider, uphold=True)
