"""Child processes that never outlive their parent, and that do not run as root when they need not."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Loaded before any fork: loading a library between fork and exec is not safe.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class ServerUser:
    """The unprivileged account that the database and broker run as when we are root."""

    name: str
    uid: int
    gid: int


def die_with_parent(death_signal: int, parent: int) -> Callable[[], None]:
    """Return a function for the new child: ask the kernel for `death_signal` when the parent dies.

    It has to run after the change of user (that clears the request), which is where subprocess calls it, and
    the parent must start children from its main thread (the request is tied to the thread that forked).
    """

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:  # it died between the fork and the request
                os._exit(1)

    return ask


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    death_signal: int = signal.SIGTERM,
    user: ServerUser | None = None,
    log: Path | None = None,
    show_output: bool = False,
    pass_fds: Sequence[int] = (),
    cwd: str | Path | None = None,
    own_session: bool = True,
) -> "subprocess.Popen[bytes]":
    """Start `argv` so that it gets `death_signal` when this process dies, for whatever reason.

    With `log`, output is appended to that file (readable by its owner only); otherwise it is inherited
    (`show_output`: only errors go to the file).
    `own_session` keeps a Ctrl-C in the terminal from reaching the child: the supervisor decides the order.
    """
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if log is not None else None
    try:
        return subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=subprocess.DEVNULL if log is not None else None,
            stdout=None if show_output else output,
            stderr=output,
            cwd=cwd,
            pass_fds=tuple(pass_fds),
            start_new_session=own_session,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=die_with_parent(death_signal, os.getpid()),
        )
    finally:
        if output is not None:
            os.close(output)


def server_user(existing: Path | None = None) -> ServerUser | None:
    """Return the account for the servers, or None when we are not root and they run as ourselves.

    `existing` is a folder of data already made: its owner stays its owner, whatever accounts appeared since.
    """
    if os.geteuid() != 0:
        return None
    if existing is not None and existing.exists() and (uid := existing.stat().st_uid) != 0:
        try:
            entry = pwd.getpwuid(uid)
            return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
        except KeyError:
            pass
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return ServerUser("nobody", 65534, 65534)


class PrivateFolder:
    """A folder of the server user, which it can use even where it may not enter the folders above.

    Started as root from, say, /root/register, the unprivileged server could not walk to its own data. It is
    handed the open folder instead and reaches it through /proc/self/fd; no mode of a parent is touched.
    """

    def __init__(self, path: Path, user: ServerUser | None) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self.user = user
        self.fd: int | None = None
        if user is not None:
            if path.stat().st_uid != user.uid:
                os.chown(path, user.uid, user.gid)
            self.fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)

    @property
    def seen(self) -> str:
        """The folder's path as the server process sees it."""
        return str(self.path) if self.fd is None else f"/proc/self/fd/{self.fd}"

    @property
    def fds(self) -> list[int]:
        """File descriptors the server must be started with."""
        return [] if self.fd is None else [self.fd]

    def write(self, name: str, text: str) -> str:
        """Write a file only the server user can read; returns its path as the server sees it."""
        target = self.path / name
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        if self.user is not None:
            os.chown(target, self.user.uid, self.user.gid)
        return f"{self.seen}/{name}"

    def close(self) -> None:
        """Let go of the open folder."""
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None


@dataclass
class Service:
    """One long-running child: how to start it and how to stop it."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    log: Path
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGTERM
    # Seconds it may take to stop before it is killed.
    patience: float = 20.0
    user: ServerUser | None = None
    pass_fds: list[int] = field(default_factory=list)
    cwd: str | Path | None = None
    # Called before each start, to clear away what a killed process left.
    before_start: Callable[[], None] | None = None
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0

    def start(self) -> None:
        """Start the process (its readiness is for the caller to wait for)."""
        if self.before_start is not None:
            self.before_start()
        self.started_at = time.monotonic()
        self.process = spawn(
            self.argv,
            env=self.env,
            death_signal=self.death_signal,
            user=self.user,
            log=self.log,
            pass_fds=self.pass_fds,
            cwd=self.cwd,
        )

    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask the process to stop, wait, and kill what is left of its session after `patience` seconds."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                kill_group(self.process.pid)
                self.process.wait()
        self.process = None

    def last_words(self) -> str:
        """The last line of the log, for a message."""
        return last_line(self.log)


def last_line(log: Path) -> str:
    """Return the last line of a log file that is not empty, or ''."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = [
                line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()
            ]
    except OSError:
        return ""
    return lines[-1] if lines else ""


def kill_group(pid: int) -> None:
    """Kill a process started with a session of its own, and everything in its process group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
