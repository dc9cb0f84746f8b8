"""One line of the page My work, and the lists that the roles put their lines into."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from reviews.models import Submission

# Of one kind of work; beyond that a person uses the board or the organisation's own page.
MOST = 20
MOST_DONE = 10


@dataclass(frozen=True)
class Item:
    """One line. `text` says what to do (or what it is) and leads to where it is done."""

    text: str
    url: str
    about: str = ""
    note: str = ""
    due: dt.date | None = None
    due_words: str = "by"
    since: dt.date | None = None
    since_words: str = "since"
    status: str = ""
    colour: str = ""
    late: bool = False


@dataclass
class Lists:
    """What a person must do, what others do meanwhile, and what is over."""

    needs: list[Item] = field(default_factory=list)
    under_way: list[Item] = field(default_factory=list)
    done: list[Item] = field(default_factory=list)


def day(moment: dt.datetime | None) -> dt.date | None:
    """The date of a moment in the register's time zone."""
    return timezone.localdate(moment) if moment else None


def about(submission: Submission) -> str:
    """The organisation, where the title isn't its name already."""
    return "" if submission.title == submission.provider.name else submission.provider.name


def submissions() -> QuerySet[Submission]:
    """Submissions with all that a line says of one."""
    return Submission.objects.select_related("provider", "version", "leader")


def of_submission(path: str = "submission") -> tuple[str, ...]:
    """The same for rows that hang on a submission: what to select with them."""
    return tuple(f"{path}__{name}" for name in ("provider", "version", "leader"))
