"""The team that acts for an organisation: invitations, roles, leaving. It never loses its last owner."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.fields import new_code
from lpdqa.mail import send_after_commit
from lpdqa.rows import lock
from providers.choices import MemberRole
from providers.models import Invitation, Membership, Provider
from providers.queries.team import INVITATION_DAYS, invitation_refusal, is_out_of_date


def invite(
    *, provider: Provider, by: User, email: str, role: str, absolute: Callable[[str], str] | None = None
) -> Invitation:
    """Invite somebody to the team by email.

    absolute: turns a path into a full address for the letter (`request.build_absolute_uri`); without it no
        letter is sent and the link has to be passed on by hand.

    Raises:
        ValidationError: by field; also where the person is on the team or has an open invitation.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError({"email": "Enter an email address like name@school.example."})
    if role not in MemberRole.values:
        raise ValidationError({"role": "Choose what they may do."})
    with act("team.invite", by=by, target=provider) as doing:
        lock(provider)
        if Membership.objects.filter(provider=provider, user__email__iexact=email, ended_at=None).exists():
            raise ValidationError({"email": "This person is on the team already."})
        open_ones = Invitation.objects.filter(provider=provider, email__iexact=email)
        for earlier in open_ones.filter(accepted_at=None, withdrawn_at=None):
            if not is_out_of_date(earlier):
                raise ValidationError(
                    {"email": "This person has an invitation already. It is in the list below."}
                )
            earlier.withdrawn_at = now()
            earlier.save()
        invitation = Invitation.objects.create(
            provider=provider, email=email, role=role, invited_by=by, code=new_code(24)
        )
        doing.target = invitation
        doing.detail.update(provider=provider.pk, role=str(role))
        if absolute:
            send_after_commit(
                to=email,
                subject=f"Join the team of {provider.name}",
                template="providers/mail/invitation.txt",
                context={
                    "invitation": invitation,
                    "by": by,
                    "link": absolute(reverse("invitation_accept", args=[invitation.code])),
                    "days": INVITATION_DAYS,
                },
            )
    return invitation


def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Join the team. Somebody on it already keeps the higher of the two roles.

    Raises:
        ValidationError: the invitation was used, withdrawn or is out of date, or went to another address.
    """
    with act("team.accept", by=by) as doing:
        lock(invitation)
        if refusal := invitation_refusal(invitation, by):
            raise ValidationError(refusal)
        lock(invitation.provider)
        membership = Membership.objects.filter(provider=invitation.provider, user=by, ended_at=None).first()
        if membership is None:
            membership = Membership(provider=invitation.provider, user=by, role=invitation.role)
        elif MemberRole.values.index(invitation.role) < MemberRole.values.index(membership.role):
            membership.role = invitation.role
        membership.save()
        invitation.accepted_at = now()
        invitation.save()
        doing.target = membership
        doing.detail.update(provider=invitation.provider_id, role=membership.role)
    return membership


def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Take back an invitation nobody has accepted yet; `ValidationError` where somebody has."""
    with act("team.withdraw_invitation", by=by, target=invitation):
        lock(invitation)
        if invitation.accepted_at:
            raise ValidationError("This invitation has been accepted already.")
        if not invitation.withdrawn_at:
            invitation.withdrawn_at = now()
            invitation.save()
    return invitation


def change_role(*, membership: Membership, by: User, role: str) -> Membership:
    """Give a member another role; `ValidationError` where the team would have no owner."""
    if role not in MemberRole.values:
        raise ValidationError({"role": "Choose what they may do."})
    with act("team.change_role", by=by, target=membership) as doing:
        _lock(membership)
        if role != MemberRole.OWNER:
            _keep_an_owner(membership)
        doing.from_state, doing.to_state = membership.role, str(role)
        membership.role = role
        membership.save()
    return membership


def end_membership(*, membership: Membership, by: User) -> Membership:
    """Take somebody off the team; `ValidationError` where the team would have no owner."""
    with act("team.end", by=by, target=membership) as doing:
        _lock(membership)
        _keep_an_owner(membership)
        doing.from_state = membership.role
        membership.ended_at = now()
        membership.save()
    return membership


def _lock(membership: Membership) -> None:
    # All changes to one team take turns, so that two owners can't step down at the same moment.
    lock(membership.provider)
    lock(membership)
    if membership.ended_at:
        raise ValidationError("This person has left the team already.")


def _keep_an_owner(membership: Membership) -> None:
    if membership.role != MemberRole.OWNER:
        return
    others = Membership.objects.filter(
        provider_id=membership.provider_id, role=MemberRole.OWNER, ended_at=None
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise ValidationError("A team needs an owner. Make somebody else an owner first.")
