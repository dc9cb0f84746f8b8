"""Keeps the children running: starts one that died again, and stops them all in order."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lpdqa.runtime.problems import Problem
from lpdqa.runtime.process import Service, kill_group, last_line, spawn

# Seconds before a child that died is started again: doubled each time up to the longest, and back to the
# first once the child has lasted.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
LASTED = 30.0


class Stopped(Exception):
    """A person or the system asked us to stop."""


@dataclass
class _Watch:
    service: Service
    pause: float = FIRST_PAUSE
    again_at: float | None = None


@dataclass
class Supervisor:
    """Watches services in the order they were added; everything runs in the caller's (main) thread."""

    say: Callable[[str], None]
    stopping: bool = False
    _watches: list[_Watch] = field(default_factory=list)

    def add(self, service: Service) -> None:
        """Start a service (unless it runs already) and keep it running."""
        if not service.running():
            service.start()
        self._watches.append(_Watch(service))

    def tick(self) -> None:
        """Look at every child once, and start again what died and has waited long enough."""
        now = time.monotonic()
        for watch in self._watches:
            service = watch.service
            if service.running():
                continue
            if watch.again_at is None:
                assert service.process is not None  # noqa: S101 - add() started it
                code = service.process.returncode
                # Its own children may still hold its port or its place in the queue.
                kill_group(service.process.pid)
                if now - service.started_at > LASTED:
                    watch.pause = FIRST_PAUSE
                watch.again_at = now + watch.pause
                self.say(f"{service.name} ended ({_why(code)}); starting it again. See {service.log}")
                watch.pause = min(watch.pause * 2, LONGEST_PAUSE)
            elif now >= watch.again_at:
                watch.again_at = None
                service.start()

    def wait(self, seconds: float) -> None:
        """Watch the children for some seconds.

        Raises:
            Stopped: we were asked to stop meanwhile.
        """
        end = time.monotonic() + seconds
        while True:
            if self.stopping:
                raise Stopped
            self.tick()
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(0.2, left))

    def step(self, what: str, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path) -> None:
        """Run a command to its end, its output shown and its errors in `log`, while the children are watched.

        Raises:
            Problem: it failed.
            Stopped: we were asked to stop meanwhile (the command is ended first).
        """
        child = spawn(argv, env=env, log=log, show_output=True, cwd=cwd)
        try:
            while child.poll() is None:
                self.wait(0.1)
        except Stopped:
            child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                kill_group(child.pid)
                child.wait()
            raise
        if child.returncode != 0:
            raise Problem(f"{what} failed: {last_line(log) or _why(child.returncode)} (see {log})")

    def stop(self) -> None:
        """Stop every service, the last added first, each within its own patience."""
        for watch in reversed(self._watches):
            watch.service.stop()
        self._watches.clear()


def _why(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
