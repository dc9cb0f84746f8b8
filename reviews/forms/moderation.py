"""What an administrator types who has looked at a queued rating."""

from __future__ import annotations

from django import forms

from reviews.choices import ModerationOutcome
from reviews.forms.submissions import SHORT_TEXT


class LookAtForm(forms.Form):
    outcome = forms.ChoiceField(
        label="What you found", widget=forms.RadioSelect, choices=ModerationOutcome.choices
    )
    found = forms.CharField(
        label="Why",
        help_text="What you compared, and what it showed. Kept in the trail.",
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
