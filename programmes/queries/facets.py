"""What the catalogue can be narrowed by: one table for the form, the conditions, the counts, the chips and
the API.

A facet is a filter with a list of choices; several chosen values mean "or", several facets "and".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Protocol

from django.db.models import Count, F, Func, Q, QuerySet, TextChoices

from programmes.choices import (
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
from programmes.queries.row_choices import ROW_CHOICES
from programmes.ranges import (
    CONTINUUM,
    FULL_COST,
    HOURS,
    PLACES,
    WEEKS,
)
from providers.choices import Expertise, GuskeyLevel, OrganisingModel, Phase, ProviderKind

_ALL = frozenset(EntryKind.values)
_PROGRAMMES = frozenset({EntryKind.PROGRAMME.value})
_LEADERS = frozenset({EntryKind.SLE.value})


class Standing(TextChoices):
    """What people narrow by: the band of what is rated now, else why there is none."""

    EXEMPLARY = "exemplary", "Exemplary"
    QUALITY_ASSURED = "quality_assured", "Quality assured"
    WORKING_TOWARDS = "working_towards", "Working towards"
    LISTED = "listed", "Listed, not quality assured"
    LAPSED = "lapsed", "Rating lapsed"
    ALERT = "alert", "Alert: rating suspended"


ASSURED = (Standing.EXEMPLARY.value, Standing.QUALITY_ASSURED.value)

_STANDING: dict[str, Q] = {
    Standing.EXEMPLARY: Q(status=EntryStatus.RATED, band=Band.EXEMPLARY),
    Standing.QUALITY_ASSURED: Q(status=EntryStatus.RATED, band=Band.QUALITY_ASSURED),
    Standing.WORKING_TOWARDS: Q(status=EntryStatus.RATED, band=Band.WORKING_TOWARDS),
    Standing.LISTED: Q(status=EntryStatus.LISTED) | Q(status=EntryStatus.RATED, band=Band.NOT_YET),
    Standing.LAPSED: Q(status=EntryStatus.LAPSED),
    Standing.ALERT: Q(status=EntryStatus.ALERT),
}


class YesNo(TextChoices):
    YES = "yes", "Include examples"
    NO = "no", "Leave examples out"


class HasChoices(Protocol):
    """Codes with their labels in the order to show them: `TextChoices` or `Ranges`."""

    @property
    def choices(self) -> list[tuple[str, str]]: ...


class Theme(TextChoices):
    """What filters are about; they stand under these on the page."""

    QUALITY = "quality", "Quality"
    CONTENT = "content", "What it is about"
    PEOPLE = "people", "Who it is for"
    PLACE = "place", "Where it happens"
    TIME = "time", "How and when"
    COST = "cost", "Cost"
    PROVIDER = "provider", "Who provides it"


@dataclass(frozen=True)
class Facet:
    """A column of the entry with choices; `many` says whether it is an array."""

    name: str
    label: str
    column: str
    theme: Theme
    kinds: frozenset[str] = _ALL
    choices: HasChoices | type[TextChoices] | None = None
    """None: the choices are rows or depend on the day, see `Choices`."""
    many: bool = False
    long: bool = False
    """Many choices: shown with a box to narrow them, and only those that would find something."""
    named: bool = False
    """A choice says too little on its own: in a chip or a sentence the facet's label goes before it."""
    hint: str = ""

    def condition(self, values: Iterable[str]) -> Q:
        """Entries with any of these values."""
        lookup = "overlap" if self.many else "in"
        return Q(**{f"{self.column}__{lookup}": list(values)})

    def counts(self, entries: QuerySet[CatalogueEntry]) -> dict[str, int]:
        """How many of `entries` have each value; one query."""
        value = Func(F(self.column), function="unnest") if self.many else F(self.column)
        rows = entries.order_by().annotate(facet_value=value).values_list("facet_value")
        return {str(code): n for code, n in rows.annotate(n=Count("pk", distinct=True)) if code}


@dataclass(frozen=True)
class StandingFacet(Facet):
    """Quality assurance: worked out from status and band together."""

    conditions: Mapping[str, Q] = field(default_factory=lambda: _STANDING)

    def condition(self, values: Iterable[str]) -> Q:
        return reduce(or_, (self.conditions[value] for value in values))

    def counts(self, entries: QuerySet[CatalogueEntry]) -> dict[str, int]:
        return entries.aggregate(**{code: Count("pk", filter=q) for code, q in self.conditions.items()})


