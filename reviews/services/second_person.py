"""Where a second person comes in: some acts wait for one to confirm them, others are acknowledged afterwards."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lpdqa.accounts.models import Role, User
from lpdqa.accounts.services import grant_role
from lpdqa.audit.models import ACKNOWLEDGED, Acknowledgement, Entry, Proposal, ProposalKind
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.rows import lock
from reviews.models import FrameworkVersion
from reviews.queries.trail import waiting
from reviews.services.framework_publication import schedule_publication
from reviews.services.frameworks import move_framework


def propose_administrator(*, user: User, by: User, reason: str) -> Proposal:
    """Ask for a person to become an administrator. ValidationError without a reason, or where they are one."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why."})
    if user.pk == by.pk:
        raise ValidationError("Somebody else has to propose you.")
    if user.is_administrator:
        raise ValidationError(f"{user.name} is an administrator already.")
    return _propose(
        ProposalKind.ADMINISTRATOR, target_id=user.pk, label=f"Person {user.pk}", reason=reason, by=by
    )


def propose_publication(*, framework: FrameworkVersion, on: dt.date | None, by: User) -> Proposal:
    """Ask for a version to be published, now (None) or on a day.

    ValidationError or WorkflowError, as when it is done, for whatever stands in the way: it is tried, and undone.
    """
    with transaction.atomic():
        _publish(framework, on, by)
        transaction.set_rollback(True)
    framework.refresh_from_db()
    payload = {"on": on.isoformat() if on else None, "content_hash": framework.content_hash}
    return _propose(
        ProposalKind.PUBLICATION, target_id=framework.pk, label=str(framework), by=by, payload=payload
    )


def _propose(
    kind: ProposalKind, *, target_id: int, label: str, by: User, reason: str = "", payload: dict | None = None
) -> Proposal:
    try:
        with act("proposal.make", by=by, reason=reason.strip(), detail={"kind": str(kind)}) as doing:
            doing.target = proposal = Proposal.objects.create(
                kind=kind,
                target_id=target_id,
                label=label[:200],
                payload=payload or {},
                reason=reason.strip(),
                proposed_by=by,
            )
    except IntegrityError:
        raise ValidationError("This is proposed already, and waits for a second person.")
    return proposal


def confirm_proposal(*, proposal: Proposal, by: User) -> Proposal:
    """Do what another person proposed.

    ValidationError for the person who proposed it or whom it is about, for one that was decided, and where the
    draft has changed since it was proposed.
    """
    with act("proposal.confirm", by=by, target=proposal, detail={"kind": proposal.kind}):
        _open(proposal)
        if by.pk == proposal.proposed_by_id:
            raise ValidationError("You proposed it, so somebody else has to confirm it.")
        if proposal.kind == ProposalKind.ADMINISTRATOR:
            if proposal.target_id == by.pk:
                raise ValidationError("It is about you, so somebody else has to confirm it.")
            person = User.objects.get(pk=proposal.target_id)
            grant_role(user=person, role=Role.ADMINISTRATOR, by=proposal.proposed_by, reason=proposal.reason)
        else:
            framework = FrameworkVersion.objects.filter(pk=proposal.target_id).first()
            if framework is None or framework.content_hash != proposal.payload["content_hash"]:
                raise ValidationError(
                    "The draft has changed since this was proposed. Decline it, and propose anew."
                )
            on = proposal.payload["on"]
            _publish(framework, dt.date.fromisoformat(on) if on else None, by)
        proposal.decided_by, proposal.decided_at, proposal.confirmed = by, now(), True
        proposal.save(update_fields=["decided_by", "decided_at", "confirmed"])
    return proposal


def decline_proposal(*, proposal: Proposal, by: User, reason: str = "") -> Proposal:
    """Turn a proposal down, or take back one's own: nothing is done."""
    with act("proposal.decline", by=by, target=proposal, reason=reason, detail={"kind": proposal.kind}):
        _open(proposal)
        proposal.decided_by, proposal.decided_at = by, now()
        proposal.save(update_fields=["decided_by", "decided_at"])
    return proposal


def acknowledge(*, entry: Entry, by: User, note: str = "") -> Acknowledgement:
    """Say that one has looked at an act of somebody else.

    ValidationError for acts that nobody has to, one's own or about oneself, and after somebody else did.
    """
    if entry.action not in ACKNOWLEDGED:
        raise ValidationError("Nobody has to acknowledge this.")
    if not waiting(by).filter(pk=entry.pk).exists():
        raise ValidationError("Somebody else has to acknowledge this, or has done so already.")
    try:
        with act("entry.acknowledge", by=by, target=entry, reason=note.strip()):
            return Acknowledgement.objects.create(entry=entry, by=by, at=now(), note=note.strip())
    except IntegrityError:
        raise ValidationError("Somebody has acknowledged this already.")


def _open(proposal: Proposal) -> None:
    lock(proposal)
    if proposal.decided_at is not None:
        raise ValidationError("This was decided already.")


def _publish(framework: FrameworkVersion, on: dt.date | None, by: User) -> None:
    if on is None:
        move_framework(framework=framework, name="publish", by=by)
    else:
        schedule_publication(framework=framework, on=on, by=by)
