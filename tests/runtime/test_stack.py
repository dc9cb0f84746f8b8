"""The whole stack as processes of its own: it recovers from any killed part and leaves nothing behind.

A start takes a good while, so the tests share one running stack, and those that end it start it again for the next.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from lpdqa.runtime.layout import temporary_folder
from tests.support.stack import ROOT, Live, clean_environment, copy_of, start_stack, wait_for, wait_ready

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def folder(prepared_folder: Path) -> Iterator[Path]:
    """A folder for stacks of this file, with the data of a first start in `data`."""
    made = temporary_folder("lpdqa-stack-")
    copy_of(prepared_folder, made / "data")
    yield made
    shutil.rmtree(made, ignore_errors=True)


class Shared:
    """The running stack of this file; whoever stops it starts it again on the same folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.now = self._started()

    def _started(self) -> Live:
        running = start_stack(self.data, "--empty")
        wait_ready(running)
        return running

    def start_again(self) -> Live:
        """Start it after it was stopped or killed."""
        self.now.stop()
        self.now = self._started()
        return self.now


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Shared]:
    stacks = Shared(folder / "data")
    yield stacks
    stacks.now.stop()


@pytest.fixture
def stack(shared: Shared) -> Live:
    """A stack that is ready: started again if an earlier test failed and left it in pieces."""
    if shared.now.process.poll() is not None or not shared.now.ready():
        shared.start_again()
    return shared.now


