"""What would have to change for the next band, in words (docs/rating.md, section 3)."""

from dataclasses import dataclass
from math import ceil

from reviews.rating.engine import IMPACT_CAP, TOLERANCE
from reviews.rating.result import FINDING_UPHELD, UNVERIFIED_IMPACT_CLAIM, GateResult, RatingResult
from reviews.rating.scheme import LOWEST, Scheme
from reviews.rating.words import counted, display, display_pair, joined


@dataclass(frozen=True)
class NextBand:
    """The band above, and everything that stands between: all of `steps` have to happen."""

    band: str
    title: str
    steps: tuple[str, ...]


def next_band(scheme: Scheme, result: RatingResult) -> NextBand | None:
    """The band above the one reached, limiters included; None without a rating and in the highest band."""
    if result.ruled_band is None:
        return None
    order = [band.code for band in scheme.bands]
    ruled, cap = order.index(result.ruled_band), order.index(IMPACT_CAP)
    held = UNVERIFIED_IMPACT_CLAIM in result.limiters
    above = (min(ruled, cap) if held else ruled) + 1
    if above == len(order):
        return None
    steps = []
    if FINDING_UPHELD in result.limiters:
        steps.append("The finding has to be cleared: until then an alert replaces any band.")
    if held and above > cap:
        steps.append("The impact claim has to be verified, or withdrawn.")
    steps += [_step(scheme, result, g) for g in result.gates if g.band == order[above] and not g.passed]
    return NextBand(order[above], scheme.bands[above].title, tuple(steps))


def _step(scheme: Scheme, result: RatingResult, gate: GateResult) -> str:
    if gate.kind == "heading_count":
        return _headings_step(scheme, result, gate)
    if gate.kind == "overall":
        value, threshold = display_pair(gate.value, gate.threshold, gate.passed)
        return f"The overall has to rise from {value} to {threshold}."
    if gate.kind == "heading":
        value, threshold = display_pair(gate.value, gate.threshold, gate.passed)
        return f"{_heading_title(scheme, gate.code)} has to rise from {value} to {threshold}."
    criterion = scheme.criterion(gate.code)
    value, threshold = display_pair(gate.value, gate.threshold, gate.passed, places=1)
    level = ceil(gate.threshold - TOLERANCE)
    meaning = f"{scheme.scale[level - LOWEST]} ({level}) means: {criterion.descriptors[level - LOWEST]}"
    return f"{criterion.title} ({criterion.code}) has to rise from {value} to {threshold}. {meaning}"


def _headings_step(scheme: Scheme, result: RatingResult, gate: GateResult) -> str:
    """How many more headings have to be strong, and which are nearest."""
    each = gate.each if gate.each is not None else gate.threshold
    lacking = int(gate.threshold) - int(gate.value)
    below = [
        (value, code)
        for code, value in result.headings.items()
        if value is not None and value < each - TOLERANCE
    ]
    # The nearest first; those level with each other in the order of the framework.
    nearest = sorted(below, key=lambda pair: -pair[0])[:lacking]
    shown = joined([f"{_heading_title(scheme, code)} ({display(value)})" for value, code in nearest])
    needed = (
        f"{counted(lacking, 'more heading')} {'has' if lacking == 1 else 'have'} to reach {display(each)}"
    )
    if len(nearest) < lacking:
        return f"{needed}, but only {len(nearest)} below it {'is' if len(nearest) == 1 else 'are'} present."
    return f"{needed}; nearest: {shown}."


def _heading_title(scheme: Scheme, code: str) -> str:
    return {heading.code: heading.title for heading in scheme.headings}[code]
