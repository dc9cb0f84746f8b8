"""What administrators type when they edit a draft of a framework version.

A draft may be incomplete, so next to nothing is required here: what is missing is told by the check of the whole
document. Only what can't be kept, such as a word in place of a number, is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.http import QueryDict

from reviews.choices import SubjectKind
from reviews.framework_document import parts
from reviews.framework_document.shape import CODE, DocumentError, read_document, text_limit
from reviews.models import FrameworkVersion
from reviews.rating.words import plain

MOST_BYTES = 1024 * 1024
_code = RegexValidator(
    rf"^{CODE.pattern}\Z", "Use letters, digits, full stops and hyphens, and begin with a letter or digit"
)


class PlainText(forms.CharField):
    """A text with one kind of line ends."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class Number(forms.FloatField):
    """A number as JSON would hold it: whole ones without a point; None for nothing typed."""

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        found = super().to_python(value)
        if found is not None and math.isfinite(found) and found == int(found) and abs(found) < 1e12:
            return int(found)
        return found

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, int | float) else value


class Numbers(forms.CharField):
    """Whole numbers with commas between them."""

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        words = [word.strip() for word in str(super().to_python(value)).split(",") if word.strip()]
        try:
            return [int(word) for word in words]
        except ValueError:
            raise ValidationError("Give whole numbers with commas between them, for example 180, 90, 30")

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(item) for item in value) if isinstance(value, list) else value


class PartForm(forms.Form):
    """One piece of a document (`framework_document.parts`), with what it held when it was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, kind: str, document: Mapping[str, Any], values: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial={**values, "seen": json.dumps(values)})
        self.kind = kind
        for field in parts.FIELDS[kind]:
            self.fields[field.name] = _control(kind, field, document, values)

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their legends, in order."""
        found: dict[str, list[forms.BoundField]] = {}
        for field in parts.FIELDS[self.kind]:
            found.setdefault(field.group, []).append(self[field.name])
        return list(found.items())

    @property
    def seen_values(self) -> dict[str, Any]:
        """What the piece held when the person opened it; empty if the browser sent nothing that can be read."""
        try:
            found = json.loads(self.data.get("seen", ""))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def clean(self) -> None:
        for field in parts.FIELDS[self.kind]:
            if (
                field.kind == "code"
                and not self.cleaned_data.get(field.name)
                and field.name not in self.errors
            ):
                self.add_error(field.name, f"Enter {field.label.lower()}")

    def after_change(self, now: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[PartForm, list[str]]:
        """The form to go on with when somebody else saved meanwhile, and the labels of the fields both changed.

        What only they changed is theirs now, what only this person changed stays; where both did, this person's
        words stand in the field. It has to be saved again, against what is there now.
        """
        seen, mine = self.seen_values, self.values
        clashes: list[str] = []
        data = QueryDict(mutable=True)
        data.update(self.data)
        for field in parts.FIELDS[self.kind]:
            theirs = now[field.name]
            if parts.same(theirs, seen.get(field.name)) or parts.same(theirs, mine[field.name]):
                continue
            if parts.same(mine[field.name], seen.get(field.name)):
                shown = self.fields[field.name].prepare_value(theirs)
                if isinstance(shown, list):
                    data.setlist(field.name, shown)
                else:
                    data[field.name] = "" if shown is None else shown
            else:
                clashes.append(field.name)
        data["seen"] = json.dumps(now)
        return PartForm(data, kind=self.kind, document=document, values=now), clashes


def _control(
    kind: str, field: parts.Field, document: Mapping[str, Any], values: Mapping[str, Any]
) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": False}
    if field.kind in ("number", "whole"):
        return Number(**common)
    if field.kind == "numbers":
        return Numbers(**common)
    if field.kind == "subjects":
        return forms.MultipleChoiceField(
            **common,
            choices=[(code, f"{label}s") for code, label in SubjectKind.choices],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
        )
    if field.kind == "heading":
        choices = [(row["code"], row["title"] or row["code"]) for row in document["headings"]]
        if values.get("heading", "") not in dict(choices):
            choices.insert(0, (values.get("heading", ""), values.get("heading") or "Choose a heading"))
        return forms.ChoiceField(**common, choices=choices)
    limit = text_limit(kind, field.path)
    if field.kind == "text":
        # A count under each of eight texts would be noise: the limit is told when it is passed.
        return PlainText(
            **common,
            widget=forms.Textarea(attrs={"rows": 2 if field.name.startswith("level") else 3}),
            validators=[MaxLengthValidator(limit, f"{field.label} must be {limit:,} characters or fewer")],
        )
    return PlainText(**common, max_length=limit, validators=[_code] if field.kind == "code" else [])


class StartForm(forms.Form):
    """A new draft from a version that there is."""

    base = forms.ModelChoiceField(
        label="Start from", queryset=FrameworkVersion.objects.order_by("code", "-id"), empty_label=None
    )
    version = forms.CharField(
        label="Number of the new version", max_length=20, validators=[_code], help_text="For example 1.1."
    )


class FileForm(forms.Form):
    """A framework document as a JSON file; `document` holds it once the form is valid."""

    file = forms.FileField(label="JSON file", help_text="In the shape in which a version is downloaded.")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError("The file is larger than 1 MB. A framework version is some 20 kB.")
        try:
            self.document = read_document(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError("The file is not text in UTF-8. Choose a JSON file.")
        except DocumentError as error:
            raise ValidationError(error.lines)
        return file


class CrosswalkForm(forms.Form):
    """For each criterion of a draft, the codes of the older version's criteria it comes from."""

    def __init__(self, data: Any = None, *, sources: Mapping[str, Any], titles: Mapping[str, str]) -> None:
        super().__init__(data)
        for code, came_from in sources.items():
            self.fields[f"from_{code}"] = forms.CharField(
                label=f"{code} {titles.get(code, '')}",
                required=False,
                max_length=120,
                initial=", ".join(came_from),
                widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
            )

    @property
    def crosswalk(self) -> dict[str, list[str]]:
        return {
            name.removeprefix("from_"): [code.strip() for code in text.split(",") if code.strip()]
            for name, text in self.cleaned_data.items()
        }
