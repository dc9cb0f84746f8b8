"""`manage.py prepare`: everything between an empty database and a register to open, none of it twice."""

import json
import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lpdqa.runtime import programs
from lpdqa.runtime.models import Loaded
from lpdqa.runtime.prepared import DATA, FRAMEWORK, NAME, fingerprint, mark, static_mark
from lpdqa.runtime.process import spawn

# Two starts on one database (web containers, say) must not load the same thing side by side.
LOCK = 7_316_001


class Command(BaseCommand):
    help = "Apply migrations, load reference data and the framework, collect static files; nothing twice."
    # The checks would open the database before it is up to date; `manage.py check` runs them in script/test.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--examples", action="store_true", help="load the example data (needs a worker)")
        parser.add_argument("--report", type=Path, help="write what the database holds to this file, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            if options["examples"]:
                self.load("examples", "example data", DATA, "load_examples")
            else:
                # On the other core, while the database is filled.
                with self.static_files_collected():
                    self.migrate()
                    self.load_data()
                Loaded.objects.update_or_create(name=NAME, defaults={"fingerprint": mark()})
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        if options["report"]:
            options["report"].write_text(json.dumps(self.report()))

    def say(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.say(f"applying {len(plan)} migrations")
            started = time.monotonic()
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            self.say(f"  done in {time.monotonic() - started:.1f} s")

    def load_data(self) -> None:
        self.load("reference", "reference data", DATA, "load_reference")
        self.load("framework", "framework", FRAMEWORK, "load_framework")

    def load(self, name: str, words: str, source: Path, command: str, *arguments: str) -> None:
        """Run a loading command unless the same files were loaded into this database before."""
        files = source.rglob("*") if source.is_dir() else [source]
        current = fingerprint(files)
        known = Loaded.objects.filter(name=name).first()
        # Example data is changed by those who try the register out: it is loaded once and then theirs.
        if known is not None and (known.fingerprint == current or name == "examples"):
            return
        self.say(f"loading the {words}")
        started = time.monotonic()
        call_command(command, *arguments, stdout=self.stdout)
        Loaded.objects.update_or_create(name=name, defaults={"fingerprint": current})
        self.say(f"  done in {time.monotonic() - started:.1f} s")

    @contextmanager
    def static_files_collected(self) -> Iterator[None]:
        """Collect style sheets and scripts in a process of its own while the block runs, unless they are there."""
        root = Path(settings.STATIC_ROOT)
        stamp = root / ".stamp"
        current = static_mark()
        if stamp.exists() and stamp.read_text() == current:
            yield
            return
        self.say("collecting style sheets and scripts meanwhile")
        command = ["collectstatic", "--no-input", "--clear", "--verbosity=0", "--skip-checks"]
        collecting = spawn(programs.manage(*command), env=os.environ, own_session=False)
        try:
            yield
            if collecting.wait() != 0:
                raise CommandError("The style sheets and scripts could not be collected.")
        finally:
            if collecting.poll() is None:
                collecting.terminate()
                collecting.wait()
        stamp.write_text(current)

    def report(self) -> dict[str, Any]:
        """Whether the example data is there, and who can sign in to it."""
        examples = Loaded.objects.filter(name="examples").exists()
        words = StringIO()
        if examples:
            call_command("example_signins", stdout=words)
        with connection.cursor() as cursor:
            cursor.execute("SELECT loaded_at::text FROM runtime_loaded WHERE name = %s", [NAME])
            prepared_at = (cursor.fetchone() or [None])[0]
        return {
            "examples": examples,
            "sign_ins": words.getvalue().splitlines(),
            "prepared_at": prepared_at,
        }
