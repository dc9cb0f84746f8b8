"""What a provider corrects before the decision, and how it appeals after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from reviews.forms.submissions import SHORT_TEXT
from reviews.models import Criterion


class FactCommentForm(forms.Form):
    """One correction."""

    criterion = forms.ChoiceField(label="Which criterion is this about?", required=False)
    text = forms.CharField(
        label="What is wrong, and what is right?",
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Say where in your evidence it can be seen. New evidence can’t be considered now.",
        error_messages={"required": "Say what is wrong and what is right"},
    )

    def __init__(self, *args: Any, criteria: Iterable[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = [  # type: ignore[attr-defined]
            ("", "The submission as a whole"),
            *((str(c.code), f"{c.code} {c.title}") for c in criteria),
        ]


class AppealForm(forms.Form):
    grounds = forms.CharField(
        label="Your grounds",
        max_length=2 * SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": "Say on what grounds you appeal"},
    )
