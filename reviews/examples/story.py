"""The whole of the example data, told in order. The same every time it is told into an empty register."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from lpdqa import clock
from lpdqa.accounts.models import User
from programmes.choices import CareerStage, Driver, Mode, ParticipantRole, Reach, Topic
from programmes.models import Programme, ProgrammeVersion
from programmes.services.cohorts import add_cohort
from programmes.services.contexts import add_context
from programmes.services.prices import set_price
from programmes.services.programmes import create_programme, start_new_version, update_version
from providers.choices import ImprovementStage, MemberRole, Phase, SchoolType, Setting
from providers.models import Deployment, LocalAuthority, Outcode, Provider, School, SpecialistLeader
from providers.services import deployments, leaders, organisations, relationships, team
from reviews.choices import SubjectKind
from reviews.examples import wording
from reviews.examples.calibration import MARKED, calibrate, make_examples
from reviews.examples.commissioners import tell_feedback
from reviews.examples.journeys import Journey, Panel
from reviews.examples.leaders import LEADERS, PROVIDER_REVIEWS, ExampleLeader
from reviews.examples.organisations import EXTRA_TIES, ORGANISATIONS, Organisation
from reviews.examples.people import Cast, example_password, make_cast, make_person
from reviews.examples.programmes import PROGRAMMES, ExampleProgramme
from reviews.models import Submission
from reviews.queries.frameworks import current_framework
from reviews.services.assessor_profiles import save_profile
from reviews.services.ratings import rate_all_stale
from reviews.services.submissions import start_submission

Progress = Callable[[str], None]
SEED = 20261123
# Ended stories begin this many days ago; lapsed ones so long ago that validity and grace are over.
RECENT, LAPSED = (70, 420), 1000
# Assessors passed the calibration so many days ago.
CALIBRATED = 40
# States that are under way begin shortly before today, so that their deadlines lie ahead.
UNDER_WAY = {"draft": 4, "submitted": 8, "returned": 12, "assessing": 26, "adjudicating": 28, "fact_check": 40,
             "deciding": 44, "amending": 52, "decided": 47, "appealed": 55}  # fmt: skip
SUPPORTED = ("a coastal primary school", "a large urban secondary school", "a small rural primary school",
             "a special school", "a junior school in a market town")  # fmt: skip
SUPPORTED_FACTS: tuple[tuple[str, dict[str, str]], ...] = (
    (Phase.PRIMARY, {"setting": Setting.URBAN, "school_type": SchoolType.MAINTAINED}),
    (Phase.SECONDARY, {"setting": Setting.URBAN, "school_type": SchoolType.ACADEMY}),
    (Phase.PRIMARY, {"setting": Setting.RURAL, "school_type": SchoolType.MAINTAINED}),
    (Phase.SPECIAL, {"setting": Setting.URBAN, "school_type": SchoolType.SPECIAL}),
    (Phase.PRIMARY, {"setting": Setting.RURAL, "school_type": SchoolType.ACADEMY}),
)


class Story:
    """Tells the example data; `progress` is called with a line for each chapter."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.rng = random.Random(SEED)
        self.school_dice = random.Random(SEED + 1)
        self.today = timezone.localdate()
        self.providers: dict[str, Provider] = {}
        self.owners: dict[str, User] = {}
        self.password_hash = make_password(example_password())
        self.cast: Cast = make_cast(self.password_hash)
        self.panel = Panel(self.cast.administrators, self.cast.assessors)

    def tell(self) -> None:
        """Everything, in order."""
        self._calibration()
        self._organisations()
        self._leaders()
        self._programmes()
        self._provider_reviews()
        self._feedback()

    def _calibration(self) -> None:
        framework = current_framework()
        if framework is None:
            raise LookupError("No framework version is in force.")
        self.progress(f"{len(MARKED)} marked examples, scored by {len(self.cast.assessors)} assessors")
        with clock.at(timezone.now() - timedelta(days=CALIBRATED)):
            make_examples(framework, self.cast.administrators[1])
            for number, assessor in enumerate(self.cast.assessors):
                calibrate(framework, assessor, number)
                # Four topics each, going round, so that every topic has somebody who knows it.
                save_profile(
                    user=assessor,
                    by=assessor,
                    subject_kinds=SubjectKind.values,
                    topics=[Topic.values[(3 * number + step) % len(Topic.values)] for step in range(4)],
                    phases=[Phase.PRIMARY, Phase.SECONDARY] if number % 2 else [Phase.SECONDARY],
                    capacity_a_month=6,
                )

    # --- organisations --------------------------------------------------------------------------------------

    def _organisations(self) -> None:
        self.progress(f"{len(ORGANISATIONS)} organisations and how they relate")
        # Nobody of the scheme: an administrator can't handle what an organisation of theirs puts forward.
        clerk = make_person("clerk@example.org", "Agnes Thrapston", self.password_hash)
        for row in ORGANISATIONS:
            owner = self._owner(row) if row.team else clerk
            self.providers[row.key] = self._organisation(row, owner)
            self.owners[row.key] = owner
        for row in ORGANISATIONS:
            for kind, other in row.ties:
                self._relate(row.key, kind, other)
        for subject, kind, other in EXTRA_TIES:
            self._relate(subject, kind, other)
        larkmoor = self.providers["larkmoor"]
        for email, role in (
            ("editor@example.org", MemberRole.EDITOR),
            ("viewer@example.org", MemberRole.VIEWER),
        ):
            invitation = team.invite(provider=larkmoor, by=self.owners["larkmoor"], email=email, role=role)
            team.accept_invitation(invitation=invitation, by=self.cast.sign_ins[email])

    def _owner(self, row: Organisation) -> User:
        if row.key == "larkmoor":
            return self.cast.sign_ins["owner@example.org"]
        return make_person(f"owner.{row.key}@example.org", f"Owner of {row.name}", self.password_hash)

    def _organisation(self, row: Organisation, owner: User) -> Provider:
        authority = (
            LocalAuthority.objects.filter(name=row.authority, is_live=True).select_related("region").first()
        )
        point = Outcode.objects.filter(code=row.outcode).first()
        return organisations.create_provider(
            by=owner,
            name=row.name,
            kind=row.kind,
            organising_model=row.model,
            legal_form=row.legal_form,
            summary=row.summary,
            governance_body=row.governance,
            client_voice=row.voice,
            purpose_statement=row.purpose,
            accountable_lead=owner.name if row.team else "",
            authority=authority,
            region=authority.region if authority else None,
            postcode=row.outcode,
            latitude=point.latitude if point else None,
            longitude=point.longitude if point else None,
            is_example=True,
        )

    def _relate(self, subject: str, kind: str, other: str) -> None:
        relationship = relationships.relate(
            subject=self.providers[subject],
            kind=kind,
            by=self.owners[subject],
            object=self.providers[other],
            valid_from=dt.date(2023, 9, 1),
        )
        relationships.confirm_relationship(relationship=relationship, by=self.owners[other])

    # --- specialist leaders ---------------------------------------------------------------------------------

    def _leaders(self) -> None:
        self.progress(f"{len(LEADERS)} specialist leaders with their deployments")
        for number, row in enumerate(LEADERS):
            owner = self.owners[row.designator]
            leader = self._leader(row, owner)
            closed = self._deployments(leader, row, owner)
            if row.state != "none":
                self._journey(
                    owner,
                    row.state,
                    row.band,
                    number,
                    partial(start_submission, by=owner, leader=leader),
                    closed,
                )

    def _leader(self, row: ExampleLeader, owner: User) -> SpecialistLeader:
        home = self.providers[row.designator]
        leader = leaders.create_leader(
            designator=home,
            by=owner,
            name=row.name,
            kind=row.kind,
            expertise=list(row.expertise),
            phases=[self.rng.choice([Phase.PRIMARY, Phase.SECONDARY])],
            home_school_name=f"A member school of {home.name}",
            summary=f"Works alongside leaders of {wording.expertise_in_words(row.expertise)}: diagnose together, plan, model, look again.",
            evidence_base=wording.EVIDENCE_BASE,
            suits="Suits schools with a leader in post who will carry the work on; does not replace a vacant post.",
            day_rate=Decimal(row.day_rate),
            home_school_share=80,
            brokerage=Decimal(0 if not row.day_rate else 30),
            travel_terms="Within 40 miles included",
            travels_miles=40,
            works_online=self.rng.random() < 0.4,
            is_example=True,
        )
        leaders.designate(
            leader=leader, by=owner, on=self.today - timedelta(days=self.rng.randrange(300, 1000))
        )
        leaders.set_consent(leader=leader, by=owner, named=row.named)
        return leader

    def _deployments(self, leader: SpecialistLeader, row: ExampleLeader, owner: User) -> list[Deployment]:
        closed = []
        for number in range(row.deployments):
            requested = self.today - timedelta(days=self.rng.randrange(150, 700))
            deployment = deployments.request_deployment(
                leader=leader,
                by=owner,
                supported_school_name=f"{SUPPORTED[number % len(SUPPORTED)]} (fictional)",
                focus=f"Leading {wording.expertise_in_words(row.expertise[:1])}",
                requested_on=requested,
            )
            steps: tuple[tuple[str, dict[str, object]], ...] = (
                ("match", {}),
                ("confirm", {"days": Decimal(6), "rate_total": leader.day_rate or Decimal(0)}),
                (
                    "plan",
                    {
                        "starts_on": requested + timedelta(days=30),
                        "ends_on": requested + timedelta(days=120),
                        "plan": "Six days over a term: diagnose, model, practise, look again.",
                        "impact_measures": "Staff practice seen in three visits; books of twelve pupils before and after.",
                    },
                ),
                ("start", {}),
                ("review", {"review_notes": "Two of three measures moved; the third needs another term."}),
            )
            # The last one of each leader is still under way, at a point that differs from leader to leader.
            last = number == row.deployments - 1
            stop = self.rng.randrange(0, len(steps) + 1) if last else len(steps)
            for step, fields in steps[:stop]:
                deployments.advance_deployment(deployment=deployment, by=owner, step=step, **fields)
                if step == "start":
                    deployments.record_visit(
                        deployment=deployment,
                        by=owner,
                        on=requested + timedelta(days=40),
                        note="First visit: joint learning walk.",
                    )
            if last:
                continue
            kind, facts = SUPPORTED_FACTS[number % len(SUPPORTED)]
            deployments.describe_school(
                deployment=deployment, by=owner, **self._school(kind, leader.designator.postcode), **facts
            )
            deployments.evaluate_deployment(
                deployment=deployment,
                evaluator_name="Head of the supported school (fictional)",
                evaluation="The plan was ours, the challenge was honest, and the practice is still there two terms on.",
                evaluation_level=self.rng.choice(["3", "4", "4", "5"]),
                evaluation_value=self.rng.choice([3, 3, 4]),
            )
            deployments.advance_deployment(deployment=deployment, by=owner, step="close")
            closed.append(deployment)
        return closed

    def _school(self, phase: str, postcode: str) -> dict[str, object]:
        """What a fictional school was like. From dice of its own, so that the rest of the story stays the same."""
        dice = self.school_dice
        small = phase in (Phase.PRIMARY, Phase.SPECIAL)
        return {
            "phase": phase,
            "pupils": dice.randrange(60, 420) if small else dice.randrange(600, 1500),
            "disadvantage_percent": float(dice.randrange(8, 46)),
            "send_percent": float(dice.randrange(10, 24)),
            "eal_percent": float(dice.choice([2, 4, 8, 15, 30, 45])),
            "postcode": postcode,
            "improvement_stage": dice.choice(ImprovementStage.values),
        }

    # --- programmes -----------------------------------------------------------------------------------------

    def _programmes(self) -> None:
        self.progress(f"{len(PROGRAMMES)} programmes in every state")
        for number, row in enumerate(PROGRAMMES):
            owner = self.owners[row.provider]
            version = self._programme(row, owner)
            if row.state == "superseded":
                self._journey(
                    owner,
                    "published",
                    "working_towards",
                    number,
                    partial(start_submission, by=owner, version=version),
                    days_ago=600,
                )
                # Now: what a newer rating has taken the place of is rated no more.
                rate_all_stale()
                version = start_new_version(
                    programme=version.programme,
                    by=owner,
                    change_note="New content and a follow-up after two terms",
                )
                self._journey(
                    owner,
                    "published",
                    row.band,
                    number,
                    partial(start_submission, by=owner, version=version),
                )
                continue
            self._journey(
                owner,
                row.state,
                row.band,
                number,
                partial(start_submission, by=owner, version=version),
            )

    def _programme(self, row: ExampleProgramme, owner: User) -> ProgrammeVersion:
        provider = self.providers[row.provider]
        topics, audience = wording.topics_in_words(row.topics), wording.audience_in_words(row.audience)
        version = create_programme(
            provider=provider, by=owner, kind=row.kind, title=row.title, is_example=True
        )
        share = self.rng.choice([20, 30, 40, 60, 80]) if row.price else 80
        protect = self.rng.choice([0, 10, 20])
        reach = {Mode.ONLINE: [Reach.ONLINE], Mode.IN_SCHOOL: [Reach.COMES_TO_YOU]}.get(
            Mode(row.mode), [Reach.VENUE]
        )
        update_version(
            version=version,
            by=owner,
            summary=f"{version.programme.get_kind_display()} for {audience} on {topics}.",
            aims=wording.AIMS.get(row.kind, wording.AIMS["course"]).format(topics=topics),  # type: ignore[call-overload,index]
            content=wording.CONTENT.format(topics=topics),
            suits=wording.SUITS.format(audience=audience, topics=topics),
            does_not_suit=wording.DOES_NOT_SUIT,
            audience=list(row.audience),
            career_stages=[self.rng.choice([CareerStage.EARLY, CareerStage.MID, CareerStage.LATE])],
            phases=[Phase.PRIMARY, Phase.SECONDARY] if self.rng.random() < 0.5 else [Phase.SECONDARY],
            topics=list(row.topics),
            standards=wording.standards_of(row.topics),
            modes=[row.mode],
            reach=reach,
            regions=[provider.region.code] if provider.region and row.mode != Mode.ONLINE else [],
            venue_postcode=provider.postcode,
            hours=Decimal(row.hours),
            weeks=row.weeks,
            places=self.rng.choice([12, 16, 20, 24]),
            deliverers="Serving heads and specialist leaders, observed every year.",
            evidence_base=wording.EVIDENCE_BASE,
            evidence_reviewed_on=self.today - timedelta(days=self.rng.randrange(60, 500)),
            evaluation_level=self.rng.choice(["2", "3", "4", "5"]),
            funding_model=row.funding,
            protect_share=protect,
            sell_share=100 - protect - share,
            share_share=share,
            knowledge_tension=wording.TENSION,
            knowledge_statement=wording.KNOWLEDGE,
            codification=self.rng.randrange(1, 5),
            openness=self.rng.choice([20, 50, 80]),
            joint_practice_share=self.rng.choice([10, 30, 60]),
            participant_role=self.rng.choice(ParticipantRole.values),
            unpaid_share=100 if not row.price else self.rng.choice([0, 10, 30]),
            driver=self.rng.choice(Driver.values),
        )
        with clock.at(timezone.now()):
            set_price(
                programme=version.programme,
                by=owner,
                valid_from=dt.date(self.today.year, 9, 1),
                per_participant=Decimal(row.price),
                vat_included=True,
                cover_days=Decimal(row.hours // 6),
                cover_day_cost=Decimal(220),
                travel=Decimal(0 if row.mode == Mode.ONLINE else 45),
                cancellation="Full refund up to four weeks before the start",
            )
            for _ in range(self.school_dice.randrange(0, 5)):
                kind, facts = self.school_dice.choice(SUPPORTED_FACTS)
                if kind not in version.phases and self.school_dice.random() < 0.7:
                    continue
                add_context(
                    programme=version.programme,
                    by=owner,
                    year=self.today.year - self.school_dice.randrange(1, 5),
                    note="Leaders took part and led a change in their school (fictional)",
                    **self._school(kind, provider.postcode),
                    **facts,
                )
            for term, months in (("Spring", 2), ("Summer", 6)):
                places = version.places or 16
                add_cohort(
                    programme=version.programme,
                    by=owner,
                    name=f"{term} cohort",
                    starts_on=self.today + timedelta(days=30 * months + self.rng.randrange(0, 20)),
                    mode=row.mode,
                    venue="" if row.mode == Mode.ONLINE else provider.name,
                    postcode=provider.postcode,
                    places=places,
                    places_left=self.rng.randrange(0, places + 1),
                )
        return version

    # --- commissioners --------------------------------------------------------------------------------------

    def _feedback(self) -> None:
        self.progress("What commissioners say")
        rated = Programme.objects.filter(is_example=True, public_version__isnull=False).order_by("pk")
        owners = {provider.pk: self.owners[key] for key, provider in self.providers.items()}
        tell_feedback(list(rated[:4]), owners, self.cast.administrators[0])

    # --- reviews --------------------------------------------------------------------------------------------

    def _provider_reviews(self) -> None:
        self.progress(f"{len(PROVIDER_REVIEWS)} providers put forward themselves")
        for number, (key, state, band) in enumerate(PROVIDER_REVIEWS):
            owner, provider = self.owners[key], self.providers[key]
            self._journey(owner, state, band, number, partial(start_submission, by=owner, provider=provider))

    def _journey(
        self,
        owner: User,
        state: str,
        band: str,
        number: int,
        open_submission: Callable[[], Submission],
        closed: list[Deployment] | None = None,
        days_ago: int | None = None,
    ) -> None:
        if days_ago is None:
            days_ago = LAPSED if state == "lapsed" else UNDER_WAY.get(state) or self.rng.randrange(*RECENT)
        start = timezone.make_aware(
            dt.datetime.combine(self.today - timedelta(days=days_ago), dt.time(9 + number % 8, 15))
        )
        Journey(
            owner=owner,
            panel=self.panel,
            # A lapsed rating was a published one whose time is over.
            state="published" if state == "lapsed" else state,
            band=band,
            start=start,
            rng=self.rng,
            open_submission=open_submission,
            deployments=closed or [],
        ).run()


def examples_loaded() -> bool:
    """Whether the example data is already there."""
    return Programme.objects.filter(is_example=True).exists() and School.objects.exists()
