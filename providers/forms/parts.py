"""A description in parts, each a short form saved on its own: which questions make a part complete, what is still to
come, and about how long that takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import models

from providers.forms.answers import answers_and_gaps, unsaid
from providers.forms.fields import RowForm
from providers.forms.minutes import minutes_for


@dataclass(frozen=True)
class Section:
    """One part of a description; `asked` are the answers that make it complete."""

    code: str
    title: str
    form: type[RowForm]
    asked: tuple[str, ...] = ()
    lead: str = ""

    @property
    def minutes(self) -> int:
        """How long the questions that make the part complete take to answer; see `minutes_for`."""
        return minutes_for(self.form, self.asked)


@dataclass(frozen=True)
class Part:
    """One part with what a row says in it."""

    section: Section
    row: models.Model

    @cached_property
    def open_questions(self) -> list[str]:
        """The answers that make the part complete and are still to come; of an `either` pair one is enough."""
        other_way = {
            name
            for pair in getattr(self.section.form, "either", ())
            for name in pair
            if any(not unsaid(getattr(self.row, each)) for each in pair)
        }
        return [
            name for name in self.section.asked if name not in other_way and unsaid(getattr(self.row, name))
        ]

    @property
    def missing(self) -> int:
        return len(self.open_questions)

    @property
    def minutes(self) -> int:
        """About how many minutes the answers still to come will take."""
        return minutes_for(self.section.form, self.open_questions)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Question and answer in words, and what has no answer yet."""
        return answers_and_gaps(self.section.form(instance=self.row))

    @property
    def status(self) -> dict[str, str]:
        """The word and colour for the list of parts."""
        if not self.missing:
            return {"status": "Completed"}
        if self.missing == len(self.section.asked):
            return {"status": "Not started", "colour": "blue"}
        return {"status": f"{self.missing} to add", "colour": "yellow"}

    def task(self, *, url: str, unsaved: bool) -> dict[str, str]:
        """The part as an entry of a list of tasks."""
        hint = f"About {self.minutes} minutes" if self.minutes > 1 else ""
        if unsaved:
            hint = "You left something unsaved here"
        return {"text": self.section.title, "url": url, "hint": hint, **self.status}


def minutes_left(parts: Sequence[Part]) -> int:
    """About how many minutes all parts together still take."""
    return sum(part.minutes for part in parts)
