"""One file that holds the database and the evidence store, and the way back from it.

The file is a tar: `manifest.json` (what is inside, with SHA-256s), `database.dump` (pg_dump's custom format)
and `evidence/...`. Passwords and the secret key are not in it: a restored register makes its own.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg2

from lpdqa.runtime.binaries import postgres_for
from lpdqa.runtime.postgres import MAJOR
from lpdqa.runtime.problems import Problem

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Place:
    """A register's database and evidence store. `database` is Django's DATABASES entry."""

    database: Mapping[str, Any]
    evidence: Path

    def connect(self) -> "psycopg2.extensions.connection":
        """Open a connection.

        Raises:
            Problem: the database does not answer.
        """
        try:
            return psycopg2.connect(
                host=self.database["HOST"] or None,
                port=self.database["PORT"] or None,
                user=self.database["USER"] or None,
                password=self.database["PASSWORD"] or None,
                dbname=self.database["NAME"],
                connect_timeout=10,
            )
        except psycopg2.OperationalError as error:
            raise Problem(f"The database does not answer: {str(error).strip().splitlines()[0]}") from error

    def environment(self) -> dict[str, str]:
        """What PostgreSQL's client programs need; the password is not visible in the list of processes."""
        names = {
            "PGHOST": "HOST",
            "PGPORT": "PORT",
            "PGUSER": "USER",
            "PGPASSWORD": "PASSWORD",
            "PGDATABASE": "NAME",
        }
        values = {name: str(self.database[key]) for name, key in names.items() if self.database[key]}
        return {**os.environ, **values, "PGCONNECT_TIMEOUT": "10"}

    def server_major(self) -> int:
        """The server's major version, such as 18."""
        connection = self.connect()
        try:
            return int(connection.server_version) // 10000
        finally:
            connection.close()


def client(name: str, server: int) -> str:
    """Return a client program that can talk to a server of that major version.

    Raises:
        Problem: there is none.
    """
    found = shutil.which(name)
    if found and _major(found) == server:
        return found
    if server <= int(MAJOR):
        return str(postgres_for(None) / "bin" / name)
    has = f"{name} {_major(found)}" if found else f"no {name}"
    raise Problem(
        f"The server is PostgreSQL {server} and this machine has {has}: install postgresql-client-{server}."
    )


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].split(".")[0])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def back_up(place: Place, target: Path) -> dict[str, Any]:
    """Write a backup to `target`, which appears only when it is complete; returns its manifest.

    Raises:
        Problem: the database cannot be read or the file cannot be written.
    """
    major = place.server_major()
    with _work_folder(target.parent) as work:
        dump = work / DUMP
        # The database first: evidence is only ever added, so every file it speaks of is there afterwards.
        _run(
            [client("pg_dump", major), "--format=custom", f"--file={dump}"],
            place,
            "The database cannot be dumped",
        )
        evidence = sorted(path for path in place.evidence.rglob("*") if path.is_file())
        files = {DUMP: dump} | {f"evidence/{p.relative_to(place.evidence).as_posix()}": p for p in evidence}
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "postgresql": major,
            "files": {
                name: {"sha256": _sha256(path), "bytes": path.stat().st_size} for name, path in files.items()
            },
        }
        half = work / "backup.tar"
        try:
            with tarfile.open(half, "w") as archive:
                said = json.dumps(manifest, indent=1).encode()
                about = tarfile.TarInfo(MANIFEST)
                about.size = len(said)
                about.mode = 0o600
                archive.addfile(about, io.BytesIO(said))
                for name, path in files.items():
                    archive.add(path, arcname=name, recursive=False)
            half.chmod(0o600)
            half.replace(target)
        except OSError as error:
            raise Problem(f"The backup cannot be written to {target}: {error.strerror or error}.") from error
    return manifest


def restore(place: Place, source: Path, *, replace: bool) -> dict[str, Any]:
    """Bring a backup into an empty database (any database with `replace`); returns the manifest.

    Everything is unpacked and checked first, the database is filled in one transaction, and evidence is added
    before that and the superfluous removed after it: at no moment is the register half restored.

    Raises:
        Problem: the file is damaged or of a newer server, or the database is not empty. Nothing has changed.
    """
    major = place.server_major()
    place.evidence.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _work_folder(place.evidence.parent) as work:
        manifest = _unpack(source, work)
        if manifest["postgresql"] > major:
            raise Problem(
                f"{source} was made from PostgreSQL {manifest['postgresql']} and this server is {major}:"
                " restore it to the same version or a newer one."
            )
        if not replace and (tables := _tables(place)):
            raise Problem(
                f"The database is not empty ({tables} tables): restore into an empty data folder,"
                " or give --replace to put the backup in the place of what is there."
            )
        added = _add_evidence(work / "evidence", place.evidence)
        try:
            _fill(place, work, major, replace=replace)
        except BaseException:
            for path in added:
                path.unlink(missing_ok=True)
            raise
    if replace:
        for path in [path for path in place.evidence.rglob("*") if path.is_file()]:
            if f"evidence/{path.relative_to(place.evidence).as_posix()}" not in manifest["files"]:
                path.unlink()
    return manifest


