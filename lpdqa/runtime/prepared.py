"""Whether a database already holds what this code brings, found out without starting Django.

A second start is to be quick, and most of its time is reading the application's code once for each process: this
saves one of them. `manage.py prepare` writes the mark when it is through.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import environ
import psycopg2

from lpdqa.runtime.programs import ROOT

NAME = "prepared"
DATA = ROOT / "data"
FRAMEWORK = ROOT / "reviews" / "frameworks" / "lpd-qa-1.0.json"
LOCK = ROOT / "requirements" / "base.txt"
APPS = ("lpdqa", "providers", "programmes", "reviews")


def fingerprint(paths: Iterable[Path], *, contents: bool = True) -> str:
    """A hash over files of the project: names and contents, or names, sizes and times of change."""
    digest = hashlib.sha256()
    for path in sorted(p for p in paths if p.is_file()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        if contents:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        else:
            about = path.stat()
            digest.update(f"{about.st_size} {about.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def static_mark() -> str:
    """Changes whenever what is collected as static files may have changed."""
    return fingerprint([LOCK, *(ROOT / "static").rglob("*")], contents=False)


def mark() -> str:
    """Changes whenever there may be something for `manage.py prepare` to bring into a database."""
    migrations = [path for app in APPS for path in (ROOT / app).glob("**/migrations/*.py")]
    # The lock stands for the migrations of other people's packages.
    return fingerprint([LOCK, FRAMEWORK, *DATA.rglob("*"), *migrations])


def is_prepared(database_url: str, report: Path, static_root: Path) -> bool:
    """Whether `prepare` would find nothing to do, and `report` is what it said of this very database."""
    try:
        said = json.loads(report.read_text())
        if (static_root / ".stamp").read_text() != static_mark():
            return False
        database = environ.Env.db_url_config(database_url)
        connection = psycopg2.connect(
            host=database["HOST"] or None,
            port=database["PORT"] or None,
            user=database["USER"] or None,
            password=database["PASSWORD"] or None,
            dbname=database["NAME"],
            connect_timeout=10,
            **database.get("OPTIONS", {}),
        )
    except (OSError, ValueError, KeyError, psycopg2.Error):
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT fingerprint, loaded_at::text FROM runtime_loaded WHERE name = %s", [NAME])
            found = cursor.fetchone()
    except psycopg2.Error:
        return False  # no such table: a database that was never prepared
    finally:
        connection.close()
    # The time tells this database from another one that was prepared by the same code.
    return found == (mark(), said.get("prepared_at"))
