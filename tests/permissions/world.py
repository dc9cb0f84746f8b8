"""One of everything that an address of the register can name, all of it of one organisation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from lpdqa.accounts.models import ApiKey
from lpdqa.audit.models import Entry
from lpdqa.clock import now, today
from lpdqa.notices.models import Notice, NoticeChoice
from programmes.models import BulkImport, EnquiryReport, Feedback, FeedbackInvitation, NeedsBrief
from programmes.models.feedback import ROUNDS
from programmes.services import enquiries, saved_searches, shortlists
from programmes.services.catalogue import refresh_leader, refresh_programme, refresh_provider
from programmes.services.contexts import add_context
from programmes.services.feedback_invitations import token_of
from providers.models import Claim, Deployment, Invitation, LeaderCheck, Relationship
from providers.services.deployments import evaluation_token
from reviews.models import (
    AllocationFile,
    AllocationRun,
    BackReading,
    BadgeKey,
    CalibrationAnswer,
    CalibrationAttempt,
    CalibrationExample,
    Complaint,
    Condition,
    FactComment,
    Finding,
    ModerationItem,
    OverrideRequest,
    Recomputation,
    Simulation,
    StatisticsRun,
    Submission,
)
from reviews.queries.ratings import current_rating
from reviews.services import assessments, consultation, decisions, framework_editor
from reviews.services import requests as evidence_requests
from reviews.services.ratings import rate_all_stale
from reviews.services.second_person import propose_administrator
from tests.factories import (
    CohortFactory,
    ProgrammeFactory,
    ProgrammeVersionFactory,
    ProviderFactory,
    SchoolFactory,
    SpecialistLeaderFactory,
)
from tests.journeys import Journey, all_at
from tests.permissions.people import People, everybody


@dataclass
class World:
    """Rows by name. `review(state)` is the review of a programme in that state."""

    people: People
    rows: dict[str, Any]
    reviews: dict[str, Journey]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.rows[name]
        except KeyError:
            raise AttributeError(f"The world has no {name}. Add it in tests/permissions/world.py.") from None

    def review(self, state: str) -> Submission:
        return self.reviews[state].submission


def build() -> World:
    """Make it, through the services wherever a state matters."""
    home, other = ProviderFactory(claimed_at=now()), ProviderFactory(claimed_at=now())
    people = everybody(home, other)
    rows: dict[str, Any] = {
        "home": home,
        "other": other,
        "school": SchoolFactory(),
        "unclaimed": ProviderFactory(),
    }
    world = World(people, rows, {})
    _programme(world)
    _leader(world)
    _organisation(world)
    for state in ("draft", "assessing", "deciding", "published", "appealed"):
        world.reviews[state] = _review(world, state)
    _parts(world)
    _school_side(world)
    _scheme(world)
    _account(world)
    return world


def _programme(world: World) -> None:
    rows = world.rows
    rows["programme"] = programme = ProgrammeFactory(provider=world.home, public=True)
    refresh_provider(provider=world.home)
    rows["entry"] = refresh_programme(programme=programme)
    # Not public: what a team alone may see.
    rows["draft_programme"] = hidden = ProgrammeFactory(provider=world.home)
    rows["draft_version"] = hidden.versions.get()
    ProgrammeVersionFactory(programme=hidden, number=2)
    rows["cohort"] = CohortFactory(programme=hidden)
    rows["context"] = add_context(
        programme=hidden, by=world.people.owner, year=today().year, school=world.school
    )


def _leader(world: World) -> None:
    rows = world.rows
    rows["leader"] = leader = SpecialistLeaderFactory(designator=world.home)
    refresh_leader(leader=leader)
    rows["hidden_leader"] = SpecialistLeaderFactory(designator=world.home, listed_at=None)
    rows["deployment"] = deployment = Deployment.objects.create(
        leader=leader, supported_school_name="Millrace Primary", focus="Reading", requested_on=today()
    )
    rows["evaluation"] = evaluation_token(deployment)
    rows["leader_check"] = LeaderCheck.objects.create(
        leader=leader, opened_on=today(), due_on=today() + dt.timedelta(days=60)
    )


def _organisation(world: World) -> None:
    rows, people = world.rows, world.people
    rows["membership"] = world.home.memberships.get(user=people.viewer)
    rows["invitation"] = Invitation.objects.create(
        provider=world.home, email="new@example.org", role="viewer", invited_by=people.owner
    )
    rows["relationship"] = Relationship.objects.create(
        subject=world.home, kind="partner_in", object=world.other, confirmed_by_subject_at=now()
    )
    rows["claim"] = Claim.objects.create(provider=world.unclaimed, user=people.leader, message="It is ours.")


def _review(world: World, state: str) -> Journey:
    people = world.people
    journey = Journey(version=ProgrammeFactory(provider=world.home).versions.get())
    journey.owner = people.owner
    journey.assessors = [people.assessor, people.admin_asses]
    journey.drafter = people.decider
    journey.to(state, scores=all_at(3))
    return journey


def _parts(world: World) -> None:
    rows, people = world.rows, world.people
    assessing = world.reviews["assessing"]
    rows["assessment"] = assessment = assessing.submission.assessments.get(assessor=people.assessor)
    assessments.declare_no_conflict(assessment=assessment, by=people.assessor)
    rows["request"] = evidence_requests.ask_for_evidence(
        assessment=assessment, criterion=assessing.criterion("P1"), by=people.assessor, question="Which year?"
    )
    rows["evidence"] = assessing.submission.evidence.order_by("id").first()
    rows["draft_evidence"] = assessing.submission.evidence.order_by("id").last()
    deciding = world.review("deciding")
    decisions.draft_decision(
        submission=deciding, by=people.decider, strengths="Clear aims.", improvements="More transfer."
    )
    rows["comment"] = FactComment.objects.create(submission=deciding, by=people.owner, text="It was 2024.")
    rows["reading"] = BackReading.objects.create(submission=world.review("published"), seed="0", drawn=True)
    rows["condition"] = Condition.objects.create(
        decision=world.reviews["published"].decision,
        text="Publish the price.",
        due_on=today() + dt.timedelta(days=30),
    )
    rows["appeal"] = world.reviews["appealed"].decision.appeals.get()
    published = world.review("published")
    finding = {
        "submission": published,
        "kind": "integrity",
        "public_text": "Not borne out.",
        "opened_by": people.decider,
    }
    rows["complaint"] = Complaint.objects.create(
        submission=published, kind="handling", text="Nobody answered.", lodged_by=people.owner
    )
    rows["badge_key"] = BadgeKey.objects.create(thumbprint="0" * 43, x="0" * 43)
    rows["finding"] = Finding.objects.create(**finding)
    rows["upheld"] = Finding.objects.create(
        **finding, state="upheld", decided_by=people.decider, decided_at=now()
    )
    rate_all_stale()
    rows["rating"] = rating = current_rating(world.review("published"))
    assert rating
    run = StatisticsRun.objects.create(
        framework=assessing.framework, state="queued", asked_by=people.admin, asked_at=now()
    )
    rows["moderation"] = ModerationItem.objects.create(
        rating=rating, submission=rating.submission, run=run, observed=3.0, fair=2.6, band=rating.band,
        fair_band=rating.band,
    )  # fmt: skip


def _school_side(world: World) -> None:
    rows, leader = world.rows, world.people.leader
    rows["search"] = search = saved_searches.save_search(
        owner=leader, name="Coaching", frequency="weekly", params=QueryDict("q=coaching")
    )
    rows["stop"] = saved_searches.stop_token(search)
    shortlist = shortlists.start(owner=leader)
    shortlists.add(shortlist=shortlist, entry=world.entry)
    rows["shortlist"] = shortlists.share(shortlist=shortlist, notes=False)
    rows["brief"] = NeedsBrief.objects.create(owner=leader, title="Our needs", answers={})
    rows["enquiry"] = enquiry = enquiries.send(
        sender=leader,
        name="Ada Quill",
        organisation="Larkspur Primary",
        message="Do you come to us?",
        entries=[world.entry],
    )
    rows["recipient"] = recipient = enquiry.recipients.get()
    rows["report"] = EnquiryReport.objects.create(
        recipient=recipient, reason="selling", reported_by=world.people.owner
    )
    invitation = FeedbackInvitation.objects.create(
        programme=world.programme,
        source="cohort",
        person="0" * 64,
        email="head@example.org",
        ended_on=today(),
    )
    rows["asked"] = token_of(invitation, ROUNDS[0])
    rows["feedback"] = Feedback.objects.create(
        invitation=invitation, months=ROUNDS[0], again="yes", reactions=3
    )


def _scheme(world: World) -> None:
    rows, admin = world.rows, world.people.admin
    published = world.reviews["published"].framework
    rows["framework"] = published
    rows["draft"] = draft = framework_editor.start_draft(base=published, version="1.9", by=admin)
    open_one = framework_editor.start_draft(base=published, version="1.8", by=admin)
    rows["consulted"] = consultation.open_consultation(
        framework=open_one, closes_on=today() + dt.timedelta(days=30), by=admin
    )
    rows["said"] = consultation.add_comment(
        framework=open_one, criterion="P1", capacity="school_leader", text="Too long.", by=world.people.leader
    )
    rows["simulation"] = Simulation.objects.create(
        framework=draft, requested_by=admin, document=draft.document, content_hash=draft.content_hash
    )
    rows["entry"] = Entry.objects.filter(action="role.grant").order_by("id").last()
    rows["proposal"] = propose_administrator(
        user=world.people.unasked, by=world.people.decider, reason="Joins us"
    )
    rows["example"] = example = CalibrationExample.objects.create(
        framework=published, criterion=world.reviews["published"].criterion("P1"), title="Minutes",
        evidence="What was seen.", agreed=3, explanation="It is told and shown.", made_by=admin,
    )  # fmt: skip
    rows["attempt"] = attempt = CalibrationAttempt.objects.create(
        assessor=world.people.assessor, framework=published, started_at=now()
    )
    CalibrationAnswer.objects.create(attempt=attempt, example=example, position=1)
    rows["allocation"] = run = AllocationRun.objects.create(seed=1, state="proposed", made_by=admin)
    rows["allocation_file"] = AllocationFile.objects.create(
        run=run, submission=world.review("assessing"), need=1
    )
    rows["recomputation"] = Recomputation.objects.create(reason="asked", total=0, started_by=admin)


def _account(world: World) -> None:
    """What belongs to one account, or was sent in by one."""
    rows, people = world.rows, world.people
    rows["bulk_import"] = BulkImport.objects.create(
        provider=world.home, by=people.owner, kind="programmes", state="checked", file_name="ours.csv"
    )
    rows["key"] = ApiKey.objects.create(owner=people.leader, name="Study", prefix="lpd-test", digest="0" * 64)
    rows["notice"] = Notice.objects.create(
        user=people.leader, key="test", subject="Something", created_at=now()
    )
    rows["calendar"], _ = NoticeChoice.objects.get_or_create(user=people.leader)
    rows["lift"] = OverrideRequest.objects.create(
        submission=world.review("assessing"),
        assessor=people.unasked,
        kind="tie",
        reason="Long ago.",
        by=people.decider,
    )
