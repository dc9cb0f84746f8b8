"""`manage.py up`: the whole register on one machine."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Hands over to `python -m lpdqa.runtime up`: this process has read settings that name no servers yet."""

    help = "Start the whole register on this machine and keep it running until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8000", help="port on 127.0.0.1 (default: 8000)")
        parser.add_argument("--data", help="data folder (default: var)")
        parser.add_argument("--empty", action="store_true", help="leave the example data out")

    def handle(self, *args: Any, **options: Any) -> None:
        argv = [sys.executable, "-u", "-m", "lpdqa.runtime", "up", "--port", str(options["port"])]
        if options["data"]:
            argv += ["--data", options["data"]]
        if options["empty"]:
            argv.append("--empty")
        from lpdqa.runtime.programs import ROOT

        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        os.execve(sys.executable, argv, {**os.environ, "PYTHONPATH": path})  # noqa: S606 - our own interpreter
