"""Joint maximum likelihood of the rating-scale model by Newton's method (RATING section 8).

log(P_k / P_(k-1)) = subject - assessor - criterion - step_k. All facets and steps move together in each iteration:
the largest facet has a diagonal block and is eliminated, so that a system of the size of the two others is left.
The log-likelihood is concave, so with halved steps the method climbs from anywhere, however thinly the assessors
are linked (moving one facet at a time would creep there).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reviews.rating.agreement.scores import Floats, Places
from reviews.rating.problems import NotConverged

TOLERANCE = 1e-6  # logits
MOST_ITERATIONS = 1000
SIGNS = (1.0, -1.0, -1.0)
_CHUNK = 200_000  # scores worked on at a time, so that memory doesn't grow with their number
# A score that the model is this sure of (variance in levels) lies so far out that its measures are on the way to
# infinity; further out rounding would make them stand still.
_CERTAIN = 1e-9
_FAR = (
    25.0  # logits from the middle of the facet: the same of an element whose scores tell of each other only
)
_HALVINGS = 40


@dataclass(frozen=True)
class Measures:
    """Logits of the elements of each facet, and of the steps; assessors, criteria and steps centre on 0."""

    facets: tuple[Floats, Floats, Floats]
    steps: Floats
    iterations: int
    log_likelihood: float


@dataclass
class _Moments:
    """Gradient and curvature of the log-likelihood, gathered chunk by chunk."""

    log_likelihood: float
    least_variance: float
    gradient: list[Floats]
    step_gradient: Floats
    own: list[Floats]
    cross: dict[tuple[int, int], Floats]
    with_steps: list[Floats]
    steps: Floats


def estimate(
    places: Sequence[Places], sizes: Sequence[int], level: Places, names: Sequence[object]
) -> Measures:
    """Estimate the measures of a connected design without extreme elements.

    places, sizes: of the three facets' elements, numbered from 0; level: each score's level, numbered from 0;
    names: of all elements in the order of the facets, for an error.

    Raises NotConverged, naming the element that moves most, if measures run away or 1000 iterations aren't enough.
    """
    facets = [np.zeros(size) for size in sizes]
    steps = np.zeros(int(level.max()))
    now = _moments(places, level, facets, steps, curvature=True)
    for iteration in range(1, MOST_ITERATIONS + 1):
        move, step_move = _newton(now, sizes)
        share = 1.0
        for _ in range(_HALVINGS):
            there = [old + share * change for old, change in zip(facets, move, strict=True)]
            steps_there = steps + share * step_move
            new = _moments(places, level, there, steps_there, curvature=False)
            # At the top the sums differ by rounding only.
            if new.log_likelihood >= now.log_likelihood - 1e-9 * abs(now.log_likelihood):
                break
            share /= 2
        else:
            raise NotConverged(f"No better measures were found after {iteration} iterations.", iteration)
        facets, steps = there, steps_there
        changes = np.abs(np.concatenate([*move, step_move])) * share
        if changes.max() < TOLERANCE:
            # The last likelihood is that of these measures.
            return Measures(*_centred(facets, steps), iterations=iteration, log_likelihood=new.log_likelihood)
        now = _moments(places, level, facets, steps, curvature=True)
        _check_ends(now, facets, names)
    worst = int(np.argmax(changes[: len(names)]))
    raise NotConverged(
        f"Not converged after {MOST_ITERATIONS} iterations: {names[worst]} still moves by {changes[worst]:.2g} logits.",
        names[worst],
    )


def _check_ends(now: _Moments, facets: Sequence[Floats], names: Sequence[object]) -> None:
    """Raise NotConverged, naming the element, where a measure has no largest likelihood but goes on for ever.

    That happens where scores never overlap: all that one assessor gave are below all that another gave.
    """
    away = np.abs(np.concatenate([facet - facet.mean() for facet in facets]))
    if now.least_variance < _CERTAIN or away.max() > _FAR:
        worst = int(np.argmax(away))
        raise NotConverged(
            f"The measure of {names[worst]} has no end: its scores don't overlap with others' enough to say "
            "how far apart they are.",
            names[worst],
            worst,
        )


def probabilities(measure: Floats, steps: Floats) -> Floats:
    """n x levels: the model's probability of each level at n measures (subject - assessor - criterion)."""
    return np.exp(_log_probabilities(measure, steps))


def mean_and_variance(probability: Floats) -> tuple[Floats, Floats]:
    """The expected level, numbered from 0, and its variance, of n x levels probabilities."""
    numbers = np.arange(probability.shape[1], dtype=np.float64)
    mean = probability @ numbers
    # Not as the mean of squares less the square of the mean: near certainty that is all rounding.
    return mean, (probability * (numbers - mean[:, None]) ** 2).sum(axis=1)


def _log_probabilities(measure: Floats, steps: Floats) -> Floats:
    below = np.concatenate([[0.0], np.cumsum(steps)])
    log = np.multiply.outer(measure, np.arange(len(below), dtype=np.float64)) - below
    log -= log.max(axis=1, keepdims=True)
    return log - np.log(np.exp(log).sum(axis=1, keepdims=True))


