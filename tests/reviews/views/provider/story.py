"""A programme on its way through a review, taken by the real services as far as a test needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from lpdqa.accounts.models import Role, User
from lpdqa.accounts.services import grant_role
from providers.models import Membership, Provider
from reviews.models import Decision, FrameworkVersion, Submission
from reviews.queries.assessments import criteria_to_score
from reviews.queries.frameworks import applicable_criteria
from reviews.services.assessments import (
    ScoreDraft,
    accept_submission,
    assign_adjudicator,
    declare_no_conflict,
    save_scores,
    submit_assessment,
)
from reviews.services.decisions import approve_decision, draft_decision
from reviews.services.evidence import add_text
from reviews.services.frameworks import load_framework
from reviews.services.submissions import (
    confirm_facts,
    save_statement,
    start_submission,
    submit_submission,
)
from tests.factories import ProgrammeFactory, ProviderFactory, UserFactory

_FRAMEWORK = Path(__file__).parents[4] / "reviews" / "frameworks" / "lpd-qa-1.0.json"
# What each of the two blind assessors refers to.
SOURCES = ("Minutes", "Interviews")


def in_force() -> FrameworkVersion:
    """The first framework version, published."""
    return load_framework(document=json.loads(_FRAMEWORK.read_text(encoding="utf-8")))


def member(provider: Provider, role: str, name: str = "") -> User:
    user = UserFactory(**({"name": name} if name else {}))
    Membership.objects.create(provider=provider, user=user, role=role)
    return user


def with_role(role: Role, name: str = "") -> User:
    user = UserFactory(**({"name": name} if name else {}))
    grant_role(user=user, role=role, by=None)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@dataclass
class Story:
    """A provider, its people, and one submission of a programme."""

    provider: Provider
    owner: User
    editor: User
    viewer: User
    submission: Submission
    assessors: tuple[User, User]
    third: User
    administrators: tuple[User, User]

    def filled(self) -> Story:
        """Every criterion with a statement, and one text in evidence for all of them."""
        criteria = list(applicable_criteria(self.submission))
        for criterion in criteria:
            save_statement(
                submission=self.submission,
                criterion=criterion,
                by=self.editor,
                text=f"About {criterion.code}.",
            )
        add_text(
            submission=self.submission,
            by=self.editor,
            text="Leaders of twelve schools were followed for a year.",
            title="Evaluation of cohort 3",
            criteria=criteria,
        )
        return self

    def submitted(self) -> Story:
        self.filled()
        submit_submission(submission=self.submission, by=self.owner)
        return self

    def assessing(self) -> Story:
        self.submitted()
        accept_submission(submission=self.submission, assessors=self.assessors, by=self.administrators[0])
        for assessment in self.submission.assessments.all():
            declare_no_conflict(assessment=assessment, by=assessment.assessor)
        return self

    def scored(self, *, default: int = 3, second: Mapping[str, int] | None = None) -> Story:
        """Both blind assessors score `default`, the second one what `second` says by code; then submit."""
        self.assessing()
        for place, assessment in enumerate(self.submission.assessments.all()):
            others = second or {}
            save_scores(
                assessment=assessment,
                by=assessment.assessor,
                scores=[
                    ScoreDraft(
                        criterion,
                        value=others.get(criterion.code, default) if place else default,
                        rationale=f"{SOURCES[place]} show what is said on {criterion.code}.",
                    )
                    for criterion in criteria_to_score(assessment)
                ],
            )
            submit_assessment(assessment=assessment, by=assessment.assessor)
        self.submission.refresh_from_db()
        return self

    def adjudicated(self, *, value: int = 3) -> Story:
        """Score R2 two apart and let a third person settle it."""
        self.scored(second={"R2": 1})
        assessment = assign_adjudicator(
            submission=self.submission, assessor=self.third, by=self.administrators[0]
        )
        declare_no_conflict(assessment=assessment, by=self.third)
        save_scores(
            assessment=assessment,
            by=self.third,
            scores=[
                ScoreDraft(criterion, value=value, rationale="The adaptation log has dates and reasons.")
                for criterion in criteria_to_score(assessment)
            ],
        )
        submit_assessment(assessment=assessment, by=self.third)
        self.submission.refresh_from_db()
        return self

    def deciding(self, *, default: int = 3) -> Story:
        self.scored(default=default)
        confirm_facts(submission=self.submission, by=self.owner)
        return self

    def drafted(self, *, default: int = 3) -> Decision:
        self.deciding(default=default)
        return draft_decision(
            submission=self.submission,
            by=self.administrators[0],
            strengths="Outcomes are traced from need to change.",
            improvements="Follow participants for longer.",
        )

    def decided(self, *, default: int = 3) -> Decision:
        decision = self.drafted(default=default)
        approve_decision(decision=decision, by=self.administrators[1])
        self.submission.refresh_from_db()
        return decision


def story(title: str = "Leading a team of teachers", *, name: str = "Thornbeck High School") -> Story:
    """A draft, with everyone who will have a part in it."""
    in_force()
    provider = ProviderFactory(name=name)
    owner = member(provider, "owner")
    programme = ProgrammeFactory(provider=provider, version__title=title)
    return Story(
        provider=provider,
        owner=owner,
        editor=member(provider, "editor"),
        viewer=member(provider, "viewer"),
        submission=start_submission(by=owner, version=programme.versions.get()),
        assessors=(with_role(Role.ASSESSOR, "Ada Assessor"), with_role(Role.ASSESSOR, "Bo Assessor")),
        third=with_role(Role.ASSESSOR, "Cleo Third"),
        administrators=(with_role(Role.ADMINISTRATOR), with_role(Role.ADMINISTRATOR)),
    )
