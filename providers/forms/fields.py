"""Pieces that the forms of providers and programmes share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from providers.models import School
from providers.postcodes import tidy_postcode


class RowForm(forms.ModelForm):
    """Asks about some columns of a row. A service checks and writes them, so the row itself is left alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "Choose"
            elif type(field.widget) is forms.Select:
                field.choices = [(value, text if value else "Choose") for value, text in field.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A question that another answer rules out has no answer, whatever was sent for it."""
        data = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            rule = field.widget.attrs.get("data-shown-when", "")
            if rule and name in data and not asked_for(rule, data):
                data[name] = field.empty_value if hasattr(field, "empty_value") else field.to_python(None)
        return data

    def _post_clean(self) -> None:
        # Django would set and check the instance here; the service does both.
        pass


def asked_for(rule: str, answers: Mapping[str, Any]) -> bool:
    """Whether what was answered makes a question with this `data-shown-when` one that is asked."""
    name, _, values = rule.partition("=")
    given = answers.get(name.rstrip("!"))
    meets = not set(values.split("|")).isdisjoint(given if isinstance(given, list) else [given])
    return not meets if name.endswith("!") else meets


def several(choices: type[models.TextChoices], label: str, help_text: str = "") -> forms.Field:
    """Checkboxes for a column that holds a list of codes; a long list stands in columns."""
    columns = " app-choices--columns" if len(choices) > 8 else ""
    return forms.MultipleChoiceField(
        choices=choices.choices,
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": f"govuk-checkboxes--small{columns}"}),
    )


def one_of(
    choices: Any, label: str, help_text: str = "", *, required: bool = True, missing: str = ""
) -> forms.ChoiceField:
    """Radio buttons, none chosen to begin with. `missing` is said where none was chosen."""
    return forms.ChoiceField(
        choices=choices,
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": missing} if missing else None,
    )


def text_area(rows: int = 4, limit: int | None = None) -> forms.Textarea:
    """A box for running text; with a limit it counts down."""
    return forms.Textarea(attrs={"rows": rows, **({"maxlength": limit} if limit else {})})


class AmountInput(forms.TextInput):
    """A box for money that also takes what people paste: "£1,250"."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return re.sub(r"[£,\s]", "", value) if value else value


def pounds(suffix: str) -> AmountInput:
    """A box for an amount of money, with what it is for."""
    attrs = {"data-prefix": "£", "data-suffix": suffix, "inputmode": "decimal"}
    return AmountInput(attrs={**attrs, "class": "govuk-input--width-5"})


def percent() -> forms.NumberInput:
    return forms.NumberInput(attrs={"data-suffix": "%", "class": "govuk-input--width-3"})


class PostcodeField(forms.CharField):
    """A postcode or its first half, brought into its usual form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-10"}))
        super().__init__(**{"label": "Postcode", "required": False, **kwargs})

    def clean(self, value: Any) -> str:
        return tidy_postcode(super().clean(value))


class SchoolField(forms.CharField):
    """A school on the register by its URN or, where only one has it, by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "School", "required": False, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return value.urn if isinstance(value, School) else value

    def clean(self, value: Any) -> School | None:  # type: ignore[override]
        text = super().clean(value).replace("\x00", "").strip()
        if not text:
            return None
        if re.fullmatch(r"\d{5,7}", text):
            found = list(School.objects.filter(urn=int(text)))
        else:
            found = list(School.objects.filter(name__iexact=text, is_open=True)[:2])
        if not found:
            raise ValidationError("No school on the register has this URN or name.")
        if len(found) > 1:
            raise ValidationError("More than one school has this name. Give its URN.")
        return found[0]
