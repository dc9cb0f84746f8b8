"""What a person types to open an account, over what the sign-in library already asks."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from lpdqa.accounts.models import User


class SignupForm(forms.Form):
    """Adds the full name to the sign-up form."""

    name = forms.CharField(
        label="Full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
