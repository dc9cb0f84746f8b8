"""Fill a register with synthetic data, for measuring and for trying things out at size."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from programmes.services.load import load_programmes
from reviews.services.load import load_subjects


class Command(BaseCommand):
    help = (
        "Make synthetic data, labelled as examples and the same every time. A number says how many there are "
        "to be in the end, so a second run adds only what is missing. Refused where real reviews are under way."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--subjects", type=int, metavar="N", help="programmes with two blind scores a criterion, decided"
        )

        parser.add_argument(
            "--programmes",
            type=int,
            metavar="N",
            help="public programmes with prices and dates, their providers and specialist leaders, for the search",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["subjects"] is None and options["programmes"] is None:
            raise CommandError("Say what to make: --subjects N or --programmes N.")
        if options["programmes"] is not None:
            self._programmes(options["programmes"])
        if options["subjects"] is not None:
            self._subjects(options["subjects"])

    def _programmes(self, number: int) -> None:
        try:
            report = load_programmes(
                number=number,
                progress=lambda done: self.stdout.write(f"  {done:,} of {number:,} programmes"),
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(
            f"{report.programmes:,} programmes, {report.providers:,} providers and {report.leaders:,} specialist "
            f"leaders made; {number:,} or more programmes are there now."
        )

    def _subjects(self, number: int) -> None:
        try:
            report = load_subjects(
                number=number, progress=lambda done: self.stdout.write(f"  {done:,} of {number:,} subjects")
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(
            f"{report.added:,} subjects made ({report.scores:,} scores, {report.discordance:.1%} of criteria "
            f"discordant); {number:,} or more are there now. Rate them with: manage.py recompute --all"
        )
