"""Reading enquiries, and who can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from lpdqa.accounts.models import User
from programmes.models import (
    CatalogueEntry,
    Enquiry,
    EnquiryMessage,
    EnquiryRecipient,
    EnquiryReport,
    Programme,
)
from programmes.queries.leaders import lasting_titles
from providers.choices import MemberRole
from providers.models import Membership, Provider

_WRITE = (MemberRole.OWNER, MemberRole.EDITOR)
# What waits for the provider's team.
OPEN = ("sent", "seen")


@dataclass
class Addressee:
    """A provider with what of its own the sender has chosen."""

    provider: Provider
    about: list[str] = field(default_factory=list)
    refusal: str = ""
    """Why it can't be asked here; empty where it can."""


def addressees(entries: Iterable[CatalogueEntry]) -> list[Addressee]:
    """The providers behind these entries, in their order and each once; two queries beside the entries'."""
    found: dict[int, Addressee] = {}
    entries = list(entries)
    titles = lasting_titles(entries)
    for entry in entries:
        one = found.setdefault(entry.provider_id, Addressee(entry.provider))
        if entry.title != entry.provider_name:
            one.about.append(titles[entry.pk])
    teams = set(
        Membership.objects.filter(
            provider__in=found, role__in=_WRITE, ended_at=None, user__is_active=True
        ).values_list("provider", flat=True)
    )
    for one in found.values():
        one.refusal = _refusal(one.provider, one.provider.pk in teams)
    return list(found.values())


def _refusal(provider: Provider, has_team: bool) -> str:
    if provider.ended_on is not None:
        return "has ended"
    if provider.listed_at is None:
        return "is not public"
    if provider.claimed_at is None or not has_team:
        return "has not joined the register, so nobody would read it here"
    return ""


def writers(provider: Provider) -> QuerySet[User]:
    """Those who answer for a provider and are told of its enquiries."""
    return User.objects.filter(
        memberships__provider=provider,
        memberships__role__in=_WRITE,
        memberships__ended_at=None,
        is_active=True,
    ).order_by("pk")


def of_provider(provider: Provider, *, only_open: bool = False) -> QuerySet[EnquiryRecipient]:
    """What has reached a provider, newest first, with the sender's words; one query."""
    delivered = EnquiryRecipient.objects.filter(provider=provider).exclude(state="waiting")
    if only_open:
        delivered = delivered.filter(state__in=OPEN)
    return delivered.select_related("enquiry", "provider").order_by("-id")


def waiting_at(providers: Iterable[int]) -> list[EnquiryRecipient]:
    """For each of these providers the enquiry that has waited longest, with `waiting`, how many wait; one
    query.
    """
    open_ones = EnquiryRecipient.objects.filter(provider__in=list(providers), state__in=OPEN)
    others = (
        EnquiryRecipient.objects.filter(provider=OuterRef("provider"), state__in=OPEN)
        .order_by()
        .values("provider")
        .annotate(n=Count("pk"))
        .values("n")
    )
    oldest = open_ones.order_by("provider_id", "state_since", "pk").distinct("provider_id")
    return list(oldest.annotate(waiting=others).select_related("provider"))


def with_exchange(enquiries: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
    """Enquiries with each provider's state and letters; two more queries however many there are."""
    letters = EnquiryMessage.objects.order_by("pk")
    recipients = (
        EnquiryRecipient.objects.select_related("provider")
        .prefetch_related(Prefetch("messages", letters))
        .order_by("pk")
    )
    return enquiries.prefetch_related(Prefetch("recipients", recipients))


def sent_by(user: User) -> QuerySet[Enquiry]:
    """A person's enquiries, newest first, with how many providers have replied, be it to decline; one query."""
    replied = Count("recipients", filter=Q(recipients__messages__from_provider=True), distinct=True)
    return (
        Enquiry.objects.filter(sender=user)
        .annotate(providers=Count("recipients", distinct=True), replied=replied)
        .order_by("-pk")
    )


def reports(*, decided: bool) -> QuerySet[EnquiryReport]:
    """Enquiries that providers have reported: those that wait, the longest first, or those decided, newest first."""
    rows = EnquiryReport.objects.select_related("recipient__provider", "decided_by")
    if decided:
        return rows.exclude(decision="").order_by("-decided_at", "-pk")
    return rows.filter(decision="").order_by("pk")


def programmes_of(recipient: EnquiryRecipient, most: int = 200) -> list[Programme]:
    """The public programmes of the provider that was asked, those the enquiry names first; one query."""
    rows = (
        Programme.objects.filter(provider=recipient.provider_id, public_version__isnull=False)
        .select_related("public_version")
        .order_by("public_version__title", "pk")[:most]
    )
    return sorted(rows, key=lambda one: one.public_version.title not in recipient.about)  # type: ignore[union-attr]


def untold() -> QuerySet[EnquiryRecipient]:
    """What a team should have been told of by mail and was not yet."""
    has_team = Membership.objects.filter(provider=OuterRef("provider"), ended_at=None, role__in=_WRITE)
    return EnquiryRecipient.objects.filter(Exists(has_team), state="sent", told_at=None).order_by("pk")
