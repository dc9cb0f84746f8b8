"""Files looked through for viruses by a ClamAV daemon, where `CLAMD_ADDRESS` names one.

The protocol is clamd's INSTREAM (man 8 clamd): the file goes over the socket in pieces, each with its length before it.
With a scanner set, a file it can't look at is not taken: saying yes would make the setting a promise nobody keeps.
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError

log = structlog.get_logger("lpdqa.virus_scan")

_PIECE = 64 * 1024
_SECONDS = 60
_NOT_NOW = (
    "Files can’t be checked for viruses just now, so this one was not taken. Try again in a few minutes."
)


def scan(path: Path, label: str) -> None:
    """Have the file at `path` looked through; without a scanner set, nothing happens.

    Raises:
        ValidationError: fit for a person: a virus was found, or the scanner doesn't answer.
    """
    if not settings.CLAMD_ADDRESS:
        return
    try:
        said = _ask(path)
    except (OSError, ValueError) as error:  # not there, or an address that is none
        log.exception("scanner_unreachable")
        raise ValidationError(_NOT_NOW) from error
    if said.endswith(" FOUND"):
        log.warning("virus_found", said=said)
        raise ValidationError(
            f"{label} was not taken: a virus scanner found “{said.removeprefix('stream: ').removesuffix(' FOUND')}” "
            "in it. Have the machine it comes from looked at."
        )
    if said != "stream: OK":
        log.error("scanner_refused", said=said)
        raise ValidationError(_NOT_NOW)


def _ask(path: Path) -> str:
    with _connect() as connection:
        try:
            connection.sendall(b"zINSTREAM\0")
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    connection.sendall(struct.pack(">L", len(piece)) + piece)
            connection.sendall(struct.pack(">L", 0))
        except (BrokenPipeError, ConnectionResetError):
            # It has heard enough (a size limit of its own) and says so before it hangs up.
            pass
        answer = b""
        while b"\0" not in answer and (piece := connection.recv(4096)):
            answer += piece
    return answer.partition(b"\0")[0].decode(errors="replace").strip()


def _connect() -> socket.socket:
    where = settings.CLAMD_ADDRESS
    if where.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_SECONDS)
        try:
            connection.connect(where)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = where.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_SECONDS)
