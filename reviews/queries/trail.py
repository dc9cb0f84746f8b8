"""The trail in words: who did what, when and why; of one submission, or everything that was ever done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from pghistory.models import Events

from lpdqa.accounts.models import User
from lpdqa.audit.models import ACKNOWLEDGED, Entry
from providers.models import Membership
from reviews.models import (
    Appeal,
    Assessment,
    Complaint,
    Condition,
    Decision,
    Evidence,
    EvidenceRequest,
    FactComment,
    Finding,
    OverrideRequest,
    Submission,
)
from reviews.queries.complaints import concerned

# Rows whose values are nobody's to read here: scores are blind until they are settled, and sign-in is private.
_CLOSED = frozenset({"reviews.Score", "accounts.User"})
_PARTS: tuple[type[Model], ...] = (
    Assessment, Complaint, Decision, Finding, EvidenceRequest, Evidence, FactComment, OverrideRequest,
)  # fmt: skip


@dataclass(frozen=True)
class TrailLine:
    """One entry of the trail."""

    pk: int
    at: dt.datetime
    who: str
    what: str
    about: str
    change: str
    why: str


@dataclass(frozen=True)
class Change:
    """What an act changed in one row: the kind of row, its number, and (field, from, to) of each value."""

    kind: str
    pk: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


def trail_of(submission: Submission, user: User) -> list[TrailLine]:
    """Everything done to the submission and its parts that this person may read, newest first; a constant number of
    queries."""
    entries = Entry.objects.filter(_about([submission.pk])).exclude(_kept_from(user))
    return [line(entry) for entry in entries.select_related("actor").order_by("-id")]


def trail(user: User, chosen: Mapping[str, Any]) -> QuerySet[Entry]:
    """Entries this administrator may read, newest first.

    Filters, all optional: `who` (a name or address), `what` (in the name of the act), `kind` (of object, such as
    “reviews.submission”), `since` and `until` (dates), `words` (in the label or the reason), `context`.
    """
    entries = Entry.objects.select_related("actor", "acknowledgement__by").order_by("-id")
    entries = entries.exclude(_kept_from(user))
    if own := barred(user):
        # A change to an allocation is about the run, and says in its detail who sits in which file.
        # (Of an entry that names none, "not among them" would be neither true nor false.)
        entries = entries.exclude(_about(own)).filter(
            Q(detail__submission__isnull=True) | ~Q(detail__submission__in=own)
        )
    if who := chosen.get("who"):
        people = User.objects.filter(Q(name__icontains=who) | Q(email__iexact=who))
        entries = entries.filter(actor__in=people.values("pk"))
    if what := chosen.get("what"):
        entries = entries.filter(action__icontains=what.strip().lower().replace(": ", ".").replace(" ", "_"))
    if kind := chosen.get("kind"):
        entries = entries.filter(target_type=kind)
    if since := chosen.get("since"):
        entries = entries.filter(at__date__gte=since)
    if until := chosen.get("until"):
        entries = entries.filter(at__date__lte=until)
    if words := chosen.get("words"):
        entries = entries.filter(Q(label__icontains=words) | Q(reason__icontains=words))
    if context := chosen.get("context"):
        entries = entries.filter(context=context)
    return entries


def barred(user: User) -> list[int]:
    """Submissions whose trail this person doesn't read: of their own organisation, and those they assess."""
    own = Membership.objects.filter(user=user, ended_at=None).values("provider")
    assessed = Assessment.objects.filter(assessor=user).values("submission")
    return list(
        Submission.objects.filter(Q(provider__in=own) | Q(pk__in=assessed)).values_list("pk", flat=True)
    )


def _kept_from(user: User) -> Q:
    """Entries about complaints that concern this person: they don't learn that there is one."""
    return Q(target_type=Complaint._meta.label_lower, target_id__in=concerned(user).values("pk"))


def waiting(user: User) -> QuerySet[Entry]:
    """Acts that somebody without a part in them still has to acknowledge, the oldest first."""
    return (
        trail(user, {})
        .filter(action__in=ACKNOWLEDGED, actor__isnull=False, acknowledgement=None)
        .exclude(actor=user)
        .exclude(target_type="accounts.user", target_id=user.pk)
        .order_by("id")
    )


