"""The needs brief: six aspects of commissioning, and the search that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from lpdqa.clock import today
from lpdqa.web.formats import money
from programmes.choices import Audience, CareerStage, EntryKind, Mode, Topic
from programmes.filters import MAX_PLACE, MAX_PRICE
from programmes.queries.cost import MOST_PARTICIPANTS
from programmes.queries.search import DISTANCES
from programmes.ranges import HOURS, term_choices
from providers.choices import GuskeyLevel, Phase
from providers.queries.places import find_places

ASPECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Context", ("place", "within", "phase", "context")),
    ("Priority focus", ("topic", "focus")),
    ("Commissioning process", ("process", "starts")),
    ("Content", ("audience", "stage", "mode", "outcomes", "evidence")),
    ("Resourcing", ("participants", "budget", "hours", "cover")),
    ("Overall observations", ("observations",)),
)
_DISTANCES = [("", "Any distance"), *((str(miles), f"{miles} miles") for miles in DISTANCES)]
# Fields whose answers are filters of the same name.
_SAME = ("topic", "audience", "stage", "phase", "mode", "place", "within")


def _text(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _several(label: str, choices: Any, help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )


class NeedsForm(forms.Form):
    """Everything but the title may stay open."""

    title = forms.CharField(label="Name of this brief", max_length=120)
    place = forms.CharField(
        label="Your school or postcode",
        help_text="Name, postcode or URN",
        max_length=MAX_PLACE,
        required=False,
    )
    within = forms.ChoiceField(label="How far", choices=_DISTANCES, required=False)
    phase = _several("Phase", Phase.choices)
    context = _text("What is particular about your school?", "Size, pupils, staff, where it is on its way")
    topic = _several("What should it be about?", Topic.choices)
    focus = _text("What is the priority, and how do you know?", "The plan, review or data that it comes from")
    process = _text("Who decides, who was asked, and by when?")
    starts = _several("When could it start?", [])
    audience = _several("Who is it for?", Audience.choices)
    stage = _several("At which stage of their career?", CareerStage.choices)
    mode = _several("Which ways of working would fit?", Mode.choices)
    outcomes = _text("What should be different afterwards?", "For participants, for the school, for pupils")
    evidence = forms.ChoiceField(
        label="How far should its evaluation reach at least?",
        choices=[("", "Any"), *GuskeyLevel.choices],
        required=False,
    )
    participants = forms.IntegerField(
        label="How many participants?", min_value=1, max_value=MOST_PARTICIPANTS, required=False
    )
    budget = forms.DecimalField(
        label="Budget for fees, for all of them together",
        min_value=0,
        max_value=MAX_PRICE,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"data-prefix": "£"}),
    )
    hours = forms.ChoiceField(
        label="How much time can each of them give?",
        choices=[("", "Not decided"), *HOURS.choices],
        required=False,
    )
    cover = _text("How will cover be arranged and paid for?")
    observations = _text("Anything else a provider should know")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts"].choices = term_choices(today())  # type: ignore[attr-defined]

    def clean_place(self) -> str:
        text = str(self.cleaned_data["place"]).replace("\x00", "").strip()
        if not text:
            return ""
        places = find_places(text)
        if not places:
            raise forms.ValidationError(
                "We don’t know a postcode or school like this. Try the first half of the postcode, or the URN."
            )
        if len(places) > 1:
            urns = "; ".join(f"{place.label} (URN {place.urn})" for place in places)
            raise forms.ValidationError(f"Several schools are called this. Enter the URN of yours: {urns}")
        return text

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The aspects with their fields."""
        return [(title, [self[name] for name in names]) for title, names in ASPECTS]


def to_keep(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """A valid form's answers as JSON holds them, without what is empty."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in cleaned.items()
        if name != "title" and value not in (None, "", [])
    }


def address_of(answers: Mapping[str, Any]) -> str:
    """The query string of the search that the answers amount to."""
    params = QueryDict(mutable=True)
    params["kind"] = EntryKind.PROGRAMME
    for name in _SAME:
        value = answers.get(name)
        if value:
            params.setlist(name, value if isinstance(value, list) else [str(value)])
    known = {code for code, _ in term_choices(today())}
    starts = [code for code in answers.get("starts", []) if code in known]
    if starts:
        params.setlist("starts", starts)
    if answers.get("evidence"):
        params.setlist("evidence", [code for code in GuskeyLevel.values if code >= answers["evidence"]])
    if answers.get("hours"):
        codes = [code for code, _ in HOURS.choices]
        params.setlist("hours", codes[: codes.index(answers["hours"]) + 1])
    if answers.get("budget"):
        each = Decimal(answers["budget"]) / int(answers.get("participants") or 1)
        params["price"] = str(int(each))
    return params.urlencode()


def in_words(answers: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The brief to read: each aspect with question and answer; what has none says so."""
    form = NeedsForm()
    return [
        (
            title,
            [(str(form.fields[name].label), _said(form.fields[name], answers.get(name))) for name in names],
        )
        for title, names in ASPECTS
    ]


def _said(field: forms.Field, value: Any) -> str:
    if value in (None, "", []):
        return "Not said yet"
    if isinstance(field, forms.DecimalField):
        return money(Decimal(value))
    if isinstance(field, forms.ChoiceField):
        labels = {str(code): str(label) for code, label in field.choices}  # type: ignore[misc, union-attr]
        values = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(one), str(one)) for one in values)
    return str(value)
