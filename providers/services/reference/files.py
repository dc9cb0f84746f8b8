"""Reading the files of the data folder."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

Rows = list[dict[str, str]]


def data_folder() -> Path:
    """The folder with the reference data that comes with the project."""
    return Path(settings.BASE_DIR) / "data"


@dataclass(frozen=True)
class Files:
    """The files of one source, read whole (the largest has a few megabytes)."""

    folder: Path
    names: tuple[str, ...]

    def sha256(self) -> str:
        """The hash of the files' bytes in order; for a single file the same as `sha256sum` gives."""
        digest = hashlib.sha256()
        for name in self.names:
            digest.update((self.folder / name).read_bytes())
        return digest.hexdigest()

    def rows(self, name: str = "") -> Rows:
        """The rows of a CSV file (gzipped or not) with stripped values; the first file without a name."""
        raw = (self.folder / (name or self.names[0])).read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8")
        return [
            {column: (value or "").strip() for column, value in row.items()}
            for row in csv.DictReader(io.StringIO(text, newline=""))
        ]
