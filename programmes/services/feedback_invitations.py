"""Asking commissioners: who is asked, when, and when to stop. Their addresses are seen by the register alone.

Letters go out by a job, once for each round; a link in each opens the questions of that round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import structlog
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import months_before, now, today
from lpdqa.mail import absolute, post
from lpdqa.rows import lock
from programmes.enquiry_states import ENQUIRY
from programmes.models import Cohort, EnquiryRecipient, Feedback, FeedbackInvitation, Programme
from programmes.models.feedback import ROUNDS, FeedbackSource
from programmes.queries.feedback import title_of
from providers.queries.team import team

log = structlog.get_logger("lpdqa.feedback")

LINK_DAYS = 90
# Of one provider in 24 hours, so that the register can't be used to send mail to strangers.
MOST_A_DAY = 60
# How far ahead the end of commissioned work may lie.
LATEST_END = dt.timedelta(days=3 * 365)
# After the last round nothing is asked: then the address goes.
_ASKED_FOR = dt.timedelta(days=LINK_DAYS)
# Names of people and schools are kept this long beside what was said.
_NAMES_KEPT = dt.timedelta(days=730)
_SALT = "programmes.feedback"


@dataclass(frozen=True)
class Commissioner:
    """Somebody to ask: a school or trust, and an address there."""

    organisation: str
    email: str


def commission(
    *, recipient: EnquiryRecipient, programme: Programme, ended_on: dt.date, by: User | None
) -> FeedbackInvitation:
    """An enquiry led to work together: the sender is asked for feedback when that ends.

    by: the provider's editor or the sender, None for a sender without an account.

    Raises:
        ValidationError: by field; another provider's programme, or a date that can't be.
        WorkflowError: the enquiry's state doesn't allow it.
    """
    with act("enquiry.commission", by=by, target=recipient) as doing:
        lock(recipient)
        step = ENQUIRY.find("commission", recipient.state)
        if programme.provider_id != recipient.provider_id or programme.public_version_id is None:
            raise ValidationError({"programme": "Choose one of the provider’s programmes."})
        if ended_on > today() + LATEST_END:
            raise ValidationError({"ended_on": "Give a date within three years."})
        if ended_on < (recipient.created_at - dt.timedelta(days=365)).date():
            raise ValidationError({"ended_on": "This is long before the enquiry. Check the year."})
        enquiry = recipient.enquiry
        email = enquiry.sender.email if enquiry.sender else enquiry.email
        doing.from_state, doing.to_state = recipient.state, step.target
        recipient.state, recipient.state_since = step.target, now()
        recipient.save(update_fields=["state", "state_since", "updated_at"])
        invitation, new = FeedbackInvitation.objects.get_or_create(
            programme=programme,
            person=_hash(email),
            defaults={
                "source": FeedbackSource.ENQUIRY,
                "recipient": recipient,
                "organisation": enquiry.organisation,
                "email": email,
                "ended_on": ended_on,
            },
        )
        doing.detail.update({"programme": programme.pk, "invitation": invitation.pk, "new": new})
    return invitation


def invite(*, cohort: Cohort, by: User, commissioners: Sequence[Commissioner]) -> list[FeedbackInvitation]:
    """The provider names who commissioned places in a cohort; the register asks them when it has ended.

    Raises:
        ValidationError: of field `commissioners`, with the lines that are wrong; nobody is then invited.
    """
    provider = cohort.programme.provider
    with act("feedback.invite", by=by, target=cohort) as doing:
        # Two lists sent at the same moment are counted one after the other.
        lock(provider)
        problems = _problems(cohort, commissioners)
        if problems:
            raise ValidationError({"commissioners": problems})
        made = FeedbackInvitation.objects.bulk_create(
            FeedbackInvitation(
                programme=cohort.programme,
                cohort=cohort,
                source=FeedbackSource.COHORT,
                organisation=one.organisation.strip()[:200],
                email=_tidy(one.email),
                person=_hash(one.email),
                ended_on=cohort.ends_on or cohort.starts_on,
            )
            for one in commissioners
        )
        doing.detail["invitations"] = [one.pk for one in made]
    return made


def ask_due() -> int:
    """Write to every commissioner whose next round has come; returns how many letters that were. May run twice,
    and at the same time.
    """
    asked = 0
    for pk in _due(today()).order_by("pk").values_list("pk", flat=True)[:1000]:
        try:
            asked += _ask(pk)
        except OSError:  # smtplib's errors are OSErrors too; the next run tries again
            log.exception("commissioner_not_asked", invitation=pk)
    return asked


def token_of(invitation: FeedbackInvitation, months: int) -> str:
    """What makes the link of one round's letter."""
    return signing.dumps(f"{invitation.public_id}:{months}", salt=_SALT)


