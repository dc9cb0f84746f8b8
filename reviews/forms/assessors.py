"""What is recorded of an assessor, and what they type in the calibration."""

from __future__ import annotations

from typing import Any

from django import forms

from programmes.choices import Topic
from providers.choices import Expertise, Phase
from providers.forms.fields import several
from providers.models import Region
from reviews.choices import AffiliationKind, SubjectKind
from reviews.forms.submissions import SHORT_TEXT, STATEMENT_LENGTH
from reviews.models import AssessorProfile, CalibrationExample, FrameworkVersion

_TIES = [
    ("paid", "Was paid by it, or pays it"),
    ("co_author", "Wrote or developed something with its people"),
    ("family", "Family or close friend of somebody there"),
]
TIES = dict(_TIES)
# Areas of specialist leaders that are no topics of programmes; the two lists share some codes.
_AREAS = [choice for choice in Expertise.choices if choice[0] not in Topic.values]


class ProfileForm(forms.Form):
    """Expertise, employer, capacity and the next pause."""

    subject_kinds = several(SubjectKind, "What do you assess?")
    topics = several(Topic, "Topics you know well")
    areas = forms.MultipleChoiceField(
        label="Further areas of specialist leaders",
        choices=_AREAS,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small app-choices--columns"}),
    )
    phases = several(Phase, "Phases")
    regions = forms.MultipleChoiceField(
        label="Regions you know",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small app-choices--columns"}),
    )
    employer = forms.CharField(
        label="Employer",
        required=False,
        max_length=200,
        help_text="As the register names it, if it is listed there. Leave it empty if you work for nobody.",
    )
    employed_since = forms.DateField(label="Employed there since", required=False, widget=forms.DateInput)
    capacity_a_month = forms.IntegerField(
        label="Files you can take on in a month",
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        help_text="0 if you can’t take any for now.",
    )
    paused_from = forms.DateField(
        label="Away from", required=False, widget=forms.DateInput, help_text="Empty for at once."
    )
    paused_until = forms.DateField(
        label="Away until",
        required=False,
        widget=forms.DateInput,
        help_text="The last day. Until then nothing new is sent; what is open stays open.",
    )

    def __init__(self, data: Any = None, *, profile: AssessorProfile) -> None:
        kept = {name: getattr(profile, name) for name in self.base_fields if hasattr(profile, name)}
        kept["employer"] = profile.employer.name if profile.employer else profile.employer_name
        kept["areas"] = profile.topics
        super().__init__(data, initial=kept)
        regions: Any = self.fields["regions"]
        regions.choices = list(
            Region.objects.filter(scheme=Region.Scheme.REGION).values_list("code", "name").order_by("name")
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["topics"] = [*cleaned.get("topics", []), *cleaned.pop("areas", [])]
        return cleaned


class AffiliationForm(forms.Form):
    """An affiliation or a tie, with its dates."""

    organisation = forms.CharField(
        label="Organisation", max_length=200, help_text="As the register names it, if it is listed there."
    )
    kind = forms.ChoiceField(
        label="How do you belong to it?",
        choices=[("", "Choose one"), *AffiliationKind.choices, *_TIES],
        error_messages={"required": "Choose how you belong to it"},
    )
    started_on = forms.DateField(label="Since", required=False, widget=forms.DateInput)
    ended_on = forms.DateField(
        label="Ended on", required=False, widget=forms.DateInput, help_text="Empty if it goes on."
    )


class ExampleScoreForm(forms.Form):
    """A score for a marked example, with the reason: both are needed, and neither can be changed afterwards."""

    value = forms.TypedChoiceField(
        label="Your score",
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small app-levels-choice"}),
        error_messages={"required": "Choose a score"},
    )
    rationale = forms.CharField(
        label="Why",
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What in the evidence led you to this level.",
        error_messages={"required": "Say what led you to this score"},
    )


class ExampleForm(forms.Form):
    """A marked example, as administrators write it."""

    criterion: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None,
        label="Criterion",
        empty_label="Choose one",
        error_messages={"required": "Choose a criterion"},
    )
    title = forms.CharField(label="Title", max_length=160)
    evidence = forms.CharField(
        label="Evidence",
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Fictional, and written so that nobody takes it for a real provider.",
    )
    agreed = forms.TypedChoiceField(
        label="Agreed score", coerce=int, choices=[(n, str(n)) for n in range(1, 5)], widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label="Why this score",
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Shown to each assessor after they have scored it.",
    )

    def __init__(
        self, data: Any = None, *, framework: FrameworkVersion, example: CalibrationExample | None = None
    ) -> None:
        names = ("criterion", "title", "evidence", "agreed", "explanation")
        super().__init__(data, initial={name: getattr(example, name) for name in names} if example else None)
        criterion: Any = self.fields["criterion"]
        criterion.queryset = framework.criteria.order_by("order")
        criterion.label_from_instance = lambda each: f"{each.code} {each.title}"
