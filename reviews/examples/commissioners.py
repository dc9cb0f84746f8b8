"""What fictional commissioners say of a few example programmes: enough to be shown, too few, and one that waits."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

from django.utils import timezone

from lpdqa import clock
from lpdqa.accounts.models import User
from programmes.models import Programme
from programmes.models.feedback import LEVELS
from programmes.services.cohorts import add_cohort
from programmes.services.feedback import give, moderate, moderate_reply, reply
from programmes.services.feedback_invitations import Commissioner, invite

# (levels from 1 to 4, None too early to say), would commission again, words; for 5, 4, 2 and 1 commissioners.
Answer = tuple[tuple[int | None, ...], str, str]
ANSWERS: tuple[Answer, ...] = (
    (
        (4, 4, 3, 3, None),
        "yes",
        "The tasks were our own work. Plan the cover before you sign up (fictional).",
    ),
    (
        (3, 3, 2, 3, 2),
        "changed",
        "Worth it for our middle leaders; the last two days were too full (fictional).",
    ),
    ((4, 3, 3, 2, None), "yes", ""),
    ((2, 2, 1, 1, 1), "no", "Too far from how a school of three classes works (fictional)."),
    ((4, 4, 4, 3, 3), "yes", "Two terms on the habits are still there (fictional)."),
)
SCHOOLS = ("Alderwick", "Birchmoor", "Cawley", "Dunmere", "Eskby")


def tell_feedback(programmes: list[Programme], owners: dict[int, User], checker: User) -> None:
    """Commissioners of these programmes, in this order: five, three and two of them, accepted; then one that waits.

    owners: who acts for each programme's provider, by its key.
    """
    for programme, number in zip(programmes, (5, 3, 2, 1), strict=False):
        _tell(programme, owners[programme.provider_id], checker, number, waits=number == 1)


def _tell(programme: Programme, owner: User, checker: User, number: int, *, waits: bool) -> None:
    end = timezone.localdate() - timedelta(days=60)
    with clock.at(timezone.make_aware(dt.datetime.combine(end + timedelta(days=3), dt.time(10, 0)))):
        cohort = add_cohort(
            programme=programme,
            by=owner,
            name="Earlier cohort",
            starts_on=end - timedelta(days=120),
            ends_on=end,
            mode=programme.versions.order_by("-number")[0].modes[0],
            places=16,
            places_left=0,
        )
        people = [
            Commissioner(f"{school} School (fictional)", f"head@{school.lower()}.example")
            for school in SCHOOLS[:number]
        ]
        given = []
        for invitation, (levels, again, words) in zip(
            invite(cohort=cohort, by=owner, commissioners=people), ANSWERS, strict=False
        ):
            given.append(
                give(
                    invitation=invitation,
                    months=0,
                    **dict(zip(LEVELS, levels, strict=True)),
                    again=again,
                    words=words,
                    name="Head of a fictional school",
                )
            )
            # An example is told, not asked: nobody gets a letter.
            type(invitation).objects.filter(pk=invitation.pk).update(email="")
        if waits:
            return
        for one in given:
            moderate(feedback=one, by=checker, step="show")
        if number >= 3:
            words = "We have moved the last two days apart since then (fictional)."
            moderate_reply(reply=reply(feedback=given[1], by=owner, words=words), by=checker, step="show")
