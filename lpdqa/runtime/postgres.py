"""The embedded PostgreSQL server: made once, started on a Unix socket, with passwords made for it."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2

from lpdqa.runtime.binaries import postgres_for
from lpdqa.runtime.layout import Layout
from lpdqa.runtime.problems import Problem
from lpdqa.runtime.process import PrivateFolder, Service, die_with_parent, server_user

SUPERUSER = "postgres"
ROLE = "lpdqa"
DATABASE = "lpdqa"
MAJOR = "18"
# For data that will be thrown away: no waiting for the disk.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
             "max_wal_senders": "0"}  # fmt: skip
SERVER_ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Postgres:
    """One PostgreSQL server on a data folder."""

    def __init__(self, layout: Layout, *, throwaway: bool = False) -> None:
        self.layout = layout
        self.throwaway = throwaway
        self.user = server_user(layout.postgres)
        self.tree = postgres_for(self.user)
        self.sockets = layout.socket_folder()
        self._socket_folder = PrivateFolder(self.sockets, self.user)
        self._data: PrivateFolder | None = None

    @property
    def url(self) -> str:
        """The address for the application's role: owner of its database, may create others, not a superuser.

        The socket's folder stands where django-environ looks for it: first in a path with two slashes.
        """
        password = quote(self.layout.secret("database_password"), safe="")
        return f"postgres://{ROLE}:{password}@/{quote(str(self.sockets))}/{DATABASE}"

    def create(self) -> None:
        """Make the database cluster unless it is there.

        Raises:
            Problem: the folder belongs to another version, or initdb failed.
        """
        folder = self.layout.postgres
        if (folder / "PG_VERSION").exists():
            found = (folder / "PG_VERSION").read_text().strip()
            if found != MAJOR:
                raise Problem(
                    f"{folder} was made by PostgreSQL {found} and this is {MAJOR}: restore a backup instead."
                )
            self._data = PrivateFolder(folder, self.user)
            return
        # Made beside and renamed: an interrupted first start leaves nothing that looks finished.
        half = folder.with_name("postgres.new")
        shutil.rmtree(half, ignore_errors=True)
        self._data = PrivateFolder(half, self.user)
        words = self._socket_folder.write("password", self.layout.secret("postgres_password") + "\n")
        try:
            done = subprocess.run(
                [
                    self.tree / "bin" / "initdb", "-D", self._data.seen, "-U", SUPERUSER, "-E", "UTF8",
                    "--auth=scram-sha-256", f"--pwfile={words}", "--data-checksums",
                    "--locale-provider=builtin", "--locale=C.UTF-8",
                    *(["--no-sync"] if self.throwaway else []),
                ],
                env=SERVER_ENV,
                cwd="/",
                capture_output=True,
                text=True,
                pass_fds=[*self._data.fds, *self._socket_folder.fds],
                user=self.user.uid if self.user else None,
                group=self.user.gid if self.user else None,
                extra_groups=[] if self.user else None,
                preexec_fn=die_with_parent(signal.SIGTERM, os.getpid()),
            )  # fmt: skip
        finally:
            (self.sockets / "password").unlink(missing_ok=True)
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            raise Problem(
                f"PostgreSQL could not make its data in {folder}: {said[-1] if said else 'no reason given'}"
            )
        self._data.close()
        half.rename(folder)
        self._data = PrivateFolder(folder, self.user)

    def _remove_stale_lock(self) -> None:
        """After a kill -9 the lock file can name a process number that something else has by now.

        We hold the lock of the whole data folder, so only a server that is still stopping can be using it.
        """
        lock = self.layout.postgres / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        try:
            same = os.path.samefile(f"/proc/{pid}/cwd", self.layout.postgres)
        except OSError:
            same = False
        if not same:
            lock.unlink(missing_ok=True)

    def service(self) -> Service:
        """Return how to start and stop the server (after `create`)."""
        assert self._data is not None, "create() comes first"  # noqa: S101 - a slip in our own order of calls
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self._socket_folder.seen,
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "shared_buffers": "128MB",
            "password_encryption": "scram-sha-256",
            # Statements hold what people typed: they stay out of the log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_checkpoints": "off",
            **(THROWAWAY if self.throwaway else {}),
        }
        return Service(
            name="postgres",
            argv=[
                str(self.tree / "bin" / "postgres"), "-D", self._data.seen,
                *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
            ],
            env=SERVER_ENV,
            log=self.layout.logs / "postgres.log",
            # SIGTERM would wait for every client to leave.
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            patience=60,
            user=self.user,
            pass_fds=[*self._data.fds, *self._socket_folder.fds],
            cwd="/",
            before_start=self._remove_stale_lock,
        )  # fmt: skip

    def wait_ready(self, service: Service, seconds: float = 60) -> None:
        """Wait until the server answers, starting it again while an earlier one is still going away.

        Raises:
            Problem: it does not answer in time.
        """
        end = time.monotonic() + seconds
        while True:
            try:
                self._connect("postgres").close()
                return
            except psycopg2.OperationalError as error:
                problem = str(error).strip().splitlines()[0]
            if time.monotonic() > end:
                said = problem if service.running() else service.last_words()
                raise Problem(f"PostgreSQL does not answer ({said}); see {service.log}.")
            if not service.running():
                time.sleep(0.4)
                service.start()
            time.sleep(0.05)

    def ensure_database(self) -> None:
        """Make the application's role and database unless they are there, and set the role's password."""
        connection = self._connect("postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(
                    f"{verb} ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER PASSWORD %s",
                    [self.layout.secret("database_password")],
                )
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        finally:
            connection.close()

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=str(self.sockets),
            user=SUPERUSER,
            password=self.layout.secret("postgres_password"),
            dbname=database,
            connect_timeout=5,
        )

    def close(self) -> None:
        """Let go of the folders (the server is stopped by now)."""
        for folder in (self._data, self._socket_folder):
            if folder is not None:
                folder.close()
        if self.sockets.parent != self.layout.run:
            shutil.rmtree(self.sockets, ignore_errors=True)


def client_program(name: str) -> Path:
    """Return a PostgreSQL client program of the wheel (`pg_dump`, `pg_restore`, `psql`)."""
    return postgres_for(None) / "bin" / name
