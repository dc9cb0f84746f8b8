"""What is asked about a specialist leader."""

from __future__ import annotations

from django import forms

from lpdqa.web.forms import described
from providers.choices import Availability, Expertise, LeaderKind, LeaderStatus, Phase
from providers.forms.fields import RowForm, SchoolField, one_of, percent, pounds, several, text_area
from providers.forms.parts import Section
from providers.models import SpecialistLeader
from providers.services.leaders import STATUS_STEPS


class LeaderAboutForm(RowForm):
    either = (("home_school", "home_school_name"),)
    kind = one_of(LeaderKind.choices, "What are they?", missing="Choose what they are.")
    home_school = SchoolField(
        label="Home school’s URN or full name", help_text="Leave empty if the school is not on the register"
    )
    expertise = forms.MultipleChoiceField(
        choices=Expertise.choices,
        label="Areas of expertise",
        help_text="Choose those they are designated in",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small app-choices--columns"}),
        error_messages={"required": "Choose at least one area of expertise."},
    )
    phases = several(Phase, "Phases they work in")

    class Meta:
        model = SpecialistLeader
        fields = ["name", "kind", "home_school", "home_school_name", "expertise", "phases"]
        error_messages = {"name": {"required": "Enter the person’s full name."}}
        labels = {"name": "Full name", "home_school_name": "Home school, if it is not on the register"}
        help_texts = {
            "name": "Shown in public only while they agree to be named",
            "home_school_name": "",
        }


class LeaderPracticeForm(RowForm):
    class Meta:
        model = SpecialistLeader
        fields = ["summary", "evidence_base", "suits"]
        labels = {
            "summary": "What they help schools with, and how they work",
            "evidence_base": "The evidence their practice rests on",
            "suits": "Who and where it suits, and does not suit",
        }
        help_texts = {"evidence_base": "Name the sources, and when you last looked at them"}
        widgets = {
            "summary": text_area(4, 2000),
            "evidence_base": text_area(4, 4000),
            "suits": text_area(4, 2000),
        }


class LeaderTermsForm(RowForm):
    class Meta:
        model = SpecialistLeader
        fields = [
            "day_rate",
            "vat_charged",
            "home_school_share",
            "brokerage",
            "travel_terms",
            "travels_miles",
            "works_online",
        ]
        labels = {
            "day_rate": "Day rate, before VAT",
            "vat_charged": "VAT is charged on top",
            "home_school_share": "Share that goes to the home school",
            "brokerage": "Brokerage fee",
            "travel_terms": "Who pays for travel",
            "travels_miles": "How far they travel",
            "works_online": "They also work online",
        }
        help_texts = {"day_rate": "0 if nothing is paid"}
        widgets = {
            "day_rate": pounds("per day"),
            "brokerage": pounds("per day"),
            "home_school_share": percent(),
            "travels_miles": forms.NumberInput(attrs={"data-suffix": "miles"}),
        }


LEADER_SECTIONS = (
    Section("about", "The person and their expertise", LeaderAboutForm,
            ("name", "kind", "home_school", "expertise", "phases")),
    Section("practice", "How they help schools", LeaderPracticeForm, ("summary", "evidence_base", "suits")),
    Section("terms", "Rate, travel and reach", LeaderTermsForm, ("day_rate", "travel_terms", "travels_miles"),
            "These can change at any time, also during a review."),
)  # fmt: skip


class DesignateForm(forms.Form):
    on = forms.DateField(
        label="Designated on", help_text="The designation lasts four years from this date", required=False
    )


class ConsentForm(forms.Form):
    named = forms.TypedChoiceField(
        error_messages={"required": "Choose whether they agree."},
        label="Do they agree to be named in public?",
        choices=[
            ("yes", described("Yes", "They have told you so. They can change their mind at any time.")),
            ("no", described("No", "Pages show a code in place of the name.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class StatusForm(forms.Form):
    status = one_of([], "New status", missing="Choose the new status.")
    reason = forms.CharField(
        label="Reason", help_text="For your own record; not public", required=False, max_length=300
    )

    def __init__(self, *args: object, present: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (status, LeaderStatus(status).label) for status in STATUS_STEPS[present]
        ]


class AvailabilityForm(forms.Form):
    answer = one_of(
        [
            (Availability.YES, described("Yes", "Schools can ask for them")),
            (Availability.LIMITED, described("A little", "Few days are left, or only near by")),
            (Availability.NO, described("No, not now", "The page says so; the designation stays as it is")),
        ],
        "Do they still take deployments to other schools?",
        missing="Choose one of these.",
    )
    note = forms.CharField(
        label="What schools should know",
        help_text="Shown in public, for example “from September again”. Don’t write a name.",
        max_length=300,
        required=False,
    )
