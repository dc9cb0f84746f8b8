"""Who is on a team, who is invited, and how the organisation is tied to others."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from lpdqa.accounts.models import User
from lpdqa.clock import now, today
from providers.choices import MemberRole
from providers.models import Invitation, Membership, Provider, Relationship

INVITATION_DAYS = 30


def team(provider: Provider) -> QuerySet[Membership]:
    """Members now, owners first."""
    rank = Case(
        *(When(role=role, then=Value(number)) for number, role in enumerate(MemberRole.values)),
        output_field=IntegerField(),
    )
    standing = Membership.objects.filter(provider=provider, ended_at=None).select_related("user")
    return standing.order_by(rank, "user__name", "id")


def open_invitations(provider: Provider) -> QuerySet[Invitation]:
    """Invitations nobody has accepted yet and that still work, newest first."""
    return Invitation.objects.filter(
        provider=provider,
        accepted_at=None,
        withdrawn_at=None,
        created_at__gte=now() - dt.timedelta(days=INVITATION_DAYS),
    ).select_related("invited_by")


def invitation_refusal(invitation: Invitation, user: User) -> str:
    """Why this person can't accept the invitation, or an empty text where they can."""
    if invitation.accepted_at:
        return "This invitation has been used already."
    if invitation.withdrawn_at:
        return "This invitation was withdrawn. Ask for a new one."
    if is_out_of_date(invitation):
        return f"This invitation is more than {INVITATION_DAYS} days old. Ask for a new one."
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    if invitation.email.lower() not in {user.email.lower(), *(address.lower() for address in addresses)}:
        return (
            "This invitation was sent to another email address. "
            "Sign in with that address, or add it to your account."
        )
    return ""


def is_out_of_date(invitation: Invitation) -> bool:
    """Whether nobody has accepted it in time."""
    return now() - invitation.created_at > dt.timedelta(days=INVITATION_DAYS)


def ties(provider: Provider) -> QuerySet[Relationship]:
    """Every tie that names the organisation at either end; those that stand first, then those that ended."""
    either = Q(subject=provider) | Q(object=provider)
    ties = Relationship.objects.filter(either).select_related("subject", "object", "school")
    stands = Case(When(valid_to__lte=today(), then=Value(1)), default=Value(0), output_field=IntegerField())
    return ties.order_by(stands, F("valid_from").desc(nulls_last=True), "id")


def ties_to_confirm(provider: Provider) -> QuerySet[Relationship]:
    """Ties that another organisation's team says and this one's has not confirmed."""
    return Relationship.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today()),
        object=provider,
        confirmed_by_object_at=None,
        confirmed_by_subject_at__isnull=False,
    ).select_related("subject")
