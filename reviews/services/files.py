"""The private store of evidence files: what may come in, and how it is kept.

A file's type is told by its content, never by its name or by what a browser says. Files are kept by their
SHA-256 under `settings.EVIDENCE_DIR`, so the same content is there once, and are never under a public
address.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from pathlib import Path
from typing import IO

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat

from reviews.models import StoredFile

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
# Extension -> content type of what we take; the first file in a document's archive tells the kinds of zip
# apart.
TYPES = {
    ".pdf": "application/pdf",
    ".docx": _OOXML + "wordprocessingml.document",
    ".xlsx": _OOXML + "spreadsheetml.sheet",
    ".pptx": _OOXML + "presentationml.presentation",
    ".odt": _ODF + "text",
    ".ods": _ODF + "spreadsheet",
    ".odp": _ODF + "presentation",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain",
    ".csv": "text/csv",
}
_TAKEN = "PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV, PNG or JPEG"
_OOXML_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}
_SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}

# A document that unpacks to more than this, or in more parts, is not a document.
_UNPACKED_BYTES = 200 * 1024 * 1024
_UNPACKED_RATIO = 200
_PARTS = 5000


def store(upload: File[bytes] | IO[bytes], name: str) -> StoredFile:
    """Check an upload and keep it; the same content twice is kept once.

    Raises `ValidationError`, fit for a person, for a file that is empty, too big, of a kind we don't take,
    not what its name says, with macros, or packed to burst.
    """
    folder = Path(settings.EVIDENCE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".upload-", delete=False) as temporary:
        path = Path(temporary.name)
        try:
            sha256, size = _copy(upload, temporary)
            content_type = check(path, name)
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


# --- Checks -------------------------------------------------------------------------------------------------


def check(path: Path, name: str) -> str:
    """Return the content type of the file at `path` that came under `name`; `ValidationError` if we don't
    take it."""
    extension = Path(name).suffix.lower()
    if extension not in TYPES:
        raise ValidationError(f"“{Path(name).name}” is not of a kind we take. Give {_TAKEN}.")
    expected = TYPES[extension]
    if zipfile.is_zipfile(path):
        found = _check_zip(path, name)
    elif expected.startswith("text/"):
        found = expected if _is_text(path) else _guess(path)
    else:
        found = _guess(path)
    if found != expected:
        raise ValidationError(
            f"“{Path(name).name}” is not what its name says: its content is {_plain(found)}. "
            f"Save it again as {_TAKEN}."
        )
    return expected


def _guess(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"PK"):
        # Begins like an archive and is none: cut off on the way.
        raise ValidationError("The file is damaged and can’t be opened. Save it again.")
    for content_type, signature in _SIGNATURES.items():
        if start.startswith(signature):
            return content_type
    with contextlib.suppress(puremagic.PureError, ValueError):
        found = puremagic.magic_file(str(path))
        # Only matches of the content count; a bare match of the extension says nothing.
        return next((match.mime_type for match in found if match.byte_match and match.mime_type), "")
    return ""


def _plain(content_type: str) -> str:
    return f"“{content_type}”" if content_type else "of an unknown kind"


def _is_text(path: Path) -> bool:
    data = path.read_bytes()
    if b"\0" in data:
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            return (
                not data.decode(encoding).lstrip().lower().startswith(("<!doctype html", "<html", "<script"))
            )
    return False


def _check_zip(path: Path, name: str) -> str:
    """The content type of an office document; nothing is unpacked before its sizes were looked at."""
    label = f"“{Path(name).name}”"
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if unpacked > _UNPACKED_BYTES or unpacked / packed > _UNPACKED_RATIO or len(parts) > _PARTS:
                raise ValidationError(f"{label} unpacks to far more than a document. Save it again as a PDF.")
            if any(part.flag_bits & 0x1 for part in parts):
                raise ValidationError(f"{label} is protected by a password. Take the password off.")
            names = {part.filename for part in parts}
            _refuse_macros(label, archive, names)
            return _document_type(archive, names)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise ValidationError(f"{label} is damaged and can’t be opened. Save it again.") from error


def _refuse_macros(label: str, archive: zipfile.ZipFile, names: set[str]) -> None:
    lower = {part.lower() for part in names}
    with_macros = any(part.endswith(("vbaproject.bin", "vbadata.xml")) for part in lower) or any(
        part.startswith(("basic/", "scripts/")) for part in lower
    )
    if "[Content_Types].xml" in names:
        with_macros = with_macros or b"macroenabled" in archive.read("[Content_Types].xml").lower()
    if with_macros:
        raise ValidationError(f"{label} contains macros. Save it without them, or as a PDF.")


def _document_type(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        for extension, part in _OOXML_PARTS.items():
            if part in names:
                return TYPES[extension]
    if "mimetype" in names:
        return archive.read("mimetype")[:100].decode("ascii", "replace").strip()
    return "application/zip"