def _moments(
    places: Sequence[Places], level: Places, facets: Sequence[Floats], steps: Floats, *, curvature: bool
) -> _Moments:
    sizes = [len(facet) for facet in facets]
    count = len(steps)
    pairs = [(0, 1), (0, 2), (1, 2)] if curvature else []
    total = _Moments(
        log_likelihood=0.0,
        least_variance=np.inf,
        gradient=[np.zeros(size) for size in sizes],
        step_gradient=np.zeros(count),
        own=[np.zeros(size) for size in sizes],
        cross={(f, g): np.zeros((sizes[f], sizes[g])) for f, g in pairs},
        with_steps=[np.zeros((size, count)) for size in sizes],
        steps=np.zeros((count, count)),
    )
    numbers = np.arange(count + 1, dtype=np.float64)
    for start in range(0, len(level), _CHUNK):
        part = slice(start, start + _CHUNK)
        at = [facet[part] for facet in places]
        got = level[part]
        measure = sum(
            (sign * facet[place] for sign, facet, place in zip(SIGNS, facets, at, strict=True)),
            np.zeros(len(got)),
        )
        log = _log_probabilities(measure, steps)
        total.log_likelihood += float(log[np.arange(len(got)), got].sum())
        if not curvature:
            continue
        probability = np.exp(log)
        mean, variance = mean_and_variance(probability)
        total.least_variance = min(total.least_variance, float(variance.min()))
        # Probability of level j or more, for each step j; and its covariance with the level.
        upper = np.cumsum(probability[:, ::-1], axis=1)[:, ::-1][:, 1:]
        upper_sum = np.cumsum((probability * numbers)[:, ::-1], axis=1)[:, ::-1][:, 1:]
        together = upper_sum - mean[:, None] * upper
        total.step_gradient -= (got[:, None] >= numbers[1:]).sum(axis=0) - upper.sum(axis=0)
        least = upper.sum(axis=0)
        total.steps += np.minimum.outer(least, least) - upper.T @ upper
        for f, (place, sign) in enumerate(zip(at, SIGNS, strict=True)):
            total.gradient[f] += sign * np.bincount(place, weights=got - mean, minlength=sizes[f])
            total.own[f] += np.bincount(place, weights=variance, minlength=sizes[f])
            for j in range(count):
                total.with_steps[f][:, j] -= sign * np.bincount(
                    place, weights=together[:, j], minlength=sizes[f]
                )
        for f, g in pairs:
            sums = np.bincount(
                at[f] * sizes[g] + at[g],
                weights=SIGNS[f] * SIGNS[g] * variance,
                minlength=sizes[f] * sizes[g],
            )
            total.cross[f, g] += sums.reshape(sizes[f], sizes[g])
    return total


def _newton(now: _Moments, sizes: Sequence[int]) -> tuple[list[Floats], Floats]:
    """One step of Newton's method, with the small facets and the steps held to their means.

    The information matrix has three nulls (a shift of one facet is taken up by another), so the sums that are to stay
    are added to it as squares: the gradient has nothing along a null, and so the sums don't move.
    """
    big = int(np.argmax(sizes))
    small = [facet for facet in range(3) if facet != big]
    first, second = small
    edges = np.cumsum([0, sizes[first], sizes[second], len(now.step_gradient)])
    parts = [slice(edges[place], edges[place + 1]) for place in range(3)]

    def cross(f: int, g: int) -> Floats:
        return now.cross[f, g] if (f, g) in now.cross else now.cross[g, f].T

    inner = np.zeros((edges[-1], edges[-1]))
    inner[parts[0], parts[0]] = np.diag(now.own[first])
    inner[parts[1], parts[1]] = np.diag(now.own[second])
    inner[parts[2], parts[2]] = now.steps
    inner[parts[0], parts[1]] = cross(first, second)
    inner[parts[0], parts[2]] = now.with_steps[first]
    inner[parts[1], parts[2]] = now.with_steps[second]
    inner = np.triu(inner) + np.triu(inner, 1).T
    side = np.hstack([cross(big, first), cross(big, second), now.with_steps[big]])
    gradient = np.concatenate([now.gradient[first], now.gradient[second], now.step_gradient])
    scaled = side / now.own[big][:, None]
    schur = inner - side.T @ scaled
    wanted = gradient - scaled.T @ now.gradient[big]
    scale = float(np.trace(schur)) / len(schur)
    for part in parts:
        schur[part, part] += scale
    found: Floats
    try:
        found = np.linalg.solve(schur, wanted).astype(np.float64)
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(schur, wanted, rcond=None)[0].astype(np.float64)
    moves: dict[int, Floats] = {first: found[parts[0]], second: found[parts[1]]}
    moves[big] = (now.gradient[big] - side @ found) / now.own[big]
    return [moves[facet] for facet in range(3)], found[parts[2]]


def _centred(facets: Sequence[Floats], steps: Floats) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """Assessors, criteria and steps centre on 0; what that takes away goes to the subjects."""
    subject, assessor, criterion = facets
    shift = assessor.mean() + criterion.mean() + steps.mean()
    return (subject - shift, assessor - assessor.mean(), criterion - criterion.mean()), steps - steps.mean()
