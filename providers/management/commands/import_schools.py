"""`manage.py import_schools FILE`: compare a GIAS download with the register, and apply it with `--apply`."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from providers.services.reference.gias import NotGias
from providers.services.reference.gias_import import Outcome, Report, import_schools

SHOWN = 200
_ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "ISO-8859-1 or Windows-1252", "iso-8859-1": "ISO-8859-1"}


class Command(BaseCommand):
    help = (
        "Compare the official download of Get Information about Schools (all establishment data, CSV) with "
        "the register's schools. Changes nothing unless --apply is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="edubasealldataYYYYMMDD.csv or a part of it")
        parser.add_argument("--apply", action="store_true", help="write the changes, all or none")
        parser.add_argument(
            "--as-of",
            type=dt.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day the file describes (default: the newest change in it)",
        )
        parser.add_argument("--report", type=Path, metavar="FILE.csv", help="write every row's outcome here")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = import_schools(path=options["file"], as_of=options["as_of"], apply=options["apply"])
        except (NotGias, OSError) as error:
            raise CommandError(f"{options['file'].name}: {error} Nothing was changed.") from error
        self._show(report)
        if options["report"]:
            _write_csv(report, options["report"])
            self.stdout.write(f"Every row is in {options['report']}.")
        if report.applied:
            self.stdout.write(self.style.SUCCESS("Applied."))
        else:
            self.stdout.write("This was a dry run: nothing was changed. Add --apply to apply it.")

    def _show(self, report: Report) -> None:
        self.stdout.write(
            f"{len(report.verdicts):,} rows of {report.columns} columns, {_ENCODINGS[report.encoding]}; "
            f"describes {report.as_of_from}."
        )
        self.stdout.write(f"{report.unused} columns are not used here and are ignored.")
        if report.absent:
            self.stdout.write(f"Not in the file, so left as they are: {', '.join(report.absent)}.")
        if report.newer:
            self.stdout.write(
                self.style.WARNING(
                    f"The register has newer facts about {report.newer:,} of these schools: applying this "
                    "file puts older ones in their place, and adds schools that may have closed since."
                )
            )
        self.stdout.write("")
        for outcome, number in report.counts().items():
            self.stdout.write(f"{outcome:<9}{number:>8,}")
        self.stdout.write(
            f"{report.not_in_file:,} open schools of the register are not in the file and stay."
        )
        self.stdout.write("")
        shown: Counter[Outcome] = Counter()
        for verdict in report.verdicts:
            if verdict.outcome is Outcome.SAME:
                continue
            shown[verdict.outcome] += 1
            if shown[verdict.outcome] <= SHOWN:
                named = " ".join(part for part in (verdict.urn, verdict.name) if part)
                self.stdout.write(f"line {verdict.line}  {verdict.outcome:<9} {named}: {verdict.detail}")
        for outcome, number in shown.items():
            if number > SHOWN:
                self.stdout.write(f"… and {number - SHOWN:,} more {outcome}; --report writes them all.")


def _write_csv(report: Report, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["line", "urn", "name", "outcome", "detail"])
        rows.writerows((v.line, v.urn, v.name, v.outcome, v.detail) for v in report.verdicts)
