"""Keeps the migrated, empty database of a test run, because applying every migration takes half a minute.

The first run after a migration changed applies them all and keeps a dump; later runs read the dump into a
template database and Django copies that. All migrations are still applied
whenever one changes, and by every test that starts the whole stack.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings as django_settings

from lpdqa.runtime.postgres import MAJOR, client_program

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "lpdqa_template"


def _fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted(ROOT.glob("**/migrations/*.py")):
        if ".venv" not in path.parts and "node_modules" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _connect(database: dict[str, str], name: str) -> "psycopg2.extensions.connection":
    connection = psycopg2.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=name,
    )
    connection.autocommit = True
    return connection


def _run_client(program: str, database: dict[str, str], *arguments: str) -> None:
    environment = {
        **os.environ,
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
    }
    subprocess.run([client_program(program), *arguments], env=environment, check=True, capture_output=True)


def prepare_template(database: dict[str, str]) -> str | None:
    """Make the template database on the server that `database` names; None where that server can't have one.

    Raises:
        subprocess.CalledProcessError: the migrations fail, or a dump can't be read back.
    """
    server = _connect(database, database["NAME"])
    try:
        with server.cursor() as cursor:
            if server.server_version // 10000 != int(MAJOR):
                return None  # somebody's own server of another version than the client programs
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
            if cursor.fetchone():
                return TEMPLATE
            cursor.execute(f"CREATE DATABASE {TEMPLATE}_new")
    finally:
        server.close()
    kept = ROOT / ".pytest_cache" / "lpdqa" / f"{_fingerprint()}.dump"
    if kept.exists():
        _run_client(
            "pg_restore", database, "--no-owner", "--exit-on-error", f"--dbname={TEMPLATE}_new", str(kept)
        )
    else:
        address, _, options = os.environ["DATABASE_URL"].partition("?")
        template = f"{address.rpartition('/')[0]}/{TEMPLATE}_new" + (f"?{options}" if options else "")
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity=0"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": template},
            check=True,
        )
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(kept.parent.glob("*.dump"), key=lambda path: path.stat().st_mtime)[:-4]:
            with contextlib.suppress(FileNotFoundError):
                old.unlink()
        half = kept.with_name(f"{kept.name}.{os.getpid()}")
        _run_client("pg_dump", database, "--format=custom", f"--file={half}", f"{TEMPLATE}_new")
        half.rename(kept)
    server = _connect(database, database["NAME"])
    try:
        with server.cursor() as cursor:
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
    database = django_settings.DATABASES["default"]
    template = prepare_template(database)
    if template is not None:
        from django.db import connection

        connection.settings_dict["TEST"]["TEMPLATE"] = template
