"""What may be uploaded: a file's type is told by its content, never by its name or by what a browser says.

Every file is looked at as something an assessor will open on a machine of their own: what would run there, unpack
without end, call somewhere, or be two things at once is refused with a reason that says what to do. Nothing is
unpacked to disk, and no part is read before its declared size was looked at.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path

import puremagic
from django.core.exceptions import ValidationError

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
TAKEN = "PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV, PNG or JPEG"
_OOXML_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}
_SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "an old or encrypted Office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}

# A document that unpacks to more than this, or in more parts, is not a document.
_UNPACKED_BYTES = 200 * 1024 * 1024
_UNPACKED_RATIO = 200
_PARTS = 5000
_XML_READ = 20 * 1024 * 1024
_PIXELS = 100_000_000
_INFLATED = 50 * 1024 * 1024
NAME_LENGTH = 160

# What an office document may not carry inside.
_NOT_INSIDE = (
    *(".exe", ".dll", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".bat", ".cmd", ".ps1", ".scr", ".com", ".jar"),
    *(".lnk", ".hta", ".msi", ".chm", ".zip", ".7z", ".rar", ".gz", ".iso", ".swf", ".html", ".htm"),
)
# What makes a PDF more than something to read, and how to say so.
_PDF_ACTIVE = (
    (rb"/(JavaScript|JS)\b", "contains a script"),
    (rb"/Launch\b", "starts other programs"),
    (rb"/(EmbeddedFiles?|Filespec\s*/EF)\b", "carries other files inside"),
    (rb"/(RichMedia|Movie|Sound|3D)\b", "contains media that play by themselves"),
    (rb"/XFA\b", "is a form with code in it"),
    (rb"/(SubmitForm|ImportData|GoToE)\b", "sends data or opens files by itself"),
)
_IN_TEXT = re.compile(rb"<\s*(script|\?php|html|iframe|svg|!doctype|object|embed)", re.IGNORECASE)


def kept_name(name: str) -> str:
    """A file's name as it is kept and offered again: no path, no control or direction characters, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    tidy = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    tidy = re.sub(r'[<>:"|?*]', "_", tidy).strip(" .") or "file"
    if len(tidy) > NAME_LENGTH:
        stem, suffix = Path(tidy).stem, Path(tidy).suffix[:10]
        tidy = f"{stem[: NAME_LENGTH - len(suffix)]}{suffix}"
    return tidy


def check(path: Path, name: str) -> str:
    """Return the content type of the file at `path` that came under `name`.

    Raises:
        ValidationError: fit for a person, where we don't take it.
    """
    shown = kept_name(name)
    extension = Path(shown).suffix.lower()
    if extension not in TYPES:
        raise ValidationError(f"“{shown}” is not of a kind we take. Give {TAKEN}.")
    expected = TYPES[extension]
    with path.open("rb") as file:
        start = file.read(16)
    if zipfile.is_zipfile(path) and not start.startswith(b"PK"):
        raise ValidationError(
            f"“{shown}” is two kinds of file at once: there is an archive in it. Save it again."
        )
    if zipfile.is_zipfile(path):
        found = _check_archive(path, f"“{shown}”")
    elif expected.startswith("text/"):
        found = expected if _is_text(path, shown, expected) else _guess(path, start)
    else:
        found = _guess(path, start)
    if found != expected:
        raise ValidationError(
            f"“{shown}” is not what its name says: its content is {_plain(found)}. Save it again as {TAKEN}."
        )
    if expected == "application/pdf":
        _check_pdf(path, f"“{shown}”")
    elif expected.startswith("image/"):
        _check_image(path, f"“{shown}”")
    return expected


def _guess(path: Path, start: bytes) -> str:
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
    if content_type.startswith("an "):
        return content_type
    # What programs are called there says nothing to most people.
    if "executable" in content_type or content_type in ("application/x-dosexec", "application/x-elf"):
        return "a program"
    return f"“{content_type}”" if content_type else "of an unknown kind"


# --- Text ---------------------------------------------------------------------------------------------------


def _is_text(path: Path, shown: str, expected: str) -> bool:
    data = path.read_bytes()
    if b"\0" in data:
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if _IN_TEXT.search(data[:4096]) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
                (b"#!", b"MZ", b"%PDF")
            ):
                return False
            if expected == "text/csv":
                _refuse_formulas(text, shown)
            return True
    return False


