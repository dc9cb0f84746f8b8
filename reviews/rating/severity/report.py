"""What is told of every element and facet once the measures are known (J. M. Linacre, Many-Facet Rasch
Measurement, 1994; the FACETS manual for fair averages, fit, separation and strata).
"""

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reviews.rating.agreement.scores import Floats, Places
from reviews.rating.problems import NotConverged
from reviews.rating.severity.design import FACETS, Core, Design, core_of, design_of
from reviews.rating.severity.estimate import SIGNS, Measures, estimate, mean_and_variance, probabilities

_CHUNK = 200_000
_MOST_SET_ASIDE = 20  # subjects apart from all others; with more, the scale itself is in doubt


@dataclass(frozen=True)
class Element:
    """One subject, assessor or criterion.

    count, total, observed   of all its scores: how many, their sum, their mean
    fair      the score expected at its measure and the mean measure of the other facets
    measure   logits: a higher subject, a more severe assessor, a more difficult criterion; se is its standard error
    infit, outfit   mean squares of the residuals, weighted by information and plain; 1 is expected
    extreme   only lowest or only highest scores, none left without such, or a subject apart from all others: no
              measure, and the four above are None
    """

    label: str
    count: int
    total: int
    observed: float
    fair: float | None
    measure: float | None
    se: float | None
    infit: float | None
    outfit: float | None
    extreme: bool


@dataclass(frozen=True)
class Reliability:
    """How well the measures of a facet tell its elements apart; None with fewer than two measures.

    separation  true spread / mean error;  strata  (4 x separation + 1) / 3, levels that can be told apart
    reliability share of the observed variance (of a sample) that is not error
    """

    separation: float | None
    strata: float | None
    reliability: float | None


@dataclass(frozen=True)
class Severity:
    """The estimated model. `levels` are the scores between which the steps lie."""

    iterations: int
    log_likelihood: float
    levels: tuple[int, ...]
    steps: tuple[float, ...]
    facets: dict[str, tuple[Element, ...]]
    reliability: dict[str, Reliability]

    def to_dict(self) -> dict[str, Any]:
        return {
            "converged": True,
            "iterations": self.iterations,
            "log_likelihood": self.log_likelihood,
            "steps": list(self.steps),
            "facets": {facet: [asdict(element) for element in self.facets[facet]] for facet in FACETS},
            "reliability": {facet: asdict(self.reliability[facet]) for facet in FACETS},
        }


def severity(
    subjects: Sequence[Hashable],
    assessors: Sequence[Hashable],
    criteria: Sequence[Hashable],
    scores: Sequence[float] | Floats | Places,
    scale: tuple[int, int] | None = None,
) -> Severity:
    """Estimate the rating-scale model from n scores, each with its subject, assessor and criterion.

    A subject apart from all others (the only one with 1s, say, and never a 3) has no largest likelihood. It is set
    aside as extreme, so that one such file doesn't keep everybody's severity from being known.

    A level that nobody gave between two that somebody did is left out of the scale: nothing is known of its steps.

    Raises ScoresError: NoScores, BadScore, OneRater, DuplicateScore, TooManyLevels, AllExtreme, Disconnected,
    NotConverged, each with one line that names the item.
    """
    design = design_of(subjects, assessors, criteria, scores, scale)
    out: list[int] = []
    while True:
        core = core_of(design, out)
        numbers = [np.cumsum(stays) - 1 for stays in core.kept]
        places = [number[facet[core.rows]] for number, facet in zip(numbers, design.places, strict=True)]
        sizes = [int(stays.sum()) for stays in core.kept]
        names = [
            label
            for labels, stays in zip(design.labels, core.kept, strict=True)
            for label, stay in zip(labels, stays, strict=True)
            if stay
        ]
        try:
            measures = estimate(places, sizes, core.level, names)
            break
        except NotConverged as error:
            if error.place is None or error.place >= sizes[0] or len(out) == _MOST_SET_ASIDE:
                raise
            out.append(int(np.flatnonzero(core.kept[0])[error.place]))
    fit = _Fit(places, sizes, core, measures)
    elements = {name: _elements(design, core, facet, measures, fit) for facet, name in enumerate(FACETS)}
    return Severity(
        iterations=measures.iterations,
        log_likelihood=measures.log_likelihood,
        levels=tuple(int(level) for level in core.levels),
        steps=tuple(float(step) for step in measures.steps),
        facets=elements,
        reliability={name: _reliability(elements[name]) for name in FACETS},
    )


