"""The database and the broker together: our own, or those that DATABASE_URL and REDIS_URL name."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import environ
import psycopg2
import redis

from lpdqa.runtime.layout import Layout, sweep_temporary_folders, temporary_folder
from lpdqa.runtime.postgres import Postgres
from lpdqa.runtime.problems import Problem
from lpdqa.runtime.process import Service
from lpdqa.runtime.valkey import Valkey

THROWAWAY_PREFIX = "lpdqa-run-"


class Servers:
    """The servers of one data folder; one whose address is in `given` is somebody else's and left alone."""

    def __init__(self, layout: Layout, *, given: Mapping[str, str], throwaway: bool = False) -> None:
        self.layout = layout
        self.given = given
        self.throwaway = throwaway
        self.postgres = None if given.get("DATABASE_URL") else Postgres(layout, throwaway=throwaway)
        self.valkey = None if given.get("REDIS_URL") else Valkey(layout, throwaway=throwaway)
        self.services: list[Service] = []

    def start(self) -> None:
        """Start what is ours and wait until it answers.

        Raises:
            Problem: a server cannot be made or does not answer.
        """
        postgres = valkey = None
        self._check_given()
        if self.postgres is not None:
            self.postgres.create()
            postgres = self.postgres.service()
            self.services.append(postgres)
            postgres.start()
        if self.valkey is not None:
            valkey = self.valkey.service()
            self.services.append(valkey)
            valkey.start()
        if self.valkey is not None and valkey is not None:
            self.valkey.wait_ready(valkey)
        if self.postgres is not None and postgres is not None:
            self.postgres.wait_ready(postgres)
            self.postgres.ensure_database()

    def _check_given(self) -> None:
        """Servers of somebody else's must answer before anything is started against them."""
        if self.postgres is None:
            try:
                database = environ.Env.db_url_config(self.given["DATABASE_URL"])
                psycopg2.connect(
                    host=database["HOST"],
                    port=database["PORT"] or None,
                    user=database["USER"] or None,
                    password=database["PASSWORD"] or None,
                    dbname=database["NAME"],
                    connect_timeout=10,
                    **database.get("OPTIONS", {}),
                ).close()
            except (psycopg2.Error, KeyError, ValueError) as error:
                said = (str(error).strip().splitlines() or [type(error).__name__])[-1]
                raise Problem(f"The database that DATABASE_URL names cannot be used: {said}") from error
        if self.valkey is None:
            try:
                client = redis.Redis.from_url(
                    self.given["REDIS_URL"], socket_connect_timeout=10, socket_timeout=10
                )
                client.ping()
                client.close()
            except (redis.RedisError, ValueError) as error:
                raise Problem(f"The broker that REDIS_URL names cannot be used: {error}") from error

    def addresses(self) -> dict[str, str]:
        """The environment that makes the application use these servers and this folder."""
        own_files = {}
        if self.throwaway:
            # Thrown away as well; made, because the web server warns about a folder that is not there.
            static = self.layout.data / "staticfiles"
            static.mkdir(exist_ok=True)
            own_files = {"LPDQA_STATIC_ROOT": str(static)}
        return own_files | {
            "DATABASE_URL": self.postgres.url if self.postgres else self.given["DATABASE_URL"],
            "REDIS_URL": self.valkey.url if self.valkey else self.given["REDIS_URL"],
            "LPDQA_DATA_DIR": str(self.layout.data),
            "SECRET_KEY": self.given.get("SECRET_KEY") or self.layout.secret("secret_key"),
            "LPDQA_PLAIN_HTTP": self.given.get("LPDQA_PLAIN_HTTP", "1"),
        }

    def stop(self) -> None:
        """Stop what is ours: the broker first, the database last."""
        for service in reversed(self.services):
            service.stop()
        self.services.clear()
        for server in (self.postgres, self.valkey):
            if server is not None:
                server.close()


def child_environment(addresses: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with the addresses and this Python's programs first on PATH."""
    programs = str(Path(sys.executable).parent)
    return {
        **os.environ,
        **addresses,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}",
    }


@contextmanager
def throwaway_servers(given: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Servers in a temporary folder for as long as the block lasts; yields the addresses.

    Raises:
        Problem: a server cannot be started.
    """
    sweep_temporary_folders(THROWAWAY_PREFIX)
    layout = Layout(temporary_folder(THROWAWAY_PREFIX))
    try:
        with _running(layout, given=os.environ if given is None else given, throwaway=True) as addresses:
            yield addresses
    finally:
        shutil.rmtree(layout.data, ignore_errors=True)


@contextmanager
def servers_of(data: Path, given: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The servers of a data folder: those of the stack now running on it, or else started for the block.

    Raises:
        Problem: the folder cannot be used, or a server cannot be started.
    """
    layout = Layout(data.resolve())
    layout.prepare()
    try:
        with _running(layout, given=os.environ if given is None else given) as addresses:
            yield addresses
    except _Taken as taken:
        try:
            addresses = json.loads(layout.addresses.read_text())
        except (OSError, ValueError):
            raise Problem(
                f"Another stack is just starting or stopping on {layout.data}: try again."
            ) from taken
        yield addresses


class _Taken(Problem):
    """Another process holds the data folder."""


@contextmanager
def _running(
    layout: Layout, *, given: Mapping[str, str], throwaway: bool = False
) -> Iterator[dict[str, str]]:
    layout.prepare()
    try:
        lock = layout.lock()
    except Problem as problem:
        raise _Taken(str(problem)) from problem
    try:
        servers = Servers(layout, given=given, throwaway=throwaway)
        try:
            servers.start()
            yield servers.addresses()
        finally:
            servers.stop()
    finally:
        os.close(lock)
