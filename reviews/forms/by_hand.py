"""One subject's scores typed in by a person, as the document that `reviews.rating.by_hand` rates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lpdqa.web.forms import BoundField
from reviews.choices import SubjectKind
from reviews.models import FrameworkVersion
from reviews.rating import InputsError, RatingInputs, Scheme
from reviews.rating.by_hand import inputs_from
from reviews.rating.scheme import HIGHEST, LOWEST, Criterion

NOT_APPLICABLE = "na"
# Far above any submission, and far below what would make a page of it.
MOST_ITEMS, MOST_MONTHS, LONGEST = 10_000, 1200, 100_000
_WHO = (("first", "first assessor"), ("second", "second assessor"), ("third", "third score"))
# Fields by how the engine's lines about them begin.
_ABOUT = {
    "Evidence, claimed": "claimed",
    "Evidence, verified": "verified",
    "Evidence, independent": "independent",
    "Evidence, gaps": "gaps",
    "Evidence, months": "decided_months_ago",
    "unverified_impact_claim": "unverified_claim",
}


class SubjectForm(forms.Form):
    """What is rated, and by which criteria: asked in the address."""

    subject_type = forms.ChoiceField(label="What is rated", choices=SubjectKind.choices)
    framework = forms.ChoiceField(label="Framework version")

    def __init__(self, data: Any, *, frameworks: Iterable[FrameworkVersion], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["framework"].choices = [(str(one), str(one)) for one in frameworks]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Row:
    """A criterion with its three fields."""

    criterion: Criterion
    essential: bool
    fields: tuple[BoundField, ...]


class ByHandForm(forms.Form):
    """Scores of every criterion that applies, and the few facts that a rating needs beside them."""

    claimed = forms.IntegerField(
        label="Evidence items claimed", min_value=0, max_value=MOST_ITEMS,
        help_text="Everything the provider declares, gaps included.",
    )  # fmt: skip
    gaps = forms.IntegerField(
        label="Of these, declared gaps", min_value=0, max_value=MOST_ITEMS,
        help_text="Criteria for which the provider says it has no evidence.",
    )  # fmt: skip
    verified = forms.IntegerField(label="Items that were verified", min_value=0, max_value=MOST_ITEMS)
    independent = forms.IntegerField(
        label="Items from outside the provider", min_value=0, max_value=MOST_ITEMS
    )
    decided_months_ago = forms.IntegerField(
        label="Months since the decision", min_value=0, max_value=MOST_MONTHS,
        help_text="Whole months. Confidence falls as a decision grows old.",
    )  # fmt: skip
    unverified_claim = forms.BooleanField(
        label="A claim of impact has not been verified", required=False,
        help_text="The band is then held at Quality assured.",
    )  # fmt: skip

    def __init__(self, data: Any, *, scheme: Scheme, subject_type: str, **options: Any) -> None:
        super().__init__(data, **options)
        self.scheme, self.subject_type = scheme, subject_type
        self.criteria = scheme.applicable(subject_type)
        self.inputs: RatingInputs | None = None
        for criterion in self.criteria:
            essential = subject_type in criterion.essential_for
            choices = [("", "None"), *((str(each), str(each)) for each in range(LOWEST, HIGHEST + 1))]
            if not essential:
                choices.append((NOT_APPLICABLE, "Not applicable"))
            for which, who in _WHO:
                self.fields[f"{criterion.code}_{which}"] = forms.ChoiceField(
                    label=f"{criterion.code}, {who}", choices=choices, required=which != "third",
                    error_messages={"required": f"{criterion.code}: choose the {who}’s score"},
                )  # fmt: skip

    def rows(self) -> list[tuple[str, list[Row]]]:
        """The criteria under the titles of their headings."""
        found = []
        for heading in self.scheme.headings:
            rows = [
                Row(
                    criterion,
                    self.subject_type in criterion.essential_for,
                    tuple(self[f"{criterion.code}_{which}"] for which, _ in _WHO),  # type: ignore[misc]
                )
                for criterion in self.criteria
                if criterion.heading == heading.code
            ]
            if rows:
                found.append((heading.title, rows))
        return found

    def others(self) -> list[BoundField]:
        """The fields that are no scores."""
        return [self[name] for name in self.base_fields]  # type: ignore[misc]

    def document(self) -> dict[str, Any]:
        """What was typed in, as `manage.py rate` reads it; call it after validation."""
        given = self.cleaned_data
        scores: dict[str, list[int | None]] = {}
        thirds: dict[str, int | None] = {}
        for criterion in self.criteria:
            first, second, third = (given.get(f"{criterion.code}_{which}", "") for which, _ in _WHO)
            if first and second:
                scores[criterion.code] = [_value(first), _value(second)]
            if third:
                thirds[criterion.code] = _value(third)
        return {
            "subject_type": self.subject_type,
            "scores": scores,
            "adjudications": thirds,
            "unverified_claim": given.get("unverified_claim", False),
            "evidence": {name: given.get(name, 0) for name in ("claimed", "verified", "independent", "gaps")},
            "decided_months_ago": given.get("decided_months_ago", 0),
        }

    def clean(self) -> dict[str, Any]:
        """The engine's own check; what Django has found already is not said twice."""
        try:
            self.inputs = inputs_from(self.scheme, self.document())
        except InputsError as error:
            wrong = {name.partition("_")[0] if name not in self.base_fields else name for name in self.errors}
            for line in error.lines:
                about = line.partition(":")[0]
                name = next((field for start, field in _ABOUT.items() if about.startswith(start)), about)
                if name in wrong:
                    continue
                field = name if name in self.fields else f"{name}_first"
                self.add_error(field if field in self.fields else None, line)
        return self.cleaned_data


def _value(chosen: str) -> int | None:
    return None if chosen == NOT_APPLICABLE else int(chosen)


def typed(document: Mapping[str, Any]) -> dict[str, str]:
    """A sound document as what a person would have typed into `ByHandForm`."""
    found = {
        f"{code}_{which}": _choice(score)
        for code, pair in document["scores"].items()
        for which, score in zip(("first", "second"), pair, strict=True)
    }
    found |= {f"{code}_third": _choice(score) for code, score in document.get("adjudications", {}).items()}
    evidence = document.get("evidence", {})
    found |= {name: str(evidence.get(name, 0)) for name in ("claimed", "verified", "independent", "gaps")}
    found["decided_months_ago"] = str(document.get("decided_months_ago", 0))
    if document.get("unverified_claim"):
        found["unverified_claim"] = "on"
    return found


def _choice(score: int | None) -> str:
    return NOT_APPLICABLE if score is None else str(score)


class DocumentForm(forms.Form):
    """A document that was downloaded here, or made by another program."""

    text = forms.CharField(
        label="JSON", required=False, max_length=LONGEST, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "app-code"}),
        help_text="The shape is that of “Download as JSON” above.",
    )  # fmt: skip
    file = forms.FileField(label="Or a file", required=False)

    def clean(self) -> dict[str, Any]:
        """A file takes the place of what was pasted."""
        cleaned = self.cleaned_data
        file = cleaned.get("file")
        if file is not None:
            if file.size > LONGEST:
                raise ValidationError(
                    {"file": f"The file is too large. Choose one of {LONGEST // 1000} kB or less."}
                )
            try:
                cleaned["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise ValidationError({"file": "The file is not text in UTF-8."}) from error
        if not self.errors and not cleaned.get("text", "").strip():
            raise ValidationError({"text": "Paste the JSON, or choose a file"})
        return cleaned


def as_text(document: Mapping[str, Any]) -> str:
    """A document as a file that people can read."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
