"""What administrators type to change the words of a message."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews import gaps
from reviews.forms.framework import PlainText
from reviews.forms.submissions import SHORT_TEXT
from reviews.messages import BODY_LENGTH, GAPS, SUBJECT_LENGTH, faults_of
from reviews.queries.message_words import NowReads


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Why",
        help_text="Kept in the trail.",
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why: it is kept in the trail."},
    )


class WordsForm(forms.Form):
    """The words of one message; `seen` holds which words were there before. Without `is_saved` it is a preview, which
    needs no reason yet."""

    # Not cut off by the browser: what is too long is told, and stays.
    subject = forms.CharField(
        label="Subject",
        help_text=f"Up to {SUBJECT_LENGTH} characters",
        error_messages={"required": "Write a subject."},
    )
    body = PlainText(
        label="Body",
        required=False,
        help_text="A line break makes a new line, an empty line a new paragraph. The link is added by itself.",
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    reason = _reason()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, now_reads: NowReads, is_saved: bool = True) -> None:
        stored = now_reads.stored
        initial = {"subject": stored.subject, "body": stored.body, "seen": stored.digest}
        super().__init__(data, initial=initial)
        self.shipped, self.is_saved = now_reads.shipped, is_saved
        if kept := [name for name in gaps.names(self.shipped.body) if GAPS[name].is_long]:
            body = self.fields["body"]
            body.required = True
            body.error_messages["required"] = f"Write the body: {gaps.listed(kept)} has to stay in it."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "subject" in cleaned:
            faults = faults_of(self.shipped, subject=cleaned["subject"], body=cleaned.get("body", ""))
            for part, texts in faults.items():
                # A fault of the field itself comes first: of a body that isn't there nothing else can be said.
                for text in [] if part in self.errors else texts:
                    self.add_error(part, text)
        if not self.is_saved:
            # Asked for all the same, but not before there is something to save.
            self.errors.pop("reason", None)
        return cleaned


class AsShippedForm(forms.Form):
    """Going back to the words as shipped."""

    reason = _reason()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