def from_token(token: str) -> tuple[FeedbackInvitation, int] | None:
    """The invitation and round a link is for; None where the link was made up or is too old."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=dt.timedelta(days=LINK_DAYS))
    except signing.BadSignature:
        return None
    public_id, _, months = str(said).partition(":")
    found = (
        FeedbackInvitation.objects.select_related("programme__provider", "programme__public_version")
        .filter(public_id=public_id)
        .first()
    )
    return (found, int(months)) if found else None


def stop(*, invitation: FeedbackInvitation) -> None:
    """They want no more letters: their address is forgotten at once. What they have answered stays."""
    with act("feedback.stop", by=None, target=invitation):
        lock(invitation)
        if invitation.stopped_at is None:
            invitation.stopped_at, invitation.email = now(), ""
            invitation.save()


def forget_people() -> int:
    """Forget addresses that nothing is asked of any more, and after two years who had answered; returns how many."""
    last = months_before(today() - _ASKED_FOR, ROUNDS[-1])
    answered = Feedback.objects.filter(months=ROUNDS[-1]).values("invitation")
    gone = FeedbackInvitation.objects.filter(Q(ended_on__lt=last) | Q(pk__in=answered)).exclude(email="")
    done = gone.update(email="")
    long_ago = now() - _NAMES_KEPT
    done += Feedback.objects.filter(given_at__lt=long_ago).exclude(name="").update(name="")
    silent = FeedbackInvitation.objects.filter(ended_on__lt=long_ago.date(), email="")
    return done + silent.exclude(organisation="").update(organisation="")


# --- How ---


def _tidy(email: str) -> str:
    return email.strip().lower()


def _hash(email: str) -> str:
    return salted_hmac(_SALT, _tidy(email), algorithm="sha256").hexdigest()


def _problems(cohort: Cohort, commissioners: Sequence[Commissioner]) -> list[str]:
    if cohort.starts_on > today():
        return ["Invite commissioners once this run has begun."]
    if not commissioners:
        return ["Write one line for each school or trust."]
    provider = cohort.programme.provider
    recent = FeedbackInvitation.objects.filter(
        programme__provider=provider,
        source=FeedbackSource.COHORT,
        created_at__gt=now() - dt.timedelta(days=1),
    ).count()
    if recent + len(commissioners) > MOST_A_DAY:
        return [f"You can invite {MOST_A_DAY} commissioners in 24 hours; {recent} were invited already."]
    own = {_tidy(member.user.email) for member in team(provider)}
    asked = set(
        cohort.programme.feedback_invitations.filter(
            person__in=[_hash(one.email) for one in commissioners]
        ).values_list("person", flat=True)
    )
    problems, seen = [], set()
    for number, one in enumerate(commissioners, start=1):
        person, email = _hash(one.email), _tidy(one.email)
        refusal = ""
        if not one.organisation.strip():
            refusal = "give the school or trust"
        elif not _is_address(email):
            refusal = "give an email address like head@school.example"
        elif email in own or (provider.email_domain and email.endswith(f"@{provider.email_domain}")):
            refusal = "this is an address of your own organisation"
        elif person in seen:
            refusal = "this address is in the list twice"
        elif person in asked:
            refusal = "this address has been asked about this programme already"
        seen.add(person)
        if refusal:
            problems.append(f"Line {number}: {refusal}.")
    return problems


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254


def _due(on: dt.date) -> QuerySet[FeedbackInvitation]:
    came = [Q(ended_on__lte=months_before(on, months)) for months in ROUNDS]
    due = Q(came[0], asked_months=None)
    for earlier, later in pairwise(range(len(ROUNDS))):
        due |= Q(came[later], asked_months=ROUNDS[earlier])
    return FeedbackInvitation.objects.filter(due).exclude(email="")


def _round(invitation: FeedbackInvitation, on: dt.date) -> int:
    """The latest round that has come: one that was slept through is not asked for any more."""
    return max(months for months in ROUNDS if invitation.ended_on <= months_before(on, months))


@transaction.atomic
def _ask(pk: int) -> int:
    locked = _due(today()).select_for_update(skip_locked=True, of=("self",))
    invitation = (
        locked.filter(pk=pk).select_related("programme__provider", "programme__public_version").first()
    )
    if invitation is None:
        return 0
    months = _round(invitation, today())
    # Marked before the letter goes out: a failure takes the mark back.
    invitation.asked_months, invitation.asked_at = months, now()
    invitation.save(update_fields=["asked_months", "asked_at", "updated_at"])
    token = token_of(invitation, months)
    context = {
        "invitation": invitation,
        "title": title_of(invitation.programme),
        "months": months,
        "days": LINK_DAYS,
        "link": absolute(reverse("feedback_give", args=[token])),
        "stop": absolute(reverse("feedback_stop", args=[token])),
    }
    post(
        to=invitation.email,
        subject=f"What {context['title']} has brought your school",
        body=render_to_string("programmes/mail/feedback_asked.txt", context),
    )
    return 1
