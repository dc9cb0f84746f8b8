"""Prices: a dated row each, so that what a programme cost on a day can always be told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import today
from lpdqa.rows import lock, put
from programmes.models import Price, Programme
from programmes.services import catalogue

AMOUNTS = ("per_participant", "per_school", "cover_days", "cover_day_cost", "travel", "materials")
_ALLOWED = frozenset({*AMOUNTS, "vat_included", "funding_note", "cancellation", "valid_from", "confirmed_on"})


def set_price(*, programme: Programme, by: User, valid_from: dt.date, **fields: Any) -> Price:
    """Set the full price from a date on, and confirm it as of today. The same date again corrects that row.

    Raises:
        ValidationError: by field; also where it would change a price that has been in force.
    """
    with act("price.set", by=by) as doing:
        lock(programme)
        begun = programme.prices.filter(valid_from__lt=today()).first()
        if begun and valid_from < today() and valid_from <= begun.valid_from:
            raise ValidationError({"valid_from": "A price that has been in force stays. Give a later date."})
        price = programme.prices.filter(valid_from=valid_from).first() or Price(programme=programme)
        put(price, {"confirmed_on": today(), **fields, "valid_from": valid_from}, allowed=_ALLOWED)
        _check(price)
        price.save()
        doing.target = price
        doing.detail["programme"] = programme.pk
        catalogue.refresh_programme(programme=programme)
    return price


def _check(price: Price) -> None:
    problems = {}
    if price.per_participant is None and price.per_school is None:
        problems["per_participant"] = "Give a price per participant or per school; 0 if it is free."
    for name in AMOUNTS:
        amount = getattr(price, name)
        if amount is not None and amount < 0:
            problems[name] = "This can’t be below zero."
    if problems:
        raise ValidationError(problems)
