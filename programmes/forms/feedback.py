"""What commissioners are asked, and who is invited to be asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from programmes.models import EnquiryRecipient, Programme
from programmes.models.feedback import MAX_WORDS, Again, Reason
from programmes.queries.enquiries import programmes_of
from programmes.queries.feedback import CLARITY, title_of
from programmes.services.feedback_invitations import MOST_A_DAY, Commissioner
from providers.forms.fields import one_of, text_area

_ANSWERS = [("" if value is None else str(value), words) for value, words in CLARITY]
# An empty answer is an answer: told apart from a question that was left out by this code.
_UNSAID = "0"


def _level(label: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[(code or _UNSAID, words) for code, words in _ANSWERS],
        coerce=lambda code: None if code == _UNSAID else int(code),
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small govuk-radios--inline"}),
        error_messages={"required": "Choose an answer; “Too early to say” is one."},
    )


class FeedbackForm(forms.Form):
    """Guskey's five levels, whether it was worth doing again, and the commissioner's own words."""

    reactions = _level("Those who took part found it worth their time")
    learning = _level("They know or can do more than before")
    organisation = _level("The school works differently because of it", "Its plans, time or policies changed")
    use = _level("They use it in their work", "You have seen it in practice, more than once")
    outcomes = _level("Pupils are better off", "You can show it in what pupils do or achieve")
    again = one_of(
        Again.choices,
        "Would you commission it again?",
        missing="Choose whether you would commission it again.",
    )
    words = forms.CharField(
        label="What should other school leaders know?",
        help_text="What it changed, and what you would do differently. Don’t write who anybody is: it is published.",
        required=False,
        max_length=MAX_WORDS,
        widget=text_area(6, MAX_WORDS),
    )
    name = forms.CharField(
        label="Your name and post",
        help_text="Only those who run the register see it, to check that a commissioner answers",
        max_length=120,
        error_messages={"required": "Enter your name and post."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class InviteForm(forms.Form):
    """Commissioners, one on each line: school, email address."""

    commissioners = forms.CharField(
        label="Schools and trusts that commissioned places",
        help_text="One on each line: the school or trust, a comma, an email address of its head or whoever decides. "
        "For example: Larkspur Primary School, head@larkspur.example",
        max_length=20_000,
        error_messages={"required": "Write one line for each school or trust."},
        widget=text_area(8),
    )

    def clean_commissioners(self) -> list[Commissioner]:
        lines = [line.strip() for line in self.cleaned_data["commissioners"].splitlines() if line.strip()]
        if len(lines) > MOST_A_DAY:
            raise ValidationError(f"Write at most {MOST_A_DAY} lines; these are {len(lines)}.")
        found = []
        for line in lines:
            organisation, _, email = line.replace("\x00", "").rpartition(",")
            found.append(Commissioner(organisation.strip(), email.strip()))
        return found


class ReplyForm(forms.Form):
    words = forms.CharField(
        label="Your reply",
        help_text="One reply, shown under the answer after a check. Don’t write who anybody is.",
        max_length=MAX_WORDS,
        error_messages={"required": "Write your reply."},
        widget=text_area(5, MAX_WORDS),
    )


class ReasonForm(forms.Form):
    """Why words are not shown, or an answer not counted."""

    reason = forms.ChoiceField(
        label="Reason, where you don’t accept all of it",
        required=False,
        choices=[("", "Choose"), *Reason.choices],
    )


class CommissionForm(forms.Form):
    """Which programme an enquiry has led to, and when that work ended or ends."""

    programme = forms.ChoiceField(
        label="Which programme?", error_messages={"required": "Choose a programme."}
    )
    ended_on = forms.DateField(
        label="When did it end, or when will it?",
        error_messages={"required": "Enter the day on which the work ended or will end."},
    )

    def __init__(self, *args: Any, programmes: list[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programmes = {one.slug: one for one in programmes}
        choices = [(one.slug, title_of(one)) for one in programmes]
        self.fields["programme"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, recipient: EnquiryRecipient, data: Any) -> CommissionForm:
        """For an enquiry: the provider's programmes, the only one or the one that was asked about chosen."""
        programmes = programmes_of(recipient)
        named = [one.slug for one in programmes if title_of(one) in recipient.about]
        chosen = named if len(named) == 1 else [one.slug for one in programmes if len(programmes) == 1]
        return cls(data, programmes=programmes, initial={"programme": chosen[0] if chosen else ""})

    def chosen(self, slug: str) -> Programme:
        return self._programmes[slug]
