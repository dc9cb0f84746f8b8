"""What one thing says in each row of a comparison: a figure or words, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lpdqa.web.bands import band_for
from lpdqa.web.formats import long_date, money, score
from programmes.choices import EntryStatus, FundingModel
from programmes.models import CatalogueEntry, Price, ProgrammeVersion
from programmes.queries import cost as costs
from programmes.queries.feedback import LEVEL_WORDS, CommissionersSay
from programmes.queries.leaders import FEWEST_EVALUATIONS, Evaluations, without_name
from providers.choices import GuskeyLevel
from providers.models import SpecialistLeader

_NO_DATES = "No dates to come on the register"
_NOTHING_SAID, _NOT_EVALUATED = CommissionersSay(0), Evaluations(0)


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
class Subject:
    """One thing with all that its column needs."""

    entry: CatalogueEntry
    version: ProgrammeVersion | None = None
    leader: SpecialistLeader | None = None
    price: Price | None = None
    said: CommissionersSay = _NOTHING_SAID
    """What commissioners say of a programme."""
    heads: Evaluations = _NOT_EVALUATED
    """What the heads of supported schools say of a specialist leader."""

    @property
    def rated(self) -> bool:
        return self.entry.status == EntryStatus.RATED and self.entry.overall is not None


# --- Quality ---


def _why_unrated(subject: Subject) -> str:
    return {
        EntryStatus.ALERT: "Rating suspended",
        EntryStatus.LAPSED: "Rating lapsed",
    }.get(EntryStatus(subject.entry.status), "Not reviewed")


def band(subject: Subject) -> Cell:
    if not subject.rated:
        return Cell(_why_unrated(subject), missing=True)
    provisional = " (provisional)" if subject.entry.provisional else ""
    return Cell(f"{band_for(subject.entry.band).word}{provisional}")


def rated(subject: Subject, value: Decimal | None) -> Cell:
    if not subject.rated or value is None:
        return Cell(_why_unrated(subject), missing=True)
    return Cell(score(value), Decimal(score(value)), "score")


def heading(subject: Subject, code: str) -> Cell:
    value = getattr(subject.entry, code)
    if subject.rated and value is None:
        return Cell("Nothing under this heading applies", missing=True)
    return rated(subject, value)


def confidence(subject: Subject) -> Cell:
    if not subject.rated:
        return Cell(_why_unrated(subject), missing=True)
    return Cell(subject.entry.get_confidence_display())


def dated(subject: Subject, date: Any) -> Cell:
    # The dates of a rating that has lapsed say when it was in force.
    if date is None:
        return Cell(_why_unrated(subject) if not subject.rated else "No end set", missing=True)
    return Cell(long_date(date))


def evaluation(subject: Subject) -> Cell:
    level = subject.entry.evaluation_level
    return stated(subject, str(GuskeyLevel(level).label) if level else "")


# --- Cost ---


def _cost(subject: Subject, participants: int) -> costs.Cost | None:
    return costs.full_cost(subject.price, participants) if subject.price else None


def _no_price(subject: Subject) -> Cell:
    if subject.entry.funding_model == FundingModel.FREE:
        return Cell("Free; cover and travel are not stated", Decimal(0), "money")
    return Cell(_unsaid(subject, "No price is stated"), missing=True)


def full_cost(subject: Subject, participants: int) -> Cell:
    cost = _cost(subject, participants)
    if cost is None:
        return _no_price(subject)
    if "fee" in cost.unstated:
        return Cell("No fee is stated", missing=True)
    return Cell(money(cost.total), cost.total, "money")


def unstated(subject: Subject, participants: int) -> Cell:
    cost = _cost(subject, participants)
    if cost is None:
        return Cell("No price is stated", missing=True)
    return Cell(", ".join(cost.unstated).capitalize() if cost.unstated else "Nothing is left out")


def fee(subject: Subject) -> Cell:
    price = subject.price
    if price is None:
        return _no_price(subject)
    if price.per_participant is None:
        return Cell("Priced per school" if price.per_school is not None else "No fee is stated", missing=True)
    fee = price.per_participant
    return Cell(money(fee) if fee else "No fee", fee, "money")


def days_cost(subject: Subject, days: int) -> Cell:
    rate = subject.leader.day_rate if subject.leader else None
    if rate is None:
        return Cell(_unsaid(subject, "No day rate is stated"), missing=True)
    return Cell(money(rate * days) if rate else "No charge", rate * days, "money")


def brokerage(subject: Subject) -> Cell:
    fee = subject.leader.brokerage if subject.leader else None
    return Cell(f"{money(fee)} a day", fee, "money") if fee else Cell("None stated", missing=True)


def vat(subject: Subject) -> Cell:
    if subject.leader:
        return Cell("Added" if subject.leader.vat_charged else "None")
    if subject.price is None:
        return Cell("No price is stated", missing=True)
    return Cell("Included" if subject.price.vat_included else "Added")


# --- What those say who have had it ---


def again(subject: Subject) -> Cell:
    """Whether commissioners would commission it again, each answer with its number."""
    return _answers(subject.said, subject.said.again)


def seen(subject: Subject, level: str) -> Cell:
    """How many commissioners saw one of Guskey's levels clearly or very clearly."""
    if not subject.said.is_shown:
        return _too_few(subject.said.n)
    *told, (_, early) = dict(subject.said.levels)[LEVEL_WORDS[level]]
    clearly, could_tell = sum(n for _, n in told[:2]), subject.said.n - early
    too_early = f"{early} too early to say" if early else ""
    if not could_tell:
        return Cell(f"{too_early} (n {subject.said.n})")
    return Cell("; ".join(filter(None, [f"{clearly} of {could_tell}", too_early])))


