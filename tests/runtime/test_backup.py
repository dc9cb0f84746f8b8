"""A backup restored into an empty folder is the register backed up; a damaged one changes nothing."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from lpdqa.runtime.backup import Place, back_up, restore
from lpdqa.runtime.layout import Layout, temporary_folder
from lpdqa.runtime.problems import Problem
from lpdqa.runtime.servers import Servers
from tests.support.stack import ROOT, clean_environment, copy_of

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

CONTENT = b"minutes of the trust board, 2026"
HASH = hashlib.sha256(CONTENT).hexdigest()


class Register:
    """A data folder with its own servers running."""

    def __init__(self, data: Path) -> None:
        self.layout = Layout(data)
        self.layout.prepare()
        self.servers = Servers(self.layout, given={})
        self.servers.start()
        import environ

        self.place = Place(
            environ.Env.db_url_config(self.servers.addresses()["DATABASE_URL"]), self.layout.evidence
        )

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        connection: psycopg2.extensions.connection = self.place.connect()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def contents(self) -> dict[str, str]:
        """Table -> a hash over all its rows."""
        tables = self.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return {
            str(name): str(
                self.ask(f'SELECT count(*), md5(coalesce(string_agg(md5(t::text), \'\' ORDER BY md5(t::text)), \'\')) FROM "{name}" t')  # noqa: E501, S608
            )
            for (name,) in tables
        }  # fmt: skip

    def triggers(self) -> int:
        return int(str(self.ask("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")[0][0]))

    def close(self) -> None:
        self.servers.stop()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = temporary_folder("lpdqa-backup-")
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def register(prepared_folder: Path, folder: Path) -> Iterator[Register]:
    """The reference data of a first start, and one evidence file."""
    running = Register(copy_of(prepared_folder, folder / "source"))
    stored = running.layout.evidence / HASH[:2] / HASH
    stored.parent.mkdir()
    stored.write_bytes(CONTENT)
    yield running
    running.close()


@pytest.fixture(scope="module")
def backup(register: Register, folder: Path) -> Path:
    back_up(register.place, folder / "register.tar")
    return folder / "register.tar"


@pytest.fixture(scope="module")
def blank(folder: Path) -> Path:
    """A data folder with an empty database; take a `copy_of` it, which is quicker than to make another."""
    Register(folder / "blank").close()
    return folder / "blank"


@pytest.fixture
def empty(blank: Path, tmp_path: Path) -> Iterator[Register]:
    running = Register(copy_of(blank, tmp_path / "empty"))
    yield running
    running.close()


def rewritten(backup: Path, target: Path, **changed: bytes) -> Path:
    """A copy of the backup with other contents for some files, and hashes to match."""
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        contents = {member.name: old.extractfile(member).read() for member in old}  # type: ignore[union-attr]
        manifest = json.loads(contents.pop("manifest.json"))
        for name, content in changed.items():
            contents[name] = content
            manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **contents}.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            new.addfile(about, io.BytesIO(content))
    return target


def test_comes_back_the_same_in_an_empty_folder(register: Register, backup: Path, empty: Register) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    restore(empty.place, backup, replace=False)
    before = register.contents()
    assert int(before["providers_school"].split(",")[0].strip("[(")) > 20_000
    assert empty.contents() == before
    assert empty.triggers() == register.triggers() > 0
    assert (empty.layout.evidence / HASH[:2] / HASH).read_bytes() == CONTENT
    assert sorted(p.name for p in empty.layout.data.iterdir() if p.name.startswith(".lpdqa")) == []


def test_a_database_with_tables_is_left_alone_unless_told(backup: Path, empty: Register) -> None:
    empty.ask("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    other = empty.layout.evidence / "aa" / "other"
    other.parent.mkdir()
    other.write_text("other")
    with pytest.raises(Problem, match="not empty"):
        restore(empty.place, backup, replace=False)
    assert empty.contents().keys() == {"kept"}
    assert not (empty.layout.evidence / HASH[:2]).exists()
    restore(empty.place, backup, replace=True)
    assert "kept" not in empty.contents()
    assert not other.exists()


def test_a_changed_byte_is_noticed_and_nothing_is_restored(
    backup: Path, empty: Register, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.tar"
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(Problem, match="damaged"):
        restore(empty.place, damaged, replace=True)
    assert empty.contents() == {}
    assert list(empty.layout.evidence.rglob("*")) == []


def test_a_cut_off_file_is_noticed(backup: Path, empty: Register, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tar"
    cut.write_bytes(backup.read_bytes()[: backup.stat().st_size * 2 // 3])
    with pytest.raises(Problem, match="damaged"):
        restore(empty.place, cut, replace=False)
    assert empty.contents() == {}


def test_a_dump_that_fails_half_way_leaves_everything_as_it_was(
    register: Register, backup: Path, empty: Register, tmp_path: Path
) -> None:
    with tarfile.open(backup) as archive:
        dump = archive.extractfile("database.dump").read()  # type: ignore[union-attr]
    half = rewritten(backup, tmp_path / "half.tar", **{"database.dump": dump[: len(dump) * 2 // 3]})
    empty.ask("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    with pytest.raises(Problem):
        restore(empty.place, half, replace=True)
    assert empty.ask("SELECT n FROM kept") == [(7,)]
    assert [p for p in empty.layout.evidence.rglob("*") if p.is_file()] == []


def test_a_failure_in_the_middle_of_the_database_takes_everything_back(backup: Path, empty: Register) -> None:
    # Not a table, so the database counts as empty; the backup makes one of the same name after many tables.
    empty.ask("CREATE SEQUENCE runtime_loaded_id_seq")
    with pytest.raises(Problem, match=r"as it was.*already exists"):
        restore(empty.place, backup, replace=False)
    assert empty.contents() == {}
    assert [p for p in empty.layout.evidence.rglob("*") if p.is_file()] == []


def test_a_path_out_of_the_folder_is_refused(backup: Path, empty: Register, tmp_path: Path) -> None:
    sly = rewritten(backup, tmp_path / "sly.tar", **{"../../sly": b"x"})
    with pytest.raises(Problem, match="does not name"):
        restore(empty.place, sly, replace=False)
    assert not (tmp_path / "sly").exists()


def test_any_other_file_is_refused(empty: Register, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear register")
    with pytest.raises(Problem, match="not a backup"):
        restore(empty.place, tmp_path / "letter.txt", replace=False)
    with pytest.raises(Problem, match="no file"):
        restore(empty.place, tmp_path / "nothing.tar", replace=False)


def test_the_commands_start_the_servers_of_a_stopped_register(backup: Path, tmp_path: Path) -> None:
    environment = {**clean_environment(), "LPDQA_DATA_DIR": str(tmp_path / "new")}

    def manage(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )

    done = manage("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert "1 evidence file" in done.stdout
    again = manage("restore", str(backup))
    assert again.returncode == 1
    assert "not empty" in again.stderr
    copy = tmp_path / "copy.tar"
    assert manage("backup", str(copy)).returncode == 0
    with tarfile.open(copy) as archive, tarfile.open(backup) as first:
        assert sorted(archive.getnames()) == sorted(first.getnames())
    assert not os.path.exists(tmp_path / "new" / "run" / "environment.json")
