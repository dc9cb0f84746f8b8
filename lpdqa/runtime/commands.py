"""What the `backup` and `restore` commands share."""

import os
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lpdqa.runtime.backup import Place
from lpdqa.runtime.problems import Problem
from lpdqa.runtime.programs import ROOT


class OnThePlace(BaseCommand):
    """A command about the register's database and files as a whole, whether the register runs or not."""

    # The database may be empty, or of another version than this code.
    requires_system_checks = []

    def on_place(self, action: Callable[[Place], dict[str, Any]]) -> dict[str, Any]:
        """Run `action` on the register of the data folder, or of DATABASE_URL where that is set.

        Raises:
            CommandError: with the one line of a `Problem`.
        """
        if not os.environ.get("DATABASE_URL"):
            # This process has no addresses: start again with those of the data folder's servers.
            argv = [sys.executable, "-m", "lpdqa.runtime", "run", "--data", str(settings.DATA_DIR), "--"]
            argv += [sys.executable, *sys.argv]
            path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
            os.execve(sys.executable, argv, {**os.environ, "PYTHONPATH": path})  # noqa: S606 - our interpreter
        try:
            return action(Place(settings.DATABASES["default"], settings.EVIDENCE_DIR))
        except Problem as problem:
            raise CommandError(str(problem)) from problem
