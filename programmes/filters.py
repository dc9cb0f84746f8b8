"""What the address of a search may say, for the page and the API alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field

from lpdqa.clock import today
from programmes.choices import HEADINGS, EntryKind
from programmes.models import CatalogueEntry
from programmes.queries import facets, search
from programmes.queries.fit import MySchool, my_school
from programmes.queries.row_choices import ROW_CHOICES
from providers.choices import ImprovementStage, Setting
from providers.queries.places import MOST, Place, find_places

MAX_WORDS = 200
MAX_PLACE = 120
MAX_MILES = 500
MAX_PRICE = 1_000_000
FITS = "Has worked in schools like mine"
SEED = "^[A-Za-z0-9-]{1,20}$"


class SeveralPlaces(ValidationError):
    """The name of several schools; `places` are those to choose from, the first `MOST` of them."""

    def __init__(self, places: list[Place]) -> None:
        said = "Several schools are called this."
        if len(places) >= MOST:
            said = f"Many schools are called this; the first {MOST} are listed."
        super().__init__(f"{said} Choose one, or enter its URN or postcode.")
        self.places = places


class PlaceField(forms.CharField):
    """A postcode, or a school by name or URN; cleans to a place with a point."""

    def clean(self, value: Any) -> Place | None:
        text = super().clean(value)
        if not text:
            return None
        places = find_places(text)
        if len(places) > 1:
            raise SeveralPlaces(places)
        if not places:
            raise ValidationError(
                "We don’t know a postcode or school like this. "
                "Try the first half of the postcode, or the school’s URN."
            )
        return places[0]


class PlaceFilter(django_filters.CharFilter):
    field_class = PlaceField


class WholeNumberFilter(django_filters.NumberFilter):
    field_class = forms.IntegerField


def _described(filter_: django_filters.Filter, **schema: Any) -> django_filters.Filter:
    """Tell the description of the API what a filter takes, limits included."""
    described: django_filters.Filter = extend_schema_field(schema)(filter_)
    return described


class _Fixed(list[tuple[str, str]]):
    """Choices that never change: each form, which copies its fields with all that is in them, shares them."""

    def __deepcopy__(self, memo: Any) -> _Fixed:
        return self


def _several(facet: facets.Facet) -> django_filters.MultipleChoiceFilter:
    """A facet as a filter. Choices that are rows are read when the form is made."""
    if facet.choices is None:
        choices: Any = ROW_CHOICES[facet.name]
    else:
        fixed = [(str(code), str(label)) for code, label in facet.choices.choices]
        if facet.name == "status":
            fixed.append((search.ANY_STATUS, "Everything on the register"))
        choices = _Fixed(fixed)
    return django_filters.MultipleChoiceFilter(
        field_name=facet.column,
        label=facet.label,
        choices=choices,
        help_text=f"{facet.label}; several mean or",
    )


def _at_least(heading: str) -> django_filters.Filter:
    return _described(
        django_filters.NumberFilter(
            label=f"{heading.capitalize()} at least",
            help_text="A score from 1 to 4",
            field_name=heading,
            validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(4))],
        ),
        type="number",
        minimum=1,
        maximum=4,
    )


def _own_percent(label: str) -> django_filters.Filter:
    return _described(
        WholeNumberFilter(label=label, help_text="For the fit with place", min_value=0, max_value=100),
        type="integer",
        minimum=0,
        maximum=100,
    )


class AskedForm(forms.Form):
    """What an address asks of the catalogue, whichever fields it has: see `CatalogueForm`."""

    @cached_property
    def query(self) -> search.SearchQuery:
        """What is asked; parts that aren't valid ask nothing (the errors say which)."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        place = data.get("place")
        return search.SearchQuery(
            kind=data.get("kind") or "",
            words=_plain(data.get("q") or ""),
            # The place of a school of which no point is known is no place to measure from.
            place=cast("search.Place", place) if place and place.latitude is not None else None,
            school=_school(place, data),
            fits=bool(data.get("fits")),
            within=data.get("within"),
            chosen={facet.name: tuple(data[facet.name]) for facet in facets.FACETS if data.get(facet.name)},
            at_least={
                heading: data[f"min_{heading}"]
                for heading in HEADINGS
                if data.get(f"min_{heading}") is not None
            },
            price_max=data.get("price"),
            examples=data.get("examples") != facets.YesNo.NO,
            order=data.get("order") or "",
            seed=data.get("seed") or today().isoformat(),
        )

    @property
    def places_to_choose_from(self) -> list[Place]:
        """Schools with the name that was given, where it is the name of several."""
        if not self.has_error("place"):
            return []
        error = self.errors.as_data()["place"][0]
        return error.places if isinstance(error, SeveralPlaces) else []


