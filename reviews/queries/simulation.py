"""What every published rating would be under another framework version.

Reads all standing ratings in one pass and rates them in batches with the array engine: three queries however many
there are, and memory for one batch. Nothing is written.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from programmes.choices import Band
from providers.choices import Phase, ProviderKind
from reviews.choices import SubjectKind
from reviews.framework_document.crosswalk import dropped
from reviews.models import FrameworkVersion, Rating, Submission
from reviews.queries.frameworks import scheme_of
from reviews.queries.ratings import newest_ratings
from reviews.rating import (
    Explanation,
    RatingInputs,
    RatingResult,
    Scheme,
    batch_of,
    check_inputs,
    display,
    explain,
    rate,
    result_of,
)
from reviews.rating.carry import Carried, Sources, carry
from reviews.rating.result import RATED, STATUSES
from reviews.rating.words import counted, joined

BATCH = 2000
MOST_MOVERS = 20
# Where a rating can end that no band can be given: a third score would be needed; it can't be worked out.
AWAITING, NONE = "awaiting", "none"
_BANDS = [Band.EXEMPLARY, Band.QUALITY_ASSURED, Band.WORKING_TOWARDS, Band.NOT_YET]
_RANK = {band.value: place for place, band in enumerate(reversed(_BANDS))}
_FIELDS = (
    "pk", "submission_id", "framework_id", "subject_kind", "inputs", "band", "overall",
    "submission__provider__kind", "region_name", "phase_codes",
)  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """A standing rating and what it is counted by."""

    pk: int
    framework: int
    kind: str
    band: str
    overall: float
    provider_kind: str
    region: str
    phases: tuple[str, ...]
    inputs: RatingInputs


@dataclass(frozen=True)
class _Outcome:
    """What a rating would be. The whole result is made only for the few that are shown: it costs more than all else."""

    status: int
    band: int
    overall: float
    whole: Callable[[], RatingResult]


@dataclass(order=True)
class _Mover:
    """A rating that moves; the further, the larger."""

    steps: int
    apart: float
    pk: int
    row: _Row = field(compare=False)
    outcome: _Outcome = field(compare=False)
    inputs: RatingInputs = field(compare=False)


def published_submissions() -> QuerySet[Submission]:
    """Submissions whose band is in force and public; under appeal the rating stands."""
    return Submission.objects.filter(
        Q(state="published") | Q(state="appealed", state_before_appeal="published")
    )


def published_ratings() -> QuerySet[Rating]:
    """The ratings that stand: the newest of each published submission, those with a band."""
    newest = newest_ratings(published_submissions().values("pk"))
    return Rating.objects.filter(pk__in=newest.values("pk")).exclude(band="")


def simulate(
    document: Mapping[str, Any],
    sources_from: Callable[[FrameworkVersion], Sources],
    *,
    on: dt.date,
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, Any]:
    """What published ratings would be under `document`, as plain data to store and to show.

    `sources_from` gives, for a version that ratings stand under, the codes that the document's criteria come from.
    `progress` is told after every batch how many are done. Raises FrameworkError for a document with faults.
    """
    scheme = Scheme.from_document(document)
    versions = {
        version.pk: version
        for version in FrameworkVersion.objects.filter(pk__in=published_ratings().values("framework"))
    }
    carried = {
        pk: carry(scheme_of(version), scheme, sources_from(version)) for pk, version in versions.items()
    }
    tally = _Tally(scheme)
    done = 0
    for rows in _batches():
        for row, inputs, outcome in _rated(rows, carried, on):
            tally.add(row, inputs, outcome)
        done += len(rows)
        progress(done)
    return {
        **tally.counts(),
        "movers": _movers(tally, scheme, carried),
        "assumed": _assumed(document, versions, carried, sources_from),
        "suspended": Submission.objects.filter(state="suspended").count(),
        "on": on.isoformat(),
    }


def _batches() -> Iterator[list[_Row]]:
    found = (
        published_ratings()
        .annotate(
            region_name=Coalesce(
                "submission__leader__home_school__authority__region__name",
                "submission__provider__region__name",
                "submission__provider__authority__region__name",
            ),
            phase_codes=Coalesce(F("submission__version__phases"), F("submission__leader__phases")),
        )
        .order_by("pk")
        .values_list(*_FIELDS)
    )
    batch: list[_Row] = []
    for pk, _, framework, kind, inputs, band, overall, provider_kind, region, phases in found.iterator(BATCH):
        batch.append(
            _Row(
                pk=pk,
                framework=framework,
                kind=kind,
                band=band,
                overall=float(overall),
                provider_kind=provider_kind,
                region=region or "",
                phases=tuple(phases or ()),
                inputs=RatingInputs.from_dict(inputs),
            )
        )
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _rated(
    rows: Sequence[_Row], carried: Mapping[int, Carried], on: dt.date
) -> Iterator[tuple[_Row, RatingInputs, _Outcome | list[str]]]:
    """Each row with its inputs under the draft and the result, or the lines that say why there is none; one run of
    the engine for each version that the rows stand under."""
    groups: dict[int, list[tuple[_Row, RatingInputs]]] = defaultdict(list)
    for row in rows:
        under = carried[row.framework]
        inputs = under.inputs(row.inputs, on)
        if faults := check_inputs(under.scheme, inputs):
            yield row, inputs, faults
        else:
            groups[row.framework].append((row, inputs))
    for framework, members in groups.items():
        scheme = carried[framework].scheme
        ratings = rate(scheme, batch_of(scheme, [inputs for _, inputs in members]))
        for place, (row, inputs) in enumerate(members):
            yield (
                row,
                inputs,
                _Outcome(
                    int(ratings.status[place]),
                    int(ratings.band[place]),
                    float(ratings.overall[place]),
                    partial(result_of, scheme, ratings, place, inputs),
                ),
            )


class _Tally:
    """Counts of where ratings come from and go to, and the largest movers."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.matrix: Counter[tuple[str, str]] = Counter()
        self.groups: dict[str, dict[str, Counter[str]]] = {
            name: defaultdict(Counter) for name in ("provider_kind", "region", "phase", "kind")
        }
        self.reasons: Counter[str] = Counter()
        self.overall: Counter[str] = Counter()
        self.movers: list[_Mover] = []

    def add(self, row: _Row, inputs: RatingInputs, outcome: _Outcome | list[str]) -> None:
        if not isinstance(outcome, _Outcome):
            band = NONE
            self.reasons.update(outcome[:1])
        elif STATUSES[outcome.status] == RATED:
            band = self.scheme.bands[outcome.band].code
            self._follow(row, inputs, outcome, band)
        else:
            band = AWAITING
        self.matrix[row.band, band] += 1
        word = _direction(row.band, band)
        for name, value in (("provider_kind", row.provider_kind), ("region", row.region), ("kind", row.kind)):
            self.groups[name][value][word] += 1
        for phase in row.phases or ("",):
            self.groups["phase"][phase][word] += 1

    def _follow(self, row: _Row, inputs: RatingInputs, outcome: _Outcome, band: str) -> None:
        apart = outcome.overall - row.overall
        # The stored overall has four decimals.
        moved = abs(apart) > 0.00006
        self.overall["up" if moved and apart > 0 else "down" if moved else "same"] += 1
        steps = abs(_RANK[band] - _RANK[row.band])
        if not steps and not moved:
            return
        mover = _Mover(steps, abs(apart), -row.pk, row, outcome, inputs)
        if len(self.movers) < MOST_MOVERS:
            heapq.heappush(self.movers, mover)
        else:
            heapq.heappushpop(self.movers, mover)

    def counts(self) -> dict[str, Any]:
        words = Counter[str]()
        for (old, new), number in self.matrix.items():
            words[_direction(old, new)] += number
        return {
            "number": sum(self.matrix.values()),
            "directions": dict(words),
            "overall": dict(self.overall),
            "matrix": [[old, new, number] for (old, new), number in sorted(self.matrix.items())],
            "groups": {
                name: [[label, dict(found)] for label, found in _labelled(name, groups)]
                for name, groups in self.groups.items()
            },
            "reasons": [[line, number] for line, number in self.reasons.most_common(20)],
        }


