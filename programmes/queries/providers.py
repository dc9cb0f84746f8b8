"""What the public sees of an organisation's ties to others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from lpdqa.clock import today
from programmes.models import CatalogueEntry
from providers.models import Provider, Relationship

# How the other side of a tie is said.
_SEEN_FROM_OBJECT = {
    "member_of": "Has as members",
    "partner_in": "Has as partners",
    "accredits": "Accredited by",
    "subscribes_to": "Subscribed to by",
    "delivers_for": "Works through",
    "coordinates": "Coordinated by",
    "led_by": "Leads",
    "serves": "Served by",
}


@dataclass(frozen=True)
class Tie:
    """Another organisation, or a school; `slug` where it has a page. `note` is its area and dates."""

    name: str
    slug: str
    note: str


@dataclass
class Ties:
    """Ties of one kind, with the words for it; `ended` are those of the past."""

    words: str
    now: list[Tie] = field(default_factory=list)
    ended: list[Tie] = field(default_factory=list)


def ties_of(provider: Provider) -> list[Ties]:
    """Ties that a source states or that each organisation in them has confirmed; one query."""
    sourced = Q(source__isnull=False)
    confirmed = Q(confirmed_by_subject_at__isnull=False) & (
        Q(confirmed_by_object_at__isnull=False) | Q(object=None)
    )
    ties = (
        Relationship.objects.filter(Q(subject=provider) | Q(object=provider))
        .filter(sourced | confirmed)
        .select_related("subject", "object", "school")
        .order_by("kind", "pk")
    )
    groups: dict[str, Ties] = defaultdict(lambda: Ties(""))
    for tie in ties:
        outward = tie.subject_id == provider.pk
        words = str(tie.get_kind_display()) if outward else _SEEN_FROM_OBJECT[tie.kind]
        other = (tie.object or tie.school) if outward else tie.subject
        if other is None:
            continue
        public = isinstance(other, Provider) and other.listed_at is not None
        if isinstance(other, Provider) and not public:
            continue
        group = groups[words]
        group.words = words
        past = tie.valid_to is not None and tie.valid_to < today()
        slug = other.slug if isinstance(other, Provider) else ""
        (group.ended if past else group.now).append(Tie(other.name, slug, _note(tie)))
    return list(groups.values())


def offers_of(provider: Provider, kind: str, most: int) -> tuple[list[CatalogueEntry], int]:
    """The first `most` of a provider's programmes or specialist leaders that the public sees, by title, and how many
    there are; two queries.
    """
    entries = CatalogueEntry.objects.filter(provider=provider, kind=kind)
    shown = entries.select_related("region", "authority").order_by("title", "pk")[:most]
    return list(shown), entries.count()


def _note(tie: Relationship) -> str:
    parts = [tie.area]
    if tie.valid_from:
        parts.append(f"since {tie.valid_from.year}" if not tie.valid_to else f"{tie.valid_from.year} to")
    if tie.valid_to:
        parts.append(f"{tie.valid_to.year}" if tie.valid_from else f"to {tie.valid_to.year}")
    return " ".join(part for part in parts if part)
