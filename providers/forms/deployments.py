"""A deployment's request, what each step asks, visits, and what the head of the supported school is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lpdqa.web.forms import described
from providers.choices import VALUE_FOR_MONEY, GuskeyLevel
from providers.forms.fields import RowForm, SchoolField, one_of, pounds, text_area
from providers.models import Deployment
from providers.services.deployments import NEEDED


class RequestForm(RowForm):
    field_order = ["supported_school"]
    supported_school = SchoolField(label="URN or full name of the school that asks")

    class Meta:
        model = Deployment
        fields = ["supported_school", "supported_school_name", "focus", "requested_on"]
        error_messages = {
            "focus": {"required": "Say what the school wants help with."},
            "requested_on": {"required": "Enter the date on which the school asked."},
        }
        labels = {
            "supported_school_name": "Its name, if it is not on the register",
            "focus": "What the school wants help with",
            "requested_on": "Asked on",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "supported_school" in data and not (data["supported_school"] or data.get("supported_school_name")):
            raise ValidationError({"supported_school": "Say which school asks for help."})
        return data


class _StepForm(RowForm):
    """What a step of the state table asks; `needed` must be filled in, with what is said where it isn't."""

    needed: Mapping[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, missing in self.needed.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = missing


class MatchForm(_StepForm):
    class Meta:
        model = Deployment
        fields: list[str] = []


class ConfirmForm(_StepForm):
    needed = NEEDED["confirm"]

    class Meta:
        model = Deployment
        fields = ["days", "rate_total", "rate_home_school", "rate_brokerage"]
        labels = {
            "days": "Days agreed",
            "rate_total": "Rate",
            "rate_home_school": "Of that, to the home school",
            "rate_brokerage": "Of that, brokerage",
        }
        help_texts = {"rate_total": "0 if nothing is paid"}
        widgets = {
            "rate_total": pounds("per day"),
            "rate_home_school": pounds("per day"),
            "rate_brokerage": pounds("per day"),
        }


class PlanForm(_StepForm):
    needed = NEEDED["plan"]

    class Meta:
        model = Deployment
        fields = ["plan", "impact_measures", "starts_on", "ends_on"]
        labels = {
            "plan": "What will be done",
            "impact_measures": "How you will know that it made a difference",
            "starts_on": "First visit",
            "ends_on": "Last visit",
        }
        help_texts = {"impact_measures": "What is looked at before and after, and by whom"}
        widgets = {"plan": text_area(5), "impact_measures": text_area(4)}


class StartForm(_StepForm):
    class Meta:
        model = Deployment
        fields: list[str] = []


class ReviewForm(_StepForm):
    needed = NEEDED["review"]

    class Meta:
        model = Deployment
        fields = ["review_notes", "ends_on"]
        labels = {"review_notes": "What you found against the impact measures", "ends_on": "Last visit"}
        widgets = {"review_notes": text_area(5)}


class CloseForm(_StepForm):
    class Meta:
        model = Deployment
        fields = ["leader_comment"]
        labels = {"leader_comment": "The specialist leader’s comment"}
        widgets = {"leader_comment": text_area(4)}


STEP_FORMS: dict[str, type[_StepForm]] = {
    "match": MatchForm,
    "confirm": ConfirmForm,
    "plan": PlanForm,
    "start": StartForm,
    "review": ReviewForm,
    "close": CloseForm,
}


class VisitForm(forms.Form):
    on = forms.DateField(
        label="Date of the visit", error_messages={"required": "Enter the date of the visit."}
    )
    note = forms.CharField(
        error_messages={"required": "Say what happened."},
        label="What happened",
        max_length=4000,
        widget=text_area(4, 4000),
    )


class EvaluationForm(forms.Form):
    evaluation = forms.CharField(
        error_messages={"required": "Say what difference the work made."},
        label="What difference did the work make?",
        help_text="What you see in your school now that was not there before, and what you would change",
        max_length=4000,
        widget=text_area(6, 4000),
    )
    evaluation_level = one_of(
        [
            (GuskeyLevel.REACTIONS, described("Staff valued it", "No more than that can be said yet")),
            (GuskeyLevel.LEARNING, described("Staff know or can do more", "You have seen that they learned")),
            (
                GuskeyLevel.ORGANISATION,
                described("The school works differently", "Plans, time or policies changed"),
            ),
            (
                GuskeyLevel.USE,
                described("Staff use it in their work", "You have seen it in practice, more than once"),
            ),
            (
                GuskeyLevel.OUTCOMES,
                described("Pupils are better off", "You can show it in what pupils do or achieve"),
            ),
        ],
        "How far can you see the effect?",
        "Choose the furthest you can show",
        missing="Choose how far you can see the effect.",
    )
    evaluation_value = forms.TypedChoiceField(
        error_messages={"required": "Choose whether it was worth what it cost."},
        label="Was it worth what it cost in money and time?",
        choices=VALUE_FOR_MONEY,
        coerce=int,
        widget=forms.RadioSelect,
    )
    evaluator_name = forms.CharField(
        error_messages={"required": "Enter your name and post."},
        label="Your name and post",
        help_text="The provider and assessors see it. It is not published.",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