def _direction(old: str, new: str) -> str:
    if new in (AWAITING, NONE):
        return "no_band"
    apart = _RANK[new] - _RANK[old]
    return "up" if apart > 0 else "down" if apart < 0 else "same"


def _labelled(name: str, groups: Mapping[str, Counter[str]]) -> list[tuple[str, Counter[str]]]:
    labels: dict[str, str] = {
        "provider_kind": dict(ProviderKind.choices),
        "phase": dict(Phase.choices),
        "kind": dict(SubjectKind.choices),
        "region": {},
    }[name]
    found = [(labels.get(code, code) or "Not recorded", counts) for code, counts in groups.items()]
    return sorted(found, key=lambda pair: (pair[0] == "Not recorded", pair[0]))


def _movers(tally: _Tally, scheme: Scheme, carried: Mapping[int, Carried]) -> list[dict[str, Any]]:
    """The largest movers with their arithmetic before and after; one query."""
    movers = sorted(tally.movers, reverse=True)
    ratings = {
        rating.pk: rating
        for rating in Rating.objects.filter(pk__in=[mover.row.pk for mover in movers]).select_related(
            "framework", "submission__provider", "submission__version", "submission__leader"
        )
    }
    found = []
    for mover in movers:
        rating, under = ratings[mover.row.pk], carried[mover.row.framework].scheme
        scheme = scheme_of(rating.framework)
        before = explain(scheme, mover.row.inputs, RatingResult.from_stored(scheme, rating.results))
        result = mover.outcome.whole()
        after = explain(under, mover.inputs, result)
        found.append(
            {
                "rating": str(rating.public_id),
                "title": rating.submission.title,
                "provider": rating.submission.provider.name,
                "is_example": rating.submission.provider.is_example,
                "old": mover.row.band,
                "new": result.band,
                "old_overall": display(mover.row.overall),
                "new_overall": display(mover.outcome.overall),
                "before": _arithmetic(scheme, before),
                "after": _arithmetic(under, after),
            }
        )
    return found


