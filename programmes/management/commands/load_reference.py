"""`manage.py load_reference`: bring in the reference data that comes with the project."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from programmes.services import reference as npqs
from programmes.services.vocabulary import refresh_vocabulary
from providers.services.reference import organisations, places, schools, sources
from providers.services.reference.files import data_folder
from providers.services.reference.run import Loaded, Loader, lent_columns, load_source
from providers.services.reference.sources import Source

# In this order: later sources refer to rows of earlier ones.
STEPS: tuple[tuple[Source, tuple[Loader, ...]], ...] = (
    (sources.REGIONS, (places.load_regions,)),
    (
        sources.AUTHORITIES,
        (places.load_rsc_regions, places.load_authorities, organisations.list_authorities),
    ),
    (sources.DIOCESES, (places.load_dioceses, organisations.list_dioceses)),
    (sources.OUTCODES, (places.load_outcodes,)),
    (sources.SCHOOLS, (lent_columns("school"), schools.load_schools)),
    (sources.TEACHING_SCHOOLS, (organisations.list_alliances,)),
    (sources.HUBS, (organisations.list_hubs,)),
    (sources.HUB_AREAS, (organisations.load_hub_areas,)),
    (sources.TRUSTS, (organisations.list_trusts,)),
    (sources.NPQ_COURSES, (lent_columns("npqcourse"), npqs.load_courses)),
    (sources.NPQ_OFFERS, (npqs.list_lead_providers, npqs.list_offers)),
)


class Command(BaseCommand):
    help = (
        "Load regions, authorities, dioceses, postcode districts, schools, and the organisations and NPQ "
        "offers that are listed without a review. Safe to run again: what has not changed is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=data_folder(), help="where the files are (default: data/)"
        )
        parser.add_argument(
            "--force", action="store_true", help="compare every row, also of files that were loaded before"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        for number, (source, loaders) in enumerate(STEPS, start=1):
            label = f"[{number:>2}/{len(STEPS)}] {source.title}"
            step_began = time.monotonic()
            try:
                loaded = load_source(
                    source=source,
                    loaders=loaders,
                    folder=options["folder"],
                    force=options["force"],
                    progress=self._counter(label),
                )
            except FileNotFoundError as error:
                raise CommandError(
                    f"{error.filename} is missing. Everything before it is loaded; put the file back and run "
                    "this again."
                ) from error
            self.stdout.write(f"{label}: {_words(loaded)} ({time.monotonic() - step_began:.1f} s)")
        refresh_vocabulary()
        self.stdout.write(self.style.SUCCESS(f"Done in {time.monotonic() - began:.1f} s."))

    def _counter(self, label: str) -> Any:
        """Rows done, on one line that is written over; only for somebody who watches."""

        def show(done: int, total: int) -> None:
            if self.stdout.isatty():
                self.stdout.write(f"{label}: {done:,} of {total:,}", ending="\r")
                self.stdout.flush()

        return show


def _words(loaded: Loaded) -> str:
    changes = loaded.changes
    if changes is None:
        return f"{loaded.rows:,} rows, the same file as last time"
    return (
        f"{loaded.rows:,} rows read; {changes.created:,} new, {changes.changed:,} changed, "
        f"{changes.unchanged:,} the same"
    )
