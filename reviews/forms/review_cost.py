"""What an hour costs, as somebody reckons it: in the address, and kept nowhere."""

from __future__ import annotations

from typing import Any

from django import forms

_HIGHEST = 1000


def _rate(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=_HIGHEST,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}),
        error_messages={"invalid": "Give an amount in pounds, such as 42.50"},
    )


class RatesForm(forms.Form):
    """Both rates, or none."""

    assessor = _rate("An hour of an assessor, in pounds")
    administrator = _rate("An hour of an administrator, in pounds")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        given = [name for name in self.fields if cleaned.get(name) is not None]
        if len(given) == 1 and not self.errors:
            (missing,) = set(self.fields) - set(given)
            self.add_error(missing, "Give both amounts, or leave both empty")
        return cleaned