class _Fit:
    """Standard errors and mean squares of the elements that have a measure.

    Residuals are in levels (places on the scale), as the model knows them.
    """

    def __init__(
        self, places: Sequence[Places], sizes: Sequence[int], core: Core, measures: Measures
    ) -> None:
        information = [np.zeros(size) for size in sizes]
        squares = [np.zeros(size) for size in sizes]
        standardised = [np.zeros(size) for size in sizes]
        count = [np.bincount(place, minlength=size) for place, size in zip(places, sizes, strict=True)]
        for start in range(0, len(core.level), _CHUNK):
            part = slice(start, start + _CHUNK)
            at = [place[part] for place in places]
            measure = sum(
                (sign * facet[place] for sign, facet, place in zip(SIGNS, measures.facets, at, strict=True)),
                np.zeros(len(at[0])),
            )
            mean, variance = mean_and_variance(probabilities(measure, measures.steps))
            residual = (core.level[part] - mean) ** 2
            for facet, size in enumerate(sizes):
                information[facet] += np.bincount(at[facet], weights=variance, minlength=size)
                squares[facet] += np.bincount(at[facet], weights=residual, minlength=size)
                standardised[facet] += np.bincount(at[facet], weights=residual / variance, minlength=size)
        self.se = [1 / np.sqrt(each) for each in information]
        self.infit = [square / each for square, each in zip(squares, information, strict=True)]
        self.outfit = [each / number for each, number in zip(standardised, count, strict=True)]


def _elements(design: Design, core: Core, facet: int, measures: Measures, fit: _Fit) -> tuple[Element, ...]:
    labels = design.labels[facet]
    count = np.bincount(design.places[facet], minlength=len(labels))
    total = np.zeros(len(labels), dtype=np.int64)
    np.add.at(total, design.places[facet], design.score)
    number = np.cumsum(core.kept[facet]) - 1
    fair = _fair(facet, core, measures)
    elements = []
    for place, label in enumerate(labels):
        there = bool(core.kept[facet][place])

        def told(values: Floats, place: int = place, there: bool = there) -> float | None:
            return float(values[number[place]]) if there else None

        elements.append(
            Element(
                label=str(label),
                count=int(count[place]),
                total=int(total[place]),
                observed=float(total[place] / count[place]),
                fair=told(fair),
                measure=told(measures.facets[facet]),
                se=told(fit.se[facet]),
                infit=told(fit.infit[facet]),
                outfit=told(fit.outfit[facet]),
                extreme=not there,
            )
        )
    return tuple(elements)


def _fair(facet: int, core: Core, measures: Measures) -> Floats:
    others = sum(
        SIGNS[other] * float(measures.facets[other].mean()) for other in range(len(FACETS)) if other != facet
    )
    at = SIGNS[facet] * measures.facets[facet] + others
    return probabilities(at, measures.steps) @ core.levels.astype(np.float64)


def _reliability(elements: Sequence[Element]) -> Reliability:
    known = [(element.measure, element.se) for element in elements if element.measure is not None]
    if len(known) < 2:
        return Reliability(None, None, None)
    measure, se = np.array(known, dtype=np.float64).T
    observed, error = float(measure.var(ddof=1)), float((se**2).mean())
    true = max(0.0, observed - error)
    separation = (true / error) ** 0.5
    return Reliability(
        separation=separation,
        strata=(4 * separation + 1) / 3,
        reliability=true / observed if observed > 0 else 0.0,
    )
