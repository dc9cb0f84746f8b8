"""Synthetic programmes in any number, for measuring. Fictional, labelled as examples, the same every time.

Kinds, topics, regions, prices and standings are as uneven as real ones, and so are providers: a few offer much,
most a little. What an entry of the catalogue says comes from the same function as ever
(`queries.catalogue_rows`), only that the rows it is made of are still in memory; its standing is made up, with
no rating behind it, so `rebuild_catalogue` makes all of them "listed".
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError

from lpdqa.bulk import copy_rows, reserve_ids, without_triggers
from lpdqa.clock import now, today
from programmes.choices import (
    HEADINGS,
    Audience,
    Band,
    CareerStage,
    Confidence,
    EntryKind,
    EntryStatus,
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
from programmes.services.load_copies import copy_programmes
from providers.choices import (
    Expertise,
    ImprovementStage,
    LeaderStatus,
    OrganisingModel,
    Phase,
    ProviderKind,
    SchoolType,
    Setting,
)
from providers.models import LocalAuthority, Outcode, Provider, SpecialistLeader

SEED = 20261124
CHUNK = 10_000
BLOCK = 20_000  # made in memory; any more are copies of these
A_PROVIDER = 15  # programmes of one provider, on average
A_LEADER = 20  # programmes to one specialist leader
PREFIX = "synthetic-"
FRAMEWORK = "Synthetic"
_NAMESPACE = uuid.UUID("7d1c9a52-59e4-4a5e-9d0b-0a3f7c1f2b60")
_WRITTEN = (Programme, ProgrammeVersion, Price, Cohort, ProgrammeContext)
_MADE_UP = "Made up to measure with."
WORKED_AT = tuple(
    f"{area}{district} 1AA"
    for area in ("B", "BD", "BN", "BS", "CB", "CV", "DE", "DN", "EX", "GL", "HU", "IP", "L", "LE", "LS", "M", "N",
                 "NE", "NG", "NR", "OX", "PE", "PL", "S", "SE", "SO", "ST", "TN", "WF", "YO")
    for district in range(1, 10)
)  # fmt: skip
"""Postcodes of the schools that programmes worked in; what is known of a postcode is its first half."""


@dataclass(frozen=True)
class LoadReport:
    """How many of each were added."""

    programmes: int
    providers: int
    leaders: int


def load_programmes(*, number: int, progress: Callable[[int], None] = lambda done: None) -> LoadReport:
    """Bring the number of synthetic programmes to `number`, with a provider for every 15 and a specialist
    leader for every 20 of them. Each ten thousand programmes is one transaction.

    Raises `ValidationError` for a number below 1, and in a register with organisations that were claimed:
    synthetic rows don't belong beside real ones.
    """
    if number < 1:
        raise ValidationError("Give a number of programmes from 1.")
    if Provider.objects.filter(is_example=False, claimed_at__isnull=False).exists():
        raise ValidationError(
            "This register holds organisations that were claimed. Synthetic programmes don't belong beside "
            "them: use another one."
        )
    before = _how_many()
    in_memory = min(number, BLOCK)
    providers = _Providers(in_memory)
    _leaders(in_memory, providers)
    places = rows.load_places([*providers.postcodes, *WORKED_AT])
    for start in range(before.programmes, in_memory, CHUNK):
        stop = min(start + CHUNK, in_memory)
        with without_triggers(*_WRITTEN):
            _Writer(start, stop, providers, places).write()
        progress(stop)
    if number > max(BLOCK, before.programmes):
        copy_programmes(
            prefix=PREFIX,
            block=BLOCK,
            providers=len(providers.all),
            leaders=BLOCK // A_LEADER,
            number=number,
            progress=progress,
        )
    after = _how_many()
    return LoadReport(
        after.programmes - before.programmes,
        after.providers - before.providers,
        after.leaders - before.leaders,
    )


def _how_many() -> LoadReport:
    """How many synthetic ones of each there are."""
    programmes, providers, leaders = (
        model._default_manager.filter(slug__startswith=PREFIX).count()
        for model in (Programme, Provider, SpecialistLeader)
    )
    return LoadReport(programmes, providers, leaders)


# --- Dice ---


def _dice(*what: int) -> np.random.RandomState:
    """Its stream is frozen for good; that of numpy's newer generators may change."""
    return np.random.RandomState([SEED, *what])


def _uneven(number: int, steepness: float = 0.8) -> np.ndarray:
    """Shares of `number` choices, the first the greatest (a power law), summing to 1."""
    weights = 1.0 / np.arange(1, number + 1) ** steepness
    return weights / weights.sum()


def _one(dice: np.random.RandomState, choices: Sequence[str], size: int) -> list[str]:
    picked = dice.choice(len(choices), size, p=_uneven(len(choices)))
    return [choices[i] for i in picked]


