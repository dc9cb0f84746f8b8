"""Synthetic providers and specialist leaders, and standings that no rating bears out."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import numpy as np

from lpdqa.clock import now, today
from programmes.choices import HEADINGS, Band, Confidence, EntryKind, EntryStatus
from programmes.services import catalogue
from programmes.services.load.dice import (
    MADE_UP,
    NAMESPACE,
    PREFIX,
    dice_for,
    one_of,
    several_of,
    texts,
    uneven,
    values_of,
)
from providers.choices import Expertise, LeaderStatus, OrganisingModel, Phase, ProviderKind
from providers.models import LocalAuthority, Outcode, Provider, SpecialistLeader

A_PROVIDER = 15  # programmes of one provider, on average
A_LEADER = 20  # programmes to one specialist leader
FRAMEWORK = "Synthetic"


class Providers:
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
            dice = dice_for(1, n)
            authority, region = authorities[dice.randint(len(authorities))] if authorities else (None, None)
            made.append(
                Provider(
                    slug=f"{PREFIX}{n}",
                    public_id=uuid.uuid5(NAMESPACE, f"provider {n}"),
                    name=f"Synthetic {texts(dice, 2, 1)[0]} provider {n + 1}".title(),
                    kind=one_of(dice, values_of(ProviderKind), 1)[0],
                    organising_model=one_of(dice, values_of(OrganisingModel), 1)[0],
                    summary=MADE_UP,
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
                for provider, standing in zip(made, standings_of(dice_for(2, there), len(made)), strict=True)
            }
        )
        by_slug = {provider.slug: provider for provider in known}
        self.all = [by_slug[f"{PREFIX}{n}"] for n in range(number)]
        self.postcodes = [provider.postcode for provider in self.all]
        self._shares = uneven(len(self.all), 0.5)

    def of(self, dice: np.random.RandomState, size: int) -> list[Provider]:
        """Who offers each of `size` programmes: some many, most few."""
        return [self.all[i] for i in dice.choice(len(self.all), size, p=self._shares)]


def make_leaders(programmes: int, providers: Providers) -> int:
    there = SpecialistLeader.objects.filter(slug__startswith=PREFIX).count()
    wanted = programmes // A_LEADER
    if wanted <= there:
        return 0
    dice, size = dice_for(3, there), wanted - there
    chosen = zip(
        range(there, wanted),
        providers.of(dice, size),
        several_of(dice, values_of(Expertise), 3, size),
        several_of(dice, values_of(Phase), 2, size),
        dice.randint(0, 9, size),
        texts(dice, 20, size),
        strict=True,
    )
    made = SpecialistLeader.objects.bulk_create(
        (
            SpecialistLeader(
                slug=f"{PREFIX}{n}",
                public_id=uuid.uuid5(NAMESPACE, f"leader {n}"),
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
            for leader, standing in zip(made, standings_of(dice, size), strict=True)
        }
    )
    return len(made)


def standings_of(dice: np.random.RandomState, size: int) -> list[catalogue.Standing]:
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
                alert=MADE_UP if kind == EntryStatus.ALERT else "",
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
