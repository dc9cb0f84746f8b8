"""What an administrator chooses in a proposed allocation."""

from __future__ import annotations

from typing import Any

from django import forms

from lpdqa.accounts.models import User
from lpdqa.web.forms import described
from reviews.models import AllocationFile
from reviews.queries.allocation_changes import Choice, choices_for


class SeatsForm(forms.Form):
    """Who sits in a file: only people whom the checks let in can be chosen."""

    assessors = forms.MultipleChoiceField(
        label="Assessors",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who is to assess this"},
    )

    def __init__(self, data: Any = None, *, file: AllocationFile) -> None:
        choices = choices_for(file)
        super().__init__(data, initial={"assessors": [str(each.user.pk) for each in choices if each.seated]})
        self.barred = [each for each in choices if each.bar]
        field: Any = self.fields["assessors"]
        field.label = "Choose one assessor" if file.need == 1 else "Choose two assessors"
        field.choices = [
            (str(each.user.pk), described(each.user.name, _about(each))) for each in choices if not each.bar
        ]

    def clean_assessors(self) -> list[User]:
        return list(User.objects.filter(pk__in=self.cleaned_data["assessors"]).order_by("pk"))


def _about(choice: Choice) -> str:
    fit = ", ".join(choice.fit) or "no matching expertise recorded"
    files = "file" if choice.load == 1 else "files"
    return f"{fit}. {choice.load} {files} on the desk, room for {choice.room} more this month."
