"""Uploads go through a virus scanner where one is set. No ClamAV here: a server that speaks clamd's INSTREAM stands in,
so this shows that we keep to the protocol, not that viruses are found.
"""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from reviews.models import StoredFile
from reviews.services.files import store

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


class Clamd(threading.Thread):
    """Takes one connection after the other, reads INSTREAM as the manual has it, and says what `verdict` says."""

    def __init__(self, path: Path, verdict: Callable[[bytes], bytes]) -> None:
        super().__init__(daemon=True)
        self.verdict = verdict
        self.heard: list[bytes] = []
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind(str(path))
        self.server.listen()

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                command = stream.read(10)
                content = b""
                while size := struct.unpack(">L", stream.read(4))[0]:
                    content += stream.read(size)
                self.heard.append(content)
                connection.sendall(
                    self.verdict(content) if command == b"zINSTREAM\0" else b"UNKNOWN COMMAND\0"
                )

    def stop(self) -> None:
        # Closing alone doesn't wake a thread that waits in accept().
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.join(5)


@pytest.fixture
def clamd(tmp_path: Path, settings) -> Iterator[Clamd]:
    path = tmp_path / "clamd.ctl"
    server = Clamd(
        path, lambda content: b"stream: Bad.Thing FOUND\0" if b"bad" in content else b"stream: OK\0"
    )
    server.start()
    settings.CLAMD_ADDRESS = str(path)
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    yield server
    server.stop()


def test_a_clean_file_is_sent_whole_and_kept(clamd: Clamd) -> None:
    long = PDF.replace(b"<<>>", b"<< " + b"x" * 200_000 + b" >>")
    stored = store(io.BytesIO(long), "aims.pdf")
    assert clamd.heard == [long]
    assert stored.size == len(long)


def test_a_file_with_a_virus_is_refused_and_not_kept(clamd: Clamd, settings) -> None:
    with pytest.raises(
        ValidationError, match=r"“aims.pdf” was not taken: a virus scanner found “Bad\.Thing”"
    ):
        store(io.BytesIO(PDF.replace(b"<<>>", b"<<bad>>")), "aims.pdf")
    assert not StoredFile.objects.exists()
    assert [path for path in settings.EVIDENCE_DIR.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: maybe\0"])
def test_a_scanner_that_gives_no_verdict_is_no_yes(clamd: Clamd, answer: bytes) -> None:
    clamd.verdict = lambda content: answer
    with pytest.raises(ValidationError, match="so this one was not taken"):
        store(io.BytesIO(PDF), "aims.pdf")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:", "nonsense", "localhost:port"])
def test_a_scanner_that_is_not_there_is_no_yes(clamd: Clamd, settings, address: str) -> None:
    settings.CLAMD_ADDRESS = address
    with pytest.raises(ValidationError, match="Files can’t be checked for viruses just now"):
        store(io.BytesIO(PDF), "aims.pdf")
