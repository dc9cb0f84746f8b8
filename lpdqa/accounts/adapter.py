"""How sign-up and sign-in behave, where it differs from the library's own ways."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Keeps the name given at sign-up (the form is `SignupForm`)."""
