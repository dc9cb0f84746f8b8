"""What the statistics commands share: where scores come from, JSON on stdout, one line and exit code 2 for bad ones."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviews.models import FrameworkVersion
from reviews.queries.frameworks import find_framework
from reviews.rating.problems import ScoresError


class StatisticsCommand(BaseCommand):
    """Prints one JSON object. A subclass gives it by `statistics`, and raises ScoresError for bad scores."""

    # Scores in a file need no database, and stderr is for one line about them.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="a long CSV file, UTF-8, with a header")
        parser.add_argument(
            "--framework",
            metavar="CODE-VERSION",
            help="in place of a file: the blind scores of settled submissions under this framework version",
        )

    def statistics(self, options: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def framework(self, options: dict[str, Any]) -> FrameworkVersion:
        """The framework version that was asked for; a line about it where there is none."""
        if not options["framework"]:
            raise CommandError("Give a CSV file, or --framework CODE-VERSION.", returncode=2)
        try:
            return find_framework(options["framework"])
        except FrameworkVersion.DoesNotExist as error:
            raise CommandError(str(error), returncode=2) from error

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] and options["framework"]:
            raise CommandError("Give a file or --framework, not both.", returncode=2)
        try:
            found = self.statistics(options)
        except ScoresError as error:
            raise CommandError(" ".join(str(error).split()), returncode=2) from error
        self.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False))
