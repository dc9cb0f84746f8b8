"""Checks the chain of hashes over the trail and names the first entry that isn't as it was."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lpdqa.audit.chain import Head, seal_entries, verify


class Command(BaseCommand):
    help = "Check the trail: every entry against its link in the chain of hashes. Exits with 1 at a break."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            metavar="NUMBER:HASH",
            help="a head noted earlier and kept elsewhere, to show that the chain still holds it",
        )
        parser.add_argument("--seal", action="store_true", help="link entries that wait, before the check")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seal"]:
            self.stdout.write(f"Linked {seal_entries(look_back=None):,} entries.")
        known = _head(options["head"]) if options["head"] else None
        found = verify(known=known)
        if found.broken:
            where = f" (link {found.broken.number})" if found.broken.number else ""
            raise CommandError(f"Entry {found.broken.entry_id}{where}: {found.broken.problem}")
        self.stdout.write(
            f"{found.checked:,} entries are as they were written; {found.waiting:,} wait to be linked."
        )
        if found.head:
            self.stdout.write(f"Head: {found.head.number}:{found.head.hash}")


def _head(text: str) -> Head:
    number, _, digest = text.partition(":")
    try:
        bytes.fromhex(digest)
        return Head(int(number), digest)
    except ValueError:
        raise CommandError("Give the head as NUMBER:HASH, the way this command prints it.")
