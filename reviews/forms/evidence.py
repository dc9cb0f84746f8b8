"""What a provider says about an item of evidence. One form a kind; what they have in common comes first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from lpdqa.web.formats import long_date
from lpdqa.web.forms import described
from providers.choices import GuskeyLevel
from providers.models import Deployment
from reviews.choices import EvidenceKind
from reviews.forms.submissions import STATEMENT_LENGTH
from reviews.models import Criterion, Submission

OWN, OUTSIDE = "own", "outside"
ASSESSORS, EVERYONE = "assessors", "everyone"


class EvidenceForm(forms.Form):
    """Common to every kind: what it is called, what it supports, where it comes from and who may see it."""

    kind: EvidenceKind
    heading: str
    content_fields: tuple[str, ...] = ()

    title = forms.CharField(
        label="What is it?",
        max_length=160,
        help_text="For example “Evaluation of cohort 3, with baseline and six-month follow-up”.",
        error_messages={"required": "Say what it is"},
    )
    criteria = forms.MultipleChoiceField(
        label="Which criteria does it support?",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small app-choices--columns"}),
        help_text="One item may support several.",
        error_messages={"required": "Choose at least one criterion"},
    )
    source = forms.ChoiceField(
        label="Where does it come from?",
        widget=forms.RadioSelect,
        choices=[
            (OWN, described("Our own organisation", "Written or collected by us or for us.")),
            (
                OUTSIDE,
                described(
                    "From outside",
                    "By somebody independent of us: an evaluator, a school we worked with, an award.",
                ),
            ),
        ],
        error_messages={"required": "Say where it comes from"},
    )
    evaluation_level = forms.ChoiceField(
        label="If it is an evaluation, how far does it reach?",
        required=False,
        choices=[("", "It is not an evaluation"), *GuskeyLevel.choices],
        help_text="Guskey’s five levels. Choose the highest one it has data on.",
    )
    expires_on = forms.DateField(
        label="When does it stop being valid?",
        required=False,
        help_text="For example the last day of an accreditation.",
    )
    visibility = forms.ChoiceField(
        label="Who may see it?",
        widget=forms.RadioSelect,
        initial=ASSESSORS,
        choices=[
            (ASSESSORS, "Assessors and administrators only"),
            (
                EVERYONE,
                described(
                    "Everyone, once a rating is published",
                    "Only if it names no pupils and nobody who hasn’t agreed to it.",
                ),
            ),
        ],
    )

    def __init__(
        self, *args: Any, criteria: Iterable[Criterion], submission: Submission, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.submission = submission
        self.fields["criteria"].choices = [(c.code, f"{c.code} {c.title}") for c in criteria]  # type: ignore[attr-defined]
        leader = submission.leader
        if leader and not leader.consent_named_at and self.kind in (EvidenceKind.FILE, EvidenceKind.LINK):
            self.fields["visibility"].help_text = (
                f"While {leader.code} isn’t named in public, files and links are for assessors only, whatever you "
                "choose: nobody could tell whether a name stands in them."
            )
        self.order_fields(["title", *self.content_fields])

    def about(self) -> dict[str, Any]:
        """Keyword arguments that every `add_…` service takes; only after `is_valid()`."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "independent": data["source"] == OUTSIDE,
            "evaluation_level": data["evaluation_level"],
            "expires_on": data["expires_on"],
            "confidential": data["visibility"] != EVERYONE,
        }


class FileForm(EvidenceForm):
    kind = EvidenceKind.FILE
    heading = "Add a file"
    content_fields = ("upload",)

    upload = forms.FileField(
        label="The file",
        allow_empty_file=True,  # the service refuses it, in its own words
        error_messages={"required": "Choose a file"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        megabytes = settings.EVIDENCE_MAX_BYTES // 1024**2
        self.fields["upload"].help_text = (
            f"Up to {megabytes} MB. PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV, PNG or JPEG; "
            "no macros. Take out pupils’ names first."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        # A browser never gives a chosen file back to the page: better to say so than to let it be missed.
        if self.errors and cleaned.get("upload"):
            self.add_error("upload", "Choose the file again: browsers don’t keep it after an error")
        return cleaned


class LinkForm(EvidenceForm):
    kind = EvidenceKind.LINK
    heading = "Add a link"
    content_fields = ("url",)

    url = forms.URLField(
        label="Address of the page",
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text="A page that anyone can open without signing in, for example https://www.example.org/evaluation",
        error_messages={
            "required": "Enter the address of the page",
            "invalid": "Enter an address like https://www.example.org/evaluation",
        },
    )


class TextForm(EvidenceForm):
    kind = EvidenceKind.TEXT
    heading = "Write it here"
    content_fields = ("text",)

    text = forms.CharField(
        label="The evidence itself",
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="For example results in figures, or what a school wrote to you, with date and source.",
        error_messages={"required": "Write the evidence"},
    )


class DeploymentForm(EvidenceForm):
    """A closed deployment brings the receiving head's evaluation with it, which is from outside by nature."""

    kind = EvidenceKind.DEPLOYMENT
    heading = "Add a closed deployment"
    content_fields = ("deployment",)

    deployment = forms.ChoiceField(
        label="Which deployment?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a deployment"},
    )

    def __init__(self, *args: Any, deployments: Iterable[Deployment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["source"], self.fields["evaluation_level"], self.fields["expires_on"]
        self.deployments = {str(d.public_id): d for d in deployments}
        self.fields["deployment"].choices = [  # type: ignore[attr-defined]
            (key, described(d.focus, f"{d.school_label}, closed {long_date(d.closed_on)}"))
            for key, d in self.deployments.items()
        ]

    def clean_deployment(self) -> Deployment:
        try:
            return self.deployments[self.cleaned_data["deployment"]]
        except KeyError:
            raise ValidationError("Choose one of these deployments")

    def about(self) -> dict[str, Any]:
        deployment: Deployment = self.cleaned_data["deployment"]
        return {
            "title": self.cleaned_data["title"],
            "independent": True,
            "evaluation_level": deployment.evaluation_level,
            "confidential": self.cleaned_data["visibility"] != EVERYONE,
        }


_ALL: tuple[type[EvidenceForm], ...] = (FileForm, LinkForm, TextForm, DeploymentForm)
FORMS = {form.kind: form for form in _ALL}
