"""What stands at a glance on the page of a programme, specialist leader or provider: labels with values."""

from __future__ import annotations

from typing import Any

from lpdqa.web.formats import long_date, money
from programmes.choices import Audience, CareerStage, HeadteacherStandard, Mode, Reach, Topic
from programmes.models import CatalogueEntry, Programme, ProgrammeVersion
from programmes.queries.leaders import availability_of
from providers.choices import Expertise, Phase
from providers.models import Provider, Region, SpecialistLeader

Rows = list[tuple[str, Any]]


def _labels(choices: Any, values: list[str]) -> str:
    return ", ".join(str(choices(value).label) for value in values)


def of_programme(programme: Programme, version: ProgrammeVersion, entry: CatalogueEntry) -> Rows:
    regions = Region.objects.filter(code__in=version.regions).order_by("name").values_list("name", flat=True)
    places = f"{version.places} in each cohort" if version.places else ""
    return [
        ("Kind", programme.npq_course.name if programme.npq_course else programme.get_kind_display()),
        ("Who it is for", _labels(Audience, version.audience)),
        ("Career stage", _labels(CareerStage, version.career_stages)),
        ("Phase", _labels(Phase, version.phases)),
        ("Topics", _labels(Topic, version.topics)),
        ("Headteachers’ Standards", _labels(HeadteacherStandard, version.standards)),
        ("Way of working", _labels(Mode, version.modes)),
        ("Where it happens", _labels(Reach, version.reach)),
        ("Regions", ", ".join(regions) if version.regions else ""),
        ("Will travel", f"{version.travels_miles} miles" if version.travels_miles else ""),
        ("Time", _time(version)),
        ("Places", places),
        ("Who delivers it", version.deliverers),
        ("Accreditation", version.accreditation),
        ("How it is paid for", version.get_funding_model_display()),
        ("How far evaluation reaches", version.get_evaluation_level_display()),
        ("Shared or sold", _continuum(version)),
        ("Version", f"{version.number}{f': {version.change_note}' if version.change_note else ''}"),
    ]


def _time(version: ProgrammeVersion) -> str:
    hours = f"{version.hours.normalize():f} hours" if version.hours is not None else ""
    weeks = f"over {version.weeks} weeks" if version.weeks else ""
    return f"{hours} {weeks}".strip()


def _continuum(version: ProgrammeVersion) -> str:
    index = version.continuum_index
    if index is None:
        return ""
    return f"{index} of 100, from commercial (0) to collaborative (100); never part of the rating"


def of_leader(leader: SpecialistLeader, entry: CatalogueEntry) -> Rows:
    school = ""
    if leader.consent_named_at:
        school = leader.home_school.name if leader.home_school else leader.home_school_name
    return [
        ("Role", leader.get_kind_display()),
        ("Expertise", _labels(Expertise, leader.expertise)),
        ("Phase", _labels(Phase, leader.phases)),
        ("Home school", school),
        ("Authority", entry.authority.name if entry.authority else ""),
        ("Region", entry.region.name if entry.region else ""),
        ("Status", leader.get_status_display()),
        ("Designated", long_date(leader.designated_on)),
        ("Designated until", long_date(leader.designation_ends_on)),
        ("New deployments", availability_of(leader)),
        ("Will travel", f"{leader.travels_miles} miles" if leader.travels_miles else ""),
        ("Works online", "Yes" if leader.works_online else ""),
    ]


def rates(leader: SpecialistLeader) -> Rows:
    """What a day costs and where the money goes."""
    if leader.day_rate is None:
        return []
    vat = "VAT is added" if leader.vat_charged else "no VAT"
    share = f"{leader.home_school_share}% of the rate" if leader.home_school_share and leader.day_rate else ""
    return [
        ("Day rate", f"{money(leader.day_rate)}, {vat}" if leader.day_rate else "No charge"),
        ("To the home school", share),
        ("Brokerage", f"{money(leader.brokerage)} a day" if leader.brokerage else ""),
        ("Travel", leader.travel_terms),
    ]


def of_provider(provider: Provider) -> Rows:
    region = provider.region or (provider.authority.region if provider.authority else None)
    return [
        ("Kind", provider.get_kind_display()),
        ("Organised as", provider.get_organising_model_display()),
        ("Legal form", provider.get_legal_form_display()),
        ("Authority", provider.authority.name if provider.authority else ""),
        ("Region", region.name if region else ""),
        ("UKPRN", provider.ukprn),
        ("Company number", provider.company_number),
        ("Charity number", provider.charity_number),
        ("Group identifier", provider.group_uid),
        ("School URN", provider.school_id or ""),
        ("Ended", long_date(provider.ended_on)),
        ("On this register", "Claimed by the organisation" if provider.claimed_at else "Not yet claimed"),
    ]


def oversight(provider: Provider) -> Rows:
    return [
        ("Who oversees quality", provider.governance_body),
        ("How client schools take part", provider.client_voice),
        ("Who answers for it", provider.accountable_lead),
    ]
