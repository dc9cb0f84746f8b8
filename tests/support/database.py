"""Keeps the migrated, empty database of a test run, because applying every migration takes more than a minute.

Whoever needs it first after a migration changed applies them all and keeps a dump; who needs it meanwhile, in another
lane of script/test, waits for that. Later the dump is read: into a template that Django copies for each process of a
run, and into the data folder of the registers that tests start.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import environ
import pgtrigger
import psycopg2
import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from lpdqa.runtime.postgres import MAJOR, client_program

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".pytest_cache" / "lpdqa"
TEMPLATE = "lpdqa_template"
# The advisory lock of PostgreSQL that whoever makes the template on a server holds.
LOCK = 7_316_002


def address_of(name: str) -> str:
    """The address of the database of this name on the server that DATABASE_URL names."""
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    return f"{address.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")


def connect(address: str) -> "psycopg2.extensions.connection":
    """Connect to the database at an address, past Django; every statement is committed by itself."""
    database = environ.Env.db_url_config(address)
    connected = psycopg2.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=database["NAME"],
    )
    connected.autocommit = True
    return connected


def _run_client(program: str, address: str, *arguments: str) -> None:
    database = environ.Env.db_url_config(address)
    environment = {
        **os.environ,
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    subprocess.run([client_program(program), *arguments], env=environment, check=True, capture_output=True)


def _fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted({*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")}):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def apply_migrations(address: str) -> None:
    """Apply every migration to the empty database at this address, or read the dump of one where that was done.

    Raises:
        subprocess.CalledProcessError: a migration fails, or a dump can't be read back.
    """
    kept = KEPT / f"{_fingerprint()}.dump"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity=0"],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": address},
                check=True,
            )
            for old in sorted(KEPT.glob("*.dump"), key=lambda path: path.stat().st_mtime)[:-4]:
                with contextlib.suppress(FileNotFoundError):
                    old.unlink()
            half = kept.with_suffix(".new")
            _run_client("pg_dump", address, "--format=custom", f"--file={half}")
            half.rename(kept)
            return
    _run_client(
        "pg_restore",
        address,
        "--no-owner",
        "--exit-on-error",
        f"--dbname={environ.Env.db_url_config(address)['NAME']}",
        str(kept),
    )


def prepare_template() -> str | None:
    """Make the template on the server of DATABASE_URL unless it is there; None where that server can't have one."""
    server = connect(os.environ["DATABASE_URL"])
    try:
        with server.cursor() as cursor:
            if server.server_version // 10000 != int(MAJOR):
                return None  # somebody's own server of another version than the client programs
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
            if not cursor.fetchone():
                cursor.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}_new")
                cursor.execute(f"CREATE DATABASE {TEMPLATE}_new")
                apply_migrations(address_of(f"{TEMPLATE}_new"))
                cursor.execute(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")
    finally:
        server.close()
    return TEMPLATE


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django calls this before it makes the test database."""
    if not os.environ.get("DATABASE_URL"):
        pytest.exit(
            "These tests need servers: run them with script/test or script/dev pytest ...", returncode=4
        )
    template = prepare_template()
    if template is not None:
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> Iterator[None]:
    """A test that commits leaves rows: take them out, past the guards of tables that refuse it.

    Django would empty all of the many tables, full or not, and write permissions and content types anew.
    """
    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: empty_tables()
    yield
    TransactionTestCase._fixture_teardown = flush


def empty_tables() -> None:
    """Delete every row, but for what the migrations wrote about themselves and the models."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - kept)
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")"  # noqa: S608 - our own tables
                for table in tables
            )
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608
