"""What is typed in a complaint, and in its answer."""

from __future__ import annotations

from typing import Any

from django import forms

from lpdqa.web.forms import described
from reviews.choices import ComplaintKind
from reviews.forms.submissions import SHORT_TEXT


class ComplaintForm(forms.Form):
    text = forms.CharField(
        label="What happened?",
        help_text="What was done or said, when, and what you would like to be put right",
        max_length=2 * SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "Say what happened, and when."},
    )


class AnswerForm(forms.Form):
    uphold = forms.TypedChoiceField(
        label="Is the complaint upheld?",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the complaint is upheld."},
    )
    answer = forms.CharField(
        label="Your answer",
        help_text="Whoever complained reads it: what you looked at, what you found, what follows",
        max_length=2 * SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write the answer."},
    )
    public_text = forms.CharField(
        label="What the public alert would say",
        help_text="A complaint that is upheld opens a finding. The alert appears only if that is upheld as well.",
        required=False,
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "data-shown-when": "uphold=yes"}),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about_provision = kind == ComplaintKind.PROVISION
        follows = (
            "A finding is opened, on which somebody else decides"
            if about_provision
            else "Say what is put right"
        )
        self.fields["uphold"].choices = [  # type: ignore[attr-defined]
            ("yes", described("Yes", follows)),
            ("no", described("No", "Say why not")),
        ]
        if not about_provision:
            del self.fields["public_text"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("uphold") and "public_text" in self.fields and not data.get("public_text"):
            self.add_error("public_text", "Write what the public alert would say.")
        return data
