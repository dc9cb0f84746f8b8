"""Work out ratings again."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reviews.models import FrameworkVersion, Rating, Recomputation
from reviews.queries.frameworks import find_framework
from reviews.queries.recomputation import progress_of, running_recomputation
from reviews.services.ratings import rate_all_stale
from reviews.services.recomputation import start_recomputation, work_chunk

_WIDTH = 30
# Seconds between looks at what other workers do.
_PAUSE = 0.5


class Command(BaseCommand):
    help = (
        "Work ratings out again; a row is added only where something changed. Without an option: those that "
        "are marked as out of date. With --all or --framework: every rating in force, shared with the workers "
        "that are running; a run that was broken off is gone on with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every rating in force")
        parser.add_argument("--framework", metavar="CODE-VERSION", help="every rating under this version")
        parser.add_argument("--batch", type=int, default=200, help="marked submissions a transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"] or options["framework"]:
            self._everything(options["framework"])
        else:
            self._marked(options["batch"])

    def _marked(self, batch: int) -> None:
        before = Rating.objects.count()
        done = rate_all_stale(limit=batch)
        self.stdout.write(f"{done} worked out, {Rating.objects.count() - before} ratings added.")

    def _everything(self, name: str | None) -> None:
        try:
            framework = find_framework(name) if name else None
            run = self._broken_off(framework) or start_recomputation(by=None, framework=framework)
        except (FrameworkVersion.DoesNotExist, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        try:
            while progress_of(run).is_running:
                if not work_chunk(run=run):
                    time.sleep(_PAUSE)  # others hold what is left
                self._show(run)
        except KeyboardInterrupt:
            self.stdout.write("")
            raise CommandError(
                "Left alone: the workers go on with it. The same command takes part again; an administrator "
                "can cancel it on the board."
            ) from None
        progress = progress_of(run)
        if self.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(f"{progress.done} worked out, {progress.added} ratings added ({progress.note}).")
        if progress.unrated:
            self.stdout.write(
                f"{progress.unrated} can't be rated: the page “State of the jobs” says which and why."
            )
        if progress.errors:
            raise CommandError("\n".join(progress.errors))

    def _broken_off(self, framework: FrameworkVersion | None) -> Recomputation | None:
        run = running_recomputation()
        if run is None or run.framework_id != (framework.pk if framework else None):
            return None
        self.stdout.write(f"Going on with the run of {run.started_at:%d %B %Y, %H:%M}.")
        return run

    def _show(self, run: Recomputation) -> None:
        if not self.stdout.isatty():
            return
        progress = progress_of(run)
        filled = _WIDTH * progress.done // progress.total if progress.total else _WIDTH
        line = f"[{'#' * filled}{' ' * (_WIDTH - filled)}] {progress.done:,} of {progress.total:,}, {progress.note}"
        self.stdout.write(f"{line:<100}", ending="\r")
        self.stdout.flush()