def heads_worth(subject: Subject) -> Cell:
    """What heads of supported schools say of its value for money."""
    return _answers(subject.heads, subject.heads.values)


def heads_saw(subject: Subject) -> Cell:
    """How far heads of supported schools saw the effect, the furthest first."""
    # Without the number of the level.
    levels = [(words.partition(" ")[2], n) for words, n in reversed(subject.heads.levels)]
    return _answers(subject.heads, levels)


def _answers(given: CommissionersSay | Evaluations, answers: Iterable[tuple[str, int]]) -> Cell:
    if not given.is_shown:
        return _too_few(given.n)
    return Cell("; ".join(f"{words}: {n}" for words, n in answers if n) + f" (n {given.n})")


def _too_few(n: int) -> Cell:
    if not n:
        return Cell("Nobody has answered yet", missing=True)
    return Cell(f"{n} so far; shown from {FEWEST_EVALUATIONS} on", missing=True)


# --- Time, place, content ---


def next_start(subject: Subject) -> Cell:
    date = subject.entry.next_start
    return Cell(long_date(date)) if date else Cell(_NO_DATES, missing=True)


def hours(subject: Subject) -> Cell:
    hours = subject.entry.hours
    return Cell(f"{hours.normalize():f}", hours, "number") if hours is not None else _nothing(subject)


def number(subject: Subject, value: int | None, unit: str) -> Cell:
    if value is None:
        return _nothing(subject)
    return Cell(f"{value:,} {unit}{'' if value == 1 else 's'}", Decimal(value), "number")


def count(subject: Subject, value: int | None) -> Cell:
    return Cell(f"{value:,}", Decimal(value), "number") if value is not None else _nothing(subject)


def region(subject: Subject) -> Cell:
    return stated(subject, subject.entry.region.name if subject.entry.region else "")


def suits(subject: Subject) -> Cell:
    if subject.leader:
        return stated(subject, without_name(subject.leader, subject.leader.suits))
    return stated(subject, subject.version.suits if subject.version else "")


def labels(subject: Subject, choices: Any, values: Iterable[str]) -> Cell:
    return stated(subject, ", ".join(str(choices(value).label) for value in values))


def label(subject: Subject, choices: Any, value: str) -> Cell:
    return stated(subject, str(choices(value).label) if value else "")


def stated(subject: Subject, text: str) -> Cell:
    return Cell(text) if text else _nothing(subject)


def _nothing(subject: Subject) -> Cell:
    return Cell(_unsaid(subject, "Not stated"), missing=True)


def _unsaid(subject: Subject, words: str) -> str:
    """Why a provider says nothing: it has not come to the register yet, or it left this out."""
    if subject.entry.provider.claimed_at is None and not subject.entry.is_example:
        return f"{words}: listed from open data"
    return words
