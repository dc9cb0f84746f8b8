"""The data folder: what is where, the lock that makes it one stack's own, and the secrets made for it."""

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lpdqa.runtime.problems import Problem

ROOM_NEEDED = 200 * 1024 * 1024
# The kernel's limit for a Unix socket's path is 107 bytes, and the socket's own name comes after the folder.
LONGEST_SOCKET_FOLDER = 85


@dataclass(frozen=True)
class Layout:
    """Where things are inside one data folder."""

    data: Path

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def evidence(self) -> Path:
        return self.data / "evidence"

    @property
    def mail(self) -> Path:
        return self.data / "mail"

    @property
    def addresses(self) -> Path:
        """Addresses of the servers of the stack now running on this folder; only its owner can read it."""
        return self.run / "environment.json"

    def prepare(self) -> None:
        """Make the folders, and check that they can be written and that there is room.

        Raises:
            Problem: the folder cannot be made or written, or less than 200 MB is free.
        """
        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.run, self.logs, self.evidence, self.mail, self.data / "secrets"):
                folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.data) as probe:
                probe.write(b"room?")
                probe.flush()
        except OSError as error:
            raise Problem(
                f"The data folder {self.data} cannot be written: {error.strerror or error}."
            ) from error
        free = shutil.disk_usage(self.data).free
        if free < ROOM_NEEDED:
            raise Problem(
                f"The data folder {self.data} has {free // 2**20} MB free and needs"
                f" {ROOM_NEEDED // 2**20} MB: free some space or choose another folder with --data."
            )

    def lock(self) -> int:
        """Take the folder for this process until it ends; returns the descriptor that holds the lock.

        Raises:
            Problem: another stack runs on the folder.
        """
        try:
            descriptor = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Problem(
                f"The data folder {self.data} cannot be written: {error.strerror or error}."
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise Problem(f"The data folder {self.data} cannot be locked: {error.strerror}.") from error
            raise Problem(
                f"Another stack is already running on {self.data}: stop it first,"
                " or choose another folder with --data."
            ) from error
        return descriptor

    def secret(self, name: str) -> str:
        """Return the secret of that name, making it the first time (only the folder's owner can read it)."""
        path = self.data / "secrets" / name
        with contextlib.suppress(FileNotFoundError):
            if found := path.read_text().strip():
                return found
        value = secrets.token_urlsafe(48 if name == "secret_key" else 24)
        # Written beside and renamed, so that a full disk or a kill never leaves half a secret.
        half = path.with_suffix(".new")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(value + "\n")
        half.rename(path)
        return value

    def socket_folder(self) -> Path:
        """Return a folder with a path short enough for a socket: in the data folder, if that is short."""
        inside = self.run / "pg"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        return temporary_folder("lpdqa-socket-")


def temporary_folder(prefix: str) -> Path:
    """Return a new private folder with a short path."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=temporary_parent()))


def sweep_temporary_folders(prefix: str) -> None:
    """Remove folders that a killed run left behind: ours, older than ten minutes, and locked by nobody."""
    for folder in Path(temporary_parent()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            about = folder.lstat()
            if about.st_uid != os.geteuid() or time.time() - about.st_mtime < 600 or not folder.is_dir():
                continue
            descriptor = os.open(folder / "lock", os.O_RDWR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


def temporary_parent() -> str:
    """The folder that `temporary_folder` uses."""
    parent = tempfile.gettempdir()
    return parent if len(os.fsencode(parent)) <= 40 else "/tmp"  # noqa: S108 - only listed, and only ours removed
