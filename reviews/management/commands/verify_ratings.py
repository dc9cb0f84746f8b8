"""Check every stored rating against the inputs stored with it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviews.queries.verification import differences


class Command(BaseCommand):
    help = "Work every stored rating out again from its stored inputs and report any difference."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, wrong = 0, 0
        for pk, lines in differences():
            checked += 1
            wrong += bool(lines)
            for line in lines:
                self.stderr.write(f"Rating {pk}: {line}")
        if wrong:
            raise CommandError(f"{wrong:,} of {checked:,} ratings don't follow from their inputs.")
        self.stdout.write(f"{checked:,} ratings checked, no difference.")
