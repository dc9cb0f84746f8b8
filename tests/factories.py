"""Rows for tests, fictional every one. Only what a row needs to exist; a test says the rest itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, TypeVar

import factory
from django.db import models
from factory.django import DjangoModelFactory

from lpdqa.accounts.models import Role, User
from lpdqa.accounts.services import grant_role
from lpdqa.clock import now, today
from programmes.models import Cohort, NPQCourse, Price, Programme, ProgrammeVersion
from providers.choices import MemberRole
from providers.models import LocalAuthority, Membership, Outcode, Provider, Region, School, SpecialistLeader

Row = TypeVar("Row", bound=models.Model)


class Numbered(DjangoModelFactory[Row]):
    """Numbers of five digits: no name is the beginning of another one's, and they sort as they were made, whatever
    was tested before.
    """

    class Meta:
        abstract = True

    @classmethod
    def _setup_next_sequence(cls) -> int:
        return 10_000


class UserFactory(Numbered[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person Number {n}")


class RegionFactory(Numbered[Region]):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"region-{n}")
    name = factory.Sequence(lambda n: f"Region {n}")
    scheme = Region.Scheme.REGION


class LocalAuthorityFactory(Numbered[LocalAuthority]):
    class Meta:
        model = LocalAuthority
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"{n % 1000:03d}")
    name = factory.Sequence(lambda n: f"Authority {n}")
    region = factory.SubFactory(RegionFactory)


class OutcodeFactory(Numbered[Outcode]):
    class Meta:
        model = Outcode
        django_get_or_create = ("code",)

    code = "LE1"
    latitude = 52.6352
    longitude = -1.1313


class SchoolFactory(Numbered[School]):
    class Meta:
        model = School

    urn = factory.Sequence(lambda n: 900000 + n)
    name = factory.Sequence(lambda n: f"School {n}")
    phase = "primary"
    authority = factory.SubFactory(LocalAuthorityFactory)


class ProviderFactory(Numbered[Provider]):
    """A listed provider; `listed_at=None` for one that is not public."""

    class Meta:
        model = Provider

    slug = factory.Sequence(lambda n: f"provider-{n}")
    name = factory.Sequence(lambda n: f"Provider {n}")
    kind = "charity"
    listed_at = factory.LazyFunction(now)


class NPQCourseFactory(Numbered[NPQCourse]):
    class Meta:
        model = NPQCourse
        django_get_or_create = ("identifier",)

    identifier = "npq-headship"
    short_code = "NPQH"
    name = "Headship (NPQH)"


class ProgrammeFactory(Numbered[Programme]):
    """A programme with one version; `public=True` shows that version to the public.

    Fields of the version: `version__title="…"` and so on.
    """

    class Meta:
        model = Programme
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"programme-{n}")
    provider = factory.SubFactory(ProviderFactory)
    kind = "course"

    @factory.post_generation
    def version(self: Any, create: bool, extracted: Any, **fields: Any) -> ProgrammeVersion:
        return ProgrammeVersionFactory(programme=self, **fields)

    @factory.post_generation
    def public(self: Any, create: bool, extracted: bool | None, **_: Any) -> None:
        if extracted:
            self.public_version = self.versions.get()
            self.save()


class ProgrammeVersionFactory(Numbered[ProgrammeVersion]):
    class Meta:
        model = ProgrammeVersion

    programme = factory.SubFactory(ProgrammeFactory)
    title = factory.Sequence(lambda n: f"Programme title {n}")


class PriceFactory(Numbered[Price]):
    class Meta:
        model = Price

    programme = factory.SubFactory(ProgrammeFactory)
    valid_from = dt.date(2026, 1, 1)
    confirmed_on = dt.date(2026, 1, 1)
    per_participant = Decimal("500.00")


class CohortFactory(Numbered[Cohort]):
    class Meta:
        model = Cohort

    programme = factory.SubFactory(ProgrammeFactory)
    starts_on = factory.LazyFunction(lambda: today() + dt.timedelta(days=30))
    mode = "online"
    confirmed_on = dt.date(2026, 1, 1)


class SpecialistLeaderFactory(Numbered[SpecialistLeader]):
    """A listed specialist leader without consent to be named."""

    class Meta:
        model = SpecialistLeader

    slug = factory.Sequence(lambda n: f"sle{n}")
    name = factory.Sequence(lambda n: f"Robin Holloway{chr(97 + n % 26)}")
    designator = factory.SubFactory(ProviderFactory)
    expertise = factory.LazyFunction(lambda: ["mathematics"])
    listed_at = factory.LazyFunction(now)


def person(*roles: str, **fields: Any) -> User:
    """Somebody who holds these scheme-wide roles."""
    user = UserFactory(**fields)
    for role in roles:
        grant_role(user=user, role=Role(role), by=None)
    return user


def team_member(provider: Provider, role: str = MemberRole.OWNER, **fields: Any) -> User:
    """Somebody on a provider's team."""
    user = UserFactory(**fields)
    Membership.objects.create(provider=provider, user=user, role=role)
    return user