def refused(*arguments: str) -> str:
    """Start a stack that must refuse; returns the one line it says."""
    done = subprocess.run(
        [sys.executable, "manage.py", "up", *arguments],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert len(lines) == 1, lines
    return lines[0]


def gone(processes: list[psutil.Process]) -> bool:
    """Whether none of them runs any more (a zombie waits only for this container's init)."""
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            continue
    return True


def checks(stack: Live) -> dict[str, dict[str, object]]:
    with urllib.request.urlopen(f"{stack.base_url}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
        found: dict[str, dict[str, object]] = json.load(answer)["checks"]
        return found


def note(stack: Live, name: str) -> None:
    """Write a row through the stack's own database role."""
    import environ

    database = environ.Env.db_url_config(stack.env["DATABASE_URL"])
    connection = psycopg2.connect(
        host=database["HOST"], user=database["USER"], password=database["PASSWORD"], dbname=database["NAME"]
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO runtime_loaded (name, fingerprint, loaded_at) VALUES (%s, 'x', now())", [name]
        )
    connection.close()


def job_gets_through(stack: Live) -> bool:
    """Queue a job and wait until a worker has done it."""
    ask = f"""
import time
from django.core.cache import cache
from lpdqa.runtime.tasks import ROUND_TRIP, heartbeat
heartbeat.delay()
for _ in range(300):
    if (cache.get(ROUND_TRIP) or 0) > {time.time()}:
        print("got through")
        break
    time.sleep(0.1)
"""
    return "got through" in stack.manage("shell", "-v0", "-c", ask)


def noted(stack: Live) -> str:
    return stack.manage("shell", "-c", "from lpdqa.runtime.models import Loaded as L; print(list(L.objects.values_list('name', flat=True)))")  # fmt: skip  # noqa: E501


def test_first_start_applies_migrations_and_loads_data(prepared_folder: Path) -> None:
    said = prepared_folder.with_name(f"{prepared_folder.name}.out").read_text()
    assert "applying 1 migrations" in said
    assert "loading the reference data" in said
    assert "loading the framework" in said


def test_says_it_is_ready_part_by_part(stack: Live) -> None:
    assert set(checks(stack)) == {"database", "migrations", "broker", "worker", "beat"}
    assert all(check["ok"] for check in checks(stack).values())


def test_killed_worker_web_and_database_come_back_one_after_another(stack: Live) -> None:
    note(stack, "kept through the kills")
    for program in ("worker", "gunicorn", "postgres"):
        victim = stack.child(program)
        below = victim.children(recursive=True)
        victim.send_signal(signal.SIGKILL)
        wait_for(f"{program} and its children are gone", lambda v=victim, b=below: gone([v, *b]), 30)
        wait_for(f"a new {program}", lambda p=program: stack.find(p))
        wait_for(f"ready again after {program} was killed", stack.ready)
    assert "kept through the kills" in noted(stack)
    assert job_gets_through(stack)


PUBLISH = """
from tests.journeys import Journey, all_at
journey = Journey(slug="leading-through-a-power-cut")
journey.to("published", scores=all_at(3))
"""


def test_rating_still_appears_after_worker_web_and_database_were_killed(stack: Live) -> None:
    """Published while the worker can't do anything, then everything is killed before it could."""
    worker = stack.child("worker")
    held = [worker, *worker.children(recursive=True)]
    for process in held:
        process.suspend()
    stack.manage("shell", "-v0", "-c", PUBLISH)
    assert band_shown(stack, "leading-through-a-power-cut") != "quality_assured"
    for victim in (
        *held,
        *with_children(stack.child("gunicorn")),
        *with_children(stack.child("postgres")),
    ):
        # The children of one that was killed may be gone already.
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    wait_for("ready again", stack.ready)
    wait_for(
        "the rating appears",
        lambda: band_shown(stack, "leading-through-a-power-cut") == "quality_assured",
    )


def with_children(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def band_shown(stack: Live, slug: str) -> object:
    """The programme's band in the catalogue, as anybody gets it."""
    address = f"{stack.base_url}/api/v1/catalogue/programme/{slug}/"
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own address
        return json.load(answer)["standing"]["band"]


def test_killed_broker_comes_back_and_the_worker_listens_again(stack: Live) -> None:
    stack.child("valkey-server").send_signal(signal.SIGKILL)
    wait_for("the broker is started again", lambda: "valkey ended" in stack.output.read_text(), 20)
    wait_for("ready again", stack.ready)
    assert job_gets_through(stack)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_stopped_or_killed_supervisor_leaves_no_process_and_loses_nothing(
    shared: Shared, stack: Live, number: int
) -> None:
    name = f"written before {number}"
    note(stack, name)
    processes = stack.processes()
    assert len(processes) > 10
    code = stack.stop(number)
    assert code == (-9 if number == signal.SIGKILL else 0)
    wait_for("no process is left", lambda: gone(processes), 30 if number == signal.SIGKILL else 2)
    assert name in noted(shared.start_again())


def test_second_start_does_nothing_twice(stack: Live) -> None:
    # The folder is a copy of one that was started before.
    said = stack.output.read_text()
    assert "Ready:" in said
    assert "applying" not in said
    assert "loading" not in said
    assert "collecting" not in said


def test_second_start_on_the_same_folder_is_refused(stack: Live) -> None:
    assert "already running" in refused("--data", str(stack.data), "--port", "18999")
    assert stack.ready()


def test_port_in_use_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is in use" in refused("--data", str(tmp_path / "data"), "--port", str(port))
    assert not (tmp_path / "data" / "postgres").exists()


def test_no_port_at_all_is_refused(tmp_path: Path) -> None:
    assert "not a port" in refused("--data", str(tmp_path / "data"), "--port", "http")


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in refused("--data", str(tmp_path / "file" / "data"))


def test_read_only_folder_is_refused() -> None:
    # Root may write anywhere its modes forbid; /proc refuses root as well.
    assert "cannot be written" in refused("--data", "/proc/lpdqa" if os.geteuid() == 0 else "/lpdqa")


def test_full_folder_is_refused(tmp_path: Path) -> None:
    """A file system with too little room, where this machine lets us have one."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(small)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system can only be mounted by root")
    try:
        assert "MB free and needs" in refused("--data", str(small / "data"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_servers_that_cannot_be_reached_are_one_clear_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "up", "--data", str(tmp_path / "data"), "--port", "18998"],
        cwd=ROOT,
        env={**clean_environment(), "DATABASE_URL": "postgres://someone:secret-word@127.0.0.1:1/x"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "secret-word" not in done.stdout + done.stderr
