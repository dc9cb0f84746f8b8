"""Catalogues and questions made up at random, for comparing two ways of answering."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st

from programmes.choices import (
    HEADINGS,
    Accredited,
    Audience,
    Band,
    CareerStage,
    Confidence,
    EntryKind,
    EntryStatus,
    FundingModel,
    HeadteacherStandard,
    Mode,
    ProgrammeKind,
    Reach,
    Topic,
)
from programmes.models import CatalogueEntry
from programmes.queries.facets import FACETS, Standing
from programmes.queries.search import ANY_STATUS, Order, SearchQuery
from programmes.ranges import CONTINUUM, FULL_COST, HOURS, WEEKS
from programmes.ranges import PLACES as PLACES_LEFT
from programmes.services.catalogue import BAND_RANK
from providers.choices import Expertise, OrganisingModel, Phase, ProviderKind
from providers.queries.places import Place
from tests import factories

WORDS = ("coaching", "coach", "phonics", "leading", "lead", "send", "heads", "heart", "reading", "new")
TERMS = ("2026-autumn", "2027-spring")
REGIONS = ("north", "south", "east-midlands")
PLACES = ((52.6, -1.1), (51.5, -0.1), (53.8, -1.5), (54.9, -1.6))


def _some(choices: Any, most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(choices)), max_size=most)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def codes_of(choices: Any) -> list[str]:
    return [code for code, _ in choices.choices]


texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
scores = _maybe(st.decimals(1, 4, places=4))


@st.composite
def columns(draw: st.DrawFn) -> dict[str, Any]:
    """What an entry says, but for what it is an entry of."""
    status = draw(st.sampled_from(EntryStatus.values))
    band = draw(st.sampled_from(Band.values)) if status != EntryStatus.LISTED else ""
    point = draw(_maybe(st.sampled_from(PLACES)))
    return {
        "title": draw(texts) or "untitled",
        "keywords": draw(texts),
        "summary": draw(texts),
        "body": draw(texts),
        "provider_kind": draw(st.sampled_from(ProviderKind.values)),
        "organising_model": draw(st.sampled_from(["", *OrganisingModel.values])),
        "programme_kind": draw(st.sampled_from(["", *ProgrammeKind.values])),
        "npq": draw(st.sampled_from(["", "npq-headship", "npq-senco"])),
        "is_example": draw(st.booleans()),
        "status": status,
        "band": band,
        "band_rank": BAND_RANK.get(band, 0),
        "overall": draw(st.decimals(1, 4, places=4)),
        **{heading: draw(scores) for heading in HEADINGS},
        "audience": draw(_some(Audience.values)),
        "career_stages": draw(_some(CareerStage.values)),
        "phases": draw(_some(Phase.values)),
        "topics": draw(_some(Topic.values)),
        "expertise": draw(_some(Expertise.values)),
        "modes": draw(_some(Mode.values)),
        "reach": draw(_some(Reach.values)),
        "regions": draw(_some(REGIONS)),
        "latitude": point[0] if point else None,
        "longitude": point[1] if point else None,
        "travels_miles": draw(_maybe(st.integers(0, 200))),
        "hours": draw(_maybe(st.decimals(1, 500, places=1))),
        "price": draw(_maybe(st.sampled_from([Decimal(0), Decimal("99.50"), Decimal(1200), Decimal(20000)]))),
        "funding_model": draw(st.sampled_from(["", *FundingModel.values])),
        "next_start": draw(_maybe(st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)))),
        "confidence": draw(st.sampled_from(["", *Confidence.values])),
        "reviewed_in": draw(st.sampled_from(["", "2025", "2026"])),
        "accredited": draw(st.sampled_from(["", *Accredited.values])),
        "standards": draw(_some(HeadteacherStandard.values)),
        "terms": draw(_some(TERMS)),
        "hours_range": draw(st.sampled_from(["", *codes_of(HOURS)])),
        "weeks_range": draw(st.sampled_from(["", *codes_of(WEEKS)])),
        "places_range": draw(st.sampled_from(["", *codes_of(PLACES_LEFT)])),
        "cost_range": draw(st.sampled_from(["", *codes_of(FULL_COST)])),
        "continuum_range": draw(st.sampled_from(["", *codes_of(CONTINUUM)])),
        "evaluation_level": draw(st.sampled_from(["", "1", "3", "5"])),
        "continuum": draw(_maybe(st.integers(0, 100))),
    }


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    """A question of any kind, mostly with few filters so that something is found."""
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in draw(st.lists(st.sampled_from(FACETS), max_size=2, unique_by=lambda facet: facet.name)):
        codes = {
            "region": REGIONS,
            "npq": ("npq-headship", "npq-senco"),
            "authority": ("301", "302"),
            "status": (ANY_STATUS, *Standing.values),
            "starts": TERMS,
            "reviewed": ("2025", "2026"),
        }.get(facet.name) or codes_of(facet.choices)
        chosen[facet.name] = tuple(draw(st.lists(st.sampled_from(codes), min_size=1, max_size=5)))
    if draw(st.booleans()):
        chosen["status"] = (ANY_STATUS,)
    place = draw(_maybe(st.sampled_from([*PLACES, (50.1, -5.5)])))
    return SearchQuery(
        kind=draw(st.sampled_from(["", *EntryKind.values])),
        words=draw(asked_words),
        place=Place("here", *place) if place else None,
        within=draw(_maybe(st.integers(1, 300))),
        chosen=chosen,
        at_least=draw(st.dictionaries(st.sampled_from(HEADINGS), st.decimals(1, 4, places=1), max_size=1)),
        price_max=draw(_maybe(st.sampled_from([Decimal("99.50"), Decimal("99.499"), Decimal(5000)]))),
        examples=draw(st.booleans()),
        order=draw(st.sampled_from(["", *Order.values])),
        seed=draw(st.sampled_from(["2026-11-23", "a", "b"])),
    )


_ways = (
    "{0}",
    "{0} {1}",
    "{0} or {1}",
    "-{0}",
    "{0} -{1}",
    '"{0} {1}"',
    '{2} "{0} {1}"',
    "{0} {1} {2} or {0}",
)
asked_words = st.just("") | st.builds(
    lambda way, *words: way.format(*words),
    st.sampled_from(_ways),
    st.sampled_from(WORDS),
    st.sampled_from([*WORDS, "headsh", "co", "the"]),
    st.sampled_from(WORDS),
)


class Subjects:
    """What entries can be of; made once, entries come and go."""

    def __init__(self, number: int) -> None:
        provider = factories.ProviderFactory()
        self._providers = factories.ProviderFactory.create_batch(number)
        self._programmes = factories.ProgrammeFactory.create_batch(number, public=True, provider=provider)
        self._leaders = factories.SpecialistLeaderFactory.create_batch(number, designator=provider)
        for code in ("301", "302"):
            factories.LocalAuthorityFactory(code=code)
        self._number = number

    def entries(self, rows: list[dict[str, Any]]) -> list[CatalogueEntry]:
        """Entries of all three kinds in turn that say this."""
        made = []
        for place, row in enumerate(rows):
            which = place // 3
            programme, leader, provider = (
                self._programmes[which],
                self._leaders[which],
                self._providers[which],
            )
            subject: dict[str, Any] = (
                {"kind": "programme", "programme": programme, "version": programme.public_version},
                {"kind": "sle", "leader": leader},
                {"kind": "provider", "provider": provider},
            )[place % 3]
            listed = {"band": "", "rating_public_id": None} if row["status"] == "listed" else {}
            made.append(
                CatalogueEntry(
                    slug=f"entry-{place}",
                    provider_name="A provider",
                    authority_id=("301", "302", None)[place % 3],
                    refreshed_at=timezone.now(),
                    **{"provider": programme.provider, **row, **subject, **listed},
                )
            )
        return CatalogueEntry.objects.bulk_create(made)