def _refuse_formulas(text: str, shown: str) -> None:
    """A cell that a spreadsheet would work out, and so could call programs or addresses with."""
    for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        for place, cell in enumerate(row, start=1):
            if is_formula(cell):
                raise ValidationError(
                    f"“{shown}” has a formula in row {number}, column {place}: it begins with “{cell.strip()[:1]}”. "
                    "A spreadsheet would run it. Save the values instead."
                )


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet takes this text for something to work out; numbers such as -3 or +44 20 are not."""
    text = cell.lstrip(" \t\r\n")
    if not text or text[0] not in "=+-@":
        return False
    return text[0] in "=@" or not re.fullmatch(r"[+-][\d\s().,%£€$/-]*", text)


# --- PDF ----------------------------------------------------------------------------------------------------


def _check_pdf(path: Path, label: str) -> None:
    data = path.read_bytes()
    if b"%%EOF" not in data[-2048:]:
        raise ValidationError(f"{label} is damaged: its end is missing. Save it again.")
    text = _named_plainly(data)
    if re.search(rb"/Encrypt\b", text):
        raise ValidationError(f"{label} is protected by a password. Take the protection off.")
    # Objects may be packed into streams: those are looked into as well.
    for piece in (text, *map(_named_plainly, _inflated(data, label))):
        for pattern, words in _PDF_ACTIVE:
            if re.search(pattern, piece):
                raise ValidationError(f"{label} {words}. Print it to a new PDF and give that.")


def _named_plainly(data: bytes) -> bytes:
    """Names in a PDF may be written with hexadecimal: /J#61vaScript."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), data)


def _inflated(data: bytes, label: str) -> list[bytes]:
    """The streams that hold objects, unpacked; not pictures, fonts and pages."""
    pieces, total = [], 0
    for found in re.finditer(rb"/Type\s*/ObjStm.{0,400}?stream\r?\n", data, re.DOTALL):
        unpack = zlib.decompressobj()
        with contextlib.suppress(zlib.error):
            piece = unpack.decompress(data[found.end() :], _INFLATED - total)
            pieces.append(piece)
            total += len(piece)
        if total >= _INFLATED:
            raise ValidationError(f"{label} unpacks to far more than a document. Print it to a new PDF.")
    return pieces


# --- Pictures -----------------------------------------------------------------------------------------------


def _check_image(path: Path, label: str) -> None:
    data = path.read_bytes()
    width, height, end = _png(data) if data.startswith(b"\x89PNG") else _jpeg(data)
    if not width or not height:
        raise ValidationError(f"{label} is damaged and can’t be opened. Save it again.")
    if width * height > _PIXELS:
        raise ValidationError(
            f"{label} has {width:,} by {height:,} points, more than a picture. Make it smaller."
        )
    if _IN_TEXT.search(data) and re.search(rb"<\s*(script|\?php)", data, re.IGNORECASE):
        raise ValidationError(f"{label} has code hidden in the picture. Save it again as a new picture.")
    if data.startswith(b"\x89PNG") and end != len(data):
        raise ValidationError(f"{label} has something behind the picture. Save it again as a new picture.")


def _png(data: bytes) -> tuple[int, int, int]:
    """Width, height and where the picture ends; zeros where it is damaged."""
    if len(data) < 33 or data[12:16] != b"IHDR":
        return 0, 0, 0
    width, height = struct.unpack(">II", data[16:24])
    at = 8
    while at + 12 <= len(data):
        size = struct.unpack(">I", data[at : at + 4])[0]
        kind = data[at + 4 : at + 8]
        at += 12 + size
        if kind == b"IEND":
            return width, height, at
    return 0, 0, 0


