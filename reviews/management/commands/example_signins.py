"""Show the example sign-ins, one a role."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from lpdqa.accounts.models import User
from reviews.examples.people import SIGN_INS, example_password


class Command(BaseCommand):
    help = "Print the email address and password of one example person a role; nothing where there are none."

    def handle(self, *args: Any, **options: Any) -> None:
        if not User.objects.filter(email=SIGN_INS[0].email, is_example=True).exists():
            return
        width = max(len(entry.role) for entry in SIGN_INS)
        for entry in SIGN_INS:
            self.stdout.write(f"{entry.role:<{width}}  {entry.email}")
        self.stdout.write(f"{'Password of all':<{width}}  {example_password()}")
