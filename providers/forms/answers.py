"""What a row says, in words, question by question: for pages on which people check their answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.template.defaultfilters import linebreaksbr

from lpdqa.web.formats import long_date, money


def unsaid(value: Any) -> bool:
    """Whether a column holds no answer; 0 and False are answers."""
    return value is None or value == "" or value == []


def answers(form: forms.ModelForm) -> list[tuple[str, str]]:
    """(question, answer in words) for each field of a form on a row that has an answer."""
    rows = ((str(bound.label), _in_words(bound.field, getattr(form.instance, bound.name))) for bound in form)
    return [(question, answer) for question, answer in rows if answer]


def answers_and_gaps(form: forms.ModelForm) -> list[tuple[str, str]]:
    """The answers, and last, in one row, the questions that have none.

    A form names in `either` the pairs of questions of which one answer is enough.
    """
    said = answers(form)
    known = {question for question, _ in said}
    other_way = {name for pair in getattr(form, "either", ()) for name in pair if _said_either(form, pair)}
    gaps = [
        str(bound.label) for bound in form if str(bound.label) not in known and bound.name not in other_way
    ]
    if not gaps:
        return said
    return [*said, ("Not said yet", "; ".join(gap.rstrip("?") for gap in gaps))]


def _said_either(form: forms.ModelForm, pair: tuple[str, str]) -> bool:
    return any(not unsaid(getattr(form.instance, name)) for name in pair)


def _in_words(field: forms.Field, value: Any) -> str:
    if unsaid(value):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Model):
        return str(value)
    if isinstance(field, forms.ChoiceField):
        chosen = {str(code) for code in (value if isinstance(value, list) else [value])}
        # In the order of the choices, whatever order they were sent in.
        return ", ".join(str(label) for code, label in field.choices if str(code) in chosen)  # type: ignore[misc,union-attr]
    if isinstance(value, dt.date):
        return long_date(value)
    prefix, suffix = field.widget.attrs.get("data-prefix", ""), field.widget.attrs.get("data-suffix", "")
    if isinstance(value, str):
        return linebreaksbr(value)
    words = money(value) if prefix == "£" else _number(value)
    return f"{words}{suffix}" if suffix == "%" else f"{words} {suffix}".strip()


def _number(value: int | Decimal) -> str:
    return f"{Decimal(value).normalize():f}"
