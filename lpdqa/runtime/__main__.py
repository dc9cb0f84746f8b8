"""`python -m lpdqa.runtime run [--data DIR] -- COMMAND ...`: run a command with servers of its own.

`up` starts the whole register (see `manage.py up`); `web`, `worker` and `beat` become that one program, for
containers.

Without `--data` the servers and their data are thrown away afterwards. With it, the folder's own are used:
those of the stack now running there, or else started for the command and stopped after it. DATABASE_URL and
REDIS_URL, where set, name servers to use instead.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from lpdqa.runtime import programs
from lpdqa.runtime.problems import Problem
from lpdqa.runtime.process import spawn
from lpdqa.runtime.servers import child_environment, servers_of, throwaway_servers
from lpdqa.runtime.up import probe, up


def run_command(command: Sequence[str], addresses: Mapping[str, str]) -> int:
    """Run a command in the foreground and return its exit code; SIGTERM is handed on, Ctrl-C it gets itself.

    Raises:
        Problem: the command cannot be started.
    """
    try:
        # Tests that start a stack of their own need to know whether a person named the servers to use.
        given = all(os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL"))
        env = {**child_environment(addresses), "LPDQA_SERVERS": "given" if given else "own"}
        child = spawn(command, env=env, own_session=False)
    except OSError as error:
        raise Problem(f"{command[0]} cannot be started: {error.strerror}.") from error

    def hand_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    before = signal.signal(signal.SIGTERM, hand_on), signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = child.wait()
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    return code if code >= 0 else 128 - code


def become(argv: Sequence[str]) -> NoReturn:
    """Turn this process into a program, so that a container's signals reach it."""
    os.execv(argv[0], list(argv))  # noqa: S606 - our own interpreter


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(argv: Sequence[str]) -> int:
    """Parse the arguments and run; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m lpdqa.runtime", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    run = actions.add_parser("run", help="run a command with a database and a broker")
    run.add_argument(
        "--data", type=Path, help="a data folder to use (default: a temporary one, removed afterwards)"
    )
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    start = actions.add_parser("up", help="start the whole register on this machine")
    start.add_argument("--port", default="8000")
    start.add_argument("--data", type=Path)
    start.add_argument("--empty", action="store_true")
    web = actions.add_parser("web", help="the web server")
    web.add_argument("--bind", default="127.0.0.1:8000")
    web.add_argument("--workers", type=int, default=2)
    worker = actions.add_parser("worker", help="the worker")
    worker.add_argument("--concurrency", type=int, default=2)
    actions.add_parser("beat", help="the scheduler")
    look = actions.add_parser("probe", help="exit code 0 if an address answers 200, for health checks")
    look.add_argument("address")
    options = parser.parse_args(argv)
    if options.action == "probe":
        fine, said = probe(options.address)
        print(said or "ok")  # noqa: T201 - this is the command's answer
        return 0 if fine else 1
    if options.action == "up":
        return up(data=options.data, port=options.port, empty=options.empty)
    if options.action != "run":
        become(
            {
                "web": lambda: programs.web(bind=options.bind, workers=options.workers),
                "worker": lambda: programs.worker(concurrency=options.concurrency),
                "beat": programs.beat,
            }[options.action]()
        )
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("give a command after --")
    signal.signal(signal.SIGTERM, _stop)
    try:
        with servers_of(options.data) if options.data else throwaway_servers() as addresses:
            return run_command(command, addresses)
    except Problem as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - this is the command's answer
        return 1
    except KeyboardInterrupt:
        return 130
    except subprocess.SubprocessError as error:
        print(f"A server could not be started: {error}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
