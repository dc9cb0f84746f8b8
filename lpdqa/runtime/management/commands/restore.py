"""`manage.py restore FILE`: bring a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from lpdqa.runtime.backup import restore
from lpdqa.runtime.commands import OnThePlace


class Command(OnThePlace):
    help = "Bring a backup into an empty data folder (or database); all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="put it in the place of what the database holds"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"].absolute()
        manifest = self.on_place(lambda place: restore(place, source, replace=options["replace"]))
        # What the last start noted about this folder's database is about another one now.
        (settings.DATA_DIR / "run" / "prepared.json").unlink(missing_ok=True)
        evidence = len(manifest["files"]) - 1
        self.stdout.write(f"Restored the database and {evidence} evidence files as of {manifest['made_at']}.")
