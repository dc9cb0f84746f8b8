"""Writing enquiries: sending, the provider's answers, and forgetting them in time.

Mail to teams goes out by a job, because there may be many; `told_at` makes it go out once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import structlog
from celery import current_app
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce, Greatest
from django.template.loader import render_to_string
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.mail import absolute, post, send_after_commit
from lpdqa.rows import lock
from programmes.enquiry_states import ENQUIRY
from programmes.models import CatalogueEntry, Enquiry, EnquiryMessage, EnquiryRecipient
from programmes.models.enquiry import MAX_MESSAGE
from programmes.queries.enquiries import addressees, untold, writers
from programmes.services.enquiry_reports import check_not_blocked

log = structlog.get_logger("lpdqa.enquiries")

MOST_PROVIDERS = 10
# Of one sender in 24 hours.
MOST_A_DAY = 5
CONFIRM_WITHIN = dt.timedelta(days=3)
# After the last letter or step.
KEPT = dt.timedelta(days=730)


def send(
    *,
    sender: User | None,
    name: str,
    organisation: str,
    message: str,
    entries: Sequence[CatalogueEntry],
    email: str = "",
) -> Enquiry:
    """Send one message to the providers behind `entries`, at most `MOST_PROVIDERS` of them.

    A sender with an account has a confirmed address: the message goes out at once. Somebody else gets a letter
    first, and it goes out when they follow its link (`confirm`).

    Raises:
        ValidationError: by field; a provider can't be asked here; too many providers or too many enquiries in a
            day.
    """
    email = "" if sender else email.strip().lower()
    message = _tidy(message)
    if not sender:
        _check_address(email)
    to = addressees(entries)
    if not to:
        raise ValidationError({"to": "Choose whom to ask."})
    if len(to) > MOST_PROVIDERS:
        raise ValidationError({"to": f"Choose at most {MOST_PROVIDERS} providers; you chose {len(to)}."})
    for one in to:
        if one.refusal:
            raise ValidationError({"to": f"{one.provider.name} {one.refusal}."})
    with act("enquiry.send", by=sender) as doing:
        _check_day(sender, email)
        check_not_blocked(sender, email)
        enquiry = Enquiry.objects.create(
            sender=sender,
            email=email,
            sender_name=name.strip(),
            organisation=organisation.strip(),
            message=message,
            confirmed_at=now() if sender else None,
        )
        doing.target = enquiry
        doing.detail["providers"] = [one.provider.pk for one in to]
        EnquiryRecipient.objects.bulk_create(
            EnquiryRecipient(enquiry=enquiry, provider=one.provider, about=", ".join(one.about)[:400])
            for one in to
        )
        if sender:
            _deliver(enquiry)
        else:
            send_after_commit(
                to=email,
                subject="Confirm your enquiry",
                template="programmes/mail/enquiry_confirm.txt",
                context={
                    "enquiry": enquiry,
                    "providers": [one.provider.name for one in to],
                    "link": absolute(reverse("enquiry_confirm", args=[enquiry.code])),
                    "days": CONFIRM_WITHIN.days,
                },
            )
    return enquiry


def confirm(*, enquiry: Enquiry) -> Enquiry:
    """The sender has followed the link: send the message. Doing it again changes nothing.

    Raises:
        ValidationError: the link is too old.
    """
    with act("enquiry.confirm", by=None, target=enquiry):
        lock(enquiry)
        if enquiry.confirmed_at:
            return enquiry
        check_not_blocked(None, enquiry.email)
        if now() - enquiry.created_at > CONFIRM_WITHIN:
            raise ValidationError(
                f"This link is more than {CONFIRM_WITHIN.days} days old, so nothing was sent. "
                "Please write your enquiry again."
            )
        enquiry.confirmed_at = now()
        enquiry.save()
        _deliver(enquiry)
    return enquiry


def see(*, recipient: EnquiryRecipient, by: User) -> EnquiryRecipient:
    """Somebody on the team has opened it; only the first time changes anything."""
    if recipient.state == "sent":
        with act("enquiry.see", by=by, target=recipient):
            lock(recipient)
            if recipient.state == "sent":
                _move(recipient, "see")
    return recipient


def answer(*, recipient: EnquiryRecipient, by: User, text: str) -> EnquiryMessage:
    """The team answers; the sender is told by mail.

    Raises:
        ValidationError: no text, or too much.
        WorkflowError: the enquiry was declined or closed.
    """
    return _reply(recipient, by, text, "answer")


def decline(*, recipient: EnquiryRecipient, by: User, text: str) -> EnquiryMessage:
    """The team says that it can't help, and why; the sender is told by mail. Errors as `answer`."""
    return _reply(recipient, by, text, "decline")


def follow_up(*, recipient: EnquiryRecipient, text: str, by: User | None = None) -> EnquiryMessage:
    """The sender writes again; the team is told by mail. Errors as `answer`."""
    text = _tidy(text, "text")
    with act("enquiry.follow_up", by=by, target=recipient):
        lock(recipient)
        if recipient.messages.filter(from_provider=False).count() >= 20:
            raise ValidationError(
                {"text": "This exchange has grown long. Please go on by telephone or mail."}
            )
        _move(recipient, "follow_up")
        written = EnquiryMessage.objects.create(
            recipient=recipient, author=by, from_provider=False, text=text
        )
        EnquiryRecipient.objects.filter(pk=recipient.pk).update(told_at=None)
        transaction.on_commit(_ask_to_tell)
    return written


