"""Rate one subject from a file, without storing anything: for training, audits and other programs."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from reviews.management.commands.load_framework import SHIPPED
from reviews.models import FrameworkVersion
from reviews.queries.frameworks import current_framework, find_framework, scheme_of
from reviews.rating import InputsError, Scheme
from reviews.rating.by_hand import rate_by_hand, read_document


class Command(BaseCommand):
    help = (
        "Rate one subject from a JSON file (- for standard input), print the result as JSON, store nothing."
    )
    # The framework that ships with the code needs no database.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="JSON in the shape that docs/rating.md gives (by hand); - for stdin")
        parser.add_argument(
            "--framework",
            metavar="CODE-VERSION",
            help="default: the version in force, or where there is no register the one that ships",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = rate_by_hand(_scheme(options["framework"]), _document(options["file"]))
        except InputsError as error:
            raise CommandError("\n".join(error.lines), returncode=2) from error
        self.stdout.write(json.dumps(answer, ensure_ascii=False, allow_nan=False))


def _document(file: str) -> Any:
    """What the file says. Raises InputsError for one that can't be read."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise InputsError([f"{file} can't be read: {error.strerror}."]) from error
    except UnicodeDecodeError as error:
        raise InputsError([f"{file} is not JSON in UTF-8."]) from error
    return read_document(text, source=file)


def _scheme(name: str | None) -> Scheme:
    shipped = json.loads(SHIPPED.read_text())
    if name and name.casefold() == f"{shipped['code']}-{shipped['version']}".casefold():
        return Scheme.from_document(shipped)
    try:
        framework = find_framework(name) if name else current_framework()
    except FrameworkVersion.DoesNotExist as error:
        raise CommandError(str(error), returncode=2) from error
    except DatabaseError as error:
        if name:
            raise CommandError(
                f"The register can't be reached, and {name} does not ship with it.", returncode=2
            ) from error
        framework = None
    return scheme_of(framework) if framework else Scheme.from_document(shipped)
