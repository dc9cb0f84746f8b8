"""A template engine whose pages are empty: who is let in is settled before a page is written, and writing six
thousand of them would take minutes."""

from __future__ import annotations

from typing import Any

from django.template.backends.base import BaseEngine


class BlankTemplate:
    def render(self, context: Any = None, request: Any = None) -> str:
        return ""


class BlankTemplates(BaseEngine):
    def __init__(self, params: dict[str, Any]) -> None:
        params.pop("OPTIONS", None)
        super().__init__(params)

    def get_template(self, template_name: str) -> BlankTemplate:
        return BlankTemplate()

    def from_string(self, template_code: str) -> BlankTemplate:
        return BlankTemplate()
