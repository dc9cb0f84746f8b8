"""The whole register on one machine: servers, data, web, worker and beat, started and watched from here."""

import errno
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import redis

from lpdqa.runtime import programs
from lpdqa.runtime.layout import Layout
from lpdqa.runtime.prepared import is_prepared
from lpdqa.runtime.problems import Problem
from lpdqa.runtime.process import Service
from lpdqa.runtime.programs import ROOT
from lpdqa.runtime.servers import Servers, child_environment
from lpdqa.runtime.supervisor import Stopped, Supervisor

HOST = "127.0.0.1"
# A log longer than this is set aside at the next start (one earlier one is kept).
LONGEST_LOG = 10 * 1024 * 1024


class Up:
    """One start of the stack."""

    def __init__(self, *, data: Path, port: int, empty: bool, given: Mapping[str, str]) -> None:
        self.layout = Layout(data.resolve())
        self.port = port
        self.empty = empty
        self.given = given
        self.started = time.monotonic()
        self.supervisor = Supervisor(say=self.say)
        self.env: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Tell the person at the terminal, with the seconds since the start."""
        print(f"[{time.monotonic() - self.started:6.1f} s] {text}", flush=True)  # noqa: T201 - for the terminal

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def run(self) -> int:
        """Start everything, wait until asked to stop, stop everything; returns the exit code.

        Raises:
            Problem: something is in the way; nothing is left running.
        """
        self.layout.prepare()
        lock = self.layout.lock()
        servers: Servers | None = None
        ready = False
        try:
            check_port(self.port)
            self._catch_signals()
            self._set_old_logs_aside()
            self.say(f"Data folder: {self.layout.data}")
            self.say("Starting PostgreSQL and Valkey ...")
            servers = Servers(self.layout, given=self.given)
            servers.start()
            for service in servers.services:
                self.supervisor.add(service)
            self._write_addresses(servers)
            self._prepare()
            self._forget_signs_of_life()
            self._start_programs()
            self._load_examples()
            self._wait_until_ready()
            ready = True
            self._welcome()
            while True:
                self.supervisor.wait(60)
        except Stopped:
            self.say("Stopping: jobs in hand are finished first ...")
            return 0 if ready else 130
        finally:
            # Asked twice or more: the order of stopping stays the same.
            self.supervisor.stop()
            if servers is not None:
                servers.stop()
            self.layout.addresses.unlink(missing_ok=True)
            os.close(lock)
            if servers is not None:
                self.say("Stopped.")

    def _catch_signals(self) -> None:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self.supervisor.stopping = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)

    def _set_old_logs_aside(self) -> None:
        for log in self.layout.logs.glob("*.log"):
            if log.stat().st_size > LONGEST_LOG:
                log.replace(log.with_suffix(".log.1"))

    def _write_addresses(self, servers: Servers) -> None:
        """Leave the addresses where `script/manage` finds them, and make the children's environment."""
        addresses = servers.addresses()
        half = self.layout.addresses.with_suffix(".new")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(addresses, file)
        half.rename(self.layout.addresses)
        # Beside the code where that can be written, so that all data folders share one collection.
        if "LPDQA_STATIC_ROOT" not in os.environ and not os.access(ROOT, os.W_OK):
            addresses["LPDQA_STATIC_ROOT"] = str(self.layout.data / "staticfiles")
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        address = os.environ.get("REGISTER_URL") or self.address
        self.env = {**child_environment(addresses), "PYTHONPATH": path, "REGISTER_URL": address}

    def _forget_signs_of_life(self) -> None:
        """The broker keeps its data: what ran a minute ago would otherwise vouch for what starts now."""
        client = redis.Redis.from_url(self.env["REDIS_URL"], socket_timeout=10)
        for key in client.scan_iter("*lpdqa:alive:*"):
            client.delete(key)
        client.close()

    def _step(self, what: str, *arguments: str) -> None:
        self.supervisor.step(
            what, programs.manage(*arguments), env=self.env, cwd=ROOT, log=self.layout.logs / "prepare.log"
        )

    @property
    def _report(self) -> Path:
        return self.layout.run / "prepared.json"

    def _prepare(self) -> None:
        static = Path(self.env.get("LPDQA_STATIC_ROOT") or ROOT / "staticfiles")
        if is_prepared(self.env["DATABASE_URL"], self._report, static):
            return
        self.say("Bringing the database up to date ...")
        self._step("Preparing the database", "prepare", f"--report={self._report}")

    def _start_programs(self) -> None:
        self.say("Starting the web server, the worker and beat ...")
        for name, argv, stop_signal, death_signal, patience in (
            ("web", programs.web(bind=f"{HOST}:{self.port}"), signal.SIGTERM, signal.SIGQUIT, 20.0),
            # Killed, because finishing the job in hand would wait for a broker that is going away as well;
            # the broker hands an unfinished job out again.
            ("worker", programs.worker(), signal.SIGTERM, signal.SIGKILL, 30.0),
            ("beat", programs.beat(), signal.SIGTERM, signal.SIGTERM, 10.0),
        ):
            self.supervisor.add(
                Service(
                    name=name,
                    argv=argv,
                    env=self.env,
                    log=self.layout.logs / f"{name}.log",
                    stop_signal=stop_signal,
                    death_signal=death_signal,
                    patience=patience,
                    cwd=ROOT,
                )
            )

    def _prepared(self) -> dict[str, object]:
        report: dict[str, object] = json.loads(self._report.read_text())
        return report

    def _load_examples(self) -> None:
        if self.empty or self._prepared()["examples"]:
            return
        self.say("Loading the example data; the worker works its ratings out ...")
        self._step("Loading the example data", "prepare", "--examples", f"--report={self._report}")

    def _wait_until_ready(self, seconds: float = 90) -> None:
        """Wait for /readyz.

        Raises:
            Problem: it does not get ready in time.
        """
        end = time.monotonic() + seconds
        while True:
            ready, said = probe(f"{self.address}/readyz")
            if ready:
                return
            if time.monotonic() > end:
                raise Problem(
                    f"The register does not get ready ({said}); see the logs in {self.layout.logs}."
                )
            self.supervisor.wait(0.2)

    def _welcome(self) -> None:
        self.say(f"Ready: {self.address}")
        for line in self._prepared()["sign_ins"]:  # type: ignore[attr-defined]
            print(f"  {line}")  # noqa: T201 - for the terminal
        mail = "" if os.environ.get("EMAIL_URL") else f" Mail it sends is in {self.layout.mail}."
        print(f"  Ctrl-C stops it.{mail}", flush=True)  # noqa: T201


