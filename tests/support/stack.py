"""Real processes for tests: the whole stack on a folder of its own, and a worker on the test database."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from lpdqa.runtime import programs
from lpdqa.runtime.layout import Layout, temporary_folder
from lpdqa.runtime.servers import Servers
from lpdqa.runtime.up import probe
from lpdqa.runtime.valkey import free_port
from tests.support.database import address_of, apply_migrations, connect

ROOT = Path(__file__).resolve().parents[2]
# What must not leak from the servers of the test run into a stack with servers of its own.
OWN = (
    "DATABASE_URL",
    "REDIS_URL",
    "LPDQA_DATA_DIR",
    "SECRET_KEY",
    "LPDQA_PLAIN_HTTP",
    "LPDQA_STATIC_ROOT",
    "EMAIL_URL",
)


def wait_for(what: str, condition: Callable[[], object], seconds: float = 60) -> None:
    """Poll until `condition()` is true; fails the test with `what` when it is not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"after {seconds:.0f} seconds still not: {what}")
        time.sleep(0.1)


@dataclass
class Live:
    """A running register: its address, its folders, and a way to run management commands against it."""

    data: Path
    port: int
    process: "subprocess.Popen[str]"
    output: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail(self) -> Path:
        """The folder where mail it sends is written, one file for each connection."""
        return self.data / "mail"

    @property
    def env(self) -> dict[str, str]:
        """The environment of a program that belongs to this stack."""
        addresses = json.loads((self.data / "run" / "environment.json").read_text())
        return {**clean_environment(), **addresses}

    def ready(self) -> bool:
        return probe(f"{self.base_url}/readyz")[0]

    def manage(self, *arguments: str, check: bool = True) -> str:
        """Run a management command on this stack and return what it printed; the test fails if it does."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        if check and done.returncode != 0:
            pytest.fail(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def processes(self) -> list[psutil.Process]:
        """The supervisor and everything below it."""
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def find(self, program: str) -> psutil.Process | None:
        """The supervisor's own child that runs this program; None while there is none.

        The program's name is an argument of its own, or the file it was started from: "worker" is not the web
        server, which is told `--workers`.
        """
        for process in psutil.Process(self.process.pid).children():
            try:
                # Valkey writes its address behind its name.
                if any(Path(part.partition(" ")[0]).name == program for part in process.cmdline()):
                    return process
            except psutil.NoSuchProcess:
                continue
        return None

    def child(self, program: str) -> psutil.Process:
        """The same, where it has to be there."""
        found = self.find(program)
        if found is None:
            pytest.fail(f"no {program} among {psutil.Process(self.process.pid).children()}")
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop the stack by a signal to the supervisor; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(90)


def clean_environment() -> dict[str, str]:
    """This environment without the addresses of the test run's servers, unless a person named those."""
    keep = ("DATABASE_URL", "REDIS_URL") if os.environ.get("LPDQA_SERVERS") == "given" else ()
    return {name: value for name, value in os.environ.items() if name in keep or name not in OWN}


def start_stack(data: Path, *arguments: str, port: int | None = None, **extra: str) -> Live:
    """Start `manage.py up` on a data folder without waiting; `extra` goes into its environment."""
    port = port or free_port()
    output = data.with_name(f"{data.name}.out")
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port), "--data", str(data), *arguments],
            cwd=ROOT,
            env={**clean_environment(), **extra},
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            # The supervisor gets only the signals a test sends it.
            start_new_session=True,
        )
    return Live(data=data, port=port, process=process, output=output, extra=extra)


def wait_ready(stack: Live, seconds: float = 600) -> None:
    """Wait until the stack says it is ready; fails the test with its output if it ends instead."""

    def ready() -> bool:
        if stack.process.poll() is not None:
            pytest.fail(f"the stack ended with {stack.process.returncode}:\n{stack.output.read_text()}")
        return "Ready:" in stack.output.read_text()

    wait_for(f"the stack is ready (see {stack.output})", ready, seconds)


@pytest.fixture(scope="session")
def prepared_folder() -> Iterator[Path]:
    """The data folder of a register that was started once, without example data.

    Made once: a first start applies migrations (but for the last one they are applied before, see `_migrated`) and
    loads the reference data. Take a `copy_of` it; what the start said is beside it, in `data.out`.
    """
    folder = temporary_folder("lpdqa-prepared-")
    if os.environ.get("LPDQA_SERVERS") != "given":
        _migrated(folder / "data")
    stack = start_stack(folder / "data", "--empty")
    try:
        wait_ready(stack)
        stack.stop()
        yield folder / "data"
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _migrated(data: Path) -> None:
    """Make the database of a data folder with one migration left to apply, so that the start has to apply it."""
    layout = Layout(data)
    layout.prepare()
    servers = Servers(layout, given={})
    servers.start()
    try:
        address = servers.addresses()["DATABASE_URL"]
        apply_migrations(address)
        database = connect(address)
        with database.cursor() as cursor:
            cursor.execute("DROP TABLE runtime_loaded")
            cursor.execute("DELETE FROM django_migrations WHERE app = 'runtime'")
        database.close()
    finally:
        servers.stop()


def copy_of(prepared: Path, target: Path) -> Path:
    """Copy a stopped stack's data folder, owners and modes as they are."""
    subprocess.run(["cp", "-a", str(prepared), str(target)], check=True)
    return target


@pytest.fixture(scope="session")
def live(prepared_folder: Path) -> Iterator[Live]:
    """The whole register, without example data, for the length of the session.

    Tests share it: make what you need with names of your own, and don't count on an empty database.
    """
    folder = temporary_folder("lpdqa-live-")
    stack = start_stack(copy_of(prepared_folder, folder / "data"), "--empty", API_ANONYMOUS_RATE="10000/min")
    try:
        wait_ready(stack)
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def worker(transactional_db: None) -> Iterator["subprocess.Popen[bytes]"]:
    """A real Celery worker on the test database, for tests of what happens after a job was queued.

    The test has to commit what the worker is to see, hence `transactional_db`.
    """
    from django.db import connection

    log = temporary_folder("lpdqa-worker-") / "worker.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            programs.worker(),
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": address_of(connection.settings_dict["NAME"])},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    from lpdqa.celery import app

    try:
        wait_for(
            f"the worker answers (see {log})",
            lambda: process.poll() is None and app.control.inspect(timeout=0.5).ping(),
            60,
        )
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(log.parent, ignore_errors=True)
