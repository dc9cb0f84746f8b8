"""Reading the files of evidence."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from reviews.models import Evidence


def open_evidence(evidence: Evidence) -> BinaryIO:
    """The file of an item, opened for reading. Raises `FileNotFoundError` for an item without a file in the
    store."""
    if evidence.file_id is None:
        raise FileNotFoundError("This item of evidence is not a file.")
    return (Path(settings.EVIDENCE_DIR) / evidence.file_id[:2] / evidence.file_id).open("rb")
