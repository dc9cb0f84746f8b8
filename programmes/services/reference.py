"""Loading the national professional qualifications and who offers them: *listed, not reviewed*.

An offer's version says what the course's row says and nothing else. The coded columns repeat the words of
that row (`CODES`), so that search finds them. Published versions can't change: where the source says
something else, a new version is published. What a claimed provider offers is its own and is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.text import slugify

from lpdqa.clock import now
from programmes.choices import Audience, CareerStage, Mode, ProgrammeKind, Topic
from programmes.models import NPQCourse, Programme, ProgrammeVersion
from programmes.services.catalogue import refresh_listed
from providers.choices import Phase, ProviderKind
from providers.models import Provider
from providers.services.reference.bulk import CHUNK, Changes, reconcile
from providers.services.reference.organisations import list_providers
from providers.services.reference.run import Task

WEEKS_IN_YEAR = 52


@dataclass(frozen=True)
class Codes:
    """What the words of a course's row mean in our own terms; empty where the row does not say."""

    audience: tuple[str, ...] = ()
    career_stages: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()


_WHOLE_SCHOOL = (
    Topic.TEACHING,
    Topic.CURRICULUM,
    Topic.BEHAVIOUR,
    Topic.SEND,
    Topic.PROFESSIONAL_DEVELOPMENT,
    Topic.IMPLEMENTATION,
    Topic.GOVERNANCE,
)
# Six courses have only a name; nothing is read into it but the topic or phase that it names.
CODES: Mapping[str, Codes] = {
    "npq-headship": Codes(
        audience=(Audience.ASPIRING_HEAD, Audience.NEW_HEAD, Audience.HEAD),
        career_stages=(CareerStage.ASPIRING_HEAD, CareerStage.NEW_HEAD, CareerStage.EXPERIENCED_HEAD),
        topics=_WHOLE_SCHOOL,
    ),
    "npq-senior-leadership": Codes(
        audience=(Audience.ASPIRING_SENIOR, Audience.SENIOR), topics=_WHOLE_SCHOOL
    ),
    "npq-executive-leadership": Codes(
        audience=(Audience.EXECUTIVE, Audience.CEO),
        topics=(*_WHOLE_SCHOOL, Topic.ASSESSMENT, Topic.TRUST),
    ),
    "npq-leading-teaching": Codes(
        audience=(Audience.TEACHER, Audience.ASPIRING_MIDDLE, Audience.MIDDLE),
        topics=(Topic.TEACHING, Topic.CURRICULUM, Topic.ASSESSMENT, Topic.PROFESSIONAL_DEVELOPMENT),
    ),
    "npq-leading-teaching-development": Codes(topics=(Topic.PROFESSIONAL_DEVELOPMENT,)),
    "npq-leading-behaviour-culture": Codes(topics=(Topic.BEHAVIOUR,)),
    "npq-leading-literacy": Codes(topics=(Topic.LITERACY,)),
    "npq-leading-primary-mathematics": Codes(phases=(Phase.PRIMARY,), topics=(Topic.MATHEMATICS,)),
    "npq-early-years-leadership": Codes(topics=(Topic.EARLY_YEARS,)),
    "npq-senco": Codes(topics=(Topic.SEND,)),
    "npq-early-headship-coaching-offer": Codes(
        audience=(Audience.NEW_HEAD,),
        career_stages=(CareerStage.NEW_HEAD,),
        topics=(Topic.COACHING,),
        modes=(Mode.FACE_TO_FACE,),
    ),
}
_NO_QUALIFICATION = frozenset({"npq-early-headship-coaching-offer", "npq-additional-support-offer"})
_TITLES = {
    "npq-senco": "NPQ for special educational needs co-ordinators (NPQSENCO)",
    "npq-early-headship-coaching-offer": "Early headship coaching offer (EHCO)",
    "npq-additional-support-offer": "Additional support offer for new headteachers (ASO)",
}


