"""Check every stored rating against the inputs stored with it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviews.queries.verification import differences


class Command(BaseCommand):
    help = "Work every stored rating out again from its stored inputs and report any difference."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, lines = 0, []
        for rating, found in differences():
            checked += 1
            lines += [f"Rating {rating.pk}: {line}" for line in found]
        if lines:
            raise CommandError("\n".join(lines))
        self.stdout.write(f"{checked} ratings checked, no difference.")
