"""What a school was like when provision worked in it: shared by deployments and programmes."""

from __future__ import annotations

from typing import Any

from django import forms

from providers.choices import ImprovementStage
from providers.forms.fields import PostcodeField, RowForm, one_of, percent
from providers.models import FACTS, Deployment

FACT_LABELS = {
    "phase": "Phase",
    "school_type": "Type of school",
    "pupils": "Pupils on roll",
    "disadvantage_percent": "Disadvantaged pupils",
    "send_percent": "Pupils with SEND",
    "eal_percent": "Pupils with English as an additional language",
    "setting": "Urban or rural?",
}
FACT_HELP = {"disadvantage_percent": "Pupils for whom the school gets the pupil premium, of 100 on roll"}


def fact_widgets() -> dict[str, Any]:
    return {
        "pupils": forms.NumberInput(attrs={"data-suffix": "pupils", "class": "govuk-input--width-4"}),
        "disadvantage_percent": percent(),
        "send_percent": percent(),
        "eal_percent": percent(),
    }


class SchoolFactsForm(RowForm):
    """The facts alone, of the school that a deployment supports."""

    postcode = PostcodeField(
        label="Postcode of the school, or its first half", help_text="For the distance to other schools"
    )
    improvement_stage = one_of(
        ImprovementStage.choices, "Where was the school on its way to improve?", required=False
    )

    class Meta:
        model = Deployment
        fields = list(FACTS)
        labels = FACT_LABELS
        help_texts = FACT_HELP
        widgets = fact_widgets()
