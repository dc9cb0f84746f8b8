"""What a programme is asked, one short form a part; and its beginnings, price and cohorts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from programmes.choices import (
    Audience,
    CareerStage,
    Driver,
    FundingModel,
    HeadteacherStandard,
    Mode,
    ParticipantRole,
    ProgrammeKind,
    Reach,
    Topic,
)
from programmes.models import Cohort, NPQCourse, Price, ProgrammeContext, ProgrammeVersion
from providers.choices import GuskeyLevel, ImprovementStage, Phase
from providers.forms.fields import (
    PostcodeField,
    RowForm,
    SchoolField,
    one_of,
    percent,
    pounds,
    several,
    text_area,
)
from providers.forms.minutes import minutes_for
from providers.forms.parts import Section
from providers.forms.school_facts import FACT_HELP, FACT_LABELS, fact_widgets
from providers.models import FACTS, Region


class NewProgrammeForm(forms.Form):
    title = forms.CharField(
        error_messages={"required": "Enter the title of the programme."},
        max_length=160,
        help_text="As it appears in your prospectus",
    )
    kind = one_of(ProgrammeKind.choices, "What kind of programme is it?", missing="Choose what kind it is.")
    npq_course = forms.ModelChoiceField(
        NPQCourse.objects.filter(is_offered=True),
        label="If it is an NPQ, which one?",
        required=False,
        empty_label="Choose",
        widget=forms.Select(attrs={"data-shown-when": f"kind={ProgrammeKind.NPQ}"}),
    )


class AboutForm(RowForm):
    class Meta:
        model = ProgrammeVersion
        fields = ["title", "summary", "aims", "content"]
        labels = {
            "summary": "The programme in one sentence",
            "aims": "What participants will know and do because of it",
            "content": "What happens in it",
        }
        help_texts = {
            "summary": "Shown in search results",
            "aims": "And what should be different for pupils",
            "content": "Sessions, tasks between them, readings, coaching",
        }
        widgets = {"summary": text_area(2, 300), "aims": text_area(5, 4000), "content": text_area(8, 8000)}


class AudienceForm(RowForm):
    audience = several(Audience, "Who is it for?", "Choose all that apply")
    career_stages = several(CareerStage, "At which point in a career?")
    phases = several(Phase, "Which phases?")
    topics = several(Topic, "What is it about?", "Choose the few that it is really about")
    standards = several(
        HeadteacherStandard,
        "Which of the Headteachers’ Standards does it prepare for?",
        "Leave empty if it isn’t about headship",
    )

    class Meta:
        model = ProgrammeVersion
        fields = ["audience", "career_stages", "phases", "topics", "standards", "suits", "does_not_suit"]
        labels = {"suits": "Who and where it suits", "does_not_suit": "Who and where it does not suit"}
        help_texts = {"does_not_suit": "School leaders trust a provider that says so"}
        widgets = {"suits": text_area(3, 2000), "does_not_suit": text_area(3, 2000)}


class DeliveryForm(RowForm):
    modes = several(Mode, "How does it run?")
    reach = several(Reach, "Where does it run?")
    regions = forms.MultipleChoiceField(
        label="In which regions?",
        help_text="Leave empty if anyone in England can join",
        required=False,
        widget=forms.CheckboxSelectMultiple(
            attrs={"class": "govuk-checkboxes--small", "data-shown-when": "reach=venue|comes_to_you"}
        ),
    )
    venue_postcode = PostcodeField(
        label="Postcode of the venue",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "data-shown-when": "reach=venue"}),
    )

    class Meta:
        model = ProgrammeVersion
        fields = [
            "modes",
            "reach",
            "regions",
            "venue_postcode",
            "travels_miles",
            "hours",
            "weeks",
            "places",
            "deliverers",
        ]
        labels = {
            "travels_miles": "If you come to schools, how far?",
            "hours": "Hours each participant spends in all",
            "weeks": "Spread over",
            "places": "Places in each cohort",
            "deliverers": "Who delivers it, and what qualifies them",
        }
        help_texts = {"hours": "Sessions, tasks, reading and coaching together"}
        widgets = {
            "travels_miles": forms.NumberInput(
                attrs={"data-suffix": "miles", "data-shown-when": "reach=comes_to_you"}
            ),
            "hours": forms.NumberInput(attrs={"data-suffix": "hours"}),
            "weeks": forms.NumberInput(attrs={"data-suffix": "weeks"}),
            "deliverers": text_area(3, 2000),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.filter(scheme=Region.Scheme.REGION).values_list("code", "name")
        self.fields["regions"].choices = list(regions)  # type: ignore[attr-defined]


class EvidenceForm(RowForm):
    evaluation_level = one_of(GuskeyLevel.choices, "How far does your evaluation reach?", required=False)

    class Meta:
        model = ProgrammeVersion
        fields = ["evidence_base", "evidence_reviewed_on", "evaluation_level", "accreditation"]
        labels = {
            "evidence_base": "The evidence it rests on",
            "evidence_reviewed_on": "When did you last review that evidence?",
            "accreditation": "Accreditation or award",
        }
        help_texts = {
            "evidence_base": "Name the sources, and say what in the programme comes from which",
            "accreditation": "For example, credits towards a master’s degree",
        }
        widgets = {"evidence_base": text_area(6, 6000)}


class KnowledgeForm(RowForm):
    participant_role = one_of(ParticipantRole.choices, "What are participants, mostly?", required=False)
    codification = forms.TypedChoiceField(
        label="How far is the knowledge written down?",
        choices=[
            (0, "Not at all: it is in people’s heads"),
            (1, "A little: outlines"),
            (2, "Partly: materials for the main sessions"),
            (3, "Mostly: materials, tasks and guidance"),
            (4, "Fully: somebody else could run it from what is written"),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    driver = one_of(Driver.choices, "What drives it?", required=False)

    class Meta:
        model = ProgrammeVersion
        fields = [
            "protect_share",
            "sell_share",
            "share_share",
            "knowledge_tension",
            "knowledge_statement",
            "codification",
            "openness",
            "joint_practice_share",
            "participant_role",
            "unpaid_share",
            "driver",
        ]
        labels = {
            "protect_share": "Knowledge you protect",
            "sell_share": "Knowledge you sell",
            "share_share": "Knowledge you share",
            "knowledge_tension": "The tension between these three, in your words",
            "knowledge_statement": "How knowledge is identified, developed and shared",
            "openness": "Materials that anyone may see and use",
            "joint_practice_share": "Time that participants work on practice together",
            "unpaid_share": "Exchanged without payment",
        }
        help_texts = {
            "protect_share": "What you keep to yourselves. These three add up to 100.",
            "sell_share": "What schools get only by paying for it",
            "share_share": "What others may have, adapt and pass on",
            "knowledge_tension": "For example: materials are sold, what schools find out with them is shared",
            "knowledge_statement": "How you find out what works, who works it out further, and how others come to it",
            "openness": "0: nothing is open. 100: everything is online for anybody.",
            "joint_practice_share": "Planning, teaching, observing and leading together, out of all hours",
            "unpaid_share": "Hours given and taken in exchange, without an invoice",
        }
        widgets = {
            "protect_share": percent(),
            "sell_share": percent(),
            "share_share": percent(),
            "openness": percent(),
            "joint_practice_share": percent(),
            "unpaid_share": percent(),
            "knowledge_tension": text_area(3, 2000),
            "knowledge_statement": text_area(4, 4000),
        }


SECTIONS = (
    Section("about", "About the programme", AboutForm, ("title", "summary", "aims", "content")),
    Section("audience", "Who it is for", AudienceForm,
            ("audience", "phases", "topics", "suits", "does_not_suit")),
    Section("delivery", "How it is delivered", DeliveryForm,
            ("modes", "reach", "hours", "weeks", "deliverers")),
    Section("evidence", "Evidence base and evaluation", EvidenceForm,
            ("evidence_base", "evidence_reviewed_on", "evaluation_level")),
    Section(
        "knowledge",
        "Knowledge and how it moves",
        KnowledgeForm,
        ("share_share", "knowledge_statement", "openness", "joint_practice_share", "participant_role",
         "unpaid_share"),
        "Some knowledge is protected, some sold, some shared. This places the programme between commercial "
        "and collaborative, so that schools can look for what suits them. It is never part of the rating.",
    ),
)  # fmt: skip


class EssentialsForm(RowForm):
    """The few answers without which nobody can tell what the programme is: where a small provider begins."""

    audience = AudienceForm.base_fields["audience"]
    phases = AudienceForm.base_fields["phases"]
    modes = DeliveryForm.base_fields["modes"]

    class Meta:
        model = ProgrammeVersion
        fields = ["title", "summary", "aims", "audience", "phases", "modes", "hours", "deliverers"]
        labels = {**AboutForm.Meta.labels, **DeliveryForm.Meta.labels}
        help_texts = {**AboutForm.Meta.help_texts, **DeliveryForm.Meta.help_texts}
        widgets = {**AboutForm.Meta.widgets, **DeliveryForm.Meta.widgets}


ESSENTIALS = Section(
    "essentials",
    "The essentials",
    EssentialsForm,
    ("title", "summary", "aims", "audience", "phases", "modes", "hours", "deliverers"),
    "Eight questions. With these and a price you can start a review; the other parts can follow when you have time, "
    "and answers given here stand there too.",
)


class NewVersionForm(forms.Form):
    change_note = forms.CharField(
        error_messages={"required": "Say what changes."},
        label="What changes?",
        help_text="Assessors and school leaders read it: for example, “Coaching added; two days fewer”",
        max_length=300,
        widget=text_area(3, 300),
    )


class PriceForm(RowForm):
    field_order = ["funding_model"]
    funding_model = forms.ChoiceField(
        label="How is it paid for?", choices=[("", "Choose"), *FundingModel.choices], required=False
    )

    class Meta:
        model = Price
        fields = [
            "valid_from",
            "per_participant",
            "per_school",
            "vat_included",
            "cover_days",
            "cover_day_cost",
            "travel",
            "materials",
            "funding_note",
            "cancellation",
        ]
        labels = {
            "valid_from": "This price is valid from",
            "vat_included": "VAT is included",
            "cover_days": "Days of cover each participant needs",
            "cover_day_cost": "What a day of cover usually costs",
            "travel": "Travel and stay",
            "materials": "Materials and fees that come on top",
            "funding_note": "Grants or scholarships a school can use",
            "cancellation": "Terms if somebody can’t come",
        }
        help_texts = {"per_participant": "0 if it is free", "per_school": "Only if schools pay as a whole"}
        widgets = {
            "per_participant": pounds("per participant"),
            "per_school": pounds("per school"),
            "cover_days": forms.NumberInput(attrs={"data-suffix": "days"}),
            "cover_day_cost": pounds("per day"),
            "travel": pounds("per participant"),
            "materials": pounds("per participant"),
        }

    def __init__(self, *args: Any, ask_funding: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_funding:
            del self.fields["funding_model"]
            return
        for name in ("per_participant", "per_school", "vat_included", "cancellation"):
            self.fields[name].widget.attrs["data-shown-when"] = f"funding_model!={FundingModel.FREE}"

    def clean(self) -> dict[str, Any]:
        """What is free costs nothing, without anybody having to say so; cover and travel may still cost."""
        data = super().clean()
        if data.get("funding_model") == FundingModel.FREE:
            data["per_participant"] = Decimal(0)
            data["vat_included"] = True
        return data


PRICE_MINUTES = minutes_for(PriceForm, ("valid_from", "per_participant", "vat_included"))
"""About how long the least that makes a price takes."""


class CohortForm(RowForm):
    mode = one_of(Mode.choices, "How does it run?", missing="Choose how it runs.")
    postcode = PostcodeField(label="Postcode of the venue")

    class Meta:
        model = Cohort
        fields = ["name", "starts_on", "ends_on", "mode", "venue", "postcode", "places", "places_left"]
        error_messages = {"starts_on": {"required": "Enter the first day."}}
        labels = {"name": "Name of this run", "starts_on": "First day", "ends_on": "Last day"}
        help_texts = {"name": "For example, “Spring cohort”"}


class ContextForm(RowForm):
    field_order = ["school", "may_be_named", "year", "note"]
    school = SchoolField(
        label="URN or full name of the school",
        help_text="If it is on the register, you can leave out below what has not changed since",
    )
    postcode = PostcodeField(
        label="Postcode of the school, or its first half", help_text="For the distance to other schools"
    )
    improvement_stage = one_of(
        ImprovementStage.choices, "Where was the school on its way to improve?", required=False
    )

    class Meta:
        model = ProgrammeContext
        fields = ["school", "may_be_named", "year", "note", *FACTS]
        labels = {
            **FACT_LABELS,
            "may_be_named": "The school agreed to be named",
            "year": "In which year?",
            "note": "What was done there",
        }
        help_texts = {
            **FACT_HELP,
            "may_be_named": "Otherwise only rounded facts are shown",
            "note": "For example, “Two middle leaders took part; writing in key stage 2”",
        }
        error_messages = {"year": {"required": "Enter the year."}}
        widgets = {
            **fact_widgets(),
            "year": forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        }
