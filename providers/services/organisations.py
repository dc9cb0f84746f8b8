"""Organisations: making one, changing what it says of itself, and claiming one that is listed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.drafts.merging import merged
from lpdqa.mail import send_after_commit
from lpdqa.rows import lock, put
from lpdqa.slugs import unique_slug
from providers.choices import ClaimState, MemberRole
from providers.events import provider_changed
from providers.models import Claim, Membership, Outcode, Provider
from providers.postcodes import outcode_of, tidy_postcode

DESCRIPTION = (
    "name",
    "kind",
    "legal_form",
    "organising_model",
    "summary",
    "website",
    "ukprn",
    "company_number",
    "charity_number",
    "school",
    "region",
    "authority",
    "postcode",
    "governance_body",
    "client_voice",
    "accountable_lead",
    "purpose_statement",
)
_ALLOWED = frozenset({*DESCRIPTION, "email_domain", "latitude", "longitude", "is_example", "ended_on"})


def create_provider(*, by: User, name: str, kind: str, **fields: Any) -> Provider:
    """Add an organisation and make `by` its owner. It is not public until a review begins.

    Raises:
        ValidationError: by field; also where another organisation already has the UKPRN.
    """
    with act("provider.create", by=by) as doing:
        provider = Provider(claimed_at=now())
        put(provider, {"name": name, "kind": kind, **fields}, allowed=_ALLOWED)
        _check(provider)
        _place(provider, fields)
        provider.slug = unique_slug(Provider, provider.name, fallback="organisation")
        provider.save()
        Membership.objects.create(provider=provider, user=by, role=MemberRole.OWNER)
        doing.target = provider
        provider_changed.send(Provider, provider=provider)
    return provider


def update_provider(
    *, provider: Provider, by: User, opened: Mapping[str, str] | None = None, **fields: Any
) -> Provider:
    """Change what an organisation says of itself; the catalogue follows in the same transaction.

    opened: fingerprints of the values when the form was opened, for the merge with other people’s changes
        (`lpdqa.drafts.merging`).

    Raises:
        ValidationError: by field; also where another organisation already has the UKPRN.
    """
    with act("provider.update", by=by, target=provider) as doing:
        lock(provider)
        changed = put(provider, merged(provider, fields, opened), allowed=_ALLOWED)
        _check(provider)
        if "postcode" in changed:
            _place(provider, fields)
        doing.detail["fields"] = sorted(changed)
        provider.save()
        provider_changed.send(Provider, provider=provider)
    return provider


def claim_provider(*, provider: Provider, by: User, message: str = "") -> Claim:
    """Ask to speak for a listed organisation.

    Approved at once, with `by` as owner, when a verified address of theirs is in the organisation's own email
    domain and nobody speaks for it yet; an administrator decides on every other claim.

    Raises:
        ValidationError: the organisation has ended, or `by` is on its team or has a claim waiting.
    """
    with act("provider.claim", by=by, target=provider) as doing:
        # The lock makes two claims of one organisation take turns: only the first can be approved unseen.
        lock(provider)
        if provider.ended_on and provider.ended_on <= today():
            raise ValidationError(f"{provider.name} has ended, so nobody can claim it.")
        if Membership.objects.filter(provider=provider, user=by, ended_at=None).exists():
            raise ValidationError(f"You are on the team of {provider.name} already.")
        if Claim.objects.filter(provider=provider, user=by, state=ClaimState.PENDING).exists():
            raise ValidationError(f"Your claim to {provider.name} is being checked already.")
        claim = Claim.objects.create(provider=provider, user=by, message=message.strip())
        if not provider.claimed_at and _speaks_for_domain(by, provider.email_domain):
            doing.detail["by_domain"] = True
            _approve(claim, by=None, reason="Verified email address in the organisation’s domain")
        doing.to_state = claim.state
    return claim


def decide_claim(*, claim: Claim, by: User, approve: bool, reason: str = "") -> Claim:
    """Decide on a claim that waits; the person who made it gets a letter.

    Raises:
        ValidationError: it has been decided, it is `by`'s own, or it is refused without a reason.
    """
    with act("provider.claim.decide", by=by, target=claim, reason=reason) as doing:
        lock(claim)
        if claim.state != ClaimState.PENDING:
            raise ValidationError(
                f"This claim has been decided already: {claim.get_state_display().lower()}."
            )
        if claim.user_id == by.pk:
            raise ValidationError("You can’t decide on your own claim. Ask another administrator.")
        if not approve and not reason.strip():
            raise ValidationError({"reason": "Say why the claim is refused. The person will read it."})
        doing.from_state = claim.state
        if approve:
            _approve(claim, by=by, reason=reason.strip())
        else:
            claim.state, claim.decided_by, claim.decided_at = ClaimState.REFUSED, by, now()
            claim.reason = reason.strip()
            claim.save()
        doing.to_state = claim.state
        send_after_commit(
            to=claim.user.email,
            subject=f"Your claim to {claim.provider.name}",
            template="providers/mail/claim_decided.txt",
            context={"claim": claim, "approved": approve},
        )
    return claim


def _approve(claim: Claim, *, by: User | None, reason: str) -> None:
    claim.state, claim.decided_by, claim.decided_at, claim.reason = ClaimState.APPROVED, by, now(), reason
    claim.save()
    standing = Membership.objects.filter(provider=claim.provider, user=claim.user, ended_at=None).first()
    if standing is None:
        Membership.objects.create(provider=claim.provider, user=claim.user, role=MemberRole.OWNER)
    elif standing.role != MemberRole.OWNER:
        standing.role = MemberRole.OWNER
        standing.save()
    if not claim.provider.claimed_at:
        claim.provider.claimed_at = now()
        claim.provider.save()
        provider_changed.send(Provider, provider=claim.provider)


def _speaks_for_domain(user: User, domain: str) -> bool:
    if not domain:
        return False
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return any(address.rpartition("@")[2].lower() == domain.lower() for address in addresses)


def _check(provider: Provider) -> None:
    problems: dict[str, str] = {}
    if not provider.name.strip():
        problems["name"] = "Enter the organisation’s name."
    if provider.ukprn:
        if not re.fullmatch(r"1\d{7}", provider.ukprn):
            problems["ukprn"] = "A UKPRN has 8 digits and begins with 1, like 10001234."
        elif other := Provider.objects.filter(ukprn=provider.ukprn).exclude(pk=provider.pk).first():
            problems["ukprn"] = f"{other.name} is on the register with this UKPRN. Claim it instead."
    try:
        provider.postcode = tidy_postcode(provider.postcode)
    except ValidationError as problem:
        problems["postcode"] = problem.messages[0]
    if problems:
        raise ValidationError(problems)


def _place(provider: Provider, given: dict[str, Any]) -> None:
    """Put the organisation at the centre of its outcode, unless it came with a point of its own."""
    if "latitude" in given or "longitude" in given:
        return
    point = Outcode.objects.filter(code=outcode_of(provider.postcode)).first() if provider.postcode else None
    provider.latitude = point.latitude if point else None
    provider.longitude = point.longitude if point else None