_Q, _C, _W, _P, _T, _M, _O = Theme
FACETS: tuple[Facet, ...] = (
    StandingFacet("status", "Quality assurance", "status", _Q, choices=Standing),
    Facet("confidence", "Confidence in the rating", "confidence", _Q, choices=Confidence, named=True),
    Facet("reviewed", "Last reviewed", "reviewed_in", _Q, named=True),
    Facet("evidence", "How far its evaluation reaches", "evaluation_level", _Q, _PROGRAMMES | _LEADERS, GuskeyLevel,
          named=True),
    Facet("accredited", "Accreditation", "accredited", _Q, _PROGRAMMES, Accredited),
    Facet("topic", "Topic", "topics", _C, _PROGRAMMES, Topic, many=True, long=True),
    Facet("expertise", "Area of expertise", "expertise", _C, _LEADERS, Expertise, many=True, long=True),
    Facet("npq", "NPQ", "npq", _C, _PROGRAMMES, long=True),
    Facet("standard", "Headteachers’ Standard", "standards", _C, _PROGRAMMES, HeadteacherStandard, many=True,
          long=True, named=True),
    Facet("programme_kind", "Kind of programme", "programme_kind", _C, _PROGRAMMES, ProgrammeKind),
    Facet("audience", "Role", "audience", _W, _PROGRAMMES, Audience, many=True, long=True),
    Facet("stage", "Career stage", "career_stages", _W, _PROGRAMMES, CareerStage, many=True),
    Facet("phase", "Phase", "phases", _W, choices=Phase, many=True),
    Facet("region", "Region", "regions", _P, many=True, long=True),
    Facet("authority", "Local authority", "authority_id", _P, long=True),
    Facet("reach", "Venue, your school or online", "reach", _P, _PROGRAMMES | _LEADERS, Reach, many=True),
    Facet("mode", "Way of working", "modes", _T, _PROGRAMMES | _LEADERS, Mode, many=True),
    Facet("hours", "Hours", "hours_range", _T, _PROGRAMMES, HOURS),
    Facet("weeks", "Spread over", "weeks_range", _T, _PROGRAMMES, WEEKS),
    Facet("starts", "Starts in", "terms", _T, _PROGRAMMES, many=True, named=True),
    Facet("places", "Places left", "places_range", _T, _PROGRAMMES, PLACES),
    Facet("cost", "Full cost", "cost_range", _M, _PROGRAMMES, FULL_COST, named=True,
          hint="Fee, materials, travel and cover for one participant"),
    Facet("funding", "How it is paid for", "funding_model", _M, _PROGRAMMES, FundingModel),
    Facet("provider_kind", "Kind of provider", "provider_kind", _O, choices=ProviderKind, long=True),
    Facet("model", "How the provider is organised", "organising_model", _O, choices=OrganisingModel),
    Facet("continuum", "Commercial or collaborative", "continuum_range", _O, _PROGRAMMES, CONTINUUM),
)  # fmt: skip
BY_NAME = {facet.name: facet for facet in FACETS}


_FIXED: dict[str, dict[str, str]] = {}
"""Labels of the choices that are in the code, by facet: the same for as long as the process lives."""


class Choices:
    """Labels of every facet's choices. Those that are rows of the database are read once, when first asked
    for.
    """

    def __init__(self) -> None:
        self._read: dict[str, dict[str, str]] = {}

    def of(self, facet: Facet) -> dict[str, str]:
        """Code to label, in the order to show them."""
        held = self._read if facet.choices is None else _FIXED
        if facet.name not in held:
            choices = facet.choices.choices if facet.choices else ROW_CHOICES[facet.name]()
            held[facet.name] = {str(code): str(label) for code, label in choices}
        return held[facet.name]

    def label(self, facet: Facet, value: str) -> str:
        return self.of(facet).get(value, value)

    def said(self, facet: Facet, value: str) -> str:
        """A choice as it is understood away from its list."""
        label = self.label(facet, value)
        return f"{facet.label}: {label}" if facet.named else label
