"""Working days in England: Monday to Friday, less the bank holidays of England. The one place that counts
them."""

from __future__ import annotations

import datetime as dt
from functools import cache

import holidays


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


def is_working_day(day: dt.date) -> bool:
    """Is it neither a Saturday or Sunday nor a bank holiday in England?"""
    return day.weekday() < 5 and day not in _bank_holidays()


def bank_holidays(since: dt.date, until: dt.date) -> list[tuple[dt.date, str]]:
    """Bank holidays in England from one day to another, both included, each with its name."""
    days = (since + dt.timedelta(days=number) for number in range((until - since).days + 1))
    return [(day, _bank_holidays()[day]) for day in days if day in _bank_holidays()]


def add_working_days(start: dt.date, days: int) -> dt.date:
    """The `days`-th working day after `start`; `start` itself never counts. `ValueError` for days below 1."""
    if days < 1:
        raise ValueError("Give a number of working days from 1.")
    day = start
    while days:
        day += dt.timedelta(days=1)
        days -= is_working_day(day)
    return day
