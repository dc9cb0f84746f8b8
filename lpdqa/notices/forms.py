"""How somebody wants to be told."""

from django import forms

from lpdqa.notices.models import Frequency


class ChoiceForm(forms.Form):
    frequency = forms.ChoiceField(
        label="How should mail come?",
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        help_text="Letters that need an answer at once, such as invitations, always come on their own.",
    )
