"""What every benchmark needs: a migrated register, the machine it runs on, and a table of what was measured."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path


def prepare() -> None:
    """Set Django up on the servers that `script/benchmark` started, with every migration and the framework."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lpdqa.settings")
    import django

    django.setup()
    from django.core.management import call_command

    say("Preparing the database ...")
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("load_framework", stdout=open(os.devnull, "w"))  # noqa: SIM115 - for the life of the process


def machine() -> str:
    """The machine in a line: processor, cores that may be used, memory, what else keeps it busy, versions."""
    import numpy as np
    from django.db import connection

    name = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or "unknown processor",
    )
    memory = next(
        (int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0
    )
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()[0]
    return (
        f"{name}, {len(os.sched_getaffinity(0))} cores, {memory / 2**20:.0f} GiB; load average before "
        f"{os.getloadavg()[0]:.1f}; Python {platform.python_version()}, numpy {np.__version__}, "
        f"PostgreSQL {server} (fsync {fsync})"
    )


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def say(line: str) -> None:
    """A line of progress, on stderr, so that the table can be kept by itself."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; everything but the first column stands on the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(headings), *cells]) for i in range(len(headings))]

    def line(row: Sequence[str]) -> str:
        shown = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return f"| {' | '.join(shown)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(headings), line(rule), *map(line, cells)])
