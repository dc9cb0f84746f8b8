"""The frozen content of a submission as labelled lines, for those who assess and decide."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Field, ForeignKey, Model

from programmes.models import ProgrammeVersion
from programmes.queries.leaders import without_name
from providers.models import Provider, SpecialistLeader
from reviews.choices import SubjectKind
from reviews.models import Submission

_MODELS: dict[str, tuple[str, type[Model]]] = {
    SubjectKind.PROVIDER: ("provider", Provider),
    SubjectKind.PROGRAMME: ("version", ProgrammeVersion),
    SubjectKind.SLE: ("leader", SpecialistLeader),
}
# Addresses and keys of the register's own; nothing to judge.
_LEFT_OUT = frozenset(
    {"slug", "latitude", "longitude", "is_example", "email_domain", "external_code", "programme"}
)


def frozen_content(submission: Submission) -> list[tuple[str, str]]:
    """(label, text) of every field filled in when the submission was last frozen; empty before that.

    What is frozen never changes, so a name that the provider wrote into a text stays in there; it is left out as the
    text is read, as long as the specialist leader doesn’t agree to be named.
    """
    snapshot = submission.snapshots.order_by("-id").first()
    if snapshot is None:
        return []
    key, model = _MODELS[submission.subject_kind]
    stored = snapshot.content[key]
    lines = []
    for field in model._meta.concrete_fields:
        value = stored.get(field.name)
        if field.name in _LEFT_OUT or isinstance(field, ForeignKey) or value in (None, "", [], False):
            continue
        label = str(field.verbose_name)
        text = without_name(submission.leader, _words(field, value))
        lines.append((label[0].upper() + label[1:], text))
    return lines


def _words(field: Field, value: Any) -> str:
    if value is True:
        return "Yes"
    if isinstance(field, ArrayField):
        labels = dict(field.base_field.flatchoices)
        return ", ".join(str(labels.get(item, item)) for item in value)
    return str(dict(field.flatchoices).get(value, value))
