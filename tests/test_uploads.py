"""Files that mean harm, each refused with a reason, or neutralised; and the plain ones that are taken."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from lpdqa.uploads import check, kept_name

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x02\x00\x02\x01\x01\x11\x00\xff\xd9"
)
RELS = (
    '<Relationships><Relationship Id="a" Type="http://schemas.example/{kind}" '
    'Target="http://x.example/t.dotm" TargetMode="External"/></Relationships>'
)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 1, height: int = 1) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def archive(parts: dict[str, bytes], **attributes: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes.get(name, 0)
            packed.writestr(info, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def docx(more: dict[str, bytes] | None = None, **attributes: int) -> bytes:
    plain = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
    return archive({**plain, **(more or {})}, **attributes)


def xlsx(more: dict[str, bytes] | None = None) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>", **(more or {})})


def odt(more: dict[str, bytes] | None = None) -> bytes:
    return archive(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>", **(more or {})}
    )


def two_of_a_name() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in ("[Content_Types].xml", "word/document.xml"):
            packed.writestr(name, b"<w/>")
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.writestr("word/document.xml", b"<w/>")
    return made.getvalue()


def encrypted() -> bytes:
    """Every entry says that it is encrypted, in both of its headers."""
    data = bytearray(docx())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def overlapping() -> bytes:
    """The directory lists one stretch of bytes under a hundred names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("word/document.xml", b"x" * 10_000)
        first = packed.infolist()[0]
        for number in range(100):
            again = zipfile.ZipInfo(f"word/{number}.bin")
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.compress_size = again.file_size = first.file_size
            packed.filelist.append(again)
            packed.NameToInfo[again.filename] = again
        packed._didModify = True
    return made.getvalue()


def packed_script() -> bytes:
    stream = zlib.compress(b"1 0 <</S/JavaScript/JS(app.alert(1))>>")
    head = b"%PDF-1.7\n5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length 9>>stream\n"
    return head + stream + b"\nendstream endobj\n%%EOF"


