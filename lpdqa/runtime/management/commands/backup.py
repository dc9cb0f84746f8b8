"""`manage.py backup FILE`: database and evidence in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from lpdqa.runtime.backup import back_up
from lpdqa.runtime.commands import OnThePlace


class Command(OnThePlace):
    help = "Write the database and the evidence store to one file; the register can go on running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write, such as register.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        manifest = self.on_place(lambda place: back_up(place, target))
        size = sum(entry["bytes"] for entry in manifest["files"].values())
        evidence = len(manifest["files"]) - 1
        self.stdout.write(f"{target}: the database and {evidence} evidence files, {size / 1e6:,.1f} MB.")
