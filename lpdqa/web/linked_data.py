"""Facts for machines inside a page: JSON-LD in the terms of schema.org.

A data block, which no browser runs, so the content security policy lets it be; it is escaped all the same, so that
no text can end the block.
"""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString

_ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def without_empty(facts: Any) -> Any:
    """Without what is not known: None, empty texts and empty lists, at any depth."""
    if isinstance(facts, dict):
        kept = {name: without_empty(value) for name, value in facts.items()}
        return {name: value for name, value in kept.items() if value not in (None, "", [], {})}
    if isinstance(facts, list):
        return [kept for value in facts if (kept := without_empty(value)) not in (None, "", [], {})]
    return facts


def as_block(facts: dict[str, Any]) -> SafeString:
    """The text of a `<script type="application/ld+json">`, safe inside HTML."""
    whole = {"@context": "https://schema.org", **without_empty(facts)}
    return SafeString(json.dumps(whole, ensure_ascii=False).translate(_ESCAPED))
