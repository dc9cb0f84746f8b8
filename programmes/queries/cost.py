"""What a programme costs a school in full, for a number of participants."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from programmes.models import Price, Programme

MOST_PARTICIPANTS = 500


@dataclass(frozen=True)
class Line:
    """One part of the cost; `each` is per participant unless it is for the school, `total` for all of
    them.
    """

    what: str
    each: Decimal
    total: Decimal


@dataclass(frozen=True)
class Cost:
    """The parts in pounds, their sum, and what the provider has not stated (so that the sum may be short)."""

    participants: int
    lines: list[Line]
    total: Decimal
    unstated: list[str]


def price_on(programme: Programme, on: dt.date) -> Price | None:
    """The price row in force on a date: the newest that has begun."""
    return programme.prices.filter(valid_from__lte=on).order_by("-valid_from", "-id").first()


def full_cost(price: Price, participants: int) -> Cost:
    """Fees, materials, travel and the cover for colleagues, for `participants` of one school."""
    cover = None
    if price.cover_days is not None and price.cover_day_cost is not None:
        cover = (price.cover_days * price.cover_day_cost).quantize(Decimal("0.01"))
    elif price.cover_days == 0:
        cover = Decimal(0)
    each = (
        ("Fee per participant", price.per_participant),
        ("Materials per participant", price.materials),
        ("Travel and stay per participant", price.travel),
        ("Cover per participant", cover),
    )
    lines = [Line(what, amount, amount * participants) for what, amount in each if amount is not None]
    if price.per_school is not None:
        lines.insert(0, Line("Fee per school", price.per_school, price.per_school))
    unstated = [what.split(" per ")[0].lower() for what, amount in each[1:] if amount is None]
    if price.per_participant is None and price.per_school is None:
        unstated.insert(0, "fee")
    return Cost(participants, lines, sum((line.total for line in lines), Decimal(0)), unstated)
