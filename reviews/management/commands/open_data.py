"""`manage.py open_data`: everything public as files, as the register writes them every night."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.services.open_data import write_open_data


class Command(BaseCommand):
    help = (
        "Write the open data (CSV, JSON Lines, data package, dictionary) and publish it, or put it into another "
        "folder with --to. The newest edition is under “current” there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to",
            type=Path,
            default=settings.OPEN_DATA_DIR,
            metavar="DIR",
            help="default: what is served",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            edition = write_open_data(to=options["to"].absolute())
        except (ValidationError, OSError) as error:
            raise CommandError("; ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(self.style.SUCCESS(f"Written to {edition}."))
