"""Load a framework version from its JSON file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reviews.services.frameworks import load_framework

SHIPPED = Path(__file__).resolve().parents[2] / "frameworks" / "lpd-qa-1.0.json"


class Command(BaseCommand):
    help = "Check a framework file and publish it. Loading the same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, default=SHIPPED, help="default: the shipped version"
        )
        parser.add_argument("--draft", action="store_true", help="load it as a draft, without publishing it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = json.loads(options["file"].read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} can't be read: {error}") from error
        except json.JSONDecodeError as error:
            raise CommandError(f"{options['file']} is not JSON: {error}") from error
        try:
            version = load_framework(document=document, publish=not options["draft"])
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(f"{version} is {version.get_state_display().lower()}.")
