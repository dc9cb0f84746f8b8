"""Asking once a year whether a specialist leader still takes deployments."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.audit.services import Line, act, act_on_many
from lpdqa.clock import today
from lpdqa.notices.services import tell
from lpdqa.rows import lock, put
from lpdqa.web.formats import long_date
from providers.choices import LeaderStatus, MemberRole
from providers.events import leader_changed
from providers.models import LeaderCheck, Provider, SpecialistLeader

EVERY = dt.timedelta(days=365)
ANSWER_WITHIN = dt.timedelta(days=60)


@transaction.atomic
def open_due_checks() -> int:
    """Ask about every public, designated leader who was designated, and last asked about, a year ago or more; returns
    how many. A question that is still open is not asked again. May run twice.
    """
    recent = LeaderCheck.objects.filter(leader=OuterRef("pk"), opened_on__gt=today() - EVERY)
    still_open = LeaderCheck.objects.filter(leader=OuterRef("pk"), answered_on=None)
    due = list(
        SpecialistLeader.objects.filter(
            status=LeaderStatus.DESIGNATED, listed_at__isnull=False, designated_on__lte=today() - EVERY
        )
        .exclude(Exists(recent))
        .exclude(Exists(still_open))
        .select_related("designator")
        .order_by("designator_id", "id")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
    )
    checks = LeaderCheck.objects.bulk_create(
        LeaderCheck(leader=leader, opened_on=today(), due_on=today() + ANSWER_WITHIN) for leader in due
    )
    act_on_many("leader.check.open", by=None, target=LeaderCheck, lines=[Line(c.pk, str(c)) for c in checks])
    by_provider: dict[Provider, list[LeaderCheck]] = defaultdict(list)
    for check in checks:
        by_provider[check.leader.designator].append(check)
    for provider, asked in by_provider.items():
        _tell(provider, asked)
    return len(checks)


def answer_check(*, check: LeaderCheck, by: User, answer: str, note: str = "") -> LeaderCheck:
    """Answer for the provider; late answers count too.

    Raises:
        ValidationError: by field; also where it was answered already.
    """
    with act("leader.check.answer", by=by, target=check, detail={"answer": str(answer)}):
        lock(check)
        if check.answered_on:
            raise ValidationError("This was answered already.")
        if not answer:
            raise ValidationError({"answer": "Choose one of these."})
        put(check, {"answer": answer, "note": note.strip()}, allowed=("answer", "note"))
        check.answered_on, check.answered_by = today(), by
        check.save()
        leader_changed.send(SpecialistLeader, leader=check.leader)
    return check


def _tell(provider: Provider, asked: list[LeaderCheck]) -> None:
    one = asked[0] if len(asked) == 1 else None
    codes = ", ".join(check.leader.code for check in asked[:20])
    more = f" and {len(asked) - 20} more" if len(asked) > 20 else ""
    tell(
        users=User.objects.filter(
            memberships__provider=provider,
            memberships__role__in=(MemberRole.OWNER, MemberRole.EDITOR),
            memberships__ended_at=None,
        ),
        key=f"leader-checks:{provider.pk}:{asked[0].opened_on}",
        subject=f"Do they still take deployments? {codes if len(asked) < 4 else f'{len(asked)} specialist leaders'}",
        body=f"Once a year we ask whether specialist leaders still take deployments: {codes}{more}. Please answer by "
        f"{long_date(asked[0].due_on)}. Without an answer their pages say that it was not confirmed; nothing else "
        "changes.",
        path=reverse("leader_check", args=[one.public_id]) if one else reverse("my_work"),
    )
