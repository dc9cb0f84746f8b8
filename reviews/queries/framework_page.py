"""A framework version in words: its criteria with their levels, and what each band takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch

from reviews.choices import SubjectKind
from reviews.models import Criterion, FrameworkVersion
from reviews.queries.frameworks import scheme_of
from reviews.rating import Scheme, display
from reviews.rating.scheme import Gate


@dataclass(frozen=True)
class CriterionWords:
    """One criterion; `levels` are (number, word, descriptor)."""

    criterion: Criterion
    applies_to: str
    essential_for: str
    levels: tuple[tuple[str, str, str], ...]


def criteria_in_words(framework: FrameworkVersion) -> list[tuple[str, str, str, list[CriterionWords]]]:
    """(code, title, question, criteria) of each heading, in order; two queries."""
    headings = framework.headings.prefetch_related(
        Prefetch("criteria", queryset=Criterion.objects.order_by("order"))
    )
    scale = sorted(framework.scale.items())
    return [
        (
            heading.code,
            heading.title,
            heading.question,
            [
                CriterionWords(
                    criterion,
                    applies_to=kinds_in_words(criterion.applies_to),
                    essential_for=kinds_in_words(criterion.essential_for),
                    levels=tuple((level, word, criterion.descriptors[level]) for level, word in scale),
                )
                for criterion in heading.criteria.all()
            ],
        )
        for heading in headings
    ]


def bands_in_words(framework: FrameworkVersion) -> list[tuple[str, list[str]]]:
    """(title, conditions) of each band, the lowest first; a band needs those below it too."""
    scheme = scheme_of(framework)
    conditions = {band.code: [] for band in scheme.bands}  # type: dict[str, list[str]]
    for (band, _), gates in groupby(scheme.gates, key=lambda gate: (gate.band, gate.kind)):
        conditions[band] += _conditions(scheme, list(gates))
    return [(band.title, conditions[band.code]) for band in scheme.bands]


def _conditions(scheme: Scheme, gates: list[Gate]) -> list[str]:
    """One line for gates of one kind; criteria and headings that ask the same are named together."""
    first = gates[0]
    least = display(first.threshold)
    if first.kind == "essential":
        return [f"Every essential criterion is {least} or more."]
    if first.kind == "overall":
        return [f"The overall is {least} or more."]
    if first.kind == "heading":
        return [f"Every heading is {least} or more."]
    if first.kind == "heading_count":
        return [f"At least {int(first.threshold)} headings are {display(first.each or 0.0)} or more."]
    return [
        f"{scheme.criterion(gate.code).title} ({gate.code}), where it applies, is {display(gate.threshold)} "
        "or more."
        for gate in gates
    ]


def kinds_in_words(codes: Iterable[str]) -> str:
    """ "providers, programmes and specialist leaders"."""
    names = [f"{SubjectKind(code).label.lower()}s" for code in SubjectKind.values if code in codes]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
