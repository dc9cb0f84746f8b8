"""Build the catalogue again from the source tables."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from programmes.services.vocabulary import refresh_vocabulary
from reviews.services.ratings import rebuild_catalogue


class Command(BaseCommand):
    help = "Build every catalogue entry again from the source tables and the ratings."

    def handle(self, *args: Any, **options: Any) -> None:
        written, rated = rebuild_catalogue()
        refresh_vocabulary()
        self.stdout.write(f"{written} entries written, {rated} of them with what reviews say.")
