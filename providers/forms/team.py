"""Inviting people and changing what they may do; ties to other organisations."""

from __future__ import annotations

from typing import Any

from django import forms

from lpdqa.web.forms import described
from providers.choices import MemberRole, RelationshipKind
from providers.forms.fields import one_of

ROLES = [
    (MemberRole.OWNER, described("Owner", "Does everything, and decides who is on the team")),
    (MemberRole.EDITOR, described("Editor", "Writes and submits, but can’t change the team")),
    (MemberRole.VIEWER, described("Viewer", "Reads everything, changes nothing")),
]


class InviteForm(forms.Form):
    email = forms.EmailField(
        error_messages={"required": "Enter their email address."},
        label="Their work email address",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = one_of(ROLES, "What may they do?", missing="Choose what they may do.")


class RoleForm(forms.Form):
    role = one_of(ROLES, "What may they do?", missing="Choose what they may do.")


class RelateForm(forms.Form):
    """How the organisation is tied to the one chosen; `other` is "provider-12" or "school-100000"."""

    other = forms.ChoiceField(
        label="Which one?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an organisation or a school."},
    )
    kind = forms.ChoiceField(
        label="How are you related to it?", error_messages={"required": "Choose how you are related."}
    )
    area = forms.CharField(
        label="What for",
        help_text="For example, the area it accredits you in",
        max_length=120,
        required=False,
    )
    valid_from = forms.DateField(label="Since", required=False)

    def __init__(self, *args: Any, name: str, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = others  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((value, f"{name} … {label.lower()} … it") for value, label in RelationshipKind.choices),
        ]


class EndRelationshipForm(forms.Form):
    on = forms.DateField(label="It ended on")
