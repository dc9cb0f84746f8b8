"""A submission driven through the services to any state, with everybody it takes.

journey = Journey()                        # a programme; Journey("provider") and Journey("sle") likewise
journey.to("fact_check")                   # scores as in the worked example of docs/rating.md
journey.to("published", scores=all_at(3))  # everything at 3; then work the rating out with rate_all_stale()
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from lpdqa.accounts.models import User
from programmes.models import ProgrammeVersion
from reviews.choices import AssessmentRole, EvidenceCheck, EvidenceKind
from reviews.examples.calibration import calibrate
from reviews.models import Assessment, Criterion, Decision, Evidence, FrameworkVersion, Submission
from reviews.queries.calibration import released_among
from reviews.queries.decisions import current_decision
from reviews.queries.frameworks import applicable_criteria
from reviews.services import appeals, assessments, decisions, evidence, findings, submissions
from reviews.services.assessments import ScoreDraft
from reviews.services.frameworks import load_framework
from tests.factories import ProgrammeFactory, ProviderFactory, SpecialistLeaderFactory, person, team_member

FRAMEWORK = Path(__file__).resolve().parents[1] / "reviews" / "frameworks" / "lpd-qa-1.0.json"
# Two blind scores, and a third where they are discordant.
Marks = tuple[int, ...]

# docs/rating.md, section 5.
WORKED_EXAMPLE: dict[str, Marks] = {
    "P1": (3, 4), "P2": (3, 3), "P3": (2, 3), "G1": (3, 3), "G2": (3, 3), "G3": (3, 3), "R1": (3, 3),
    "R2": (2, 4, 3), "R3": (3, 4), "R4": (2, 2), "D1": (3, 3), "D2": (3, 2), "D3": (2, 3, 3), "D4": (2, 2),
    "V1": (4, 3), "V2": (2, 3), "V3": (3, 3),
}  # fmt: skip

WAY = (
    "draft", "submitted", "assessing", "adjudicating", "fact_check", "deciding", "decided", "published",
)  # fmt: skip
# Where a state off the straight way is left from.
FROM = {
    "returned": "submitted",
    "withdrawn": "submitted",
    "amending": "deciding",
    "closed": "decided",
    "appealed": "published",
    "suspended": "published",
}


def all_at(value: int) -> dict[str, Marks]:
    """Every criterion at the same score by both assessors."""
    return {criterion["code"]: (value, value) for criterion in json.loads(FRAMEWORK.read_text())["criteria"]}


def framework() -> FrameworkVersion:
    """The shipped framework version, in force."""
    return load_framework(document=json.loads(FRAMEWORK.read_text()))


class Journey:
    """One subject with its team, its submission, and the people of the scheme."""

    def __init__(
        self, kind: str = "programme", *, version: ProgrammeVersion | None = None, **fields: Any
    ) -> None:
        self.framework = framework()
        self.kind = kind
        self.version = version
        if kind == "programme" and version is None:
            self.version = ProgrammeFactory(**fields).versions.get()
        self.leader = SpecialistLeaderFactory(**fields) if kind == "sle" else None
        self.provider = (
            self.version.programme.provider if self.version
            else self.leader.designator if self.leader
            else ProviderFactory(**fields)
        )  # fmt: skip
        self.owner = team_member(self.provider)
        self.assessors: list[User] = [person("assessor") for _ in range(2)]

    @cached_property
    def third(self) -> User:
        return person("assessor")

    @cached_property
    def administrator(self) -> User:
        """Screens, assigns, checks evidence."""
        return person("administrator")

    @cached_property
    def drafter(self) -> User:
        return person("administrator")

    @cached_property
    def approver(self) -> User:
        return person("administrator")

    @cached_property
    def outsider(self) -> User:
        """An administrator with no part in anything so far: decides appeals and findings."""
        return person("administrator")

    @cached_property
    def submission(self) -> Submission:
        subject: Any = {
            "programme": {"version": self.version},
            "provider": {"provider": self.provider},
            "sle": {"leader": self.leader},
        }[self.kind]
        return submissions.start_submission(by=self.owner, **subject)

    @property
    def criteria(self) -> list[Criterion]:
        return list(applicable_criteria(self.submission))

    @property
    def decision(self) -> Decision:
        decision = current_decision(self.submission)
        assert decision is not None
        return decision

    def criterion(self, code: str) -> Criterion:
        return self.framework.criteria.get(code=code)

    def to(self, state: str, scores: Mapping[str, Marks] = WORKED_EXAMPLE) -> Submission:
        """Go on to `state` from wherever the submission is. Adjudication is passed only if scores are
        discordant."""
        last = FROM.get(state, state)
        for step in WAY[WAY.index(self.submission.state) + 1 : WAY.index(last) + 1]:
            if step == "adjudicating" and self.submission.state != "assessing":
                continue
            if WAY.index(self.submission.state) < WAY.index(step):
                getattr(self, f"_{step}")(scores)
            if self.submission.state == state:
                return self.submission
        if state in FROM:
            getattr(self, f"_{state}")()
        assert self.submission.state == state, f"{self.submission.state} instead of {state}"
        return self.submission

    # --- Steps -------------------------------------------------------------------------------------------

    def describe(self) -> None:
        """A statement and an item of evidence for every criterion, each second one from outside."""
        submissions.save_statements(
            submission=self.submission,
            by=self.owner,
            texts={criterion.pk: f"What we do about {criterion.title}." for criterion in self.criteria},
        )
        items = [
            Evidence(
                submission=self.submission,
                added_by=self.owner,
                kind=EvidenceKind.TEXT,
                title=f"Evidence for {criterion.code}",
                text="What we found.",
                independent=number % 2 == 0,
            )
            for number, criterion in enumerate(self.criteria)
        ]
        # The last one by the service, and the others as rows: the same with a tenth of the queries.
        *others, last = zip(self.criteria, items, strict=True)
        Evidence.objects.bulk_create(item for _, item in others)
        Evidence.criteria.through.objects.bulk_create(
            Evidence.criteria.through(evidence=item, criterion=criterion) for criterion, item in others
        )
        evidence.add_text(
            submission=self.submission,
            by=self.owner,
            title=last[1].title,
            text=last[1].text,
            criteria=[last[0]],
            independent=last[1].independent,
        )

    def score(self, assessment: Assessment, values: Mapping[str, int], *, submit: bool = True) -> Assessment:
        """Declare no conflict, score what is this assessor's to score, and hand it in."""
        by = assessment.assessor
        if assessment.state == "invited":
            assessments.declare_no_conflict(assessment=assessment, by=by)
        to_score = assessments.criteria_to_score(assessment)
        assessments.save_scores(
            assessment=assessment,
            by=by,
            scores=[
                ScoreDraft(criterion, values[criterion.code], rationale=f"Seen in {criterion.code}.")
                for criterion in to_score
            ],
        )
        return assessments.submit_assessment(assessment=assessment, by=by) if submit else assessment

    def blind(self) -> list[Assessment]:
        """The blind assessments of the present round that stand."""
        return list(
            self.submission.assessments.filter(role=AssessmentRole.BLIND, round=self.submission.round)
            .exclude(state__in=("declined", "void"))
            .order_by("id")
        )

    def _submitted(self, scores: Mapping[str, Marks]) -> None:
        self.describe()
        submissions.submit_submission(submission=self.submission, by=self.owner)

    def _release(self, *people: User) -> None:
        """On a register with marked examples only those who passed them are assigned."""
        released = released_among(users=people, framework=self.framework)
        for number, each in enumerate(people):
            if each.pk not in released:
                calibrate(self.framework, each, number)

    def _assessing(self, scores: Mapping[str, Marks]) -> None:
        self._release(*self.assessors)
        assessments.accept_submission(
            submission=self.submission, assessors=self.assessors, by=self.administrator
        )

    def _adjudicating(self, scores: Mapping[str, Marks]) -> None:
        for number, assessment in enumerate(self.blind()):
            self.score(assessment, {code: marks[number] for code, marks in scores.items()})
        self.submission.refresh_from_db()

    def _fact_check(self, scores: Mapping[str, Marks]) -> None:
        self._release(self.third)
        third = assessments.assign_adjudicator(
            submission=self.submission, assessor=self.third, by=self.administrator
        )
        self.score(third, {code: marks[-1] for code, marks in scores.items()})
        self.submission.refresh_from_db()

    def _deciding(self, scores: Mapping[str, Marks]) -> None:
        # As in `describe`.
        items = self.submission.evidence.order_by("id")
        items.update(check_result=EvidenceCheck.VERIFIED, checked_by=self.administrator)
        if last := items.last():
            evidence.check_evidence(evidence=last, by=self.administrator, result=EvidenceCheck.VERIFIED)
        submissions.confirm_facts(submission=self.submission, by=self.owner)

    def _decided(self, scores: Mapping[str, Marks]) -> None:
        draft = decisions.draft_decision(
            submission=self.submission,
            by=self.drafter,
            strengths="Clear aims.",
            improvements="More transfer.",
        )
        decisions.approve_decision(decision=draft, by=self.approver)
        self.submission.refresh_from_db()

    def _published(self, scores: Mapping[str, Marks]) -> None:
        decisions.publish_decision(submission=self.submission, by=self.approver)

    def _closed(self) -> None:
        decisions.close_submission(submission=self.submission, by=self.approver)

    def _returned(self) -> None:
        submissions.return_submission(
            submission=self.submission, by=self.administrator, reason="Add the price."
        )

    def _withdrawn(self) -> None:
        submissions.withdraw_submission(submission=self.submission, by=self.owner)

    def _amending(self) -> None:
        submissions.invite_amendment(submission=self.submission, by=self.drafter)

    def _appealed(self) -> None:
        appeals.lodge_appeal(decision=self.decision, by=self.owner, grounds="The evaluation was not read.")
        self.submission.refresh_from_db()

    def _suspended(self) -> None:
        finding = findings.open_finding(
            submission=self.submission,
            by=self.drafter,
            kind="integrity",
            public_text="A claim is not borne out.",
        )
        findings.decide_finding(finding=finding, by=self.outsider, uphold=True)
        self.submission.refresh_from_db()
