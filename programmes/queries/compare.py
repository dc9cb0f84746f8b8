"""Up to four things side by side: the same rows for all, and a reason wherever there is no figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from lpdqa.clock import today
from programmes.choices import (
    HEADINGS,
    Audience,
    CareerStage,
    EntryKind,
    FundingModel,
    Mode,
    ProgrammeKind,
    Reach,
    Topic,
)
from programmes.models import CatalogueEntry, Price, ProgrammeVersion
from programmes.queries import compare_cells as cells
from programmes.queries.compare_cells import Cell, Subject
from programmes.queries.feedback import answers_on
from programmes.queries.leaders import evaluations_on
from providers.choices import Expertise, OrganisingModel, Phase, ProviderKind
from providers.models import SpecialistLeader

MOST = 4


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[Cell]

    @property
    def differs(self) -> bool:
        """Whether the things it means something for say different things."""
        return len({cell.text for cell in self.cells if not cell.other}) > 1


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Numbers:
    """What the price is worked out for: colleagues on a programme, days of a specialist leader."""

    participants: int = 1
    days: int = 1


@dataclass(frozen=True)
class Comparison:
    subjects: list[Subject]
    groups: list[Group] = field(default_factory=list)

    @property
    def kinds(self) -> set[str]:
        return {subject.entry.kind for subject in self.subjects}


def compare(entries: Sequence[CatalogueEntry], numbers: Numbers) -> Comparison:
    """The rows for these entries (at most `MOST`); five queries whatever their number."""
    subjects = _with_voices(subjects_of(entries[:MOST]))
    kinds = {subject.entry.kind for subject in subjects}
    groups = []
    for title, lines in _lines(numbers):
        rows = [
            Row(label, [_cell(subject, of_kinds, say) for subject in subjects])
            for label, of_kinds, say in lines
            if kinds & of_kinds
        ]
        if rows:
            groups.append(Group(title, rows))
    return Comparison(subjects, groups)


def subjects_of(entries: Sequence[CatalogueEntry]) -> list[Subject]:
    """Entries with their version, person and price; three queries whatever their number."""
    versions = ProgrammeVersion.objects.in_bulk([e.version_id for e in entries if e.version_id])
    leaders = SpecialistLeader.objects.in_bulk([e.leader_id for e in entries if e.leader_id])
    programmes = [e.programme_id for e in entries if e.programme_id]
    prices = (
        Price.objects.filter(programme__in=programmes, valid_from__lte=today())
        .order_by("programme_id", "-valid_from", "-id")
        .distinct("programme_id")
    )
    by_programme = {price.programme_id: price for price in prices}
    return [
        Subject(
            entry,
            versions.get(entry.version_id) if entry.version_id else None,
            leaders.get(entry.leader_id) if entry.leader_id else None,
            by_programme.get(entry.programme_id) if entry.programme_id else None,
        )
        for entry in entries
    ]


def _with_voices(subjects: Sequence[Subject]) -> list[Subject]:
    """With what commissioners and supported heads say; at most two queries."""
    programmes = answers_on([s.entry.programme_id for s in subjects if s.entry.programme_id])
    leaders = evaluations_on([s.entry.leader_id for s in subjects if s.entry.leader_id])
    return [
        replace(
            subject,
            said=programmes.get(subject.entry.programme_id or 0, subject.said),
            heads=leaders.get(subject.entry.leader_id or 0, subject.heads),
        )
        for subject in subjects
    ]


# --- The rows ---

_Line = tuple[str, frozenset[str], Callable[[Subject], Cell]]
_P = frozenset({EntryKind.PROGRAMME.value})
_L = frozenset({EntryKind.SLE.value})
_O = frozenset({EntryKind.PROVIDER.value})
_ALL = _P | _L | _O


def _cell(subject: Subject, of_kinds: frozenset[str], say: Callable[[Subject], Cell]) -> Cell:
    if subject.entry.kind not in of_kinds:
        return Cell(f"Not for a {EntryKind(subject.entry.kind).label.lower()}", other=True)
    return say(subject)


def _lines(numbers: Numbers) -> list[tuple[str, list[_Line]]]:
    n, days = numbers.participants, numbers.days
    return [
        (
            "Quality",
            [
                ("Rating", _ALL, cells.band),
                ("Overall, of 4", _ALL, lambda s: cells.rated(s, s.entry.overall)),
                *(
                    (f"{code.capitalize()}, of 4", _ALL, lambda s, code=code: cells.heading(s, code))
                    for code in HEADINGS
                ),
                ("Confidence", _ALL, cells.confidence),
                ("Decided", _ALL, lambda s: cells.dated(s, s.entry.decided_on)),
                ("Valid to", _ALL, lambda s: cells.dated(s, s.entry.valid_to)),
                ("Evaluation reaches", _P, cells.evaluation),
            ],
        ),
        (
            "What commissioners and heads say (never part of a rating)",
            [
                ("Would commission it again", _P, cells.again),
                ("Saw it used in work, clearly", _P, lambda s: cells.seen(s, "use")),
                ("Saw pupils better off, clearly", _P, lambda s: cells.seen(s, "outcomes")),
                ("Worth what it cost", _L, cells.heads_worth),
                ("How far heads saw an effect", _L, cells.heads_saw),
            ],
        ),
        (
            "Cost",
            [
                (f"In full for {n} participant{'' if n == 1 else 's'}", _P, lambda s: cells.full_cost(s, n)),
                ("Not in that sum", _P, lambda s: cells.unstated(s, n)),
                ("Fee per participant", _P, cells.fee),
                (f"For {days} day{'' if days == 1 else 's'}", _L, lambda s: cells.days_cost(s, days)),
                ("Day rate", _L, lambda s: cells.days_cost(s, 1)),
                ("Brokerage", _L, cells.brokerage),
                ("VAT", _P | _L, cells.vat),
                ("How it is paid for", _P, lambda s: cells.label(s, FundingModel, s.entry.funding_model)),
            ],
        ),
        (
            "Time and place",
            [
                ("Next start", _P, cells.next_start),
                ("Places left", _P, lambda s: cells.count(s, s.entry.places_left)),
                ("Hours for each participant", _P, lambda s: cells.hours(s)),
                ("Spread over", _P, lambda s: cells.number(s, s.entry.weeks, "week")),
                ("Way of working", _P | _L, lambda s: cells.labels(s, Mode, s.entry.modes)),
                ("Where it happens", _P | _L, lambda s: cells.labels(s, Reach, s.entry.reach)),
                ("Will travel", _P | _L, lambda s: cells.number(s, s.entry.travels_miles, "mile")),
                ("Region", _ALL, cells.region),
            ],
        ),
        (
            "Who and what",
            [
                ("Kind", _P, lambda s: cells.label(s, ProgrammeKind, s.entry.programme_kind)),
                ("Who it is for", _P, lambda s: cells.labels(s, Audience, s.entry.audience)),
                ("Career stage", _P, lambda s: cells.labels(s, CareerStage, s.entry.career_stages)),
                ("Phase", _ALL, lambda s: cells.labels(s, Phase, s.entry.phases)),
                ("Topics", _P, lambda s: cells.labels(s, Topic, s.entry.topics)),
                ("Expertise", _L, lambda s: cells.labels(s, Expertise, s.entry.expertise)),
                ("Accreditation", _P, lambda s: cells.stated(s, s.entry.accreditation)),
                ("It suits", _P | _L, cells.suits),
                (
                    "It does not suit",
                    _P,
                    lambda s: cells.stated(s, s.version.does_not_suit if s.version else ""),
                ),
                ("Kind of provider", _ALL, lambda s: cells.label(s, ProviderKind, s.entry.provider_kind)),
                (
                    "How it is organised",
                    _O,
                    lambda s: cells.label(s, OrganisingModel, s.entry.organising_model),
                ),
                ("Who oversees quality", _O, lambda s: cells.stated(s, s.entry.provider.governance_body)),
                ("Shared or sold, 0 to 100", _P, lambda s: cells.count(s, s.entry.continuum)),
            ],
        ),
    ]
