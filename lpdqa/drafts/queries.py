"""Reading working copies and the time spent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet, Sum

from lpdqa.accounts.models import User
from lpdqa.clock import now
from lpdqa.drafts.models import TimeSpent, WorkingCopy

AT_IT = dt.timedelta(minutes=30)


def copy_of(user: User, address: str) -> WorkingCopy | None:
    """What this person typed into the form at this address and did not save."""
    return WorkingCopy.objects.filter(user=user, address=address[:300]).first()


def unsaved_by(user: User, about: str) -> list[str]:
    """Addresses of the forms about one thing that this person has left unsaved."""
    return list(WorkingCopy.objects.filter(user=user, about=about).values_list("address", flat=True))


def others_at(user: User, address: str) -> list[WorkingCopy]:
    """Other people who have typed into this form in the last half hour and not saved; newest first."""
    copies = WorkingCopy.objects.filter(address=address[:300], saved_at__gte=now() - AT_IT)
    return list(copies.exclude(user=user).select_related("user").order_by("-saved_at")[:5])


@dataclass(frozen=True)
class Effort:
    """What describing one or several things has taken so far, by all who worked on them."""

    seconds: int
    pages: int

    @property
    def words(self) -> str:
        """For example "1 h 20 min, 34 pages"."""
        hours, minutes = divmod(self.seconds // 60, 60)
        time = f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else "under a minute"
        return f"{time}, {self.pages} page{'' if self.pages == 1 else 's'} opened"


def spent_by_thing() -> QuerySet[TimeSpent, dict[str, Any]]:
    """What everybody together spent on each thing: `about`, `seconds_spent`, `pages_opened`, `newest` step."""
    return TimeSpent.objects.values("about").annotate(
        seconds_spent=Sum("seconds"), pages_opened=Sum("pages"), newest=Max("seen_at")
    )


def effort(abouts: Iterable[str]) -> Effort:
    """Time and pages spent on these things together."""
    things = spent_by_thing().filter(about__in=list(abouts))
    found = things.aggregate(seconds=Sum("seconds_spent"), pages=Sum("pages_opened"))
    return Effort(found["seconds"] or 0, found["pages"] or 0)