def pdf(inside: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<" + inside + b">>\nendobj\n%%EOF\n"


HOSTILE = [
    # Of a kind we don't take, whatever is in it.
    ("run.exe", b"MZ\x90", "not of a kind we take"),
    ("page.html", b"<html></html>", "not of a kind we take"),
    ("picture.svg", b"<svg onload='alert(1)'/>", "not of a kind we take"),
    ("report.pdf.exe", PDF, "not of a kind we take"),
    ("report.docm", docx(), "not of a kind we take"),
    ("report.pdf.", b"MZ\x90\x00", "not what its name says"),
    ("noextension", PDF, "not of a kind we take"),
    (".pdf", PDF, "not of a kind we take"),
    ("invoice\u202efdp.exe", b"MZ", "not of a kind we take"),
    # Disguised.
    ("program.pdf", b"MZ\x90\x00\x03\x00\x00\x00", "its content is a program"),
    ("program.png", b"\x7fELF\x02\x01\x01", "not what its name says"),
    ("pdf.png", PDF, "its content is “application/pdf”"),
    ("gif.jpg", b"GIF89a\x01\x00\x01\x00", "not what its name says"),
    ("pdf.docx", PDF, "its content is “application/pdf”"),
    ("word.pdf", docx(), "not what its name says"),
    ("word.xlsx", docx(), "not what its name says"),
    ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old or encrypted Office file"),
    ("program.txt", b"MZ\x00\x01", "not what its name says"),
    ("shell.txt", b"#!/bin/sh\nrm -rf /\n", "not what its name says"),
    ("page.txt", b"\xef\xbb\xbf  <!-- hello --> <script>alert(1)</script>", "not what its name says"),
    ("page.csv", b"name\n<iframe src=//x.example>", "not what its name says"),
    ("svg.txt", b"<svg onload=alert(1)>", "not what its name says"),
    ("wide.csv", "school,score".encode("utf-16"), "not what its name says"),
    ("book.odt", archive({"mimetype": b"application/epub+zip"}), "application/epub+zip"),
    ("plain.docx", archive({"readme": b"hello"}), "not what its name says"),
    # Two things at once.
    ("both.pdf", PDF + archive({"a": b"b"}), "two kinds of file at once"),
    ("both.jpg", JPEG + archive({"a": b"b"}), "two kinds of file at once"),
    ("both.docx", PDF + docx(), "two kinds of file at once"),
    ("tail.png", png() + b"<script>alert(1)</script>", "code hidden in the picture"),
    ("tail2.png", png() + b"MZ\x90\x00", "something behind the picture"),
    ("comment.jpg", JPEG[:-2] + b"\xff\xfe\x00\x14<?php system(1)?>" + JPEG[-2:], "code hidden in the picture"),
    # Code inside.
    ("vba.docx", docx({"word/vbaProject.bin": b"x"}), "macros"),
    ("content.docx", archive({"[Content_Types].xml": b"macroEnabled.main+xml", "word/document.xml": b""}), "macros"),
    ("sheet.xlsx", xlsx({"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros"),
    ("basic.odt", odt({"Basic/Standard/Module1.xml": b"x"}), "macros"),
    ("control.docx", docx({"word/activeX/activeX1.bin": b"x"}), "controls that run code"),
    ("inside.docx", docx({"word/embeddings/setup.exe": b"MZ"}), "carries “setup.exe” inside"),
    ("nested.docx", docx({"word/media/more.zip": b"PK"}), "carries “more.zip” inside"),
    ("template.docx", docx({"word/_rels/settings.xml.rels": RELS.format(kind="attachedTemplate").encode()}),
     "from elsewhere"),
    ("ole.docx", docx({"word/_rels/document.xml.rels": RELS.format(kind="oleObject").encode()}), "from elsewhere"),
    ("dde.docx", docx({"word/document.xml": b"<w:instrText>DDEAUTO c:\\x</w:instrText>"}), "DDE"),
    ("dde.xlsx", xlsx({"xl/externalLinks/externalLink1.xml": b"<ddeLink ddeService='cmd'/>"}), "DDE"),
    ("script.pdf", pdf(b"/S/JavaScript/JS(app.alert(1))"), "contains a script"),
    ("hidden.pdf", pdf(b"/S/J#61vaScript"), "contains a script"),
    ("packed.pdf", packed_script(), "contains a script"),
    ("launch.pdf", pdf(b"/S/Launch/F(cmd.exe)"), "starts other programs"),
    ("carrier.pdf", pdf(b"/Names<</EmbeddedFiles 2 0 R>>"), "carries other files"),
    ("form.pdf", pdf(b"/XFA[(x)]"), "a form with code"),
    ("sends.pdf", pdf(b"/S/SubmitForm/F(http://x.example)"), "sends data"),
    ("formula.csv", b"school,score\nA,=cmd|' /C calc'!A1\n", "a formula in row 2, column 2"),
    ("at.csv", b"school\n@SUM(1+1)\n", "a formula in row 2, column 1"),
    ("plus.csv", b"school\n+cmd|' /C calc'!A1\n", "a formula"),
    # Made to burst.
    ("bomb.docx", docx({"word/media/x": b"\0" * 30_000_000}), "unpacks to far more"),
    ("many.docx", docx({f"word/{n}.xml": b"" for n in range(5001)}), "unpacks to far more"),
    ("overlap.docx", overlapping(), "unpacks to far more"),
    ("entities.docx", docx({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>'}), "multiplies"),
    ("points.png", png(60_000, 60_000), "points"),
    ("points.jpg", JPEG.replace(b"\x00\x02\x00\x02\x01", b"\xff\xff\xff\xff\x01"), "points"),
    # Leading out, or telling one program this and another that.
    ("out.docx", docx({"../../etc/cron.d/x": b"x"}), "lead out of it"),
    ("root.docx", docx({"/etc/passwd": b"x"}), "lead out of it"),
    ("drive.docx", docx({"C:\\windows\\x": b"x"}), "lead out of it"),
    ("link.docx", docx({"word/link": b"/etc/passwd"}, **{"word/link": 0o120777 << 16}), "lead out of it"),
    ("twice.docx", two_of_a_name(), "two parts of one name"),
    # Closed or broken.
    ("locked.docx", encrypted(), "password"),
    ("locked.pdf", pdf(b"/Encrypt 5 0 R"), "password"),
    ("broken.docx", docx()[:-30], "damaged"),
    ("broken.pdf", b"%PDF-1.7\n1 0 obj", "damaged"),
    ("broken.png", png()[:20], "damaged"),
    ("broken.jpg", b"\xff\xd8\xff\xe0\x00\x02", "damaged"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "reason"), HOSTILE, ids=[name for name, _, _ in HOSTILE])
def test_a_hostile_file_is_refused_and_told_why(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(ValidationError) as refusal:
        check(path, name)
    assert reason in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", PDF),
        ("Report.PDF", PDF),
        ("photo.png", png()),
        ("photo.jpg", JPEG),
        ("notes.txt", "Größe £5 <3 schools".encode()),
        ("scores.csv", b"school,change,phone\nA,-3.5%,+44 20 7946 0000\n"),
        ("report.docx", docx({"word/_rels/document.xml.rels": RELS.format(kind="hyperlink").encode()})),
        ("scores.xlsx", xlsx()),
        ("talk.pptx", archive({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"})),
        ("report.odt", odt()),
        # What the name alone says is no harm: the content is a PDF.
        ("program.exe.pdf", PDF),
    ],
)
def test_a_plain_file_is_taken(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert check(path, name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\secret/report.pdf", "report.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("rep\u202eort\x00\r\n.pdf", "report.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("x" * 400 + ".pdf", "x" * 156 + ".pdf"),
        ("...", "file"),
    ],
)
def test_a_files_name_is_made_harmless(given: str, kept: str) -> None:
    assert kept_name(given) == kept
