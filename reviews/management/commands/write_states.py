"""Write docs/states.md from the state tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reviews.state_tables import document


class Command(BaseCommand):
    help = "Write docs/states.md from the state tables."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / "docs" / "states.md").write_text(document(), encoding="utf-8")
