"""Changing copies of the real files, and loading them."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command

Change = Callable[[dict[str, str]], dict[str, str] | None]


def rewrite(folder: Path, name: str, change: Change) -> None:
    """Change rows of a CSV file (gzipped or not); those for which `change` returns None go."""
    path = folder / name
    zipped = path.suffix == ".gz"
    text = (gzip.decompress(path.read_bytes()) if zipped else path.read_bytes()).decode()
    reader = csv.DictReader(io.StringIO(text, newline=""))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, reader.fieldnames or [])
    writer.writeheader()
    writer.writerows(row for old in reader if (row := change(old)) is not None)
    raw = out.getvalue().encode()
    path.write_bytes(gzip.compress(raw, mtime=0) if zipped else raw)


def keep(folder: Path, name: str, wanted: Callable[[dict[str, str]], bool]) -> None:
    """Keep only the wanted rows of a CSV file."""
    rewrite(folder, name, lambda row: row if wanted(row) else None)


def load(folder: Path, *, force: bool = False) -> str:
    """Run `load_reference` on a folder and return what it says."""
    out = io.StringIO()
    call_command("load_reference", folder=folder, force=force, stdout=out)
    return out.getvalue()
