"""What waits for a person, what is under way and what is done, in every role at once.

Every list is bounded and read with a constant number of queries: a busy administrator's page costs what a new
person's does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from lpdqa.accounts.models import User
from providers.models import Membership
from reviews.queries.my_work.administrator import add_for_administrator
from reviews.queries.my_work.assessor import add_for_assessor
from reviews.queries.my_work.items import Item, Lists
from reviews.queries.my_work.team import add_for_teams, add_invitations


@dataclass(frozen=True)
class Work:
    """The whole page."""

    needs: list[Item] = field(default_factory=list)
    under_way: list[Item] = field(default_factory=list)
    done: list[Item] = field(default_factory=list)
    organisations: list[Membership] = field(default_factory=list)
    is_administrator: bool = False
    is_assessor: bool = False

    @property
    def is_new(self) -> bool:
        """Nothing at all: the person has an account and no part in anything yet."""
        return not (
            self.needs
            or self.under_way
            or self.done
            or self.organisations
            or self.is_administrator
            or self.is_assessor
        )


def my_work(user: User) -> Work:
    """Return what a person finds on the page My work."""
    lists = Lists()
    memberships = list(
        Membership.objects.filter(user=user, ended_at=None)
        .select_related("provider")
        .order_by("provider__name", "id")
    )
    add_invitations(user, lists)
    if memberships:
        add_for_teams(memberships, lists)
    if user.is_assessor:
        add_for_assessor(user, lists)
    if user.is_administrator:
        add_for_administrator(user, [m.provider_id for m in memberships], lists)
    return Work(
        needs=sorted(lists.needs, key=_urgency),
        under_way=sorted(lists.under_way, key=_urgency),
        done=lists.done,
        organisations=memberships,
        is_administrator=user.is_administrator,
        is_assessor=user.is_assessor,
    )


def _urgency(item: Item) -> tuple[bool, dt.date, dt.date]:
    """Dated things first, the nearest date first; then what has waited longest."""
    return (item.due is None, item.due or dt.date.max, item.since or dt.date.max)


__all__ = ["Item", "Work", "my_work"]
