"""The three programs of the register, the same on one machine and in containers."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def python() -> list[str]:
    """This Python, with output that appears when it is written."""
    return [sys.executable, "-u"]


def web(*, bind: str, workers: int = 2) -> list[str]:
    """gunicorn; `bind` is HOST:PORT."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"  # noqa: S108 - gunicorn makes its own file there
    return [
        *python(), "-m", "gunicorn", "lpdqa.wsgi:application", "--bind", bind, "--workers", str(workers),
        "--config", "python:lpdqa.runtime.gunicorn",
        "--worker-class", "gthread", "--threads", "4", "--timeout", "90", "--graceful-timeout", "15",
        # The application is read once and then forked: half the time to start, and less memory.
        "--preload",
        # The sign of life is a file that is touched: on a slow disk that can block for longer than allowed.
        "--worker-tmp-dir", memory, "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip


def worker(*, concurrency: int = 2) -> list[str]:
    """The Celery worker that runs the jobs."""
    return [
        *python(), "-m", "celery", "--app", "lpdqa", "worker", "--concurrency", str(concurrency),
        # One worker has nobody to talk to; both only delay its start.
        "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
    ]  # fmt: skip


def beat() -> list[str]:
    """The scheduler that queues the regular jobs; there must be exactly one."""
    return [*python(), "-m", "celery", "--app", "lpdqa", "beat", "--loglevel", "WARNING"]


def manage(*arguments: str) -> list[str]:
    """A command of manage.py."""
    return [*python(), str(ROOT / "manage.py"), *arguments]
