"""How well an assessor's expertise matches what is put forward: one measure for the board and the allocation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from programmes.choices import Topic
from providers.choices import Expertise, Phase
from reviews.choices import SubjectKind
from reviews.models import AssessorProfile, Submission

# What counts how much, among what the submission says at all.
_KIND, _TOPICS, _PHASES, _REGION = 0.2, 0.5, 0.2, 0.1
_WORDS: dict[str, str] = {**dict(Expertise.choices), **dict(Topic.choices), **dict(Phase.choices)}


@dataclass(frozen=True)
class Wanted:
    """What a submission asks of whoever assesses it; `topics` are areas of expertise for a specialist leader."""

    kind: str
    topics: frozenset[str]
    phases: frozenset[str]
    regions: frozenset[str]


@dataclass(frozen=True)
class Fit:
    """`share` from 0, nothing recorded that matches, to 1, everything; `words` name what does."""

    share: float
    words: tuple[str, ...]


NO_FIT = Fit(0.0, ())


def wanted_by(submission: Submission) -> Wanted:
    """What this submission asks for. Reads `version`, `leader` and `provider.region` of it."""
    version, leader = submission.version, submission.leader
    regions = set(version.regions) if version is not None else set()
    if not regions and submission.provider.region is not None:
        regions = {submission.provider.region.code}
    return Wanted(
        kind=submission.subject_kind,
        topics=frozenset(version.topics if version else leader.expertise if leader else ()),
        phases=frozenset(version.phases if version else leader.phases if leader else ()),
        regions=frozenset(regions),
    )


def fit(profile: AssessorProfile | None, wanted: Wanted) -> Fit:
    """How well the profile matches."""
    if profile is None:
        return NO_FIT
    topics = wanted.topics.intersection(profile.topics)
    phases = wanted.phases.intersection(profile.phases)
    regions = wanted.regions.intersection(profile.regions)
    kind = wanted.kind in profile.subject_kinds
    got = _KIND * kind
    of = _KIND
    for weight, all_of_it, matching in (
        (_TOPICS, wanted.topics, topics), (_PHASES, wanted.phases, phases),
    ):  # fmt: skip
        if all_of_it:
            got += weight * len(matching) / len(all_of_it)
            of += weight
    if wanted.regions:
        got += _REGION * bool(regions)
        of += _REGION
    words = [*([SubjectKind(wanted.kind).label] if kind else []), *_labels(topics), *_labels(phases)]
    return Fit(got / of, (*words, *(["Same region"] if regions else [])))


def _labels(codes: Iterable[str]) -> list[str]:
    return sorted(_WORDS.get(code, code) for code in codes)
