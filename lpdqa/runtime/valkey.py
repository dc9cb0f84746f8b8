"""The embedded Valkey server: cache and job queue, on a loopback port with a password made for it."""

import signal
import socket
import time

import redis

from lpdqa.runtime.binaries import valkey_for
from lpdqa.runtime.layout import Layout
from lpdqa.runtime.problems import Problem
from lpdqa.runtime.process import PrivateFolder, Service, server_user


def free_port() -> int:
    """Return a loopback TCP port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Valkey:
    """One Valkey server on a data folder.

    A port and not a Unix socket, because Django's cache and Celery spell a socket's address differently and
    there is one REDIS_URL for both.
    """

    def __init__(self, layout: Layout, *, throwaway: bool = False) -> None:
        self.layout = layout
        self.throwaway = throwaway
        self.user = server_user(layout.valkey)
        self.program = valkey_for(self.user)
        self.port = free_port()
        self._folder = PrivateFolder(layout.valkey, self.user)

    @property
    def url(self) -> str:
        """The address for Django's cache and for Celery."""
        return f"redis://:{self.layout.secret('valkey_password')}@127.0.0.1:{self.port}/0"

    def service(self) -> Service:
        """Return how to start and stop the server."""
        settings = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.layout.secret('valkey_password')}",
            f"dir {self._folder.seen}",
            # Queued jobs are kept in the append-only file; snapshots would keep them a second time.
            f"appendonly {'no' if self.throwaway else 'yes'}",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
            "loglevel notice",
        ]
        # In a file, not as arguments: everybody on the machine can read those.
        config = self._folder.write("valkey.conf", "\n".join(settings) + "\n")
        return Service(
            name="valkey",
            argv=[str(self.program), config],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            log=self.layout.logs / "valkey.log",
            stop_signal=signal.SIGTERM,
            death_signal=signal.SIGTERM,
            user=self.user,
            pass_fds=self._folder.fds,
            cwd="/",
        )

    def wait_ready(self, service: Service, seconds: float = 30) -> None:
        """Wait until the server answers and has read its file.

        Raises:
            Problem: it does not answer in time.
        """
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2, retry=None)
        end = time.monotonic() + seconds
        while True:
            try:
                client.ping()
                client.close()
                return
            except redis.RedisError as error:
                if time.monotonic() > end:
                    raise Problem(f"Valkey does not answer ({error}); see {service.log}.") from error
            if not service.running():
                time.sleep(0.3)
                service.start()
            time.sleep(0.05)

    def close(self) -> None:
        """Let go of the folder (the server is stopped by now)."""
        self._folder.close()