def _unpack(source: Path, work: Path) -> dict[str, Any]:
    """Unpack what the manifest names, checking every byte."""
    try:
        with tarfile.open(source) as archive:
            first = archive.next()
            if first is None or first.name != MANIFEST:
                raise Problem(f"{source} is not a backup of the register.")
            manifest: dict[str, Any] = json.loads(_content(archive, first).read())
            if manifest.get("format") != FORMAT:
                raise Problem(
                    f"{source} has format {manifest.get('format')}, and this version reads {FORMAT}."
                )
            missing = dict(manifest["files"])
            for member in archive:
                if member is first:
                    continue
                expected = missing.pop(member.name, None)
                parts = PurePosixPath(member.name).parts
                if expected is None or not member.isfile() or member.name.startswith("/") or ".." in parts:
                    raise Problem(f"{source} holds something that its list does not name: {member.name!r}.")
                path = work.joinpath(*parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                digest = hashlib.sha256()
                with path.open("wb") as file, _content(archive, member) as content:
                    while chunk := content.read(CHUNK):
                        digest.update(chunk)
                        file.write(chunk)
                if digest.hexdigest() != expected["sha256"]:
                    raise Problem(f"{source} is damaged: {member.name} is not what was backed up.")
    except FileNotFoundError as error:
        raise Problem(f"There is no file {source}.") from error
    except (tarfile.TarError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(f"{source} is damaged or not a backup of the register.") from error
    except OSError as error:
        raise Problem(f"{source} cannot be unpacked: {error.strerror or error}.") from error
    if missing:
        raise Problem(f"{source} is damaged: {len(missing)} of its files are missing.")
    return manifest


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    content = archive.extractfile(member)
    if content is None:
        raise Problem(f"{archive.name!s} holds something that is not a file: {member.name!r}.")
    return content


def _tables(place: Place) -> int:
    connection = place.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.relkind IN ('r', 'p', 'v', 'm')"
                " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
                " AND n.nspname NOT LIKE 'pg\\_toast%'"
            )
            return int(cursor.fetchone()[0])
    finally:
        connection.close()


def _add_evidence(unpacked: Path, store: Path) -> list[Path]:
    """Move the files into the store and return those that were not there; a name is its content's hash."""
    added: list[Path] = []
    for path in sorted(p for p in unpacked.rglob("*") if p.is_file()) if unpacked.exists() else ():
        target = store / path.relative_to(unpacked)
        if not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.chmod(0o600)
            path.rename(target)
            added.append(target)
    return added


def _fill(place: Place, work: Path, major: int, *, replace: bool) -> None:
    """Fill the database from the dump, in one transaction that a failure takes back as a whole."""
    plain, script = work / "plain.sql", work / "restore.sql"
    _run(
        [client("pg_restore", major), "--no-owner", "--no-privileges", f"--file={plain}", str(work / DUMP)],
        place,
        "The backup's database cannot be read",
    )
    with plain.open("rb") as lines, script.open("wb") as out:
        if replace:
            out.write(
                b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public AUTHORIZATION pg_database_owner;\n"
                b"GRANT USAGE ON SCHEMA public TO PUBLIC;\n"
            )
        for line in lines:
            # The newest client writes this for every server; those before 17 do not know it.
            if not (major < 17 and line.startswith(b"SET transaction_timeout")):
                out.write(line)
    plain.unlink()
    _run(
        [
            client("psql", major), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
            "--output=/dev/null", f"--file={script}",
        ],
        place,
        "The backup cannot be put into the database, which is as it was",
    )  # fmt: skip


def _run(command: list[str], place: Place, problem: str) -> None:
    done = subprocess.run(command, env=place.environment(), capture_output=True, text=True)
    if done.returncode != 0:
        said = [
            line for line in done.stderr.splitlines() if "error" in line.lower()
        ] or done.stderr.splitlines()
        raise Problem(f"{problem}: {said[0] if said else f'exit code {done.returncode}'}")


@contextmanager
def _work_folder(parent: Path) -> Iterator[Path]:
    """A private folder on the same file system as the target, so that the last step is a rename."""
    try:
        work = Path(tempfile.mkdtemp(prefix=".lpdqa-", dir=parent))
    except OSError as error:
        raise Problem(f"The folder {parent} cannot be written: {error.strerror or error}.") from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
