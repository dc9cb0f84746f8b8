"""Checking what is said of a school that provision worked in."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from providers.models import SchoolFacts
from providers.postcodes import tidy_postcode


def check_facts(facts: SchoolFacts) -> None:
    """Bring the postcode into its usual form; `ValidationError` by field for what can't be."""
    problems: dict[str, str] = {}
    for name in ("disadvantage_percent", "send_percent", "eal_percent"):
        value = getattr(facts, name)
        if value is not None and not 0 <= value <= 100:
            problems[name] = "Give a percentage from 0 to 100."
    try:
        facts.postcode = tidy_postcode(facts.postcode)
    except ValidationError as problem:
        problems["postcode"] = problem.messages[0]
    if problems:
        raise ValidationError(problems)
