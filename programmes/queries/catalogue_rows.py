"""What a catalogue entry says about its subject, worked out from the source tables (all but the rating).

One function a kind builds a row; a single refresh and one of thousands go through the same function, so
they can't disagree. A row is a dict of `CatalogueEntry` columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from lpdqa.clock import today
from programmes.choices import (
    Accredited,
    Audience,
    CareerStage,
    EntryKind,
    FundingModel,
    HeadteacherStandard,
    Mode,
    Reach,
    Topic,
)
from programmes.folding import composed, fold
from programmes.models import Cohort, Price, Programme, ProgrammeContext
from programmes.queries.context_rows import DONE, ContextRow, leader_contexts, programme_contexts
from programmes.queries.cost import full_cost
from programmes.queries.leaders import without_name
from programmes.ranges import CONTINUUM, FULL_COST, HOURS, PLACES, WEEKS, term_code
from programmes.synonyms import with_synonyms
from providers.choices import Expertise, Phase, ProviderKind
from providers.models import Deployment, Outcode, Provider, Region, School, SpecialistLeader
from providers.postcodes import outcode_of

Row = dict[str, Any]
Point = tuple[float, float]


@dataclass(frozen=True)
class Places:
    """What rows need to know of places, loaded once for all of them."""

    outcodes: dict[str, Point]
    regions: dict[str, str]
    """Code to name of the nine regions."""

    def of_postcode(self, postcode: str) -> Point | None:
        return self.outcodes.get(outcode_of(postcode)) if postcode else None


def load_places(postcodes: Iterable[str]) -> Places:
    """The places that rows with these postcodes need; two queries."""
    outcodes = Outcode.objects.filter(code__in={outcode_of(postcode) for postcode in postcodes if postcode})
    regions = Region.objects.filter(scheme=Region.Scheme.REGION, valid_to=None).order_by("name")
    return Places(
        outcodes={
            code: (lat, lon) for code, lat, lon in outcodes.values_list("code", "latitude", "longitude")
        },
        regions=dict(regions.values_list("code", "name")),
    )


# --- The subjects, with all that their rows need ---


def programmes_for_rows(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """Four queries whatever their number."""
    on = today()
    return programmes.select_related(
        "provider__region",
        "provider__authority__region",
        "provider__school",
        "public_version",
        "npq_course",
    ).prefetch_related(
        Prefetch(
            "prices", Price.objects.filter(valid_from__lte=on).order_by("-valid_from", "-id"), "prices_begun"
        ),
        Prefetch(
            "cohorts", Cohort.objects.filter(starts_on__gte=on).order_by("starts_on", "id"), "cohorts_to_come"
        ),
        Prefetch("contexts", ProgrammeContext.objects.select_related("school")),
    )


def leaders_for_rows(leaders: QuerySet[SpecialistLeader]) -> QuerySet[SpecialistLeader]:
    """Two queries."""
    done = Deployment.objects.filter(state__in=DONE).select_related("supported_school")
    return leaders.select_related(
        "designator__region",
        "designator__authority__region",
        "designator__school",
        "home_school__authority__region",
    ).prefetch_related(Prefetch("deployments", done.order_by("-requested_on", "-id"), "work_done"))


def providers_for_rows(providers: QuerySet[Provider]) -> QuerySet[Provider]:
    """Two queries."""
    return providers.select_related("region", "authority__region", "school").prefetch_related("areas")


# --- The rows ---


def programme_row(programme: Programme, places: Places) -> Row:
    """The entry of a programme: what its public version says, its price now and its next cohort.

    `programme` comes from `programmes_for_rows` and has a public version.
    """
    version = programme.public_version
    if version is None:
        raise ValueError("A programme without a public version has no catalogue entry.")
    provider = programme.provider
    price: Price | None = next(iter(programme.prices_begun), None)  # type: ignore[attr-defined]
    cohorts: list[Cohort] = programme.cohorts_to_come  # type: ignore[attr-defined]
    cohort = next(iter(cohorts), None)
    most_places = max((one.places_left for one in cohorts if one.places_left is not None), default=None)
    amount = price.per_participant if price else None
    if price is None and version.funding_model == FundingModel.FREE:
        amount = Decimal(0)
    full = _full_cost(price) if price else amount
    region = _region_of(provider)
    # What is online with no region named is open to all of them.
    everywhere = not version.regions and Reach.ONLINE in version.reach
    regions = version.regions or (list(places.regions) if everywhere else _codes(region))
    course = programme.npq_course
    labels = [
        programme.get_kind_display(),
        *(_npq_words(course.name, course.short_code) if course else ()),
        *_labels(Topic, version.topics),
        *_labels(HeadteacherStandard, version.standards),
        *_labels(Audience, version.audience),
        *_labels(CareerStage, version.career_stages),
        *_labels(Phase, version.phases),
        *_labels(Mode, version.modes),
        version.get_funding_model_display(),
        provider.get_kind_display(),
        *(() if everywhere else (places.regions.get(code, "") for code in regions)),
    ]
    return {
        "kind": EntryKind.PROGRAMME,
        "programme_id": programme.pk,
        "version_id": version.pk,
        "slug": programme.slug,
        "title": composed(version.title),
        "summary": composed(version.summary),
        "keywords": _keywords(labels, version.title, version.summary),
        "body": fold(
            _join(version.aims, version.content, version.suits, version.deliverers, version.accreditation)
        ),
        "is_example": programme.is_example or provider.is_example,
        **_of_provider(provider),
        "programme_kind": programme.kind,
        "npq": programme.npq_course_id or "",
        "audience": version.audience,
        "career_stages": version.career_stages,
        "phases": version.phases,
        "topics": version.topics,
        "standards": version.standards,
        "expertise": [],
        "modes": version.modes,
        "reach": version.reach,
        "regions": regions,
        "region_id": region.pk if region else None,
        **_point(places.of_postcode(version.venue_postcode) or _point_of(provider, places)),
        "travels_miles": version.travels_miles,
        "hours": version.hours,
        "weeks": version.weeks,
        "price": amount,
        "funding_model": version.funding_model,
        "next_start": cohort.starts_on if cohort else None,
        "places_left": cohort.places_left if cohort else None,
        "accreditation": version.accreditation,
        "evaluation_level": version.evaluation_level,
        "continuum": version.continuum_index,
        "full_cost": full,
        "hours_range": HOURS.code(version.hours),
        "weeks_range": WEEKS.code(version.weeks),
        "cost_range": FULL_COST.code(full),
        "places_range": PLACES.code(most_places),
        "continuum_range": CONTINUUM.code(version.continuum_index),
        "terms": sorted({term_code(one.starts_on) for one in cohorts}),
        "accredited": Accredited.YES if version.accreditation.strip() else Accredited.NO,
    }


def leader_row(leader: SpecialistLeader, places: Places) -> Row:
    """The entry of a specialist leader. Without consent to be named: no name, no home school, and as its
    place only the middle of the postcode's first half.
    """
    designator, school = leader.designator, leader.home_school
    region = (school.authority.region if school else None) or _region_of(designator)
    point = None
    if school:
        exact = _school_point(school) if leader.consent_named_at else None
        point = exact or places.of_postcode(school.postcode)
    title = leader.public_name
    summary = without_name(leader, leader.summary)
    expertise = _labels(Expertise, leader.expertise)
    labels = [
        leader.get_kind_display(),
        *expertise,
        *_labels(Phase, leader.phases),
        designator.get_kind_display(),
        region.name if region else "",
        school.authority.name if school else "",
    ]
    if leader.consent_named_at:
        labels.append(school.name if school else leader.home_school_name)
    online = [Mode.ONLINE] if leader.works_online else []
    return {
        "kind": EntryKind.SLE,
        "leader_id": leader.pk,
        "slug": leader.slug,
        "title": composed(title),
        "summary": composed(summary),
        "keywords": _keywords(labels, title, summary),
        "body": fold(_join(without_name(leader, leader.suits), without_name(leader, leader.evidence_base))),
        "is_example": leader.is_example or designator.is_example,
        **_of_provider(designator),
        "authority_id": school.authority_id if school else designator.authority_id,
        "expertise": leader.expertise,
        "phases": leader.phases,
        "modes": [Mode.IN_SCHOOL, *online],
        "reach": [Reach.COMES_TO_YOU, *([Reach.ONLINE] if online else [])],
        "regions": _codes(region),
        "region_id": region.pk if region else None,
        **_point(point or _point_of(designator, places)),
        "travels_miles": leader.travels_miles,
        "price": leader.day_rate,
        "funding_model": FundingModel.DAY_RATE if leader.day_rate else "",
        # How far the furthest evaluation by a supported school reaches.
        "evaluation_level": max((work.evaluation_level for work in leader.work_done), default=""),  # type: ignore[attr-defined]
    }


def provider_row(provider: Provider, places: Places) -> Row:
    """The entry of an organisation."""
    region = _region_of(provider)
    school = provider.school
    labels = [
        provider.get_kind_display(),
        region.name if region else "",
        provider.authority.name if provider.authority else "",
        school.town if school else "",
        *(area.name for area in provider.areas.all()),
    ]
    return {
        "kind": EntryKind.PROVIDER,
        "slug": provider.slug,
        "title": composed(provider.name),
        "summary": composed(provider.summary),
        "keywords": _keywords(labels, provider.name, provider.summary),
        "body": fold(_join(provider.purpose_statement, provider.client_voice)),
        "is_example": provider.is_example,
        **_of_provider(provider),
        "phases": [school.phase] if school and school.phase and provider.kind == ProviderKind.SCHOOL else [],
        "regions": _codes(region),
        "region_id": region.pk if region else None,
        **_point(_point_of(provider, places)),
    }


# --- Pieces ---


def postcodes_of(subject: Programme | SpecialistLeader | Provider) -> list[str]:
    """The postcodes that the row of a subject may be placed by."""
    if isinstance(subject, Provider):
        return [subject.postcode]
    if isinstance(subject, SpecialistLeader):
        home = subject.home_school.postcode if subject.home_school else ""
        return [home, subject.designator.postcode, *_worked_at(leader_contexts(subject))]
    venue = subject.public_version.venue_postcode if subject.public_version else ""
    return [venue, subject.provider.postcode, *_worked_at(programme_contexts(subject))]


def context_rows(subject: Programme | SpecialistLeader | Provider, places: Places) -> list[Row]:
    """The schools a subject has worked in. An organisation's are those of what it offers: none of its own."""
    if isinstance(subject, Provider):
        return []
    contexts = (
        leader_contexts(subject) if isinstance(subject, SpecialistLeader) else programme_contexts(subject)
    )
    rows = []
    for context in contexts:
        postcode = context.pop("postcode")
        rows.append({**context, **_point(places.of_postcode(postcode))})
    return rows


