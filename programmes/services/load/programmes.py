"""Synthetic programmes with their versions, prices, dates and schools, made in memory and copied in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from lpdqa.bulk import copy_rows, reserve_ids
from lpdqa.clock import now, today
from programmes.choices import (
    Audience,
    CareerStage,
    FundingModel,
    HeadteacherStandard,
    Mode,
    ParticipantRole,
    ProgrammeKind,
    Reach,
    Topic,
)
from programmes.models import Cohort, NPQCourse, Price, Programme, ProgrammeContext, ProgrammeVersion
from programmes.queries import catalogue_rows as rows
from programmes.services import catalogue
from programmes.services.load.dice import (
    MADE_UP,
    NAMESPACE,
    PREFIX,
    dice_for,
    one_of,
    several_of,
    texts,
    values_of,
)
from programmes.services.load.organisations import Providers, standings_of
from providers.choices import ImprovementStage, Phase, SchoolType, Setting
from providers.models import Provider

WRITTEN = (Programme, ProgrammeVersion, Price, Cohort, ProgrammeContext)
WORKED_AT = tuple(
    f"{area}{district} 1AA"
    for area in ("B", "BD", "BN", "BS", "CB", "CV", "DE", "DN", "EX", "GL", "HU", "IP", "L", "LE", "LS", "M", "N",
                 "NE", "NG", "NR", "OX", "PE", "PL", "S", "SE", "SO", "ST", "TN", "WF", "YO")
    for district in range(1, 10)
)  # fmt: skip
"""Postcodes of the schools that programmes worked in; what is known of a postcode is its first half."""


class Writer:
    """Makes the programmes numbered from `start` to `stop` (left out)."""

    def __init__(self, start: int, stop: int, providers: Providers, places: rows.Places) -> None:
        self.numbers = range(start, stop)
        self.places = places
        self.dice = dice = dice_for(4, start)
        size = len(self.numbers)
        self.now, self.today = now(), today()
        pks = [reserve_ids(model, size) for model in WRITTEN]
        self.programmes = self._programmes(providers.of(dice, size), pks[0])
        self.versions = self._versions(pks[1])
        self.prices = self._prices(pks[2])
        self.cohorts = self._cohorts(pks[3])
        self.contexts = self._contexts()
        self.standings = standings_of(dice, size)
        for programme, version in zip(self.programmes, self.versions, strict=True):
            programme.public_version = version

    def write(self) -> None:
        for model, made in (
            (Programme, self.programmes),
            (ProgrammeVersion, self.versions),
            (Price, self.prices),
            (Cohort, self.cohorts),
            (ProgrammeContext, [one for some in self.contexts.values() for one in some]),
        ):
            _copy(model, made)
        catalogue.add_entries(entries=self._entries())

    def _entries(self) -> Iterator[tuple[rows.Row, catalogue.Standing, list[rows.Row]]]:
        prices = {price.programme_id: price for price in self.prices}
        cohorts = {cohort.programme_id: cohort for cohort in self.cohorts}
        for programme, standing in zip(self.programmes, self.standings, strict=True):
            price, cohort = prices.get(programme.pk), cohorts.get(programme.pk)
            programme.prices_begun = [price] if price else []  # type: ignore[attr-defined]
            programme.cohorts_to_come = [cohort] if cohort else []  # type: ignore[attr-defined]
            prefetched = {"contexts": self.contexts.get(programme.pk, [])}
            programme._prefetched_objects_cache = prefetched  # type: ignore[attr-defined]
            yield (
                rows.programme_row(programme, self.places),
                standing,
                rows.context_rows(programme, self.places),
            )

    def _programmes(self, providers: list[Provider], pks: list[int]) -> list[Programme]:
        kinds = one_of(
            self.dice, [kind for kind in values_of(ProgrammeKind) if kind != ProgrammeKind.NPQ], len(pks)
        )
        # One NPQ of a kind for each provider: the first of the chunk that come to it.
        courses = list(NPQCourse.objects.order_by("pk").values_list("pk", flat=True))
        taken = set(
            Programme.objects.filter(npq_course__isnull=False).values_list("provider_id", "npq_course_id")
        )
        made = []
        for pk, n, provider, kind, course in zip(
            pks,
            self.numbers,
            providers,
            kinds,
            self.dice.randint(0, 8 * max(1, len(courses)), len(pks)),
            strict=True,
        ):
            npq = courses[course] if course < len(courses) else None
            if npq is not None and (provider.pk, npq) in taken:
                npq = None
            taken.add((provider.pk, npq or ""))
            made.append(
                Programme(
                    pk=pk,
                    public_id=uuid.uuid5(NAMESPACE, f"programme {n}"),
                    slug=f"{PREFIX}{n}",
                    provider=provider,
                    kind=ProgrammeKind.NPQ if npq else kind,
                    npq_course_id=npq,
                    is_example=True,
                    created_at=self.now,
                    updated_at=self.now,
                )
            )
        known = NPQCourse.objects.in_bulk()
        for programme in made:
            if programme.npq_course_id:
                programme.npq_course = known[programme.npq_course_id]
        return made

    def _versions(self, pks: list[int]) -> list[ProgrammeVersion]:
        dice, size = self.dice, len(pks)
        topics = several_of(dice, values_of(Topic), 3, size)
        audience = several_of(dice, values_of(Audience), 3, size)
        titles, summaries, contents = texts(dice, 3, size), texts(dice, 10, size), texts(dice, 35, size)
        stages = several_of(dice, values_of(CareerStage), 2, size)
        phases = several_of(dice, values_of(Phase), 2, size)
        modes = several_of(dice, values_of(Mode), 2, size)
        reach = several_of(dice, values_of(Reach), 2, size)
        standards = several_of(dice, values_of(HeadteacherStandard), 2, size)
        funding = one_of(dice, values_of(FundingModel), size)
        hours = dice.choice([0, 3, 6, 12, 20, 40, 60, 90], size)
        weeks = dice.choice([0, 1, 6, 13, 26, 39, 52], size)
        shares = dice.randint(0, 101, (size, 4))
        roles = one_of(dice, values_of(ParticipantRole), size)
        levels = dice.choice(["", "1", "2", "3", "4", "5"], size, p=[0.3, 0.25, 0.2, 0.13, 0.08, 0.04])
        made = []
        for i, (pk, n, programme) in enumerate(zip(pks, self.numbers, self.programmes, strict=True)):
            share, joint, openness, unpaid = map(int, shares[i])
            made.append(
                ProgrammeVersion(
                    pk=pk,
                    programme=programme,
                    number=1,
                    title=f"{Topic(topics[i][0]).label}: {titles[i]} {n + 1}"[:160],
                    summary=f"{summaries[i].capitalize()}. {MADE_UP}"[:300],
                    content=contents[i],
                    topics=topics[i],
                    audience=audience[i],
                    career_stages=stages[i],
                    phases=phases[i],
                    modes=modes[i],
                    reach=reach[i],
                    standards=standards[i] if i % 3 else [],
                    hours=Decimal(int(hours[i])) if hours[i] else None,
                    weeks=int(weeks[i]) or None,
                    travels_miles=25 if Reach.COMES_TO_YOU in reach[i] else None,
                    funding_model=funding[i],
                    accreditation="Synthetic accreditation" if i % 7 == 0 else "",
                    evaluation_level=str(levels[i]),
                    share_share=share,
                    sell_share=(100 - share) // 2,
                    protect_share=100 - share - (100 - share) // 2,
                    joint_practice_share=joint,
                    openness=openness,
                    unpaid_share=unpaid,
                    participant_role=roles[i],
                    published_at=self.now,
                    created_at=self.now,
                    updated_at=self.now,
                )
            )
        return made

    def _prices(self, pks: list[int]) -> list[Price]:
        dice = self.dice
        amounts = np.exp(dice.normal(6.3, 0.9, len(pks))).round(-1).astype(int)
        return [
            Price(
                pk=pk,
                programme=programme,
                valid_from=dt.date(2026, 1, 1),
                per_participant=Decimal(int(amount)),
                cover_days=Decimal(int(days)),
                cover_day_cost=Decimal(200),
                travel=Decimal(0),
                materials=Decimal(0),
                confirmed_on=dt.date(2026, 1, 1),
                created_at=self.now,
                updated_at=self.now,
            )
            for pk, programme, amount, days in zip(
                pks, self.programmes, amounts, dice.randint(0, 6, len(pks)), strict=True
            )
            if amount % 100 != 30  # a tenth has no price
        ]

    def _cohorts(self, pks: list[int]) -> list[Cohort]:
        dice = self.dice
        return [
            Cohort(
                pk=pk,
                public_id=uuid.uuid5(NAMESPACE, f"cohort {n}"),
                programme=programme,
                starts_on=self.today + dt.timedelta(days=int(days)),
                mode=version.modes[0],
                places=20,
                places_left=int(left),
                confirmed_on=dt.date(2026, 1, 1),
                created_at=self.now,
                updated_at=self.now,
            )
            for pk, n, programme, version, days, left in zip(
                pks,
                self.numbers,
                self.programmes,
                self.versions,
                dice.randint(1, 700, len(pks)),
                dice.randint(0, 21, len(pks)),
                strict=True,
            )
            if days % 3  # the others have no date yet
        ]

    def _contexts(self) -> dict[int, list[ProgrammeContext]]:
        """Schools that four programmes of ten have worked in, by the programme; none of them real."""
        dice, size = self.dice, len(self.programmes)
        numbers = np.where(dice.random_sample(size) < 0.4, dice.randint(1, 4, size), 0)
        total = int(numbers.sum())
        percents = dice.randint(0, 61, (total, 3)).tolist()
        facts = zip(
            reserve_ids(ProgrammeContext, total),
            one_of(dice, values_of(SchoolType), total),
            one_of(dice, values_of(Setting), total),
            one_of(dice, ["", *values_of(ImprovementStage)], total),
            dice.randint(40, 1800, total).tolist(),
            percents,
            dice.choice(len(WORKED_AT), total).tolist(),
            dice.randint(2019, 2027, total).tolist(),
            strict=True,
        )
        made: dict[int, list[ProgrammeContext]] = {}
        for programme, version, number in zip(self.programmes, self.versions, numbers.tolist(), strict=True):
            for _ in range(number):
                pk, school_type, setting, stage, pupils, (disadvantage, send, eal), at, year = next(facts)
                made.setdefault(programme.pk, []).append(
                    ProgrammeContext(
                        pk=pk,
                        public_id=uuid.uuid5(NAMESPACE, f"context {programme.slug} {pk}"),
                        programme=programme,
                        phase=version.phases[0],
                        school_type=school_type,
                        setting=setting,
                        improvement_stage=stage,
                        pupils=pupils,
                        disadvantage_percent=float(disadvantage),
                        send_percent=float(send) / 2,
                        eal_percent=float(eal),
                        postcode=WORKED_AT[at],
                        year=year,
                        note=MADE_UP,
                        created_at=self.now,
                        updated_at=self.now,
                    )
                )
        return made


def _copy(model: Any, made: Sequence[Any]) -> None:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    copy_rows(
        model,
        [field.attname for field in fields],
        ([catalogue.for_copy(getattr(row, field.attname)) for field in fields] for row in made),
    )