def _jpeg(data: bytes) -> tuple[int, int, int]:
    """Width and height from the frame header; the end is not told (cameras put previews there)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker in (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height, len(data)
        at += 2 + size
    return 0, 0, 0


# --- Office documents ---------------------------------------------------------------------------------------


def _check_archive(path: Path, label: str) -> str:
    """The content type of an office document; nothing is unpacked before its sizes were looked at."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_sizes(parts, path.stat().st_size, label)
            _check_names(parts, label)
            names = {part.filename for part in parts}
            _refuse_active(label, archive, names)
            return _document_type(archive, names)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        zlib.error,
    ) as error:
        raise ValidationError(f"{label} is damaged and can’t be opened. Save it again.") from error


def _check_sizes(parts: list[zipfile.ZipInfo], size: int, label: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if (
        unpacked > _UNPACKED_BYTES
        or unpacked / max(1, packed) > _UNPACKED_RATIO
        or len(parts) > _PARTS
        # Parts that share their bytes: the archive claims to hold more than it is long.
        or packed > size
    ):
        raise ValidationError(f"{label} unpacks to far more than a document. Save it again as a PDF.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise ValidationError(f"{label} is protected by a password. Take the password off.")


def _check_names(parts: list[zipfile.ZipInfo], label: str) -> None:
    names = [part.filename for part in parts]
    if len(set(names)) != len(names):
        raise ValidationError(
            f"{label} has two parts of one name, so programs disagree what is in it. Save it again."
        )
    for part in parts:
        name = part.orig_filename.replace("\\", "/")
        is_link = (part.external_attr >> 16) & 0o170000 == 0o120000
        if name.startswith("/") or ":" in name or ".." in name.split("/") or "\0" in name or is_link:
            raise ValidationError(f"{label} has parts that lead out of it. Save it again as a PDF.")
    inside = next((name for name in names if name.lower().endswith(_NOT_INSIDE)), None)
    if inside:
        last = kept_name(inside)
        raise ValidationError(f"{label} carries “{last}” inside. Take it out, or save the document as a PDF.")


def _refuse_active(label: str, archive: zipfile.ZipFile, names: set[str]) -> None:
    lower = {part.lower() for part in names}
    with_macros = any(part.endswith(("vbaproject.bin", "vbadata.xml")) for part in lower) or any(
        part.startswith(("basic/", "scripts/")) or "/macrosheets/" in part for part in lower
    )
    if "[Content_Types].xml" in names:
        with_macros = with_macros or b"macroenabled" in _part(archive, "[Content_Types].xml").lower()
    if with_macros:
        raise ValidationError(f"{label} contains macros. Save it without them, or as a PDF.")
    if any("/activex/" in f"/{part}" for part in lower):
        raise ValidationError(f"{label} contains controls that run code. Save it as a PDF.")
    for name in names:
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        content = _part(archive, name)
        if b"<!ENTITY" in content or b"<!DOCTYPE" in content:
            raise ValidationError(
                f"{label} defines text that multiplies when it is read. Save it again as a PDF."
            )
        if name.endswith(".rels") and _calls_out(content):
            raise ValidationError(f"{label} loads a template or object from elsewhere. Save it as a PDF.")
        if re.search(rb"\bDDE(AUTO)?\s|<ddeLink|<(x:)?ddeItem", content):
            raise ValidationError(f"{label} has a field that starts other programs (DDE). Save it as a PDF.")


def _calls_out(relations: bytes) -> bool:
    """Relations to the outside other than links a reader clicks on, and pictures or sheets that are only named."""
    for found in re.finditer(rb"<Relationship\b[^>]*>", relations):
        tag = found[0].lower()
        if b'targetmode="external"' in tag and re.search(
            rb"/(attachedtemplate|oleobject|frame|subdocument|control)\"", tag
        ):
            return True
    return False


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_XML_READ)


def _document_type(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        for extension, part in _OOXML_PARTS.items():
            if part in names:
                return TYPES[extension]
    if "mimetype" in names:
        return _part(archive, "mimetype")[:100].decode("ascii", "replace").strip()
    return "application/zip"
