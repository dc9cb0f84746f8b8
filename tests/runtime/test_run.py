"""Servers for one command: there while it runs, gone afterwards, and never as root."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.stack import ROOT, clean_environment, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

LOOK = """
import json, os, environ, psycopg2, redis
database = environ.Env().db("DATABASE_URL")
connection = psycopg2.connect(host=database["HOST"], user=database["USER"], password=database["PASSWORD"],
                              dbname=database["NAME"])
cursor = connection.cursor()
def ask(sql):
    cursor.execute(sql)
    return cursor.fetchone()[0]
print(json.dumps({
    "folder": os.environ["LPDQA_DATA_DIR"],
    "superuser": ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"),
    "createdb": ask("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user"),
    "owner": ask("SELECT pg_get_userbyid(datdba) = current_user FROM pg_database"
                 " WHERE datname = current_database()"),
    "encoding": ask("SHOW server_encoding"),
    "lower": ask("SELECT lower('ÉCOLE')"),
    "words": ask("SELECT to_tsvector('english', 'cafés')::text"),
    "listens": ask("SHOW listen_addresses"),
    "broker": redis.Redis.from_url(os.environ["REDIS_URL"]).ping(),
    "modes": {name: oct(os.stat(os.path.join(os.environ["LPDQA_DATA_DIR"], name)).st_mode & 0o777)
              for name in ("secrets", "secrets/secret_key", "evidence", "postgres")},
}))
"""


def run(*command: str, user: int | None = None, **extra: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "lpdqa.runtime", "run", "--", *command],
        cwd=ROOT,
        env={**clean_environment(), "PYTHONPATH": str(ROOT), **extra},
        capture_output=True,
        text=True,
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
    )


def test_the_command_gets_servers_that_are_its_own_and_gone_afterwards() -> None:
    done = run(sys.executable, "-c", LOOK)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    folder = seen.pop("folder")
    assert seen == {
        "superuser": False,
        "createdb": True,
        "owner": True,
        "encoding": "UTF8",
        "lower": "école",
        "words": "'café':1",
        "listens": "",
        "broker": True,
        "modes": {
            "secrets": "0o700",
            "secrets/secret_key": "0o600",
            "evidence": "0o700",
            "postgres": "0o700",
        },
    }
    assert not Path(folder).exists()


def test_the_exit_code_is_the_commands_own() -> None:
    assert run("sh", "-c", "exit 7").returncode == 7


def test_a_command_that_is_not_there_is_one_clear_line() -> None:
    done = run("/no/such/command")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "/no/such/command cannot be started: No such file or directory."
    ]


def started(tmp_path: Path) -> "tuple[subprocess.Popen[bytes], list[psutil.Process]]":
    """A `run` that waits, once its servers and its command are there."""
    ready = tmp_path / "ready"
    process = subprocess.Popen(
        [sys.executable, "-m", "lpdqa.runtime", "run", "--", "sh", "-c", f"touch {ready}; exec sleep 600"],
        cwd=ROOT,
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    wait_for("the command runs", ready.exists, 60)
    return process, psutil.Process(process.pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_stopped_or_killed_it_leaves_no_process(tmp_path: Path, number: int) -> None:
    process, below = started(tmp_path)
    assert {"postgres", "valkey-server", "sleep"} <= {child.name() for child in below}
    process.send_signal(number)
    process.wait(60)
    _, left = psutil.wait_procs(below, timeout=30)
    assert [child for child in left if child.status() != psutil.STATUS_ZOMBIE] == []


def test_servers_never_run_as_root(tmp_path: Path) -> None:
    process, below = started(tmp_path)
    servers = [child for child in below if child.name() in ("postgres", "valkey-server")]
    users = {(child.uids().real, child.uids().effective) for child in servers}
    process.terminate()
    process.wait(60)
    assert len(servers) >= 2
    assert all(0 not in pair for pair in users)


def test_works_as_an_ordinary_user() -> None:
    if os.geteuid() != 0:
        pytest.skip("the other tests here run as an ordinary user already")
    nobody = 65534
    try:
        subprocess.run(
            [sys.executable, "-c", "import psycopg2"], user=nobody, group=nobody, extra_groups=[], check=True
        )
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("an ordinary user cannot reach this Python (it is in a folder of root's)")
    done = run(sys.executable, "-c", LOOK, user=nobody, HOME="/nonexistent")
    assert done.returncode == 0, done.stderr
