"""What has to be on a running register before a browser test begins; run inside `manage.py shell` on that register."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from lpdqa.accounts.models import Role, User
from lpdqa.accounts.services import grant_role
from lpdqa.clock import at, now, today
from programmes.models.feedback import LEVELS
from programmes.services.catalogue import refresh_programme, refresh_provider
from programmes.services.contexts import add_context
from programmes.services.feedback import give, moderate
from programmes.services.feedback_invitations import Commissioner, ask_due, invite
from programmes.services.saved_searches import send_alerts
from programmes.services.vocabulary import refresh_vocabulary
from providers.models import LocalAuthority, Provider, School
from providers.services.leaders import designate
from reviews.examples.calibration import make_examples
from reviews.models import BackReading, CalibrationExample
from reviews.queries.frameworks import current_framework
from reviews.services import assessments, requests
from reviews.services.frameworks import load_framework
from tests.factories import (
    CohortFactory,
    ProgrammeFactory,
    ProviderFactory,
    SpecialistLeaderFactory,
    UserFactory,
    team_member,
)
from tests.journeys import FRAMEWORK, Journey, all_at

PASSWORD = "heron marsh lantern 41"
ADMINISTRATORS = {"ines@example.org": "Ines Farrow", "owen@example.org": "Owen Brill"}
ASSESSORS = {
    "tariq@example.org": "Tariq Lowe",
    "mina@example.org": "Mina Carrow",
    "jude@example.org": "Jude Penhale",
}

# Each function here runs in a process of its own, on a register that keeps what the ones before it made.
for _made in (UserFactory, ProviderFactory, ProgrammeFactory, SpecialistLeaderFactory):
    _made.reset_sequence(secrets.randbelow(10**9), force=True)


def may_sign_in(user: User, email: str = "") -> User:
    """Give somebody a password and a confirmed address."""
    user.email = email or user.email
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def scheme_people() -> None:
    """A framework in force, two administrators and three assessors."""
    load_framework(document=json.loads(FRAMEWORK.read_text()))
    if User.objects.filter(email__in=ADMINISTRATORS).exists():
        return  # a register that stays between runs
    for role, people in ((Role.ADMINISTRATOR, ADMINISTRATORS), (Role.ASSESSOR, ASSESSORS)):
        for email, name in people.items():
            grant_role(user=may_sign_in(User(email=email, name=name)), role=role, by=None)


@transaction.atomic
def rated() -> None:
    """Publish a specialist leader and an organisation, everything at 3; prints their addresses as JSON."""
    leader = Journey("sle", name="Rosalind Ketteridge", slug="rosalind-ketteridge")
    leader.to("published", scores=all_at(3))
    provider = Journey(
        "provider",
        name="Stourmere Learning Network",
        slug="stourmere-learning-network",
        claimed_at=timezone.now(),
    )
    provider.to("published", scores=all_at(3))
    may_sign_in(provider.owner, "owner.stourmere@example.org")
    may_sign_in(leader.assessors[0], "assessor.ketteridge@example.org")
    print(  # noqa: T201 - read by the fixture that runs this
        json.dumps(
            {
                "leader": reverse("leader_page", args=[leader.leader.slug]) if leader.leader else "",
                "provider": reverse("provider_page", args=[provider.provider.slug]),
                "leader_submission": str(leader.submission.public_id),
                "provider_submission": str(provider.submission.public_id),
                "assessment": str(leader.submission.assessments.get(assessor=leader.assessors[0]).public_id),
            }
        )
    )


@transaction.atomic
def fitting() -> None:
    """A school, a programme that has worked in one like it, and another; prints the first two as JSON, and how an
    address of compare names both programmes.
    """
    authority, _ = LocalAuthority.objects.get_or_create(code="855", defaults={"name": "Leicestershire"})
    school, _ = School.objects.update_or_create(
        urn=999001,
        defaults={
            "name": "Wrenshaw Heath Primary School",
            "authority": authority,
            "phase": "primary",
            "type_group": "Academies",
            "pupils": 210,
            "disadvantage_percent": 21.0,
            "latitude": 52.64,
            "longitude": -1.13,
        },
    )
    provider = Provider.objects.filter(slug="wrenshaw-trust").first() or ProviderFactory(
        slug="wrenshaw-trust", name="Wrenshaw Trust"
    )
    programme = provider.programmes.order_by("pk").first() or ProgrammeFactory(
        provider=provider,
        public=True,
        version__title="Wrenshaw leadership pairs",
        version__phases=["primary"],
    )
    if not programme.contexts.exists():
        facts = {"phase": "primary", "school_type": "academy", "pupils": 240, "disadvantage_percent": 18}
        add_context(programme=programme, by=team_member(provider), year=2025, **facts)
    if provider.programmes.count() == 1:
        # Something to put in order: it has worked nowhere yet.
        other = ProgrammeFactory(provider=provider, public=True, version__title="Wrenshaw reading group")
        refresh_programme(programme=other)
    refresh_vocabulary()
    slugs = provider.programmes.order_by("pk").values_list("slug", flat=True)[:2]
    print(  # noqa: T201 - read by the fixture
        json.dumps(
            {
                "school": school.name,
                "title": programme.public_version.title,
                "items": "&".join(f"item=programme:{slug}" for slug in slugs),
            }
        )
    )


def told() -> None:
    """Something new at the Wrenshaw Trust, and a week later the letters of whoever follows it; prints how many."""
    programme = ProgrammeFactory(
        provider=Provider.objects.get(slug="wrenshaw-trust"),
        public=True,
        version__title="Wrenshaw evening circle",
    )
    refresh_programme(programme=programme)
    with at(now() + dt.timedelta(days=8)):
        print(json.dumps(send_alerts()))  # noqa: T201 - read by the test


@transaction.atomic
def commissioned() -> None:
    """A course that three schools commissioned, of which two have answered and the third has just been asked; prints
    its address and the third one's as JSON.
    """
    mark = secrets.token_hex(3)
    provider = ProviderFactory(name=f"Fenbrook Trust {mark}", claimed_at=now())
    programme = ProgrammeFactory(
        provider=provider, public=True, version__title=f"Fenbrook reading year {mark}"
    )
    refresh_programme(programme=programme)
    refresh_provider(provider=provider)
    day = today()
    cohort = CohortFactory(
        programme=programme, starts_on=day - dt.timedelta(days=60), ends_on=day - dt.timedelta(days=1)
    )
    people = [
        Commissioner(f"{name} Primary School", f"head.{mark}@{name.lower()}.example")
        for name in ("Larkspur", "Wren", "Heron")
    ]
    first, second, _ = invite(cohort=cohort, by=team_member(provider), commissioners=people)
    ask_due()
    checker = User.objects.get(email=next(iter(ADMINISTRATORS)))
    for invitation in (first, second):
        answers: dict[str, Any] = {**dict.fromkeys(LEVELS, 3), "again": "yes", "name": "Ada Quill, head"}
        moderate(feedback=give(invitation=invitation, months=0, **answers), by=checker, step="show")
    print(  # noqa: T201 - read by the test
        json.dumps(
            {
                "programme": reverse("programme_page", args=[programme.slug]),
                "title": programme.public_version.title,
                "email": people[2].email,
            }
        )
    )


@transaction.atomic
def provider_side() -> None:
    """What a provider's team comes back to: two organisations to claim, two questions, a decision to appeal against, a
    rating to renew, and a designated leader. Prints who signs in, and titles, as JSON.
    """
    mark = secrets.token_hex(2)
    claimable = [
        ProviderFactory(name=f"{name} Teaching Alliance {mark}", kind="tsa")
        for name in ("Quarrybank", "Foss")
    ]
    asked = _programme_of(f"Asked about {mark}", "asked", mark)
    asked.to("assessing")
    for assessment in asked.blind():
        assessments.declare_no_conflict(assessment=assessment, by=assessment.assessor)
    for code in ("P2", "P3"):
        requests.ask_for_evidence(
            assessment=asked.blind()[0],
            criterion=asked.criterion(code),
            by=asked.assessors[0],
            question="Which year are the figures from?",
        )
    decided = _programme_of(f"Decided on {mark}", "decided", mark)
    decided.to("published", scores=all_at(2))
    rated = _programme_of(f"Rated before {mark}", "rated", mark)
    rated.to("published", scores=all_at(3))
    leader = SpecialistLeaderFactory(
        name=f"Tamsin Orchard {mark}", designator=rated.provider, status="applied"
    )
    designate(leader=leader, by=rated.owner)
    print(  # noqa: T201 - read by the fixture that runs this
        json.dumps(
            {
                "claimable with scripts": claimable[0].name,
                "claimable without": claimable[1].name,
                "asked": asked.submission.title,
                "decided": decided.submission.title,
                "decided_page": reverse("submission_detail", args=[decided.submission.public_id]),
                "rated": rated.submission.title,
                "rated_page": reverse("submission_detail", args=[rated.submission.public_id]),
                "renewal": reverse("submission_start", args=["programme", _slug(rated)]),
                "leader": leader.name,
                "leader_page": reverse("leader_manage", args=[leader.slug]),
                "imports": reverse("imports", args=[rated.provider.slug]),
                "editor_of_rated": f"editor.rated.{mark}@example.org",
                **{f"{name}_owner": f"{name}.{mark}@example.org" for name in ("asked", "decided", "rated")},
            }
        )
    )


@transaction.atomic
def panel() -> None:
    """What decision makers find: two files to decide on, good and poor, and a published one that is drawn for
    back-reading; and two more administrators, with no part in anything. Prints who signs in, titles and addresses as
    JSON.
    """
    mark = secrets.token_hex(2)
    good = _programme_of(f"Sound in every part {mark}", "good", mark)
    good.to("deciding", scores=all_at(3))
    poor = _programme_of(f"Far from there {mark}", "poor", mark)
    poor.to("deciding", scores=all_at(1))
    doubted = _programme_of(f"Doubted later {mark}", "doubted", mark)
    doubted.to("published", scores=all_at(3))
    reading = BackReading.objects.create(submission=doubted.submission, seed=mark, drawn=True)
    people = {f"{name}_email": f"{name}.{mark}@example.org" for name in ("petra", "rhys")}
    for email in people.values():
        grant_role(
            user=may_sign_in(User(email=email, name=email.partition(".")[0].title())),
            role=Role.ADMINISTRATOR,
            by=None,
        )
    print(  # noqa: T201 - read by the fixture that runs this
        json.dumps(
            {
                **people,
                "good": good.submission.title,
                "good_page": reverse("programme_page", args=[_slug(good)]),
                "good_owner": f"good.{mark}@example.org",
                "poor": poor.submission.title,
                "poor_page": reverse("programme_page", args=[_slug(poor)]),
                "doubted": doubted.submission.title,
                "doubted_page": reverse("programme_page", args=[_slug(doubted)]),
                "doubted_board": reverse("board_submission", args=[doubted.submission.public_id]),
                "doubted_owner": f"doubted.{mark}@example.org",
                "reading": reverse("back_reading", args=[reading.public_id]),
            }
        )
    )


@transaction.atomic
def bench() -> None:
    """A file for an assessor who has not been calibrated, and then the set of marked examples, so that they have to be;
    prints their address and the title as JSON. `bench_over` takes the examples out of use again: while they are, nobody
    else on this register can be assigned.
    """
    mark = secrets.token_hex(2)
    file = _programme_of(f"To be scored by hand {mark}", "scored", mark)
    file.to("assessing")
    may_sign_in(file.assessors[0], f"wren.{mark}@example.org")
    make_examples(file.framework, User.objects.get(email=next(iter(ADMINISTRATORS))))
    print(  # noqa: T201 - read by the fixture that runs this
        json.dumps({"email": file.assessors[0].email, "title": file.submission.title})
    )


def bench_over() -> None:
    """The examples are out of use, so that the other journeys go on without them."""
    CalibrationExample.objects.filter(framework=current_framework()).update(in_use=False)


def _programme_of(title: str, name: str, mark: str) -> Journey:
    """A claimed organisation with an owner and an editor who may sign in, and one programme of it."""
    provider = ProviderFactory(claimed_at=timezone.now(), name=f"Organisation {name} {mark}")
    journey = Journey(version=ProgrammeFactory(provider=provider, version__title=title).versions.get())
    may_sign_in(journey.owner, f"{name}.{mark}@example.org")
    may_sign_in(team_member(provider, role="editor"), f"editor.{name}.{mark}@example.org")
    return journey


def _slug(journey: Journey) -> str:
    assert journey.version
    return journey.version.programme.slug
