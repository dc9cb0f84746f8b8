"""The tables of the open data about ratings: each one, what its criteria came to, the criteria, the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from programmes.choices import HEADINGS
from programmes.ranges import school_year_code
from reviews.choices import Outcome, SubjectKind
from reviews.models import Criterion, Decision, Rating
from reviews.queries.frameworks import public_frameworks
from reviews.queries.open_data_columns import CHUNK, EXAMPLE, FEWEST, STANDING, Row, Table, column
from reviews.queries.ratings import visible_ratings, with_currency
from reviews.rating.inputs import NOT_APPLICABLE

# --- Ratings and what each criterion came to ---

_RATINGS = (
    column("id", "string", "Identifier; the page of the rating is /ratings/ID/", required=True),
    column("subject_kind", "string", "What was rated", SubjectKind, required=True),
    column("subject", "string", "Slug of it in the table of entries", required=True),
    column("version", "integer", "Number of the version of the programme that was rated", lowest=1),
    column("provider", "string", "Slug of the organisation that submitted it", required=True),
    EXAMPLE,
    column("framework", "string", "Framework version", required=True),
    *STANDING,
    column("confidence_value", "number", "The same as a number", lowest=0, highest=1),
    column("decided_on", "date", "Day of the decision", required=True),
    column("valid_to", "date", "Last day of the rating"),
    column("is_current", "boolean", "The newest of its submission; earlier ones stay on record", required=True),
    column("computed_at", "datetime", "When it was worked out", required=True),
    column("algorithm_version", "string", "Version of the rules it was worked out by", required=True),
    column("inputs_hash", "string", "SHA-256 of everything that went in", required=True),
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
    column("rating", "string", "Identifier in the table of ratings", required=True),
    column("framework", "string", "Framework version", required=True),
    column("criterion", "string", "Code of the criterion in that version", required=True),
    EXAMPLE,
    column("consensus", "number", "What the scores came to; empty if it did not apply", lowest=1, highest=4),
    column("applies", "boolean", "The assessors found that the criterion applies", required=True),
    column("scores", "integer", "How many assessors gave a score", required=True, lowest=0),
    column("discordant", "boolean", "The two blind scores were too far apart", required=True),
    column("adjudicated", "boolean", "A third score settled it", required=True),
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
    column("framework", "string", "Framework version", required=True),
    column("state", "string", "State of the version: published, retired, or open for comments", required=True),
    column("criterion", "string", "Code", required=True),
    column("heading", "string", "Code of the heading it belongs to", required=True),
    column("heading_title", "string", "Heading", required=True),
    column("title", "string", "Criterion in short", required=True),
    column("question", "string", "What assessors ask", required=True),
    column("evidence_expected", "string", "What would show it"),
    column("applies_to", "list", "What it is asked of", SubjectKind, required=True),
    column("essential_for", "list", "Of what it has to be secure", SubjectKind),
    column("weight", "number", "Weight within its heading", required=True, lowest=0),
    *(column(f"level_{level}", "string", f"What a score of {level} means") for level in (1, 2, 3, 4)),
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
    column("school_year", "integer", "Year in which the school year of the approval began (September)", required=True),
    column("framework", "string", "Framework version", required=True),
    column("subject_kind", "string", "What was decided on", SubjectKind, required=True),
    column("outcome", "string", "Decision", Outcome, required=True),
    EXAMPLE,
    column("decisions", "integer", f"How many; empty for 1 to {FEWEST - 1}", lowest=0),
    column("suppressed", "boolean", "The number is left out because it is small", required=True),
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


RATINGS = Table(
    "ratings",
    "Ratings",
    "Every rating of the public record, earlier ones too, newest first. “Not yet” is feedback to a provider and "
    "not published. Under an alert there are no scores.",
    _RATINGS,
    ("id",),
    _ratings,
)
CONSENSUS = Table(
    "criteria_consensus",
    "What each criterion came to",
    "For each rating and criterion that was asked: what the assessors’ scores came to, and from how many. "
    "Nothing in it tells one assessor from another.",
    _CONSENSUS,
    ("rating", "criterion"),
    _consensus,
    (("rating", "ratings", "id"),),
)
CRITERIA = Table(
    "framework_criteria",
    "Criteria of the frameworks",
    "What everything is judged by: each criterion of each public framework version, with its four levels.",
    _CRITERIA,
    ("framework", "criterion"),
    _criteria,
)
DECISIONS = Table(
    "decisions",
    "Decisions in numbers",
    f"How many decisions were approved by school year, framework, subject and outcome. Numbers below {FEWEST} are "
    "left out, so that nobody can tell whose they are.",
    _DECISIONS,
    ("school_year", "framework", "subject_kind", "outcome", "is_example"),
    _decisions,
)