def _several(dice: np.random.RandomState, choices: Sequence[str], most: int, size: int) -> list[list[str]]:
    """One to `most` different choices for each of `size`."""
    picked = dice.choice(len(choices), (size, most), p=_uneven(len(choices)))
    wanted = dice.randint(1, most + 1, size)
    return [
        sorted({choices[i] for i in row[:count]}) for row, count in zip(picked.tolist(), wanted, strict=True)
    ]


def _values(choices: Any) -> list[str]:
    return [str(value) for value in choices.values]


def _vocabulary() -> list[str]:
    """Some two thousand words, so that texts hold common and rare ones."""
    parts = [
        "lead", "teach", "coach", "read", "learn", "school", "assess", "govern", "plan", "mentor", "phon", "num",
        "rec", "fin", "trust", "cur", "prim", "second", "incl", "beh", "strat", "net", "peer", "review",
    ]  # fmt: skip
    ends = ["ing", "ership", "er", "ment", "ance", "ics", "ic", "al", "ive", "ation", "or", "ity"]
    middles = ["", "a", "ori", "ent", "ul", "is", "om"]
    return [part + middle + end for middle in middles for end in ends for part in parts]


WORDS = _vocabulary()


def _texts(dice: np.random.RandomState, words: int, size: int) -> list[str]:
    picked = dice.choice(len(WORDS), (size, words), p=_uneven(len(WORDS), 1.0))
    return [" ".join(WORDS[i] for i in row) for row in picked.tolist()]


# --- Providers and specialist leaders ---