def line(entry: Entry) -> TrailLine:
    """An entry in words."""
    model = entry.target_type and apps.get_model(entry.target_type)._meta.verbose_name
    return TrailLine(
        pk=entry.pk,
        at=entry.at,
        who=entry.actor.name if entry.actor else "The register itself",
        what=entry.action.replace(".", ": ").replace("_", " ").capitalize(),
        about=entry.label or (f"{model} {entry.target_id}".capitalize() if model else ""),
        change=f"{entry.from_state} → {entry.to_state}" if entry.to_state else "",
        why=entry.reason,
    )


def kinds() -> list[tuple[str, str]]:
    """Kinds of object the trail speaks of: (code, name)."""
    ours = ("accounts", "providers", "programmes", "reviews")
    found = [model._meta for app in ours for model in apps.get_app_config(app).get_models()]
    return sorted(
        (
            (meta.label_lower, str(meta.verbose_name).capitalize())
            for meta in found
            if not str(meta.object_name).endswith("Event")
        ),
        key=lambda pair: pair[1],
    )


def changes(entry: Entry, viewer: User) -> list[Change]:
    """What the act changed, row by row, from and to: from the tables that triggers fill, so raw SQL is in it too.

    An act may be about many reviews, such as an allocation: rows of those whose trail this person doesn't read are left
    out.
    """
    if entry.context is None:
        return []
    found, own = [], set(barred(viewer))
    for event in Events.objects.filter(pgh_context_id=entry.context).order_by("pgh_created_at", "pgh_slug"):
        is_submission = event.pgh_obj_model == "reviews.Submission"
        if (int(event.pgh_obj_id or 0) if is_submission else event.pgh_data.get("submission_id")) in own:
            continue
        if event.pgh_obj_model in _CLOSED:
            found.append(
                Change(str(apps.get_model(event.pgh_obj_model)._meta.verbose_name), event.pgh_obj_id)
            )
            continue
        diff = event.pgh_diff or {name: (None, value) for name, value in event.pgh_data.items()}
        fields = [(name, _word(was), _word(now)) for name, (was, now) in diff.items() if name != "updated_at"]
        found.append(
            Change(str(apps.get_model(event.pgh_obj_model)._meta.verbose_name), event.pgh_obj_id, fields)
        )
    return found


def address_of(entry: Entry) -> str:
    """The page of what the entry is about; empty where it has none."""
    if entry.target_type == "reviews.submission":
        public_id = (
            Submission.objects.filter(pk=entry.target_id or 0).values_list("public_id", flat=True).first()
        )
        return reverse("board_submission", args=[public_id]) if public_id else ""
    return ""


EXPORTED = ("id", "at", "actor", "action", "target_type", "target_id", "label", "from_state", "to_state", "reason",
            "detail", "context", "acknowledged_by", "acknowledged_at")  # fmt: skip


def exported(entries: QuerySet[Entry]) -> Iterator[list[Any]]:
    """Rows of the export, oldest first and streamed: people by their number, never by name or address."""
    names = [name for name in EXPORTED if not name.startswith("acknowledged")]
    rows = entries.select_related(None).order_by("id")
    values = rows.values_list(*names, "acknowledgement__by", "acknowledgement__at")
    yield from (list(row) for row in values.iterator(chunk_size=2000))


def _about(submissions: Iterable[int]) -> Q:
    """Entries about these submissions or a part of one."""
    keys = list(submissions)
    found = Q(target_type="reviews.submission", target_id__in=keys)
    found |= Q(
        target_type="reviews.appeal",
        target_id__in=Appeal.objects.filter(decision__submission__in=keys).values("pk"),
    )
    found |= Q(
        target_type="reviews.condition",
        target_id__in=Condition.objects.filter(decision__submission__in=keys).values("pk"),
    )
    for model in _PARTS:
        found |= Q(
            target_type=model._meta.label_lower,
            target_id__in=model._default_manager.filter(submission__in=keys).values("pk"),
        )
    return found


def _word(value: Any) -> str:
    return "" if value is None else str(value)
