"""What the register's messages now say: the words as shipped, or those an administrator put in their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reviews.messages import MESSAGES, Message, faults_of
from reviews.models import MessageWords


@dataclass(frozen=True)
class NowReads:
    """A message as it stands: shipped, and the changed words if there are any."""

    name: str
    shipped: Message
    changed: MessageWords | None = None

    @property
    def faults(self) -> list[str]:
        """Why the changed words are not used, in sentences; empty where they are, or where there are none.

        They were looked at by the same rule when they were saved: a fault is one by a later release.
        """
        if self.changed is None:
            return []
        found = faults_of(self.shipped, subject=self.changed.subject, body=self.changed.body)
        return [text for texts in found.values() for text in texts]

    @property
    def message(self) -> Message:
        """What is sent: the changed words, and the shipped ones where there are none or they can't be used."""
        if self.changed is None or self.faults:
            return self.shipped
        return replace(self.shipped, subject=self.changed.subject, body=self.changed.body)

    @property
    def stored(self) -> Message:
        """The words as they were typed last, whether or not they can be used."""
        if self.changed is None:
            return self.shipped
        return replace(self.shipped, subject=self.changed.subject, body=self.changed.body)

    @property
    def is_shipped_anew(self) -> bool:
        """Have the shipped words changed since others were put in their place?"""
        return self.changed is not None and self.changed.written_over != self.shipped.digest


def message_now(name: str) -> NowReads:
    """One message as it now reads, with who changed it; one query. KeyError for a name that is none."""
    changed = MessageWords.objects.select_related("changed_by").filter(name=name).first()
    return NowReads(name, MESSAGES[name], changed)


def messages_now(names: Iterable[str]) -> dict[str, NowReads]:
    """These messages as they now read, in the order given; one query. KeyError for a name that is none."""
    shipped = {name: MESSAGES[name] for name in names}
    if not shipped:
        return {}
    changed = {row.name: row for row in MessageWords.objects.filter(name__in=shipped)}
    return {name: NowReads(name, message, changed.get(name)) for name, message in shipped.items()}


def every_message() -> tuple[list[NowReads], list[MessageWords]]:
    """Every message as it now reads, and changed words of messages that are no more; one query."""
    rows = {row.name: row for row in MessageWords.objects.select_related("changed_by")}
    found = [NowReads(name, message, rows.pop(name, None)) for name, message in MESSAGES.items()]
    return found, list(rows.values())