def check_port(port: int) -> None:
    """Check that the web server will be able to listen.

    Raises:
        Problem: it will not.
    """
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
            trial.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Problem(
                    f"Port {port} is in use: stop what uses it, or choose another with --port."
                ) from error
            raise Problem(f"Port {port} cannot be used: {error.strerror}.") from error


def probe(address: str) -> tuple[bool, str]:
    """Ask an address of the stack; returns whether it answered 200, and what is missing otherwise."""
    # A proxy set for the outside world must not be asked for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as answer:
            return answer.status == 200, ""
    except urllib.error.HTTPError as error:
        try:
            checks = json.load(error)["checks"]
        except (ValueError, KeyError, OSError):
            return False, f"HTTP {error.code}"
        return False, ", ".join(f"{name}: {c['detail']}" for name, c in checks.items() if not c["ok"])
    except OSError as error:
        return False, f"no answer: {getattr(error, 'reason', error)}"


def default_data() -> Path:
    """The data folder where none is named."""
    return Path(os.environ.get("LPDQA_DATA_DIR") or ROOT / "var")


def up(*, data: Path | None, port: str, empty: bool) -> int:
    """Run the stack; returns the exit code, 1 after one line that says what is wrong."""
    try:
        number = int(port) if port.isdecimal() else 0
        if not 1 <= number <= 65535:
            raise Problem(f"{port!r} is not a port: give a number from 1 to 65535 with --port.")
        return Up(data=data or default_data(), port=number, empty=empty, given=os.environ).run()
    except Problem as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - for the terminal
        return 1
