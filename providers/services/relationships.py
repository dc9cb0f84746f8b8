"""Dated ties between organisations. Either side can say one; it counts as confirmed when both have."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.rows import lock
from providers.choices import RelationshipKind
from providers.models import Provider, Relationship, School
from providers.rules import role_in


def relate(
    *,
    subject: Provider,
    kind: str,
    by: User,
    object: Provider | None = None,
    school: School | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    area: str = "",
) -> Relationship:
    """Say that `subject` is tied to another organisation or to a school; `by` confirms it for their side.

    Raises:
        ValidationError: by field; also where the same tie stands already.
    """
    _check_ends(subject, kind, object, school)
    if valid_from and valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": "The end can’t be before the start."})
    with act("relationship.add", by=by, target=subject) as doing:
        # Taking turns on the subject keeps two people from saying the same thing twice at once.
        lock(subject)
        same = Relationship.objects.filter(subject=subject, kind=kind, object=object, school=school)
        if same.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from or today())).exists():
            label = RelationshipKind(kind).label.lower()
            raise ValidationError(f"“{subject.name}: {label} {object or school}” is on the register already.")
        relationship = Relationship.objects.create(
            subject=subject,
            kind=kind,
            object=object,
            school=school,
            valid_from=valid_from,
            valid_to=valid_to,
            area=area.strip(),
            confirmed_by_subject_at=now() if role_in(by, subject) else None,
            confirmed_by_object_at=now() if object and role_in(by, object) else None,
        )
        doing.target = relationship
        doing.detail.update(kind=str(kind), subject=subject.pk)
    return relationship


def confirm_relationship(*, relationship: Relationship, by: User) -> Relationship:
    """The other side says that the tie is true. Confirming twice changes nothing."""
    with act("relationship.confirm", by=by, target=relationship):
        lock(relationship)
        for side, field in (("subject", "confirmed_by_subject_at"), ("object", "confirmed_by_object_at")):
            organisation = getattr(relationship, side)
            if organisation and not getattr(relationship, field) and role_in(by, organisation):
                setattr(relationship, field, now())
        relationship.save()
    return relationship


def refuse_relationship(*, relationship: Relationship, by: User, reason: str = "") -> None:
    """The other side says that the tie never was: it goes, and only the trail remembers it.

    Raises:
        ValidationError: both sides have confirmed it; then it can only be ended.
    """
    with act("relationship.refuse", by=by, target=relationship.subject, reason=reason) as doing:
        lock(relationship)
        if relationship.confirmed_by_subject_at and relationship.confirmed_by_object_at:
            raise ValidationError("Both sides have confirmed this. End it instead.")
        doing.detail.update(relationship=relationship.pk, kind=relationship.kind)
        relationship.delete()


def end_relationship(*, relationship: Relationship, by: User, on: dt.date | None = None) -> Relationship:
    """Say when the tie ended (today unless told); it stays on the register with its dates.

    Raises:
        ValidationError: it had ended already, or would end before it began.
    """
    on = on or today()
    with act("relationship.end", by=by, target=relationship):
        lock(relationship)
        if relationship.valid_to and relationship.valid_to <= today():
            raise ValidationError("This has ended already.")
        if relationship.valid_from and on < relationship.valid_from:
            raise ValidationError({"valid_to": "The end can’t be before the start."})
        relationship.valid_to = on
        relationship.save()
    return relationship


def _check_ends(subject: Provider, kind: str, object: Provider | None, school: School | None) -> None:
    if kind not in RelationshipKind.values:
        raise ValidationError({"kind": "Choose how the two are related."})
    if (object is None) == (school is None):
        raise ValidationError("Choose one organisation or one school.")
    if object is not None and object.pk == subject.pk:
        raise ValidationError("An organisation can’t be related to itself.")
