"""Up to four things side by side: the same rows for all, and a reason wherever there is no figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lpdqa.clock import today
from lpdqa.web.bands import band_for
from lpdqa.web.formats import long_date, money, score
from programmes.choices import (
    HEADINGS,
    Audience,
    CareerStage,
    EntryKind,
    EntryStatus,
    FundingModel,
    Mode,
    ProgrammeKind,
    Reach,
    Topic,
)
from programmes.models import CatalogueEntry, Price, ProgrammeVersion
from programmes.queries.cost import Cost, full_cost
from programmes.queries.leaders import without_name
from providers.choices import Expertise, GuskeyLevel, OrganisingModel, Phase, ProviderKind
from providers.models import SpecialistLeader

MOST = 4


@dataclass(frozen=True)
class Cell:
    """What one thing says in a row. `amount` is the same as a number, with its unit ("money", "score" or
    "number"), for a spreadsheet. `missing`: the text is the reason why there is nothing. `other`: the row
    means nothing for this kind of thing.
    """

    text: str
    amount: Decimal | None = None
    unit: str = ""
    missing: bool = False
    other: bool = False


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
class Subject:
    """One thing with all that its column needs."""

    entry: CatalogueEntry
    version: ProgrammeVersion | None = None
    leader: SpecialistLeader | None = None
    price: Price | None = None

    @property
    def rated(self) -> bool:
        return self.entry.status == EntryStatus.RATED and self.entry.overall is not None


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
    """The rows for these entries (at most `MOST`); three queries whatever their number."""
    subjects = subjects_of(entries[:MOST])
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


# --- The rows ---

_Line = tuple[str, frozenset[str], Callable[[Subject], Cell]]
_P = frozenset({EntryKind.PROGRAMME.value})
_L = frozenset({EntryKind.SLE.value})
_O = frozenset({EntryKind.PROVIDER.value})
_ALL = _P | _L | _O
_NO_DATES = "No dates to come on the register"


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
                ("Rating", _ALL, _band),
                ("Overall, of 4", _ALL, lambda s: _rated(s, s.entry.overall)),
                *(
                    (f"{code.capitalize()}, of 4", _ALL, lambda s, code=code: _heading(s, code))
                    for code in HEADINGS
                ),
                ("Confidence", _ALL, _confidence),
                ("Decided", _ALL, lambda s: _dated(s, s.entry.decided_on)),
                ("Valid to", _ALL, lambda s: _dated(s, s.entry.valid_to)),
                ("Evaluation reaches", _P, _evaluation),
            ],
        ),
        (
            "Cost",
            [
                (f"In full for {n} participant{'' if n == 1 else 's'}", _P, lambda s: _full_cost(s, n)),
                ("Not in that sum", _P, lambda s: _unstated(s, n)),
                ("Fee per participant", _P, _fee),
                (f"For {days} day{'' if days == 1 else 's'}", _L, lambda s: _days_cost(s, days)),
                ("Day rate", _L, lambda s: _days_cost(s, 1)),
                ("Brokerage", _L, _brokerage),
                ("VAT", _P | _L, _vat),
                ("How it is paid for", _P, lambda s: _label(s, FundingModel, s.entry.funding_model)),
            ],
        ),
        (
            "Time and place",
            [
                ("Next start", _P, _next_start),
                ("Places left", _P, lambda s: _count(s, s.entry.places_left)),
                ("Hours for each participant", _P, lambda s: _hours(s)),
                ("Spread over", _P, lambda s: _number(s, s.entry.weeks, "week")),
                ("Way of working", _P | _L, lambda s: _labels(s, Mode, s.entry.modes)),
                ("Where it happens", _P | _L, lambda s: _labels(s, Reach, s.entry.reach)),
                ("Will travel", _P | _L, lambda s: _number(s, s.entry.travels_miles, "mile")),
                ("Region", _ALL, _region),
            ],
        ),
        (
            "Who and what",
            [
                ("Kind", _P, lambda s: _label(s, ProgrammeKind, s.entry.programme_kind)),
                ("Who it is for", _P, lambda s: _labels(s, Audience, s.entry.audience)),
                ("Career stage", _P, lambda s: _labels(s, CareerStage, s.entry.career_stages)),
                ("Phase", _ALL, lambda s: _labels(s, Phase, s.entry.phases)),
                ("Topics", _P, lambda s: _labels(s, Topic, s.entry.topics)),
                ("Expertise", _L, lambda s: _labels(s, Expertise, s.entry.expertise)),
                ("Accreditation", _P, lambda s: _said(s, s.entry.accreditation)),
                ("It suits", _P | _L, _suits),
                ("It does not suit", _P, lambda s: _said(s, s.version.does_not_suit if s.version else "")),
                ("Kind of provider", _ALL, lambda s: _label(s, ProviderKind, s.entry.provider_kind)),
                ("How it is organised", _O, lambda s: _label(s, OrganisingModel, s.entry.organising_model)),
                ("Who oversees quality", _O, lambda s: _said(s, s.entry.provider.governance_body)),
                ("Shared or sold, 0 to 100", _P, lambda s: _count(s, s.entry.continuum)),
            ],
        ),
    ]


# --- Quality ---


def _why_unrated(subject: Subject) -> str:
    return {
        EntryStatus.ALERT: "Rating suspended",
        EntryStatus.LAPSED: "Rating lapsed",
        EntryStatus.EARLIER: "Only an earlier rating",
    }.get(EntryStatus(subject.entry.status), "Not reviewed")


def _band(subject: Subject) -> Cell:
    if not subject.rated:
        return Cell(_why_unrated(subject), missing=True)
    provisional = " (provisional)" if subject.entry.provisional else ""
    return Cell(f"{band_for(subject.entry.band).word}{provisional}")


def _rated(subject: Subject, value: Decimal | None) -> Cell:
    if not subject.rated or value is None:
        return Cell(_why_unrated(subject), missing=True)
    return Cell(score(value), Decimal(score(value)), "score")


def _heading(subject: Subject, code: str) -> Cell:
    value = getattr(subject.entry, code)
    if subject.rated and value is None:
        return Cell("Nothing under this heading applies", missing=True)
    return _rated(subject, value)


def _confidence(subject: Subject) -> Cell:
    if not subject.rated:
        return Cell(_why_unrated(subject), missing=True)
    return Cell(subject.entry.get_confidence_display())


def _dated(subject: Subject, date: Any) -> Cell:
    # The dates of a rating that has lapsed say when it was in force.
    if date is None:
        return Cell(_why_unrated(subject) if not subject.rated else "No end set", missing=True)
    return Cell(long_date(date))


def _evaluation(subject: Subject) -> Cell:
    level = subject.entry.evaluation_level
    return _said(subject, str(GuskeyLevel(level).label) if level else "")


# --- Cost ---


def _cost(subject: Subject, participants: int) -> Cost | None:
    return full_cost(subject.price, participants) if subject.price else None


def _no_price(subject: Subject) -> Cell:
    if subject.entry.funding_model == FundingModel.FREE:
        return Cell("Free; cover and travel are not stated", Decimal(0), "money")
    return Cell(_unsaid(subject, "No price is stated"), missing=True)


def _full_cost(subject: Subject, participants: int) -> Cell:
    cost = _cost(subject, participants)
    if cost is None:
        return _no_price(subject)
    if "fee" in cost.unstated:
        return Cell("No fee is stated", missing=True)
    return Cell(money(cost.total), cost.total, "money")


def _unstated(subject: Subject, participants: int) -> Cell:
    cost = _cost(subject, participants)
    if cost is None:
        return Cell("No price is stated", missing=True)
    return Cell(", ".join(cost.unstated).capitalize() if cost.unstated else "Nothing is left out")


def _fee(subject: Subject) -> Cell:
    price = subject.price
    if price is None:
        return _no_price(subject)
    if price.per_participant is None:
        return Cell("Priced per school" if price.per_school is not None else "No fee is stated", missing=True)
    return Cell(money(price.per_participant), price.per_participant, "money")


def _days_cost(subject: Subject, days: int) -> Cell:
    rate = subject.leader.day_rate if subject.leader else None
    if rate is None:
        return Cell(_unsaid(subject, "No day rate is stated"), missing=True)
    return Cell(money(rate * days) if rate else "No charge", rate * days, "money")


def _brokerage(subject: Subject) -> Cell:
    fee = subject.leader.brokerage if subject.leader else None
    return Cell(f"{money(fee)} a day", fee, "money") if fee else Cell("None stated", missing=True)


def _vat(subject: Subject) -> Cell:
    if subject.leader:
        return Cell("Added" if subject.leader.vat_charged else "None")
    if subject.price is None:
        return Cell("No price is stated", missing=True)
    return Cell("Included" if subject.price.vat_included else "Added")


# --- Time, place, content ---


def _next_start(subject: Subject) -> Cell:
    date = subject.entry.next_start
    return Cell(long_date(date)) if date else Cell(_NO_DATES, missing=True)


def _hours(subject: Subject) -> Cell:
    hours = subject.entry.hours
    return Cell(f"{hours.normalize():f}", hours, "number") if hours is not None else _nothing(subject)


def _number(subject: Subject, value: int | None, unit: str) -> Cell:
    if value is None:
        return _nothing(subject)
    return Cell(f"{value:,} {unit}{'' if value == 1 else 's'}", Decimal(value), "number")


def _count(subject: Subject, value: int | None) -> Cell:
    return Cell(f"{value:,}", Decimal(value), "number") if value is not None else _nothing(subject)


def _region(subject: Subject) -> Cell:
    return _said(subject, subject.entry.region.name if subject.entry.region else "")


def _suits(subject: Subject) -> Cell:
    if subject.leader:
        return _said(subject, without_name(subject.leader, subject.leader.suits))
    return _said(subject, subject.version.suits if subject.version else "")


def _labels(subject: Subject, choices: Any, values: Iterable[str]) -> Cell:
    return _said(subject, ", ".join(str(choices(value).label) for value in values))


def _label(subject: Subject, choices: Any, value: str) -> Cell:
    return _said(subject, str(choices(value).label) if value else "")


def _said(subject: Subject, text: str) -> Cell:
    return Cell(text) if text else _nothing(subject)


def _nothing(subject: Subject) -> Cell:
    return Cell(_unsaid(subject, "Not stated"), missing=True)


def _unsaid(subject: Subject, words: str) -> str:
    """Why a provider says nothing: it has not come to the register yet, or it left this out."""
    if subject.entry.provider.claimed_at is None and not subject.entry.is_example:
        return f"{words}: listed from open data"
    return words
