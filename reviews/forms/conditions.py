"""What is typed about a condition: by the team that has met it, and by whoever looks at that."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from lpdqa.clock import today
from lpdqa.web.forms import described
from reviews.forms.submissions import SHORT_TEXT


def _day_met(*, required: bool, **attrs: str) -> forms.DateField:
    return forms.DateField(label="Met on", required=required, widget=forms.DateInput(attrs=attrs))


class ReportForm(forms.Form):
    """The team's report that a condition is met."""

    how = forms.CharField(
        label="How is it met?",
        help_text="What you did, since when, and where it can be seen",
        max_length=SHORT_TEXT // 2,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say how the condition is met"},
    )
    link = forms.URLField(
        label="Address of a page that shows it",
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text="A page that anyone can open without signing in",
        error_messages={"invalid": "Enter an address like https://www.example.org/prices"},
    )


class MeetForm(forms.Form):
    """On which day a condition was met that nobody has reported."""

    on = _day_met(required=True)

    def clean_on(self) -> dt.date:
        return _not_ahead(self.cleaned_data["on"])


class AnswerReportForm(forms.Form):
    """Whether a condition that the team reports as met is met, and since when or why not."""

    is_met = forms.TypedChoiceField(
        label="Is the condition met?",
        choices=[
            ("yes", described("Yes, it is met", "Recorded as met, on the public page too.")),
            ("no", described("Not yet", "The team reads why, and can report it again.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the condition is met"},
    )
    on = _day_met(required=False, **{"data-shown-when": "is_met=yes"})
    answer = forms.CharField(
        label="What is still missing?",
        required=False,
        help_text="The team reads this.",
        max_length=SHORT_TEXT // 2,
        widget=forms.Textarea(attrs={"rows": 4, "data-shown-when": "is_met=no"}),
    )

    def clean_on(self) -> dt.date | None:
        day = self.cleaned_data["on"]
        return _not_ahead(day) if day else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_met") and not cleaned.get("on") and "on" not in self.errors:
            self.add_error("on", "Give the day on which it was met")
        if cleaned.get("is_met") is False and not cleaned.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "Say what is still missing")
        return cleaned


def _not_ahead(day: dt.date) -> dt.date:
    if day > today():
        raise forms.ValidationError("Give a day that isn’t still to come")
    return day
