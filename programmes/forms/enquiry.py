"""What people write to providers, and what those write back."""

from __future__ import annotations

from typing import Any

from django import forms

from lpdqa.web.limits import Guarded
from programmes.models.enquiry import MAX_MESSAGE, MAX_REPORT, Abuse
from programmes.queries.enquiries import Addressee
from programmes.services.enquiries import MOST_PROVIDERS
from providers.forms.fields import one_of


def _letter(label: str, help_text: str = "", rows: int = 10) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MAX_MESSAGE,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class EnquiryForm(forms.Form):
    """One message to several providers."""

    to = forms.MultipleChoiceField(
        label="Whom do you want to ask?",
        help_text=f"Up to {MOST_PROVIDERS}. Each gets your message on its own and doesn’t see whom else you ask.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose whom to ask"},
    )
    message = _letter(
        "Your message",
        "What your school needs, for whom and by when. Don’t write about individual pupils or colleagues.",
    )
    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    organisation = forms.CharField(
        label="Your school or organisation",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def __init__(self, *args: Any, addressees: list[Addressee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (
                one.provider.slug,
                f"{one.provider.name}{' (example, made up)' if one.provider.is_example else ''}"
                + (f", about {', '.join(one.about)}" if one.about else ""),
            )
            for one in addressees
            if not one.refusal
        ]


class VisitorsEnquiryForm(Guarded, EnquiryForm):
    """The same of somebody without an account, whose address has to be confirmed."""

    email = forms.EmailField(
        label="Your email address",
        help_text="We send you a link to confirm it. Providers never see it: their answers come through us.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    field_order = ["to", "message", "name", "organisation", "email"]


class LetterForm(forms.Form):
    """A letter in the exchange that follows."""

    text = _letter("Your message", rows=6)


class AnswerForm(forms.Form):
    text = _letter(
        "Your answer",
        "It reaches the sender by mail, through the register. Say what you can offer, when and at what price.",
        rows=8,
    )


class DeclineForm(forms.Form):
    text = _letter("Why you can’t help", "For example, no places left, or not in your area.", rows=4)


class ReportForm(forms.Form):
    """What is wrong with an enquiry."""

    reason = one_of(Abuse.choices, "What is wrong with it?", missing="Choose what is wrong with it.")
    words = forms.CharField(
        label="In your words",
        help_text="Those who run the register can then read this enquiry, and no other.",
        required=False,
        max_length=MAX_REPORT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
