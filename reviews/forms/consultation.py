"""What people say about a framework version, what they are answered, and the days of a consultation."""

from __future__ import annotations

from typing import Any

from django import forms

from lpdqa.accounts.models import User
from lpdqa.web.forms import described
from reviews.models import FrameworkVersion
from reviews.queries.consultation import capacities_of


class CommentForm(forms.Form):
    criterion = forms.ChoiceField(label="What is it about?", required=False)
    capacity = forms.ChoiceField(
        label="You speak as",
        widget=forms.RadioSelect,
        help_text="This is shown with your comment; your name never is.",
        error_messages={"required": "Choose what you speak as"},
    )
    text = forms.CharField(
        label="Your comment",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Don’t name people. It is published with its answer.",
    )

    def __init__(self, *args: Any, framework: FrameworkVersion, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criteria = [(row["code"], f"{row['code']} {row['title']}") for row in framework.document["criteria"]]
        self.fields["criterion"].choices = [("", "The version as a whole"), *criteria]  # type: ignore[attr-defined]
        self.fields["capacity"].choices = capacities_of(by)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    answer = forms.CharField(label="Answer", max_length=3000, widget=forms.Textarea(attrs={"rows": 6}))
    publish = forms.TypedChoiceField(
        label="What becomes of the comment?",
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", described("Publish it with this answer", "Everybody reads both, without a name.")),
            (
                "no",
                described(
                    "Set it aside",
                    "For what names somebody or isn’t about the criteria. Only its author reads the answer.",
                ),
            ),
        ],
    )


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput())


class ConsultForm(forms.Form):
    closes_on = _day("Last day for comments")


class PublishForm(forms.Form):
    """Now, or on a day to come."""

    when = forms.ChoiceField(
        label="When?",
        widget=forms.RadioSelect,
        choices=[
            ("now", "Now"),
            ("day", described("On a day", "It happens early that morning, if nothing stands in the way.")),
        ],
    )
    publish_on = forms.DateField(
        label="Day, if it is not now (optional)", required=False, widget=forms.DateInput()
    )

    def clean(self) -> None:
        lacks_day = not self.cleaned_data.get("publish_on") and "publish_on" not in self.errors
        if self.cleaned_data.get("when") == "day" and lacks_day:
            self.add_error("publish_on", "Enter the day")


class NothingForm(forms.Form):
    """A step that is only confirmed."""
