"""The private store of evidence files: what may come in, and how it is kept.

What may come in is said by `lpdqa.uploads`. Files are kept by their
SHA-256 under `settings.EVIDENCE_DIR`, so the same content is there once, and are never under a public
address.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat

from lpdqa.uploads import check, kept_name
from lpdqa.virus_scan import scan
from reviews.models import StoredFile


def store(upload: File[bytes] | IO[bytes], name: str) -> StoredFile:
    """Check an upload and keep it; the same content twice is kept once.

    Raises `ValidationError`, fit for a person, for a file that is empty, too big, of a kind we don't take,
    not what its name says, with macros, packed to burst, or with a virus (where a scanner is set up).
    """
    folder = Path(settings.EVIDENCE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".upload-", delete=False) as temporary:
        path = Path(temporary.name)
        try:
            sha256, size = _copy(upload, temporary)
            content_type = check(path, name)
            scan(path, f"“{kept_name(name)}”")
            temporary.flush()
            os.fsync(temporary.fileno())
            _rename(path, path_of(sha256))
        finally:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
    stored, _ = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "content_type": content_type}
    )
    return stored


def path_of(sha256: str) -> Path:
    """Where content with this SHA-256 is kept."""
    return Path(settings.EVIDENCE_DIR) / sha256[:2] / sha256


def _copy(upload: File[bytes] | IO[bytes], target: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    upload.seek(0)
    while chunk := upload.read(1024 * 1024):
        size += len(chunk)
        if size > settings.EVIDENCE_MAX_BYTES:
            limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
            raise ValidationError(f"The file is larger than {limit}. Make it smaller, or give a link.")
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise ValidationError("The file is empty.")
    target.flush()
    return digest.hexdigest(), size


def _rename(path: Path, kept: Path) -> None:
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o600)
    path.replace(kept)
    # Without this a power cut could lose the name of a file whose row is safely in the database.
    folder = os.open(kept.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