def close(*, recipient: EnquiryRecipient, by: User | None = None) -> EnquiryRecipient:
    """The sender needs no answer any more; `WorkflowError` where it is closed already."""
    with act("enquiry.close", by=by, target=recipient):
        lock(recipient)
        _move(recipient, "close")
    return recipient


def tell_teams() -> int:
    """Tell teams by mail of what has come in; returns how many enquiries that were. May run twice, and at the
    same time: each enquiry is told of by one of them.
    """
    told = 0
    for pk in untold().values_list("pk", flat=True)[:500]:
        try:
            told += _tell_team(pk)
        except OSError:  # smtplib's errors are OSErrors too; the next run tries again
            log.exception("team_not_told", recipient=pk)
    return told


def forget_old() -> int:
    """Delete enquiries nobody confirmed in time, and those without a letter or a step for two years; returns how
    many.
    """
    latest = Greatest(
        "created_at", Coalesce(Max("recipients__state_since"), "created_at"),
        Coalesce(Max("recipients__messages__sent_at"), "created_at"),
    )  # fmt: skip
    old = Enquiry.objects.annotate(latest=latest).filter(
        Q(confirmed_at=None, created_at__lt=now() - CONFIRM_WITHIN - dt.timedelta(days=4))
        | Q(latest__lt=now() - KEPT)
    )
    pks = list(old.values_list("pk", flat=True))
    Enquiry.objects.filter(pk__in=pks).delete()
    return len(pks)


# --- How ---


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError({"email": "Enter an email address like name@school.example."})


def _check_day(sender: User | None, email: str) -> None:
    """At most `MOST_A_DAY` of one account or address, so that nobody's mailbox is filled through the register."""
    mine = Q(sender=sender) if sender else Q(email=email)
    if sender:
        # Two letters sent at the same moment are counted one after the other.
        User.objects.select_for_update(no_key=True).get(pk=sender.pk)
    since = now() - dt.timedelta(days=1)
    if Enquiry.objects.filter(mine, created_at__gt=since).count() >= MOST_A_DAY:
        raise ValidationError(
            f"You can send {MOST_A_DAY} enquiries in 24 hours, each to up to {MOST_PROVIDERS} providers. "
            "Please try again tomorrow."
        )


def _deliver(enquiry: Enquiry) -> None:
    for recipient in enquiry.recipients.select_for_update(no_key=True).order_by("pk"):
        _move(recipient, "deliver")
    transaction.on_commit(_ask_to_tell)


def _move(recipient: EnquiryRecipient, name: str) -> None:
    recipient.state = ENQUIRY.find(name, recipient.state).target
    recipient.state_since = now()
    recipient.save(update_fields=["state", "state_since", "updated_at"])


def _reply(recipient: EnquiryRecipient, by: User, text: str, name: str) -> EnquiryMessage:
    text = _tidy(text, "text")
    with act(f"enquiry.{name}", by=by, target=recipient):
        lock(recipient)
        _move(recipient, name)
        written = EnquiryMessage.objects.create(recipient=recipient, author=by, from_provider=True, text=text)
        enquiry = recipient.enquiry
        send_after_commit(
            to=enquiry.sender.email if enquiry.sender else enquiry.email,
            subject="An answer to your enquiry",
            template="programmes/mail/enquiry_answered.txt",
            context={
                "recipient": recipient,
                "enquiry": enquiry,
                "text": text,
                "declined": name == "decline",
                "link": absolute(reverse("enquiry", args=[enquiry.code])),
            },
        )
    return written


def _ask_to_tell() -> None:
    # By name: the tasks stand above the services. Without the broker the sweep finds what is due.
    try:
        current_app.send_task("programmes.tasks.tell_teams", retry=False)
    except Exception:
        log.exception("job_not_queued", job="tell_teams")


@transaction.atomic
def _tell_team(pk: int) -> int:
    due = EnquiryRecipient.objects.select_for_update(skip_locked=True, of=("self",))
    recipient = due.filter(pk=pk, told_at=None, state="sent").select_related("provider", "enquiry").first()
    if recipient is None:
        return 0
    link = absolute(reverse("enquiry_manage", args=[recipient.public_id]))
    body = render_to_string(
        "programmes/mail/enquiry_received.txt",
        {"recipient": recipient, "again": recipient.messages.exists(), "link": link},
    )
    # Marked before anything is sent: a failure half-way takes the mark back with everything else.
    recipient.told_at = now()
    recipient.save(update_fields=["told_at", "updated_at"])
    for person in writers(recipient.provider):
        post(to=person.email, subject=f"An enquiry for {recipient.provider.name}", body=body)
    return 1


def _tidy(text: str, field: str = "message") -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError({field: "Write your message."})
    if len(text) > MAX_MESSAGE:
        raise ValidationError({field: f"Write {MAX_MESSAGE:,} characters or fewer; these are {len(text):,}."})
    return text
