"""The question “what if one criterion had been scored otherwise?”, asked in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms


class WhatIfForm(forms.Form):
    """A criterion and a score."""

    criterion = forms.ChoiceField(label="Criterion")
    score = forms.TypedChoiceField(label="Score by both assessors", coerce=int)

    def __init__(
        self, data: Any, *, criteria: Iterable[tuple[str, str]], scale: Iterable[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        self.fields["criterion"].choices = [(code, f"{code} {title}") for code, title in criteria]  # type: ignore[attr-defined]
        self.fields["score"].choices = [(level, f"{level} {word}") for level, word in scale]  # type: ignore[attr-defined]