_Tables: Any = type(
    "_Tables",
    (django_filters.FilterSet,),
    {
        **{facet.name: _several(facet) for facet in facets.FACETS},
        **{f"min_{heading}": _at_least(heading) for heading in HEADINGS},
    },
)


class CatalogueFilter(_Tables):
    """The filters of the catalogue, as the API describes them. They narrow nothing themselves: `CatalogueForm`, which
    is made of them, reads one `SearchQuery`.
    """

    kind = django_filters.ChoiceFilter(label="Kind", choices=EntryKind.choices)
    q = _described(
        django_filters.CharFilter(
            label="Words",
            help_text="As in a search engine: “…” for a phrase, or, - to leave out",
            max_length=MAX_WORDS,
        ),
        type="string",
        maxLength=MAX_WORDS,
    )
    place = _described(
        PlaceFilter(
            label="Postcode or school",
            help_text="A postcode, or a school by name or URN; one that is not known is an error",
            max_length=MAX_PLACE,
        ),
        type="string",
        maxLength=MAX_PLACE,
    )
    within = _described(
        WholeNumberFilter(
            label="Within (miles)",
            help_text="Miles from place, or as far as it will travel",
            min_value=1,
            max_value=MAX_MILES,
        ),
        type="integer",
        minimum=1,
        maximum=MAX_MILES,
    )
    price = _described(
        django_filters.NumberFilter(
            label="Price up to (£)",
            help_text="Per participant, or a day of a specialist leader; leaves out what has no price",
            min_value=0,
            max_value=MAX_PRICE,
        ),
        type="number",
        minimum=0,
        maximum=MAX_PRICE,
    )
    fits = django_filters.ChoiceFilter(
        label="Suits schools like mine",
        help_text="Has worked in a school that is like the one given as place, 70 of 100 or more",
        choices=[("yes", FITS)],
    )
    my_setting = django_filters.ChoiceFilter(
        label="My school’s setting",
        help_text="Stands before what the register knows",
        choices=Setting.choices,
    )
    my_send = _own_percent("My school’s pupils with SEND (%)")
    my_eal = _own_percent("My school’s pupils with English as an additional language (%)")
    my_stage = django_filters.ChoiceFilter(
        label="My school’s stage of improvement", choices=ImprovementStage.choices
    )
    examples = django_filters.ChoiceFilter(label="Examples", choices=facets.YesNo.choices)
    order = django_filters.ChoiceFilter(label="Order", choices=search.Order.choices)
    seed = _described(
        django_filters.CharFilter(
            label="Seed of the neutral order",
            help_text="Keep it the same while paging; a new one each day",
            validators=[RegexValidator(SEED)],
        ),
        type="string",
        pattern=SEED,
    )

    class Meta:
        model = CatalogueEntry
        form = AskedForm
        fields: list[str] = []


class _Shared(dict[str, forms.Field]):
    """Fields that nobody changes: forms share them, where each would copy all forty with whatever is in them."""

    def __deepcopy__(self, memo: Any) -> dict[str, forms.Field]:
        return dict(self)


CatalogueForm: type[AskedForm] = CatalogueFilter().get_form_class()
"""The form of the filters, made of them once: `CatalogueForm(request.GET).query` is what an address asks."""
CatalogueForm.base_fields = _Shared(CatalogueForm.base_fields)


def _school(place: Place | None, data: Mapping[str, Any]) -> MySchool | None:
    if place is None or place.urn is None:
        return None
    return my_school(
        place.urn,
        setting=data.get("my_setting"),
        send_percent=data.get("my_send"),
        eal_percent=data.get("my_eal"),
        improvement_stage=data.get("my_stage"),
    )


def _plain(words: str) -> str:
    """Without what PostgreSQL refuses in a text (the null character) and with single spaces."""
    return re.sub(r"[\s\x00]+", " ", words).strip()
