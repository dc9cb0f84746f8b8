"""The tables of the open data: what is in them, column by column, and their rows.

Only what the public pages show, and nothing of persons: specialist leaders stand under what they agreed to, scores
appear as what two of them agreed on, and what nobody but a provider is told ("not yet") only as a number that is
large enough. Rows come from the database a few thousand at a time, whatever their number.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, TextChoices
from django.db.models.functions import TruncMonth

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
    ProgrammeKind,
    Reach,
    Topic,
)
from programmes.models import CatalogueEntry
from programmes.ranges import school_year_code
from providers.choices import Expertise, GuskeyLevel, OrganisingModel, Phase, ProviderKind
from reviews.choices import Outcome, SubjectKind
from reviews.models import Criterion, Decision, Rating
from reviews.queries.frameworks import public_frameworks
from reviews.queries.ratings import visible_ratings, with_currency
from reviews.rating.inputs import NOT_APPLICABLE

CHUNK = 2000
FEWEST = 5
"""Numbers from 1 up to below this are left out where they could tell something of one provider."""

Kind = Literal["string", "number", "integer", "boolean", "date", "datetime", "list"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """`choices`: the codes that may stand in it, with what they mean. `required`: never empty."""

    name: str
    kind: Kind
    words: str
    choices: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Table:
    """One table; its rows are dictionaries with a value for every column."""

    name: str
    title: str
    words: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    refers: tuple[tuple[str, str, str], ...] = ()
    """(column, table, its column): what other table a column names a row of."""


def _codes(choices: type[TextChoices]) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices.choices if value}


def _column(
    name: str, kind: Kind, words: str, choices: type[TextChoices] | None = None, **more: Any
) -> Column:
    return Column(name, kind, words, _codes(choices) if choices else {}, **more)


_EXAMPLE = _column(
    "is_example", "boolean", "Made up to show how the register works. Leave these rows out of anything you publish.",
    required=True,
)  # fmt: skip
_HEADINGS = tuple(
    _column(code, "number", f"Score under the heading “{code}”; empty without a rating, or if nothing under it applies",
            lowest=1, highest=4)
    for code in HEADINGS
)  # fmt: skip
_STANDING = (
    _column("band", "string", "Empty where there is no rating, or an alert in its place", Band),
    _column("provisional", "boolean", "The rating rests on little evidence"),
    _column("overall", "number", "Weighted mean of the headings", lowest=1, highest=4),
    *_HEADINGS,
    _column("confidence", "string", "How much the rating can be relied on", Confidence),
)


# --- Catalogue entries ---

_ENTRY_FIELDS: dict[str, str] = {
    "provider": "provider__slug",
    "region": "region__code",
    "authority": "authority_id",
    "rating": "rating_public_id",
}
_ENTRIES = (
    _column("kind", "string", "What it is", EntryKind, required=True),
    _column("slug", "string", "Its name in addresses; with the kind it is unique", required=True),
    _column("title", "string", "Name; of a specialist leader who is not named, kind and code", required=True),
    _column("provider", "string", "Slug of the organisation that offers it, or is it", required=True),
    _column("provider_name", "string", "Name of that organisation", required=True),
    _column("provider_kind", "string", "Kind of that organisation", ProviderKind, required=True),
    _column("organising_model", "string", "How that organisation is organised", OrganisingModel),
    _column("programme_kind", "string", "Kind of programme", ProgrammeKind),
    _column("npq", "string", "National professional qualification that the programme is"),
    _column("summary", "string", "What its provider says of it in short"),
    _EXAMPLE,
    _column("status", "string", "How it stands today", EntryStatus, required=True),
    _column("alert", "string", "Why its rating is suspended"),
    *_STANDING,
    _column("framework", "string", "Framework version it was rated under"),
    _column("rating", "string", "Identifier of the rating in force, in the table of ratings"),
    _column("decided_on", "date", "Day of the decision"),
    _column("valid_to", "date", "Last day of the rating"),
    _column("audience", "list", "For whom", Audience),
    _column("career_stages", "list", "For which stage of a career", CareerStage),
    _column("phases", "list", "Phases of school", Phase),
    _column("topics", "list", "What it is about", Topic),
    _column("standards", "list", "Headteachers’ Standards it works on", HeadteacherStandard),
    _column("expertise", "list", "What a specialist leader is designated for", Expertise),
    _column("modes", "list", "How it is delivered", Mode),
    _column("reach", "list", "Where it can be had", Reach),
    _column("regions", "list", "Regions in which it can be had, by the codes of the register"),
    _column("region", "string", "Region it is based in"),
    _column("authority", "string", "Local authority it is based in: code of the Department for Education"),
    _column("travels_miles", "integer", "How far it comes to schools, in miles", lowest=0),
    _column("hours", "number", "Hours of a participant", lowest=0),
    _column("weeks", "integer", "Weeks from first to last day", lowest=0),
    _column("price", "number", "Pounds per participant, or per day of a specialist leader", lowest=0),
    _column("full_cost", "number", "Pounds for one participant: fee, materials, travel and cover", lowest=0),
    _column("funding_model", "string", "Who pays", FundingModel),
    _column("next_start", "date", "First day of the next cohort"),
    _column("places_left", "integer", "Places left in it, as last confirmed", lowest=0),
    _column("accreditation", "string", "Who accredits it"),
    _column("evaluation_level", "string", "Highest level of evaluation (Guskey)", GuskeyLevel),
    _column("continuum", "integer", "From commercial (0) to collaborative (100)", lowest=0, highest=100),
    _column("changed_at", "datetime", "When anything of this that a reader would notice changed last", required=True),
)  # fmt: skip


def _entries() -> Iterator[Row]:
    names = [column.name for column in _ENTRIES]
    found = (
        CatalogueEntry.objects.order_by("kind", "slug")
        .values_list(*(_ENTRY_FIELDS.get(name, name) for name in names))
        .iterator(CHUNK)
    )
    return (dict(zip(names, values, strict=True)) for values in found)


# --- Ratings and what each criterion came to ---

_RATINGS = (
    _column("id", "string", "Identifier; the page of the rating is /ratings/ID/", required=True),
    _column("subject_kind", "string", "What was rated", SubjectKind, required=True),
    _column("subject", "string", "Slug of it in the table of entries", required=True),
    _column("version", "integer", "Number of the version of the programme that was rated", lowest=1),
    _column("provider", "string", "Slug of the organisation that submitted it", required=True),
    _EXAMPLE,
    _column("framework", "string", "Framework version", required=True),
    *_STANDING,
    _column("confidence_value", "number", "The same as a number", lowest=0, highest=1),
    _column("decided_on", "date", "Day of the decision", required=True),
    _column("valid_to", "date", "Last day of the rating"),
    _column("is_current", "boolean", "The newest of its submission; earlier ones stay on record", required=True),
    _column("computed_at", "datetime", "When it was worked out", required=True),
    _column("algorithm_version", "string", "Version of the rules it was worked out by", required=True),
    _column("inputs_hash", "string", "SHA-256 of everything that went in", required=True),
)  # fmt: skip


def _public_ratings() -> Iterator[Rating]:
    ratings = with_currency(visible_ratings(AnonymousUser())).select_related(
        "framework", "submission__provider", "submission__version__programme", "submission__leader"
    )
    return ratings.defer("framework__document", "framework__scheme", "framework__scale").iterator(CHUNK)


def _ratings() -> Iterator[Row]:
    for rating in _public_ratings():
        submission = rating.submission
        shown = bool(rating.band)  # under an alert no number is told
        yield {
            "id": rating.public_id,
            "subject_kind": submission.subject_kind,
            "subject": _subject_slug(rating),
            "version": submission.version.number if submission.version else None,
            "provider": submission.provider.slug,
            "is_example": submission.is_example,
            "framework": str(rating.framework),
            "band": rating.band,
            "provisional": rating.provisional,
            "overall": rating.overall if shown else None,
            **{code: rating.results["headings"].get(code) if shown else None for code in HEADINGS},
            "confidence": rating.confidence,
            "confidence_value": rating.confidence_value,
            "decided_on": rating.decided_on,
            "valid_to": rating.valid_to,
            "is_current": rating.is_current,  # type: ignore[attr-defined]
            "computed_at": rating.computed_at,
            "algorithm_version": rating.algorithm_version,
            "inputs_hash": rating.inputs_hash,
        }


def _subject_slug(rating: Rating) -> str:
    submission = rating.submission
    if submission.version is not None:
        return submission.version.programme.slug
    return submission.leader.slug if submission.leader is not None else submission.provider.slug


_CONSENSUS = (
    _column("rating", "string", "Identifier in the table of ratings", required=True),
    _column("framework", "string", "Framework version", required=True),
    _column("criterion", "string", "Code of the criterion in that version", required=True),
    _EXAMPLE,
    _column("consensus", "number", "What the scores came to; empty if it did not apply", lowest=1, highest=4),
    _column("applies", "boolean", "The assessors found that the criterion applies", required=True),
    _column("scores", "integer", "How many assessors gave a score", required=True, lowest=0),
    _column("discordant", "boolean", "The two blind scores were too far apart", required=True),
    _column("adjudicated", "boolean", "A third score settled it", required=True),
)  # fmt: skip


def _consensus() -> Iterator[Row]:
    for rating in _public_ratings():
        if not rating.band:
            continue
        results, scores = rating.results, rating.inputs["scores"]
        for code, value in results["consensus"].items():
            given = scores.get(code, {})
            yield {
                "rating": rating.public_id,
                "framework": str(rating.framework),
                "criterion": code,
                "is_example": rating.submission.is_example,
                "consensus": None if value == NOT_APPLICABLE else value,
                "applies": value != NOT_APPLICABLE,
                "scores": len(given.get("blind", ())) + (given.get("third") is not None),
                "discordant": code in results["discordant"],
                "adjudicated": code in results["adjudicated"],
            }


# --- What is judged by ---

_CRITERIA = (
    _column("framework", "string", "Framework version", required=True),
    _column("state", "string", "State of the version: published, retired, or open for comments", required=True),
    _column("criterion", "string", "Code", required=True),
    _column("heading", "string", "Code of the heading it belongs to", required=True),
    _column("heading_title", "string", "Heading", required=True),
    _column("title", "string", "Criterion in short", required=True),
    _column("question", "string", "What assessors ask", required=True),
    _column("evidence_expected", "string", "What would show it"),
    _column("applies_to", "list", "What it is asked of", SubjectKind, required=True),
    _column("essential_for", "list", "Of what it has to be secure", SubjectKind),
    _column("weight", "number", "Weight within its heading", required=True, lowest=0),
    *(_column(f"level_{level}", "string", f"What a score of {level} means") for level in (1, 2, 3, 4)),
)  # fmt: skip


def _criteria() -> Iterator[Row]:
    found = (
        Criterion.objects.filter(framework__in=public_frameworks().values("pk"))
        .select_related("framework", "heading")
        .defer("framework__document", "framework__scheme", "framework__scale")
        .order_by("framework__code", "framework__version", "order", "pk")
    )
    for criterion in found.iterator(CHUNK):
        yield {
            "framework": str(criterion.framework),
            "state": criterion.framework.state,
            "criterion": criterion.code,
            "heading": criterion.heading.code,
            "heading_title": criterion.heading.title,
            **{
                name: getattr(criterion, name)
                for name in (
                    "title",
                    "question",
                    "evidence_expected",
                    "applies_to",
                    "essential_for",
                    "weight",
                )
            },
            **{f"level_{level}": criterion.descriptors.get(str(level), "") for level in (1, 2, 3, 4)},
        }


# --- Decisions in numbers ---

_DECISIONS = (
    _column("school_year", "integer", "Year in which the school year of the approval began (September)", required=True),
    _column("framework", "string", "Framework version", required=True),
    _column("subject_kind", "string", "What was decided on", SubjectKind, required=True),
    _column("outcome", "string", "Decision", Outcome, required=True),
    _EXAMPLE,
    _column("decisions", "integer", f"How many; empty for 1 to {FEWEST - 1}", lowest=0),
    _column("suppressed", "boolean", "The number is left out because it is small", required=True),
)  # fmt: skip


def _decisions() -> Iterator[Row]:
    counted = (
        Decision.objects.filter(approved_at__isnull=False)
        .order_by()
        .annotate(month=TruncMonth("approved_at"))
        .values(
            "month",
            "outcome",
            code=F("submission__framework__code"),
            number=F("submission__framework__version"),
            kind=F("submission__subject_kind"),
            example=F("submission__provider__is_example"),
        )
        .annotate(n=Count("pk"))
    )
    totals: Counter[tuple[int, str, str, str, bool]] = Counter()
    for row in counted:
        began = int(school_year_code(row["month"].date()))
        framework = f"{row['code']} {row['number']}"
        totals[began, framework, row["kind"], row["outcome"], row["example"]] += row["n"]
    for (began, framework, kind, outcome, example), n in sorted(totals.items()):
        yield {
            "school_year": began,
            "framework": framework,
            "subject_kind": kind,
            "outcome": outcome,
            "is_example": example,
            "decisions": n if n >= FEWEST else None,
            "suppressed": n < FEWEST,
        }


TABLES: tuple[Table, ...] = (
    Table(
        "entries",
        "Catalogue entries",
        "Every programme, specialist leader and organisation on the register, with how it stands. Most are listed "
        "from public sources and nobody has reviewed them.",
        _ENTRIES,
        ("kind", "slug"),
        _entries,
    ),
    Table(
        "ratings",
        "Ratings",
        "Every rating of the public record, earlier ones too, newest first. “Not yet” is feedback to a provider and "
        "not published. Under an alert there are no scores.",
        _RATINGS,
        ("id",),
        _ratings,
    ),
    Table(
        "criteria_consensus",
        "What each criterion came to",
        "For each rating and criterion that was asked: what the assessors’ scores came to, and from how many. "
        "Nothing in it tells one assessor from another.",
        _CONSENSUS,
        ("rating", "criterion"),
        _consensus,
        (("rating", "ratings", "id"),),
    ),
    Table(
        "framework_criteria",
        "Criteria of the frameworks",
        "What everything is judged by: each criterion of each public framework version, with its four levels.",
        _CRITERIA,
        ("framework", "criterion"),
        _criteria,
    ),
    Table(
        "decisions",
        "Decisions in numbers",
        f"How many decisions were approved by school year, framework, subject and outcome. Numbers below {FEWEST} are "
        "left out, so that nobody can tell whose they are.",
        _DECISIONS,
        ("school_year", "framework", "subject_kind", "outcome", "is_example"),
        _decisions,
    ),
)


def plain(value: Any) -> Any:
    """A value as JSON and CSV say it: numbers as numbers, days in ISO 8601, nothing as None."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(one) for one in value]
    return str(value) or None
