"""The columns of an import file and what each takes. They are the questions of the forms, so that a row is checked
by the same rules as a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from programmes.choices import ProgrammeKind
from programmes.forms.sections import SECTIONS, CohortForm, PriceForm
from programmes.models import Cohort, NPQCourse, Programme, ProgrammeVersion
from programmes.models.bulk_import import ImportKind
from providers.forms.fields import RowForm
from providers.forms.leaders import LEADER_SECTIONS
from providers.models import Provider, SpecialistLeader

SEPARATOR = ";"
"""Between the values of a column that takes several."""


def _fields_of(*forms_: type[RowForm]) -> dict[str, forms.Field]:
    return {name: field for form in forms_ for name, field in form.base_fields.items()}


class ProgrammeRowForm(RowForm):
    """One programme with what its newest version says."""

    programme = forms.CharField(
        label="Its address on the register", help_text="Leave empty for a new programme", required=False
    )
    kind = forms.ChoiceField(choices=ProgrammeKind.choices, label="Kind of programme")
    npq_course = forms.ModelChoiceField(
        NPQCourse.objects.filter(is_offered=True),
        to_field_name="identifier",
        label="Which NPQ, if it is one",
        required=False,
    )

    class Meta:
        model = ProgrammeVersion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in SECTIONS:
            self.fields |= section.form().fields
        price = PriceForm(ask_funding=True)
        self.fields["funding_model"] = price.fields["funding_model"]
        self.fields |= {
            f"price_{name}": field for name, field in price.fields.items() if name != "funding_model"
        }
        for name, field in self.fields.items():
            if name.startswith("price_"):
                # No price at all is fine; which of these belong together is said by the form of the price.
                field.required = False
                field.widget.attrs.pop("data-shown-when", None)


class CohortRowForm(CohortForm):
    """One run of a programme."""

    field_order = ["cohort", "programme"]
    cohort = forms.UUIDField(
        label="Its code on the register", help_text="Leave empty for a new run", required=False
    )
    programme = forms.CharField(
        label="The programme’s address on the register",
        help_text="Column “programme” of the programmes’ file",
        error_messages={"required": "Say which programme it is a run of."},
    )


class LeaderRowForm(RowForm):
    """One specialist leader."""

    leader = forms.CharField(
        label="Their code on the register", help_text="Leave empty for somebody new", required=False
    )

    class Meta:
        model = SpecialistLeader
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in LEADER_SECTIONS:
            self.fields |= section.form().fields


FORMS: dict[str, type[RowForm]] = {
    ImportKind.PROGRAMMES: ProgrammeRowForm,
    ImportKind.COHORTS: CohortRowForm,
    ImportKind.LEADERS: LeaderRowForm,
}


@dataclass(frozen=True)
class Column:
    """One column of the template."""

    name: str
    label: str
    required: bool
    several: bool
    takes: str
    """What may stand in it, in words."""


def columns(kind: str) -> list[Column]:
    """The columns of a file of this kind, in their order."""
    return [_column(name, field) for name, field in FORMS[kind]().fields.items()]


def _column(name: str, field: forms.Field) -> Column:
    several = isinstance(field, forms.MultipleChoiceField)
    if isinstance(field, forms.ChoiceField):
        takes = _choice(field)
    elif isinstance(field, forms.BooleanField):
        takes = "yes or no"
    elif isinstance(field, forms.DateField):
        takes = "a date, such as 2027-01-15"
    elif isinstance(field, forms.DecimalField | forms.IntegerField):
        takes = "a number"
    else:
        limit = field.widget.attrs.get("maxlength") or getattr(field, "max_length", None)
        takes = f"text, up to {int(limit):,} characters" if limit else "text"
    help_text = f". {field.help_text}" if field.help_text else ""
    return Column(name, str(field.label), field.required, several, f"{takes}{help_text}")


def _choice(field: forms.ChoiceField) -> str:
    if isinstance(field, forms.ModelChoiceField):
        return "an identifier, such as npq-headship"
    codes = [str(code) for code, _ in field.choices if code not in ("", None)]  # type: ignore[misc,union-attr]
    several = isinstance(field, forms.MultipleChoiceField)
    return ("several, with semicolons between: " if several else "one of: ") + ", ".join(codes)


def form_for(kind: str, cells: Mapping[str, str]) -> RowForm:
    """The form of one row, bound to what its cells say."""
    form = FORMS[kind]()
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        data[name] = _typed(field, cells.get(name, ""))
    form = FORMS[kind](data=data)
    for field in form.fields.values():
        if isinstance(field, forms.ChoiceField):
            # Nobody sees a list to choose from: what may stand there is said.
            field.error_messages["invalid_choice"] = f"Give {_choice(field)}"
    return form


@cache
def _codes(choices: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {text.casefold(): code for code, label in choices for text in (label, code)}


def _typed(field: forms.Field, cell: str) -> Any:
    """A cell as a form gets it; a choice may be given by its code or by its words."""
    if isinstance(field, forms.BooleanField):
        return cell.casefold() in ("yes", "y", "true", "1", "on")
    if isinstance(field, forms.ModelChoiceField) or not isinstance(field, forms.ChoiceField):
        return cell
    known = _codes(tuple((str(code), str(label)) for code, label in field.choices))  # type: ignore[misc,union-attr]
    if isinstance(field, forms.MultipleChoiceField):
        parts = [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
        return [known.get(part.casefold(), part) for part in parts]
    return known.get(cell.casefold(), cell)


def found_row(kind: str, provider: Provider, cleaned: Mapping[str, Any]) -> Any:
    """What a row changes: a row of this provider's, or None where it adds one.

    Raises:
        ValidationError: by column, where it names something that this provider doesn't have.
    """
    if kind == ImportKind.PROGRAMMES:
        return _own(Programme.objects.filter(provider=provider), "programme", cleaned["programme"])
    if kind == ImportKind.LEADERS:
        return _own(SpecialistLeader.objects.filter(designator=provider), "leader", cleaned["leader"])
    cohorts = Cohort.objects.filter(programme__provider=provider)
    if not cleaned["cohort"]:
        return None
    if cohort := cohorts.filter(public_id=cleaned["cohort"]).first():
        return cohort
    raise ValidationError({"cohort": "No run of yours has this code. Leave it empty for a new one."})


def _own(rows: Any, name: str, slug: str) -> Any:
    if not slug:
        return None
    if row := rows.filter(slug=slug).first():
        return row
    raise ValidationError({name: "Nothing of yours has this address. Leave it empty to add a new one."})
