"""Numbers and dates as the choices people narrow by: hours, weeks, cost, places, terms, school years.

The catalogue stores the code, so that every facet is a plain column however it is counted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal


@dataclass(frozen=True)
class Ranges:
    """Steps in ascending order, each (highest value that belongs to it, code, label); the last has no end."""

    steps: tuple[tuple[Number | None, str, str], ...]

    def code(self, value: Number | None) -> str:
        """The step a value belongs to; "" for None."""
        if value is None:
            return ""
        return next(code for highest, code, _ in self.steps if highest is None or value <= highest)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(code, label) for _, code, label in self.steps]


HOURS = Ranges(
    (
        (6, "day", "Up to 6 hours"),
        (20, "20", "Over 6, up to 20 hours"),
        (40, "40", "Over 20, up to 40 hours"),
        (None, "more", "More than 40 hours"),
    )
)
WEEKS = Ranges(
    (
        (1, "week", "Within a week"),
        (13, "term", "Within a term (13 weeks)"),
        (39, "year", "Within a school year (39 weeks)"),
        (None, "more", "More than a school year"),
    )
)
# Pounds for one participant: fee, materials, travel and cover.
FULL_COST = Ranges(
    (
        (0, "nothing", "No cost at all"),
        (250, "250", "Up to £250"),
        (500, "500", "£250 to £500"),
        (1000, "1000", "£500 to £1,000"),
        (2500, "2500", "£1,000 to £2,500"),
        (None, "more", "More than £2,500"),
    )
)
# The most places left in one cohort to come.
PLACES = Ranges(
    (
        (0, "full", "Full"),
        (4, "few", "1 to 4 places left"),
        (9, "some", "5 to 9 places left"),
        (None, "many", "10 or more places left"),
    )
)
CONTINUUM = Ranges(
    (
        (24, "commercial", "Commercial (0 to 24)"),
        (49, "more_commercial", "More commercial (25 to 49)"),
        (74, "more_collaborative", "More collaborative (50 to 74)"),
        (None, "collaborative", "Collaborative (75 to 100)"),
    )
)

# --- Terms and school years ---

_TERMS = {1: ("Spring", "January to March"), 2: ("Summer", "April to August"), 3: ("Autumn", "September on")}
TERMS_AHEAD, YEARS_BACK = 9, 5


def term_code(day: dt.date) -> str:
    """The term a day is in: "2027-1" spring, "2027-2" summer (April on), "2027-3" autumn (September on)."""
    return f"{day.year}-{1 if day.month <= 3 else 2 if day.month <= 8 else 3}"


def term_choices(on: dt.date) -> list[tuple[str, str]]:
    """The term of a day and those that follow, with their names; three years in all."""
    year, term = map(int, term_code(on).split("-"))
    first = 3 * year + term - 1
    choices = []
    for number in range(first, first + TERMS_AHEAD):
        (year, before), (name, months) = divmod(number, 3), _TERMS[number % 3 + 1]
        choices.append((f"{year}-{before + 1}", f"{name} {year} ({months})"))
    return choices


def school_year_code(day: dt.date | None) -> str:
    """The calendar year in which the school year of a day began: "2026" for 2026/27; "" for None."""
    return str(day.year if day.month >= 9 else day.year - 1) if day else ""


def school_year_choices(on: dt.date) -> list[tuple[str, str]]:
    """The school year of a day and those before it, newest first."""
    newest = int(school_year_code(on))
    return [
        (str(year), f"School year {year}/{(year + 1) % 100:02d}")
        for year in range(newest, newest - YEARS_BACK, -1)
    ]