class _Providers:
    """The synthetic providers, made as far as they are missing, and who offers which programme."""

    def __init__(self, programmes: int) -> None:
        number = max(1, programmes // A_PROVIDER)
        known = Provider.objects.filter(slug__startswith=PREFIX).select_related(
            "region", "authority__region", "school"
        )
        there = known.count()
        authorities = list(LocalAuthority.objects.order_by("code").values_list("code", "region_id"))
        outcodes = list(Outcode.objects.order_by("code").values_list("code", flat=True))
        made = []
        for n in range(there, number):
            dice = _dice(1, n)
            authority, region = authorities[dice.randint(len(authorities))] if authorities else (None, None)
            made.append(
                Provider(
                    slug=f"{PREFIX}{n}",
                    public_id=uuid.uuid5(_NAMESPACE, f"provider {n}"),
                    name=f"Synthetic {_texts(dice, 2, 1)[0]} provider {n + 1}".title(),
                    kind=_one(dice, _values(ProviderKind), 1)[0],
                    organising_model=_one(dice, _values(OrganisingModel), 1)[0],
                    summary=_MADE_UP,
                    authority_id=authority,
                    region_id=region,
                    postcode=f"{outcodes[dice.randint(len(outcodes))]} 1AA" if outcodes else "",
                    listed_at=now(),
                    is_example=True,
                )
            )
        made = Provider.objects.bulk_create(made, batch_size=2000)
        catalogue.refresh_standings(
            standings={
                (EntryKind.PROVIDER.value, provider.pk): standing
                for provider, standing in zip(made, _standings(_dice(2, there), len(made)), strict=True)
            }
        )
        by_slug = {provider.slug: provider for provider in known}
        self.all = [by_slug[f"{PREFIX}{n}"] for n in range(number)]
        self.postcodes = [provider.postcode for provider in self.all]
        self._shares = _uneven(len(self.all), 0.5)

    def of(self, dice: np.random.RandomState, size: int) -> list[Provider]:
        """Who offers each of `size` programmes: some many, most few."""
        return [self.all[i] for i in dice.choice(len(self.all), size, p=self._shares)]


def _leaders(programmes: int, providers: _Providers) -> int:
    there = SpecialistLeader.objects.filter(slug__startswith=PREFIX).count()
    wanted = programmes // A_LEADER
    if wanted <= there:
        return 0
    dice, size = _dice(3, there), wanted - there
    chosen = zip(
        range(there, wanted),
        providers.of(dice, size),
        _several(dice, _values(Expertise), 3, size),
        _several(dice, _values(Phase), 2, size),
        dice.randint(0, 9, size),
        _texts(dice, 20, size),
        strict=True,
    )
    made = SpecialistLeader.objects.bulk_create(
        (
            SpecialistLeader(
                slug=f"{PREFIX}{n}",
                public_id=uuid.uuid5(_NAMESPACE, f"leader {n}"),
                name=f"Synthetic leader {n + 1}",
                designator=provider,
                expertise=expertise,
                phases=phases,
                summary=text,
                status=LeaderStatus.DESIGNATED,
                designated_on=dt.date(2025, 9, 1),
                day_rate=Decimal(250 + 50 * int(rate)) if rate else None,
                travels_miles=10 * int(rate) + 10,
                works_online=bool(rate % 2),
                listed_at=now(),
                is_example=True,
            )
            for n, provider, expertise, phases, rate, text in chosen
        ),
        batch_size=2000,
    )
    catalogue.refresh_standings(
        standings={
            (EntryKind.SLE.value, leader.pk): standing
            for leader, standing in zip(made, _standings(dice, size), strict=True)
        }
    )
    return len(made)


def _standings(dice: np.random.RandomState, size: int) -> list[catalogue.Standing]:
    """Most are listed; of those rated, most are quality assured."""
    status = dice.choice(4, size, p=[0.62, 0.33, 0.045, 0.005])
    headings = np.clip(dice.normal(3.0, 0.45, (size, 5)), 1, 4).round(4)
    confidence = dice.random_sample(size).round(4)
    days = dice.randint(1, 1000, size)
    found = []
    for place in range(size):
        kind = (
            EntryStatus.LISTED,
            EntryStatus.RATED,
            EntryStatus.LAPSED,
            EntryStatus.ALERT,
        )[status[place]]
        if kind == EntryStatus.LISTED:
            found.append(catalogue.Standing())
            continue
        scores = [float(score) for score in headings[place]]
        overall, sure = round(sum(scores) / 5, 4), float(confidence[place])
        band = (
            Band.NOT_YET if overall < 2.2
            else Band.WORKING_TOWARDS if overall < 2.8
            else Band.QUALITY_ASSURED if overall < 3.3
            else Band.EXEMPLARY
        )  # fmt: skip
        decided = today() - dt.timedelta(days=int(days[place]))
        found.append(
            catalogue.Standing(
                status=kind,
                alert=_MADE_UP if kind == EntryStatus.ALERT else "",
                band=band,
                provisional=sure < 0.3,
                overall=overall,
                headings=dict(zip(HEADINGS, scores, strict=True)),
                confidence=Confidence.HIGH
                if sure >= 0.6
                else Confidence.MEDIUM
                if sure >= 0.3
                else Confidence.LOW,
                confidence_value=sure,
                framework=FRAMEWORK,
                decided_on=decided,
                valid_to=decided + dt.timedelta(days=1095),
            )
        )
    return found


# --- Programmes ---


class _Writer:
    """Makes the programmes numbered from `start` to `stop` (left out)."""

    def __init__(self, start: int, stop: int, providers: _Providers, places: rows.Places) -> None:
        self.numbers = range(start, stop)
        self.places = places
        self.dice = dice = _dice(4, start)
        size = len(self.numbers)
        self.now, self.today = now(), today()
        pks = [reserve_ids(model, size) for model in _WRITTEN]
        self.programmes = self._programmes(providers.of(dice, size), pks[0])
        self.versions = self._versions(pks[1])
        self.prices = self._prices(pks[2])
        self.cohorts = self._cohorts(pks[3])
        self.contexts = self._contexts()
        self.standings = _standings(dice, size)
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
        kinds = _one(
            self.dice, [kind for kind in _values(ProgrammeKind) if kind != ProgrammeKind.NPQ], len(pks)
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
                    public_id=uuid.uuid5(_NAMESPACE, f"programme {n}"),
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
        topics = _several(dice, _values(Topic), 3, size)
        audience = _several(dice, _values(Audience), 3, size)
        titles, summaries, contents = _texts(dice, 3, size), _texts(dice, 10, size), _texts(dice, 35, size)
        stages = _several(dice, _values(CareerStage), 2, size)
        phases = _several(dice, _values(Phase), 2, size)
        modes = _several(dice, _values(Mode), 2, size)
        reach = _several(dice, _values(Reach), 2, size)
        standards = _several(dice, _values(HeadteacherStandard), 2, size)
        funding = _one(dice, _values(FundingModel), size)
        hours = dice.choice([0, 3, 6, 12, 20, 40, 60, 90], size)
        weeks = dice.choice([0, 1, 6, 13, 26, 39, 52], size)
        shares = dice.randint(0, 101, (size, 4))
        roles = _one(dice, _values(ParticipantRole), size)
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
                    summary=f"{summaries[i].capitalize()}. {_MADE_UP}"[:300],
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
                public_id=uuid.uuid5(_NAMESPACE, f"cohort {n}"),
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
            _one(dice, _values(SchoolType), total),
            _one(dice, _values(Setting), total),
            _one(dice, ["", *_values(ImprovementStage)], total),
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
                        public_id=uuid.uuid5(_NAMESPACE, f"context {programme.slug} {pk}"),
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
                        note=_MADE_UP,
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
