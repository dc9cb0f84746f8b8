"""What is typed about a condition: by the team that has met it, and by whoever looks at that."""

from __future__ import annotations

from typing import Any

from django import forms

from lpdqa.web.forms import described
from reviews.forms.submissions import SHORT_TEXT


def _day_met(**attrs: str) -> forms.DateField:
    return forms.DateField(
        label="Met on",
        widget=forms.DateInput(attrs=attrs),
        error_messages={"required": "Give the day on which it was met"},
    )


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

    on = _day_met()


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
    on = _day_met(**{"data-shown-when": "is_met=yes"})
    answer = forms.CharField(
        label="What is still missing?",
        help_text="The team reads this.",
        max_length=SHORT_TEXT // 2,
        widget=forms.Textarea(attrs={"rows": 4, "data-shown-when": "is_met=no"}),
        error_messages={"required": "Say what is still missing"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        # The day belongs to a yes and the words to a no: what the answer doesn't ask for can't be wrong.
        is_met = cleaned.get("is_met")
        for name, asked in (("on", is_met is True), ("answer", is_met is False)):
            if not asked:
                self.errors.pop(name, None)
        return cleaned
