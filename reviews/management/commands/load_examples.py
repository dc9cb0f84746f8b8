"""Tell the example data: fictional organisations, programmes and specialist leaders in every state."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from programmes.services.vocabulary import refresh_vocabulary
from providers.models import School
from reviews.examples.story import Story, examples_loaded
from reviews.models import StaleSubject
from reviews.queries.frameworks import current_framework
from reviews.services.ratings import lapse_due

# Seconds.
RATINGS_WITHIN = 60


class Command(BaseCommand):
    help = (
        "Load fictional, labelled example data through the services. Does nothing where it is there already."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if examples_loaded():
            self.stdout.write("The example data is there already.")
            return
        if current_framework() is None:
            raise CommandError("No framework is published yet: run `manage.py load_framework` first.")
        if not School.objects.exists():
            raise CommandError("The reference data is not there yet: run `manage.py load_reference` first.")
        began = time.monotonic()
        # All or nothing: a story broken off leaves no half-told register behind.
        with transaction.atomic():
            Story(progress=lambda line: self.stdout.write(f"  {line}")).tell()
        self.stdout.write("  ratings, worked out by the worker")
        self._wait_for_ratings()
        lapse_due(on=timezone.localdate())
        refresh_vocabulary()
        self.stdout.write(f"Example data loaded in {time.monotonic() - began:.0f} s.")

    def _wait_for_ratings(self) -> None:
        """Ratings lapse only once they are there; without a worker the nightly job does it later."""
        patience = time.monotonic() + RATINGS_WITHIN
        while left := StaleSubject.objects.count():
            if time.monotonic() > patience:
                self.stdout.write(f"  {left} ratings are still to be worked out; is the worker running?")
                return
            time.sleep(0.5)