def _arithmetic(scheme: Scheme, explanation: Explanation) -> dict[str, Any]:
    """The part of an explanation that tells a band: headings, overall, failed gates, limiters, the sum of it."""
    return {
        "summary": explanation.summary,
        "headings": [
            [step.title, step.arithmetic] for step in (*explanation.headings, explanation.overall) if step
        ],
        "failed": [
            f"For {scheme.band_title(gate.band)}: {gate.sentence}"
            for gate in explanation.gates
            if not gate.passed
        ],
        "limiters": [step.sentence for step in explanation.limiters],
    }


def _assumed(
    document: Mapping[str, Any],
    versions: Mapping[int, FrameworkVersion],
    carried: Mapping[int, Carried],
    sources_from: Callable[[FrameworkVersion], Sources],
) -> list[str]:
    """What the simulation takes for granted, in sentences."""
    titles = {row["code"]: f"{row['code']} {row['title']}" for row in document["criteria"]}
    lines = []
    for pk, version in sorted(versions.items()):
        under, sources = carried[pk], sources_from(version)
        told = f"Ratings under {version}: " if len(versions) > 1 else ""
        for code, kinds in under.left_out:
            came_from = sources.get(code, ())
            if len(came_from) > 1:
                why = f"comes from several criteria ({joined(list(came_from))}), so no score can be said to be its own"
            elif not came_from:
                why = "is new, so nobody has scored it"
            else:
                why = f"was not asked of {_kinds(kinds)} before, so nobody has scored it"
            lines.append(
                f"{told}{titles[code]} {why}. It is left out of every sum and gate for {_kinds(kinds)}."
            )
        shares: dict[str, list[str]] = defaultdict(list)
        for code, source in under.sources.items():
            shares[source].append(code)
        for source, codes in shares.items():
            if len(codes) > 1:
                lines.append(f"{told}{source} became {joined(codes)}: each takes the scores of {source}.")
        gone = dropped(version.document, sources)
        if gone:
            lines.append(
                f"{told}{joined(gone)} {'is' if len(gone) == 1 else 'are'} not carried on: scores are not used."
            )
    return lines


def _kinds(kinds: Sequence[str]) -> str:
    return joined([f"{SubjectKind(kind).label.lower()}s" for kind in kinds])


def in_short(results: Mapping[str, Any]) -> str:
    """The result in one sentence."""
    moves = results["directions"]
    moved = moves.get("up", 0) + moves.get("down", 0)
    words = f"{moved:,} of {counted(results['number'], 'published rating')} would move to another band"
    parts = []
    if moves.get("up"):
        parts.append(f"{moves['up']:,} up")
    if moves.get("down"):
        parts.append(f"{moves['down']:,} down")
    if parts:
        words += f": {joined(parts)}"
    if moves.get("no_band"):
        words += f". For {moves['no_band']:,} no band can be given"
    return words + "."
