"""The register as benchmarks ask it: gunicorn with processes of its own, and one connection to one of them."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.common import say

PROCESSES = 2
PROCESS = "/benchmark/process/"


class Client:
    """One connection, which one process answers as long as it is kept."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)

    def get(self, path: str) -> tuple[float, bytes, str]:
        """Milliseconds of the server, the body as it was sent, and the process that answered."""
        for again in (True, False):
            try:
                self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
                response = self._connection.getresponse()
                body = response.read()
                break
            except (http.client.HTTPException, ConnectionError):
                # Left idle for too long, it was closed; or the server is gone.
                self._connection.close()
                self._server.check()
                if not again:
                    raise
            except TimeoutError:
                raise SystemExit(f"No answer for two minutes: {path}") from None
        # A page that is not there is an answer too.
        if response.status != 200 and (response.status != 404 or "page=" not in path):
            raise SystemExit(f"{response.status} for {path}: {unpacked(body)[:500]!r}")
        taken = re.search(r"dur=([\d.]+)", response.headers["Server-Timing"] or "")
        if taken is None:
            raise SystemExit("The answer doesn't say how long it took.")
        return float(taken[1]), body, response.headers["X-Process"]

    def close(self) -> None:
        self._connection.close()


def unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


class Server:
    def __init__(self, port: int, errors: Path, process: subprocess.Popen[bytes]) -> None:
        self.port, self.errors, self._process = port, errors, process

    def client(self) -> Client:
        return Client(self)

    def check(self) -> None:
        """Stops the benchmark where there is no server any more, or one of its processes was killed."""
        if (code := self._process.poll()) is not None:
            raise SystemExit(f"The server ended with {code}.")
        if "was sent SIG" in (said := self.errors.read_text()):
            raise SystemExit(f"A process of the server was killed: {said[-500:]}")

    def wait_for_index(self) -> list[dict[str, Any]]:
        """What each process says of itself once all have their index."""
        ready: dict[str, dict[str, Any]] = {}
        deadline = time.monotonic() + 900
        while len(ready) < PROCESSES:
            self.check()
            if time.monotonic() > deadline:
                raise SystemExit(f"No index: {self.errors.read_text()[-2000:]}")
            client = self.client()
            try:
                _, body, process = client.get(PROCESS)
            except OSError:
                time.sleep(0.2)
                continue
            finally:
                client.close()
            state = json.loads(unpacked(body))
            if state["entries"] is not None:
                ready[process] = state
            else:
                time.sleep(0.1)
        return list(ready.values())

    def build_seconds(self) -> list[float]:
        found = re.findall(r"search index: .*? ([\d.]+) s\b", self.errors.read_text())
        return [float(one) for one in found] or [float("nan")]


@contextmanager
def serve() -> Iterator[Server]:
    """gunicorn as the register runs it, with `PROCESSES` processes."""
    from lpdqa.runtime import programs

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(
            programs.web(bind=f"127.0.0.1:{port}", workers=PROCESSES), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield Server(port, Path(log.name), process)
        except SystemExit:
            say(Path(log.name).read_text()[-3000:])
            raise
        finally:
            process.terminate()
            process.wait()
