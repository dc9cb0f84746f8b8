"""What machines are told of a programme, an organisation or a specialist leader, in the terms of schema.org.

The same facts as on the page. A rating is a Review by this register, never an average of opinions.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from lpdqa.web.bands import band_for
from lpdqa.web.context import register_words
from lpdqa.web.linked_data import as_block
from programmes.choices import Audience, EntryStatus, Mode, Topic
from programmes.models import CatalogueEntry, Cohort, Price, Programme, ProgrammeVersion
from programmes.views.cards import entry_url, url_of
from providers.choices import Expertise
from providers.models import Provider, SpecialistLeader

Facts = dict[str, Any]

_MODES = {
    Mode.ONLINE: "Online",
    Mode.FACE_TO_FACE: "Onsite",
    Mode.IN_SCHOOL: "Onsite",
    Mode.BLENDED: "Blended",
}
_EXAMPLE = "A made-up example that shows how the register works; it does not exist."


def course(
    request: HttpRequest,
    entry: CatalogueEntry,
    programme: Programme,
    version: ProgrammeVersion,
    price: Price | None,
    cohorts: list[Cohort],
) -> str:
    """A programme as a Course with its runs and its price."""
    fee = price.per_participant if price and price.per_participant is not None else None
    return as_block(
        {
            "@type": "Course",
            **_common(request, entry),
            "provider": _organisation(request, programme.provider),
            "inLanguage": "en-GB",
            "about": [str(Topic(code).label) for code in version.topics],
            "teaches": version.aims,
            "audience": [
                {"@type": "EducationalAudience", "educationalRole": str(Audience(code).label)}
                for code in version.audience
            ],
            "timeRequired": f"PT{version.hours.normalize():f}H" if version.hours else None,
            "educationalCredentialAwarded": version.accreditation
            or (programme.npq_course.name if programme.npq_course else None),
            "offers": {
                "@type": "Offer",
                "category": "Free" if fee == 0 else "Paid",
                "price": str(fee),
                "priceCurrency": "GBP",
            }
            if fee is not None
            else None,
            "hasCourseInstance": [
                {
                    "@type": "CourseInstance",
                    "name": cohort.name,
                    "courseMode": _MODES[Mode(cohort.mode)],
                    "startDate": cohort.starts_on.isoformat(),
                    "endDate": cohort.ends_on.isoformat() if cohort.ends_on else None,
                    "location": {"@type": "Place", "name": cohort.venue, "address": cohort.postcode}
                    if cohort.venue or cohort.postcode
                    else None,
                }
                for cohort in cohorts
            ],
        }
    )


def organisation(request: HttpRequest, entry: CatalogueEntry, provider: Provider) -> str:
    """An organisation with the identifiers that the register knows."""
    identifiers = (
        ("UKPRN", provider.ukprn),
        ("Company number", provider.company_number),
        ("Charity number", provider.charity_number),
        ("GIAS group UID", provider.group_uid),
        ("School URN", provider.school_id),
    )
    return as_block(
        {
            "@type": "EducationalOrganization",
            **_common(request, entry),
            "sameAs": provider.website,
            "identifier": [
                {"@type": "PropertyValue", "propertyID": name, "value": str(value)}
                for name, value in identifiers
                if value
            ],
            "areaServed": [area.name for area in provider.areas.all()],
            "dissolutionDate": provider.ended_on.isoformat() if provider.ended_on else None,
        }
    )


def support(request: HttpRequest, entry: CatalogueEntry, leader: SpecialistLeader) -> str:
    """What a specialist leader does, as a Service of the organisation that designates them: no data of a person
    beyond the name that the page shows.
    """
    return as_block(
        {
            "@type": "Service",
            **_common(request, entry),
            "serviceType": str(leader.get_kind_display()),
            "provider": _organisation(request, leader.designator),
            "about": [str(Expertise(code).label) for code in leader.expertise],
            "offers": {"@type": "Offer", "price": str(leader.day_rate), "priceCurrency": "GBP"}
            if leader.day_rate is not None
            else None,
        }
    )


def _common(request: HttpRequest, entry: CatalogueEntry) -> Facts:
    return {
        "name": entry.title,
        "url": request.build_absolute_uri(entry_url(entry)),
        "description": entry.summary,
        "disambiguatingDescription": _EXAMPLE if entry.is_example else None,
        "review": _review(request, entry),
    }


def _review(request: HttpRequest, entry: CatalogueEntry) -> Facts | None:
    if entry.status != EntryStatus.RATED or not entry.overall:
        return None
    return {
        "@type": "Review",
        "author": {
            "@type": "Organization",
            "name": register_words()["name"],
            "url": request.build_absolute_uri("/"),
        },
        "name": band_for(entry.band).word,
        "datePublished": entry.decided_on.isoformat() if entry.decided_on else None,
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": f"{entry.overall:.2f}",
            "worstRating": "1",
            "bestRating": "4",
        },
    }


def _organisation(request: HttpRequest, provider: Provider) -> Facts:
    public = provider.listed_at is not None
    return {
        "@type": "Organization",
        "name": provider.name,
        "url": request.build_absolute_uri(url_of("provider", provider.slug)) if public else None,
        "sameAs": provider.website,
    }
