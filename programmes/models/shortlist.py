"""Shortlists: what somebody looking for provision keeps, with notes.

Private working lists of visitors: no trail and no history, so that nobody can read afterwards what a school was
interested in.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import TimedModel
from programmes.choices import EntryKind
from programmes.models.programme import Programme
from providers.models import Provider, SpecialistLeader

MAX_NOTE = 1000


class Shortlist(TimedModel):
    """One person's list. Without an owner it belongs to the browser session that holds its primary key."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="shortlist"
    )
    share_code = models.CharField(
        max_length=32, blank=True, help_text="Whoever has it may read the list; empty: not shared"
    )
    share_notes = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["share_code"], condition=~Q(share_code=""), name="shortlist_share_code"
            ),
            models.CheckConstraint(
                condition=~Q(share_code="") | Q(share_notes=False), name="shortlist_notes_shared"
            ),
        ]

    def __str__(self) -> str:
        return f"Shortlist {self.pk}"


class ShortlistItem(TimedModel):
    """A programme, specialist leader or provider on a list. Its title is always read from the catalogue: what is
    no longer public isn't shown from an old list either."""

    shortlist = models.ForeignKey(Shortlist, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    leader = models.ForeignKey(
        SpecialistLeader, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    note = models.TextField(max_length=MAX_NOTE, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=EntryKind.PROGRAMME, programme__isnull=False, leader=None, provider=None)
                    | Q(kind=EntryKind.SLE, programme=None, leader__isnull=False, provider=None)
                    | Q(kind=EntryKind.PROVIDER, programme=None, leader=None, provider__isnull=False)
                ),
                name="shortlist_item_kind",
            ),
            *(
                models.UniqueConstraint(
                    fields=["shortlist", name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"shortlist_{name}_once",
                )
                for name in ("programme", "leader", "provider")
            ),
        ]

    def __str__(self) -> str:
        return f"Item {self.pk} of shortlist {self.shortlist_id}"
