"""A new key for badges."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reviews.services.badge_keys import rotate


class Command(BaseCommand):
    help = (
        "Sign badges with a new key from now on. Badges signed before go on to verify, unless --compromised says that "
        "the old private key got out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--compromised", action="store_true", help="what the old key signed counts no more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            row = rotate(compromised=options["compromised"])
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"New key {row.thumbprint}.")
