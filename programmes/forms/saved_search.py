from __future__ import annotations

from django import forms

from programmes.models.saved_search import Frequency


class SavedSearchForm(forms.Form):
    """A name and how often to be told."""

    name = forms.CharField(
        label="Name of the search",
        max_length=120,
        error_messages={"required": "Enter a name for the search."},
    )
    frequency = forms.ChoiceField(
        label="When do you want to hear of new or changed results?",
        help_text="By mail, to the address of your account. Every letter has a link that ends them.",
        choices=Frequency.choices,
        widget=forms.RadioSelect,
    )
