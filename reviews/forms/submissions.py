"""What a provider types about its submission."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reviews.models import CriterionStatement

# Some six pages: enough to explain, too little to drown an assessor in.
STATEMENT_LENGTH = 12_000
SHORT_TEXT = 4_000


class StatementForm(forms.Form):
    """The provider's answer to one criterion, or that it has nothing to show yet."""

    text = forms.CharField(
        label="Your statement",
        required=False,
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Answer the question in your own words and say what in the evidence shows it.",
    )
    declared_gap = forms.BooleanField(
        label="We have no evidence for this yet",
        required=False,
        help_text="A declared gap lets you submit. It counts as evidence claimed but not shown.",
    )

    @classmethod
    def of(cls, statement: CriterionStatement | None) -> StatementForm:
        """The form filled with what was saved before, if anything."""
        if statement is None:
            return cls()
        return cls(initial={"text": statement.text, "declared_gap": statement.declared_gap})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("text") and not cleaned.get("declared_gap"):
            raise ValidationError(
                {"text": "Write a statement, or say that you have no evidence for this yet"}
            )
        return cleaned


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Why are you withdrawing?",
        required=False,
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kept with the submission; not published.",
    )


class RequestAnswerForm(forms.Form):
    """The answer to an assessor's question."""

    answer = forms.CharField(
        label="Your answer",
        required=False,
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Say where in the evidence it can be seen.",
    )
    nothing_new = forms.BooleanField(
        label="We have nothing more to show",
        required=False,
        help_text="The criterion then gets the lowest score.",
    )
