"""Work out ratings again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reviews.models import Rating, StaleSubject
from reviews.services.ratings import mark_all_stale, rate_stale, rated_submissions


class Command(BaseCommand):
    help = "Work every rating in force out again; a row is added only where something changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=200, help="submissions a transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        before = Rating.objects.count()
        marked = mark_all_stale(
            pks=rated_submissions().values_list("pk", flat=True), reason="recomputed by hand"
        )
        done = 0
        for _ in range(0, StaleSubject.objects.count(), options["batch"]):
            done += rate_stale(limit=options["batch"])
            self.stdout.write(f"{done} of {marked}", ending="\r")
        self.stdout.write(f"{done} worked out, {Rating.objects.count() - before} ratings added.")
