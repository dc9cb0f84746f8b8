"""Writing shortlists. They leave no trail: see `programmes.models.shortlist`."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.clock import now
from lpdqa.fields import new_code
from lpdqa.rows import lock
from programmes.models import CatalogueEntry, Shortlist, ShortlistItem
from programmes.models.shortlist import MAX_NOTE
from programmes.queries.shortlists import subject_of

MOST_ITEMS = 30
# A list that belongs to nobody and that nobody has touched for so long is deleted.
KEPT = dt.timedelta(days=30)


def start(*, owner: User | None) -> Shortlist:
    """The person's list, made if there is none; without an owner always a new one."""
    if owner is None:
        return Shortlist.objects.create()
    return Shortlist.objects.get_or_create(owner=owner)[0]


@transaction.atomic
def add(*, shortlist: Shortlist, entry: CatalogueEntry) -> ShortlistItem:
    """Put what an entry stands for on the list; adding it twice changes nothing.

    Raises:
        ValidationError: the list is full.
    """
    lock(shortlist)
    subject = subject_of(entry)
    there = shortlist.items.filter(kind=entry.kind, **subject).first()
    if there:
        return there
    if shortlist.items.count() >= MOST_ITEMS:
        raise ValidationError(f"A shortlist holds {MOST_ITEMS}. Take something off it first.")
    shortlist.save(update_fields=["updated_at"])
    return ShortlistItem.objects.create(shortlist=shortlist, kind=entry.kind, **subject)


@transaction.atomic
def remove(*, item: ShortlistItem) -> None:
    """Take an item off its list, note and all."""
    item.shortlist.save(update_fields=["updated_at"])
    item.delete()


@transaction.atomic
def note(*, item: ShortlistItem, text: str) -> ShortlistItem:
    """Write (or empty) the note of an item; `ValidationError` where it is too long."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > MAX_NOTE:
        raise ValidationError(f"A note can be {MAX_NOTE:,} characters long; this one is {len(text):,}.")
    item.note = text
    item.save()
    item.shortlist.save(update_fields=["updated_at"])
    return item


@transaction.atomic
def share(*, shortlist: Shortlist, notes: bool) -> Shortlist:
    """Let whoever has the link read the list, with the notes or without; an earlier link stays the same."""
    lock(shortlist)
    shortlist.share_code = shortlist.share_code or new_code(24)
    shortlist.share_notes = notes
    shortlist.save()
    return shortlist


@transaction.atomic
def stop_sharing(*, shortlist: Shortlist) -> Shortlist:
    """The link stops working for good: sharing again makes another one."""
    lock(shortlist)
    shortlist.share_code, shortlist.share_notes = "", False
    shortlist.save()
    return shortlist


@transaction.atomic
def take_over(*, shortlist: Shortlist, owner: User) -> int:
    """Move a list without an owner into a person's account; returns how many items there was no room for.

    Notes come along; where both lists have a note on the same thing, the account's own stays. The link under
    which it was shared goes on working, unless the account's list has one.
    """
    lock(shortlist)
    if shortlist.owner_id is not None:
        raise ValueError("This list belongs to somebody already.")
    kept = Shortlist.objects.select_for_update(no_key=True).filter(owner=owner).first()
    if kept is None:
        shortlist.owner = owner
        shortlist.save()
        return 0
    there = {_key(item): item for item in kept.items.all()}
    left_out = 0
    for item in shortlist.items.all():
        same = there.get(_key(item))
        if same is not None:
            if item.note and not same.note:
                same.note = item.note
                same.save()
        elif len(there) < MOST_ITEMS:
            item.shortlist = kept
            item.save()
            there[_key(item)] = item
        else:
            left_out += 1
    code, notes = shortlist.share_code, shortlist.share_notes
    shortlist.delete()
    if code and not kept.share_code:
        kept.share_code, kept.share_notes = code, notes
    kept.save()
    return left_out


def forget_unowned() -> int:
    """Delete lists that belong to no account and have not been touched for 30 days; returns how many."""
    old = Shortlist.objects.filter(owner=None, updated_at__lt=now() - KEPT)
    n = old.count()
    old.delete()
    return n


def _key(item: ShortlistItem) -> tuple[int | None, int | None, int | None]:
    return item.programme_id, item.leader_id, item.provider_id
