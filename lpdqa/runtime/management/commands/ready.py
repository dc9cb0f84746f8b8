"""`manage.py ready [PART ...]`: what /readyz says, for health checks of processes that serve no pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lpdqa.runtime.health import CHECKS, readiness


class Command(BaseCommand):
    help = "Say whether the register, or the named parts of it, are ready; exit code 1 if not."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(CHECKS))

    def handle(self, *args: Any, **options: Any) -> None:
        if unknown := set(options["parts"]) - set(CHECKS):
            raise CommandError(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(CHECKS)}.")
        _, results = readiness(options["parts"] or CHECKS)
        for name, result in results.items():
            self.stdout.write(f"{name}: {'ok' if result['ok'] else 'not ready'}, {result['detail']}")
        if late := [name for name, result in results.items() if not result["ok"]]:
            raise CommandError(f"Not ready: {', '.join(late)}.")
