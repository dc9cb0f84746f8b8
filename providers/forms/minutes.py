"""How long questions take to answer: an estimate by the kind of question, for "about 20 minutes left".

Until enough is measured these are assumptions, and pages say "about". What descriptions really took is measured
(`lpdqa.drafts`) and shown to administrators, who can then correct the figures here.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

LONG_TEXT, SHORT_TEXT, CHOICE = 5.0, 1.0, 0.5
"""Minutes for a box of running text, a line or number, a choice."""


def minutes_for(form: type[forms.BaseForm], names: Iterable[str]) -> int:
    """Minutes that these questions of a form take together, rounded up."""
    total = 0.0
    for name in names:
        field = form.base_fields[name]  # type: ignore[attr-defined]
        if isinstance(field, forms.ChoiceField | forms.BooleanField):
            total += CHOICE
        elif isinstance(field.widget, forms.Textarea):
            total += LONG_TEXT if int(field.widget.attrs.get("rows", 4)) > 2 else 2 * SHORT_TEXT
        else:
            total += SHORT_TEXT
    return -int(-total // 1)
