"""The tables of the open data about what is on offer: the entries, and what commissioners say of programmes."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import TextChoices

from programmes.choices import (
    Audience,
    CareerStage,
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
from programmes.models.feedback import LEVELS, Again
from programmes.queries.feedback import ACCEPTED, CLARITY, CommissionersSay, answers_on
from providers.choices import Expertise, GuskeyLevel, OrganisingModel, Phase, ProviderKind
from reviews.queries.open_data_columns import CHUNK, EXAMPLE, STANDING, Row, Table, column

_ENTRY_FIELDS: dict[str, str] = {
    "provider": "provider__slug",
    "region": "region__code",
    "authority": "authority_id",
    "rating": "rating_public_id",
}
_ENTRIES = (
    column("kind", "string", "What it is", EntryKind, required=True),
    column("slug", "string", "Its name in addresses; with the kind it is unique", required=True),
    column("title", "string", "Name; of a specialist leader who is not named, kind and code", required=True),
    column("provider", "string", "Slug of the organisation that offers it, or is it", required=True),
    column("provider_name", "string", "Name of that organisation", required=True),
    column("provider_kind", "string", "Kind of that organisation", ProviderKind, required=True),
    column("organising_model", "string", "How that organisation is organised", OrganisingModel),
    column("programme_kind", "string", "Kind of programme", ProgrammeKind),
    column("npq", "string", "National professional qualification that the programme is"),
    column("summary", "string", "What its provider says of it in short"),
    EXAMPLE,
    column("status", "string", "How it stands today", EntryStatus, required=True),
    column("alert", "string", "Why its rating is suspended"),
    *STANDING,
    column("framework", "string", "Framework version it was rated under"),
    column("rating", "string", "Identifier of the rating in force, in the table of ratings"),
    column("decided_on", "date", "Day of the decision"),
    column("valid_to", "date", "Last day of the rating"),
    column("audience", "list", "For whom", Audience),
    column("career_stages", "list", "For which stage of a career", CareerStage),
    column("phases", "list", "Phases of school", Phase),
    column("topics", "list", "What it is about", Topic),
    column("standards", "list", "Headteachers’ Standards it works on", HeadteacherStandard),
    column("expertise", "list", "What a specialist leader is designated for", Expertise),
    column("modes", "list", "How it is delivered", Mode),
    column("reach", "list", "Where it can be had", Reach),
    column("regions", "list", "Regions in which it can be had, by the codes of the register"),
    column("region", "string", "Region it is based in"),
    column("authority", "string", "Local authority it is based in: code of the Department for Education"),
    column("travels_miles", "integer", "How far it comes to schools, in miles", lowest=0),
    column("hours", "number", "Hours of a participant", lowest=0),
    column("weeks", "integer", "Weeks from first to last day", lowest=0),
    column("price", "number", "Pounds per participant, or per day of a specialist leader", lowest=0),
    column("full_cost", "number", "Pounds for one participant: fee, materials, travel and cover", lowest=0),
    column("funding_model", "string", "Who pays", FundingModel),
    column("next_start", "date", "First day of the next cohort"),
    column("places_left", "integer", "Places left in it, as last confirmed", lowest=0),
    column("accreditation", "string", "Who accredits it"),
    column("evaluation_level", "string", "Highest level of evaluation (Guskey)", GuskeyLevel),
    column("continuum", "integer", "From commercial (0) to collaborative (100)", lowest=0, highest=100),
    column("changed_at", "datetime", "When anything of this that a reader would notice changed last", required=True),
)  # fmt: skip


def _entries() -> Iterator[Row]:
    names = [column.name for column in _ENTRIES]
    found = (
        CatalogueEntry.objects.order_by("kind", "slug")
        .values_list(*(_ENTRY_FIELDS.get(name, name) for name in names))
        .iterator(CHUNK)
    )
    return (dict(zip(names, values, strict=True)) for values in found)


ENTRIES = Table(
    "entries",
    "Catalogue entries",
    "Every programme, specialist leader and organisation on the register, with how it stands. Most are listed "
    "from public sources and nobody has reviewed them.",
    _ENTRIES,
    ("kind", "slug"),
    _entries,
)


# --- What commissioners say ---


class Question(TextChoices):
    """What commissioners are asked: whether again, and Guskey's five levels."""

    AGAIN = "again", "Would commission it again"
    REACTIONS = "reactions", "Those who took part found it worth their time"
    LEARNING = "learning", "They know or can do more than before"
    ORGANISATION = "organisation", "The school works differently because of it"
    USE = "use", "They use it in their work"
    OUTCOMES = "outcomes", "Pupils are better off"


class Said(TextChoices):
    """The answers there are."""

    YES = "yes", "Yes"
    CHANGED = "changed", "Yes, with changes"
    NO = "no", "No"
    FOUR = "4", "Very clearly"
    THREE = "3", "Clearly"
    TWO = "2", "A little"
    ONE = "1", "Not at all"
    EARLY = "early", "Too early to say"


_COMMISSIONERS = (
    column("programme", "string", "Slug of the programme in the table of entries", required=True),
    EXAMPLE,
    column("question", "string", "What was asked", Question, required=True),
    column("answer", "string", "One of the answers to it", Said, required=True),
    column("commissioners", "integer", "How many gave it, each with the latest answer", required=True, lowest=0),
    column("of", "integer", "How many commissioners have answered", required=True, lowest=3),
)  # fmt: skip


def _commissioners() -> Iterator[Row]:
    heard = (
        CatalogueEntry.objects.filter(
            kind=EntryKind.PROGRAMME, programme__feedback_invitations__answers__state__in=ACCEPTED
        )
        .order_by("slug")
        .distinct()
        .values_list("programme_id", "slug", "is_example")
    )
    chunk: list[tuple[int | None, str, bool]] = []
    for row in heard.iterator(CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _said_of(chunk)
            chunk = []
    yield from _said_of(chunk)


def _said_of(chunk: list[tuple[int | None, str, bool]]) -> Iterator[Row]:
    said = answers_on([pk for pk, _, _ in chunk if pk])
    for pk, slug, is_example in chunk:
        answers = said.get(pk or 0)
        if answers is None or not answers.is_shown:
            continue
        for question, answer, n in _counts(answers):
            yield {
                "programme": slug,
                "is_example": is_example,
                "question": question,
                "answer": answer,
                "commissioners": n,
                "of": answers.n,
            }


def _counts(answers: CommissionersSay) -> Iterator[tuple[str, str, int]]:
    for answer, (_, n) in zip(Again.values, answers.again, strict=True):
        yield Question.AGAIN.value, str(answer), n
    for level, (_, counted) in zip(LEVELS, answers.levels, strict=True):
        for (value, _), (_, n) in zip(CLARITY, counted, strict=True):
            yield level, Said.EARLY.value if value is None else str(value), n


COMMISSIONERS = Table(
    "commissioners",
    "What commissioners say",
    "What school leaders who commissioned a programme answer, for every programme of which at least three have. It "
    "stands beside the ratings and is no part of them.",
    _COMMISSIONERS,
    ("programme", "question", "answer"),
    _commissioners,
)
