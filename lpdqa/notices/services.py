"""Telling people: a notice in the account, and mail as they chose it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lpdqa.accounts.models import User
from lpdqa.clock import now, today
from lpdqa.mail import post
from lpdqa.notices.models import Delivery, Frequency, Notice, NoticeChoice, calendar_code

log = structlog.get_logger("lpdqa.notices")

DIGEST_HOUR = 7
"""Digests go out at this hour of the register's day, or at the first run after it."""
MOST_PEOPLE = 500
"""People served by one run; the next run takes the rest."""
MOST_IN_DIGEST = 60
KEPT_FOR = dt.timedelta(days=2 * 365)


def tell(
    *,
    users: Iterable[User],
    key: str,
    subject: str,
    body: str = "",
    path: str = "",
    by_mail: bool = True,
) -> int:
    """Tell these people something, once under each key; returns how many had not been told.

    Part of the caller's transaction: what is undone is not told. Mail goes out afterwards, by `send_due`.
    """
    made = [
        Notice(user=user, key=key[:120], subject=" ".join(subject.split())[:200], body=body, path=path,
               created_at=now(), delivery=Delivery.DUE if by_mail else Delivery.NONE)
        for user in users
        if user.is_active
    ]  # fmt: skip
    before = set(Notice.objects.filter(key=key[:120], user__in=[n.user_id for n in made]).values_list("user"))
    new = [notice for notice in made if (notice.user_id,) not in before]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def record_mail(*, to: str, subject: str, body: str) -> None:
    """Put a mail that goes out on its own among the reader's notices, if the address is somebody's here."""
    user = User.objects.filter(email__iexact=to, is_active=True).first()
    if user is not None:
        Notice.objects.create(
            user=user,
            key=f"mail:{uuid.uuid4()}",
            subject=subject[:200],
            body=body,
            created_at=now(),
            delivery=Delivery.SENT,
            mailed_at=now(),
        )


def send_due() -> int:
    """Send what is due, to each person as they chose; returns how many mails went out. May run twice at once."""
    sent = 0
    for pk in _people_due().values_list("pk", flat=True)[:MOST_PEOPLE]:
        try:
            sent += _send_to(pk)
        except OSError:  # smtplib's errors are OSErrors too; the next run tries again
            log.exception("notices_not_sent", user=pk)
    return sent


def _people_due() -> QuerySet[User]:
    """People with something to send and whose time has come."""
    waiting = User.objects.filter(is_active=True, notices__delivery=Delivery.DUE)
    each = Q(notice_choice=None) | Q(notice_choice__frequency=Frequency.EACH)
    local = timezone.localtime(now())
    if local.hour >= DIGEST_HOUR:
        old = Q(notice_choice__digest_on=None) | Q(notice_choice__digest_on__lt=today())
        each |= Q(notice_choice__frequency=Frequency.DAILY) & old
        if local.weekday() == 0:
            each |= Q(notice_choice__frequency=Frequency.WEEKLY) & old
    return waiting.filter(each).order_by("pk").distinct()


@transaction.atomic
def _send_to(pk: int) -> int:
    """Send one person's notices; the person's row is locked until the mails are out, so nothing is sent twice."""
    user = User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
    if user is None:
        return 0
    due = list(Notice.objects.filter(user=user, delivery=Delivery.DUE).order_by("id")[:MOST_IN_DIGEST])
    if not due:
        return 0
    choice = NoticeChoice.objects.filter(user=user).first()
    together = choice is not None and choice.frequency != Frequency.EACH
    mails = [_digest(user, due)] if together else [letter_of(user, notice) for notice in due]
    for subject, body in mails:
        post(to=user.email, subject=subject, body=body, is_notice=True)
    Notice.objects.filter(pk__in=[n.pk for n in due]).update(delivery=Delivery.SENT, mailed_at=now())
    if together and choice is not None:
        choice.digest_on = today()
        choice.save(update_fields=["digest_on"])
    return len(mails)


def letter_of(user: User, notice: Notice) -> tuple[str, str]:
    """Subject and body of the letter that repeats a notice; nothing is sent or stored."""
    text = render_to_string("notices/mail/one.txt", {"user": user, "notice": notice, **_links()})
    # Plain text, which holds what people typed: a template counts as safe markup, and a page would show it unescaped.
    return notice.subject, text + ""


def _digest(user: User, notices: list[Notice]) -> tuple[str, str]:
    """Subject and body."""
    n = len(notices)
    body = render_to_string("notices/mail/digest.txt", {"user": user, "notices": notices, **_links()})
    return notices[0].subject if n == 1 else f"{n} notices from {settings.REGISTER_NAME}", body


def _links() -> dict[str, str]:
    base = settings.REGISTER_URL
    return {"base": base, "choose": f"{base}{reverse('notice_choice')}", "register": settings.REGISTER_NAME}


def choose(*, user: User, frequency: str) -> NoticeChoice:
    """Set how somebody wants their notices."""
    choice, _ = NoticeChoice.objects.update_or_create(user=user, defaults={"frequency": Frequency(frequency)})
    return choice


def choice_of(*, user: User) -> NoticeChoice:
    """How somebody wants their notices; made when first asked for."""
    return NoticeChoice.objects.get_or_create(user=user)[0]


def new_calendar(*, user: User) -> NoticeChoice:
    """Give somebody's calendar another address, so that the old one shows nothing any more."""
    choice = choice_of(user=user)
    choice.calendar_code = calendar_code()
    choice.save(update_fields=["calendar_code"])
    return choice


def mark_read(*, user: User, pk: int | None = None) -> int:
    """Note that somebody has read one notice, or all of them; returns how many were unread."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if pk is not None:
        unread = unread.filter(pk=pk)
    return unread.update(read_at=now())


def forget_old() -> int:
    """Delete notices older than two years; returns how many."""
    return Notice.objects.filter(created_at__lt=now() - KEPT_FOR).exclude(delivery=Delivery.DUE).delete()[0]
