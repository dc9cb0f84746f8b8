"""How numbers, money, dates and distances are written everywhere: one place, so that pages and exports
agree.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

Number = int | float | Decimal


def money(value: Number | None) -> str:
    """£1,250, or £1,250.50 where there are pence; nothing for None."""
    if value is None or value == "":
        return ""
    amount = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    sign = "−" if amount < 0 else ""
    amount = abs(amount)
    return f"{sign}£{amount:,.0f}" if amount == amount.to_integral_value() else f"{sign}£{amount:,.2f}"


def score(value: Number | None) -> str:
    """Two decimals, halves up (2.675 is 2.68), as the specification of ratings says; a dash for None."""
    if value is None or value == "":
        return "–"
    # Through str: the shortest decimal that stands for this float is what people meant by it.
    return str(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def long_date(value: date | datetime | None) -> str:
    """23 November 2026; a moment is told by the day it was in the register's time zone."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.day} {value:%B %Y}"


def miles(value: Number | None) -> str:
    """Whole miles from a distance in miles: "less than a mile", "1 mile", "12 miles"."""
    if value is None or value == "":
        return ""
    if value < 0.95:
        return "less than a mile"
    whole = int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))
    return "1 mile" if whole == 1 else f"{whole:,} miles"


def thousands(value: Any) -> str:
    """1,234; other things unchanged."""
    return f"{value:,}" if isinstance(value, int | float | Decimal) else str(value)