def load_courses(task: Task) -> Changes:
    """The courses of the Department's registration service."""
    rows = [
        {
            "identifier": row["identifier"],
            "short_code": row["short_code"],
            "name": row["name"],
            "group": row["course_group_name"],
            "summary": row["summary"] or row["description"],
            "audience": row["audience"],
            "duration_months": int(row["duration_months"]) if row["duration_months"] else None,
            "weekly_hours": row["weekly_hours"],
            "study_type": row["study_type"],
            "assessment": row["assessment"],
            "topics": row["topics"],
            "source_url": row["source_url"],
            "is_offered": row["display"] == "True",
            **task.provenance,
        }
        for row in task.files.rows()
    ]
    changes = reconcile(rows, existing=NPQCourse.objects.all(), key=["identifier"])
    if changes.pks:
        # Offers say what their course says.
        _publish(Programme.objects.filter(npq_course__in=changes.pks, provider__claimed_at=None))
    return changes


def list_lead_providers(task: Task) -> Changes:
    """The organisations that offer NPQs."""
    names = dict.fromkeys(row["lead_provider_name"] for row in task.files.rows())
    return list_providers(
        task,
        [
            {"name": name, "kind": ProviderKind.NPQ_LEAD.value, "external_code": slugify(name)}
            for name in names
        ],
    )


def list_offers(task: Task) -> Changes:
    """One programme for each course a lead provider offers; runs after both are loaded."""
    leads = {
        provider.external_code: provider
        for provider in Provider.objects.filter(source=task.source, kind=ProviderKind.NPQ_LEAD)
    }
    rows = []
    for row in task.files.rows():
        lead = leads[slugify(row["lead_provider_name"])]
        rows.append(
            {
                "provider_id": lead.pk,
                "kind": ProgrammeKind.NPQ.value,
                "npq_course_id": row["course_identifier"],
                # A name of the course's own and the lead's: no two offers share both.
                "slug": f"{row['course_identifier']}-{lead.slug}"[:140],
                **task.provenance,
            }
        )
    offers = Programme.objects.filter(npq_course__isnull=False)
    claimed = {lead.pk for lead in leads.values() if lead.claimed_at}
    changes = reconcile(
        rows,
        existing=offers,
        key=["provider_id", "npq_course_id"],
        only_new=["slug"],
        keep=lambda offer: offer.provider_id in claimed,
        progress=task.progress,
    )
    _publish(offers.filter(source=task.source).exclude(provider__in=claimed))
    return changes


def _publish(offers: QuerySet[Programme]) -> None:
    """Publish for each offer a version that says what its course says, unless its public one does already."""
    changed = []
    for offer in offers.select_related("public_version", "npq_course").annotate(last=Max("versions__number")):
        course, before = offer.npq_course, offer.public_version
        if course is None:
            continue
        facts = _facts(course)
        if before and all(getattr(before, name) == value for name, value in facts.items()):
            continue
        note = "The reference data says something new." if before else ""
        number = (offer.last or 0) + 1
        changed.append(
            ProgrammeVersion(programme=offer, number=number, change_note=note, published_at=now(), **facts)
        )
    ProgrammeVersion.objects.bulk_create(changed, batch_size=CHUNK)
    pks = [version.programme_id for version in changed]
    newest = ProgrammeVersion.objects.filter(programme=OuterRef("pk")).order_by("-number").values("pk")[:1]
    Programme.objects.filter(pk__in=pks).update(public_version=Subquery(newest), updated_at=now())
    refresh_listed(programmes=pks)


def _facts(course: NPQCourse) -> dict[str, Any]:
    """The columns of a version, from its course."""
    codes = CODES.get(course.identifier, Codes())
    is_qualification = course.identifier not in _NO_QUALIFICATION
    return {
        "title": _TITLES.get(course.identifier, f"NPQ in {course.name}"),
        "summary": course.summary[:300],
        "content": _content(course),
        "suits": _sentence(course.audience),
        "weeks": course.duration_months * WEEKS_IN_YEAR // 12 if course.duration_months else None,
        "accreditation": "National professional qualification (NPQ)" if is_qualification else "",
        **{name: [str(code) for code in chosen] for name, chosen in asdict(codes).items()},
    }


def _content(course: NPQCourse) -> str:
    """Topics, way of working and assessment as lines of text."""
    hours = f"{course.weekly_hours} hours a week" if course.weekly_hours else ""
    lines = [
        *(_sentence(topic) for topic in course.topics.split("; ")),
        _sentence(", ".join(part for part in (course.study_type, hours) if part)),
        f"Assessment: {course.assessment}." if course.assessment else "",
    ]
    return "\n".join(line for line in lines if line)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""
