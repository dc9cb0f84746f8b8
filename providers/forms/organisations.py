"""What an organisation is asked about itself, in three parts, and what a claim says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from providers.choices import ProviderKind
from providers.forms.fields import PostcodeField, RowForm, SchoolField, text_area
from providers.forms.parts import Section
from providers.models import LocalAuthority, Provider, Region


class FindForm(forms.Form):
    q = forms.CharField(
        label="Name, postcode, URN or UKPRN",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


MISSING = {
    "name": {"required": "Enter the organisation’s name."},
    "kind": {"required": "Choose what kind of organisation it is."},
}


class NewOrganisationForm(RowForm):
    """The least that an organisation needs to be on the register; the rest is asked afterwards."""

    school = SchoolField(
        label="If it is a school, its URN",
        help_text="Six digits, for example 100000",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )
    postcode = PostcodeField()
    is_another = forms.BooleanField(
        label="Ours is another organisation with the same name", required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Provider
        fields = ["name", "kind", "school", "postcode"]
        labels = {"name": "Name of the organisation", "kind": "What kind of organisation is it?"}
        help_texts = {"name": "As people know it, not the name of a person or a programme"}
        error_messages = MISSING

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        another = data.pop("is_another", False)
        school = data.get("school")
        if school and data.get("kind") not in ("", None, ProviderKind.SCHOOL, ProviderKind.SAT):
            self.add_error("school", "Only a school or a single-academy trust has a URN.")
        if school and (taken := Provider.objects.filter(school=school).first()):
            self.add_error("school", f"{taken.name} is on the register with this URN. Claim it instead.")
        elif name := data.get("name"):
            same = Provider.objects.filter(name__iexact=name.strip(), ended_on=None).exists()
            if same and not another:
                self.fields["is_another"].widget = forms.CheckboxInput()
                self.add_error(
                    "name",
                    "An organisation of this name is on the register. Find it and claim it, or tick below "
                    "that yours is another one.",
                )
        return data


class AboutForm(RowForm):
    website = forms.URLField(required=False, assume_scheme="https", max_length=200)

    class Meta:
        model = Provider
        fields = ["name", "kind", "organising_model", "legal_form", "summary", "purpose_statement", "website"]
        labels = {
            "summary": "What you offer, in a few sentences",
            "organising_model": "How provision is organised",
            "purpose_statement": "What your work is for",
        }
        help_texts = {
            "summary": "School leaders read this first",
            "purpose_statement": "What should be different in schools because of it",
        }
        error_messages = MISSING
        widgets = {"summary": text_area(4, 1000), "purpose_statement": text_area(4, 2000)}


class OversightForm(RowForm):
    class Meta:
        model = Provider
        fields = ["governance_body", "accountable_lead", "client_voice"]
        labels = {
            "governance_body": "Group that oversees quality",
            "accountable_lead": "Person who answers for quality",
            "client_voice": "How client schools take part in oversight",
        }
        help_texts = {
            "governance_body": "For example, a board, a steering group or a quality committee",
            "accountable_lead": "Name and post. It will be public.",
            "client_voice": "Who they are, how they are chosen, what they decide",
        }
        widgets = {"client_voice": text_area(4, 2000)}


class PlaceForm(RowForm):
    school = SchoolField(label="URN, if it is a school")
    postcode = PostcodeField()

    class Meta:
        model = Provider
        fields = ["postcode", "authority", "region", "school", "ukprn", "company_number", "charity_number"]
        labels = {
            "authority": "Local authority",
            "company_number": "Company number",
            "charity_number": "Charity number",
        }
        help_texts = {"ukprn": "UK provider reference number, 8 digits"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authority, region = self.fields["authority"], self.fields["region"]
        authority.queryset = LocalAuthority.objects.filter(is_live=True)  # type: ignore[attr-defined]
        region.queryset = Region.objects.filter(scheme=Region.Scheme.REGION)  # type: ignore[attr-defined]


PROVIDER_SECTIONS = (
    Section("about", "About your organisation", AboutForm,
            ("name", "kind", "organising_model", "summary", "purpose_statement")),
    Section("oversight", "How quality is overseen", OversightForm,
            ("governance_body", "accountable_lead", "client_voice")),
    Section("place", "Place and reference numbers", PlaceForm, ("postcode",)),
)  # fmt: skip


class ClaimForm(forms.Form):
    message = forms.CharField(
        error_messages={"required": "Say how we can tell that you speak for it."},
        label="How can we tell that you speak for it?",
        help_text="Your post there, and where we can check it: a page that names you, or somebody to ask",
        max_length=1000,
        widget=text_area(4, 1000),
    )


class ClaimDecisionForm(forms.Form):
    approve = forms.TypedChoiceField(
        error_messages={"required": "Approve or refuse the claim."},
        label="Your decision",
        choices=[("yes", "Approve: they become an owner of the organisation"), ("no", "Refuse")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Reason (optional for an approval)",
        help_text="The person reads it",
        required=False,
        max_length=1000,
        widget=text_area(3, 1000),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("approve") is False and not data.get("reason"):
            raise ValidationError({"reason": "Say why the claim is refused. The person will read it."})
        return data
