"""Framework versions as the reviews read them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from lpdqa.accounts.models import User
from reviews.models import Criterion, FrameworkVersion, Submission
from reviews.rating import Scheme

_schemes: dict[str, Scheme] = {}


def public_frameworks() -> QuerySet[FrameworkVersion]:
    """The versions anyone may read: all but drafts, newest first, without the large document."""
    return (
        FrameworkVersion.objects.exclude(state="draft")
        .defer("document")
        .order_by("code", "-published_at", "-id")
    )


def readable_frameworks(user: User | AnonymousUser) -> QuerySet[FrameworkVersion]:
    """The versions this person may read: administrators see drafts too."""
    if user.is_authenticated and user.is_administrator:
        return FrameworkVersion.objects.defer("document").order_by("code", "-published_at", "-id")
    return public_frameworks()


def current_framework() -> FrameworkVersion | None:
    """The version new submissions are made under: the one in force that was published last."""
    return FrameworkVersion.objects.filter(state="published").order_by("-published_at", "-id").first()


def framework_named(name: str) -> FrameworkVersion | None:
    """The framework version that is called CODE-VERSION, such as LPD-QA-1.0; None where there is none."""
    named = FrameworkVersion.objects.annotate(name=Concat("code", Value("-"), "version"))
    return named.filter(name__iexact=name).first()


def find_framework(name: str) -> FrameworkVersion:
    """`framework_named`, for commands: raises FrameworkVersion.DoesNotExist with words that list what there is."""
    found = framework_named(name)
    if found is None:
        versions = FrameworkVersion.objects.order_by("code", "version").values_list("code", "version")
        known = ", ".join(f"{code}-{version}" for code, version in versions) or "none"
        raise FrameworkVersion.DoesNotExist(f"There is no framework version “{name}”. There is: {known}.")
    return found


def scheme_of(framework: FrameworkVersion) -> Scheme:
    """The framework version as the rating engine reads it; built once a process for a published version.

    Raises `reviews.rating.FrameworkError` for a document with faults.
    """
    found = _schemes.get(framework.content_hash)
    if found is None:
        found = Scheme.from_document(framework.document)
        if framework.published_at:
            _schemes[framework.content_hash] = found
    return found


def deadline(framework: FrameworkVersion, name: str) -> int:
    """A deadline of the scheme: grace_days, factual_check_working_days, appeal_working_days,
    amendment_weeks."""
    return dict(scheme_of(framework).deadlines)[name]


def applicable_criteria(submission: Submission) -> QuerySet[Criterion]:
    """The criteria that apply to the submission's kind of subject, in order, with their headings."""
    return Criterion.objects.filter(
        framework_id=submission.framework_id, applies_to__contains=[submission.subject_kind]
    ).select_related("heading")


def impact_codes(framework: FrameworkVersion) -> frozenset[str]:
    """Codes of the criteria about impact: those the scheme asks a score of its own of for its highest
    band."""
    return frozenset(gate.code for gate in scheme_of(framework).gates if gate.kind == "criterion")
