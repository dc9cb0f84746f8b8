"""Forms of the trail and of what waits for a second person."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.queries.trail import kinds


class TrailFilterForm(forms.Form):
    """What is looked for in the trail; all of it in the address."""

    who = forms.CharField(label="Who (a name or an email address)", required=False, max_length=120)
    what = forms.CharField(label="What (such as “publish” or “role”)", required=False, max_length=60)
    kind = forms.ChoiceField(label="About a", required=False)
    words = forms.CharField(label="In the name or the reason", required=False, max_length=120)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput())
    until = forms.DateField(label="To", required=False, widget=forms.DateInput())
    context = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Anything"), *kinds()]  # type: ignore[attr-defined]

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "Give a day that isn’t before the first one")


class NoteForm(forms.Form):
    note = forms.CharField(label="Note (optional)", required=False, max_length=500)