def _worked_at(contexts: list[ContextRow]) -> list[str]:
    return [context["postcode"] for context in contexts]


def _of_provider(provider: Provider) -> Row:
    return {
        "provider_id": provider.pk,
        "provider_name": composed(provider.name),
        "provider_kind": provider.kind,
        "organising_model": provider.organising_model,
        "authority_id": provider.authority_id,
    }


def _region_of(provider: Provider) -> Region | None:
    return provider.region or (provider.authority.region if provider.authority else None)


def _codes(region: Region | None) -> list[str]:
    return [region.code] if region else []


def _school_point(school: School) -> Point | None:
    if school.latitude is None or school.longitude is None:
        return None
    return school.latitude, school.longitude


def _point_of(provider: Provider, places: Places) -> Point | None:
    if provider.latitude is not None and provider.longitude is not None:
        return provider.latitude, provider.longitude
    school = provider.school
    return (_school_point(school) if school else None) or places.of_postcode(provider.postcode)


def _point(point: Point | None) -> Row:
    return {"latitude": point[0] if point else None, "longitude": point[1] if point else None}


def _labels(choices: Any, values: Iterable[str]) -> list[str]:
    return [str(choices(value).label) for value in values]


def _full_cost(price: Price) -> Decimal | None:
    """What one participant costs a school in all; None while no fee is stated."""
    cost = full_cost(price, 1)
    return None if "fee" in cost.unstated else cost.total


def _npq_words(name: str, short_code: str) -> tuple[str, ...]:
    return name, short_code, f"NPQ {name}"


def _keywords(labels: Iterable[str], title: str, summary: str) -> str:
    known = _join(*dict.fromkeys(labels))
    return fold(_join(known, with_synonyms(_join(title, summary, known))))


def _join(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
