"""Numbers and dates as choices: every value belongs to one, and each says what it holds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from programmes.ranges import (
    CONTINUUM,
    FULL_COST,
    HOURS,
    PLACES,
    WEEKS,
    Ranges,
    school_year_choices,
    school_year_code,
    term_choices,
    term_code,
)


@pytest.mark.parametrize("ranges", [HOURS, WEEKS, FULL_COST, PLACES, CONTINUUM])
def test_every_value_has_its_range_and_none_has_none(ranges: Ranges) -> None:
    codes = [code for code, _ in ranges.choices]
    steps = [highest for highest, _, _ in ranges.steps if highest is not None]
    assert steps == sorted(steps)
    assert len(set(codes)) == len(codes) == len(steps) + 1
    for number, highest in enumerate(steps):
        assert ranges.code(highest) == codes[number]
        assert ranges.code(Decimal(str(highest)) + Decimal("0.1")) == codes[number + 1]
    assert ranges.code(None) == ""


def test_terms_follow_each_other_from_today() -> None:
    assert [term_code(dt.date(2027, month, 1)) for month in (1, 3, 4, 8, 9, 12)] == [
        "2027-1", "2027-1", "2027-2", "2027-2", "2027-3", "2027-3",
    ]  # fmt: skip
    choices = term_choices(dt.date(2026, 11, 24))
    assert choices[0] == ("2026-3", "Autumn 2026 (September on)")
    assert choices[1] == ("2027-1", "Spring 2027 (January to March)")
    assert len(choices) == 9
    day = dt.date(2026, 11, 24)
    for code, _ in choices:
        assert code == term_code(day)
        day = dt.date(day.year + (day.month >= 9), {11: 1, 1: 4, 4: 11}[day.month], 1)


def test_a_school_year_begins_in_september() -> None:
    assert school_year_code(dt.date(2026, 8, 31)) == "2025"
    assert school_year_code(dt.date(2026, 9, 1)) == "2026"
    assert school_year_code(None) == ""
    assert school_year_choices(dt.date(2026, 11, 24))[:2] == [
        ("2026", "School year 2026/27"),
        ("2025", "School year 2025/26"),
    ]
