"""Programmes and their versions. Content lives in a version; a material change starts a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.drafts.merging import merged
from lpdqa.rows import lock, put
from lpdqa.slugs import unique_slug
from lpdqa.workflow import WorkflowError
from programmes.choices import ProgrammeKind
from programmes.models import NPQCourse, Programme, ProgrammeVersion
from programmes.services import catalogue
from providers.models import Provider, Region
from providers.postcodes import tidy_postcode

# Everything a version says; also what a new version takes over from the one before.
CONTENT = tuple(
    field.name
    for field in ProgrammeVersion._meta.concrete_fields
    if field.editable
    and field.name
    not in (
        "id",
        "programme",
        "number",
        "change_note",
        "created_by",
        "published_at",
        "created_at",
        "updated_at",
    )
)

# Apps above this one say why a version can't be changed now (it is with the assessors), in a sentence, or
# None. They add their function when they start: `programmes.edit_guards.append(…)` in `AppConfig.ready`.
edit_guards: list[Callable[[ProgrammeVersion], str | None]] = []


def edit_refusal(version: ProgrammeVersion) -> str | None:
    """Why the version can't be changed now, in a sentence fit for its team; None where it can."""
    if version.published_at:
        return f"Version {version.number} is published and stays as it is. Start a new version to change it."
    return next((refusal for guard in edit_guards if (refusal := guard(version))), None)


def create_programme(
    *,
    provider: Provider,
    by: User,
    kind: str,
    title: str,
    npq_course: NPQCourse | None = None,
    is_example: bool = False,
    **fields: Any,
) -> ProgrammeVersion:
    """Add a programme with its first version, a draft that the public doesn't see.

    Raises:
        ValidationError: by field; also where the provider has this NPQ already.
    """
    problems = {}
    if kind not in ProgrammeKind.values:
        problems["kind"] = "Choose a kind."
    elif kind == ProgrammeKind.NPQ and npq_course is None:
        problems["npq_course"] = "Choose which NPQ it is."
    elif kind != ProgrammeKind.NPQ and npq_course is not None:
        problems["npq_course"] = "Only an NPQ has an NPQ course."
    if problems:
        raise ValidationError(problems)
    with act("programme.create", by=by) as doing:
        lock(provider)
        if npq_course and Programme.objects.filter(provider=provider, npq_course=npq_course).exists():
            raise ValidationError(
                {"npq_course": f"You have {npq_course} on the register already. Edit that one."}
            )
        version = ProgrammeVersion(number=1, created_by=by)
        put(version, {"title": title, **fields}, allowed=CONTENT)
        _check(version)
        programme = Programme.objects.create(
            provider=provider,
            kind=kind,
            npq_course=npq_course,
            is_example=is_example,
            slug=unique_slug(Programme, title, fallback="programme"),
        )
        version.programme = programme
        version.save()
        doing.target = programme
    return version


def update_version(
    *, version: ProgrammeVersion, by: User, opened: Mapping[str, str] | None = None, **fields: Any
) -> ProgrammeVersion:
    """Change what a version says.

    opened: fingerprints of the values when the form was opened, for the merge with other people’s changes
        (`lpdqa.drafts.merging`).

    Raises:
        ValidationError: by field.
        WorkflowError: the version is published or being reviewed.
    """
    with act("version.update", by=by, target=version) as doing:
        lock(version)
        if refusal := edit_refusal(version):
            raise WorkflowError(refusal)
        changed = put(version, merged(version, fields, opened), allowed=CONTENT)
        _check(version)
        version.save()
        doing.detail["fields"] = sorted(changed)
        if version.programme.public_version_id == version.pk:
            catalogue.refresh_programme(programme=version.programme)
    return version


def start_new_version(*, programme: Programme, by: User, change_note: str) -> ProgrammeVersion:
    """Copy the newest version into a draft with the next number, for a material change.

    Raises:
        ValidationError: without a note of what changes.
        WorkflowError: the newest version can still be changed itself.
    """
    if not change_note.strip():
        raise ValidationError({"change_note": "Say what changes. Assessors and school leaders will read it."})
    with act("version.start", by=by) as doing:
        lock(programme)
        newest = programme.versions.order_by("-number")[0]
        if edit_refusal(newest) is None:
            raise WorkflowError(f"Version {newest.number} is still a draft. Change that one.")
        version = ProgrammeVersion(
            programme=programme,
            number=newest.number + 1,
            created_by=by,
            **model_to_dict(newest, fields=CONTENT),
        )
        put(version, {"change_note": change_note.strip()}, allowed={"change_note"})
        version.save()
        doing.target = version
    return version


def _check(version: ProgrammeVersion) -> None:
    problems: dict[str, str] = {}
    if not version.title.strip():
        problems["title"] = "Enter a title."
    shares = (version.protect_share, version.sell_share, version.share_share)
    given = [share for share in shares if share is not None]
    if given and (len(given) < 3 or sum(given) != 100):
        problems["share_share"] = "The three shares of knowledge must add up to 100."
    known = set(Region.objects.filter(code__in=version.regions).values_list("code", flat=True))
    if set(version.regions) - known:
        problems["regions"] = "Choose regions from the list."
    try:
        version.venue_postcode = tidy_postcode(version.venue_postcode)
    except ValidationError as problem:
        problems["venue_postcode"] = problem.messages[0]
    if problems:
        raise ValidationError(problems)
