"""How a rating was worked out, step by step and in words (docs/rating.md, sections 2 to 4).

Plain data for the page, the API and the report to render: no markup here. Every number comes from the result;
nothing is rated again.
"""

from dataclasses import asdict, dataclass
from typing import Any

from reviews.rating.consensus import discordance_sentence
from reviews.rating.engine import IMPACT_CAP
from reviews.rating.inputs import NOT_APPLICABLE, CriterionScores, RatingInputs, Value
from reviews.rating.next_band import NextBand, next_band
from reviews.rating.result import (
    AWAITING_ADJUDICATION,
    FINDING_UPHELD,
    LOW_CONFIDENCE,
    RATED,
    UNVERIFIED_IMPACT_CLAIM,
    ConfidenceResult,
    GateResult,
    RatingResult,
)
from reviews.rating.scheme import CONFIDENCE_PARTS, HIGHEST, LOWEST, Criterion, Scheme
from reviews.rating.words import counted, display, display_pair, joined, plain


@dataclass(frozen=True)
class ScoreStep:
    """A score as given; `role` is blind or third, `words` its name on the scale ("Secure")."""

    assessor: str
    role: str
    value: Value
    words: str


@dataclass(frozen=True)
class CriterionStep:
    """`comparison` is concordant, discordant or missing; `why` and `settled` are sentences."""

    code: str
    title: str
    heading: str
    weight: float
    essential: bool
    scores: tuple[ScoreStep, ...]
    comparison: str
    why: str
    settled: str
    consensus: float | str | None


@dataclass(frozen=True)
class HeadingStep:
    """A heading, or the overall; `value` is None and `display` empty if the heading is absent."""

    code: str
    title: str
    value: float | None
    display: str
    arithmetic: str


@dataclass(frozen=True)
class GateStep:
    band: str
    kind: str
    code: str
    passed: bool
    sentence: str


@dataclass(frozen=True)
class Step:
    """A limiter or a part of confidence; `display` is empty for what isn't a number."""

    code: str
    display: str
    sentence: str


@dataclass(frozen=True)
class Explanation:
    """The ladder from scores to band. Without a rating it ends after the criteria, and `summary` says why."""

    status: str
    summary: str
    criteria: tuple[CriterionStep, ...]
    headings: tuple[HeadingStep, ...]
    overall: HeadingStep | None
    gates: tuple[GateStep, ...]
    limiters: tuple[Step, ...]
    confidence_parts: tuple[Step, ...]
    confidence: Step | None
    validity: str
    next_band: NextBand | None

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, tuples, text and numbers, ready for JSON."""
        return asdict(self)


def explain(scheme: Scheme, inputs: RatingInputs, result: RatingResult) -> Explanation:
    """The steps and sentences behind `result`: `rate_one(scheme, inputs)`, now or as it was stored."""
    rated = result.status == RATED
    return Explanation(
        status=result.status,
        summary=_summary(scheme, result),
        criteria=tuple(
            _criterion_step(scheme, criterion, inputs, result)
            for criterion in scheme.applicable(inputs.subject_type)
        ),
        headings=_heading_steps(scheme, result) if rated else (),
        overall=_overall_step(scheme, result) if rated else None,
        gates=tuple(
            GateStep(gate.band, gate.kind, gate.code, gate.passed, gate_sentence(scheme, gate))
            for gate in result.gates
        ),
        limiters=_limiters(scheme, result),
        confidence_parts=_confidence_parts(scheme, inputs, result.confidence),
        confidence=_confidence(scheme, result.confidence),
        validity=_validity(result) if rated else "",
        next_band=next_band(scheme, result),
    )


def _summary(scheme: Scheme, result: RatingResult) -> str:
    if result.status == AWAITING_ADJUDICATION:
        names = joined([f"{scheme.criterion(code).title} ({code})" for code in result.awaiting])
        return f"No rating yet: a third assessor has to score {names}."
    if result.ruled_band is None:
        lacking = counted(len(result.missing), "criterion")
        verb = "has" if len(result.missing) == 1 else "have"
        return f"No rating: {lacking} {verb} fewer than two blind scores ({joined(result.missing)})."
    title = scheme.band_title(result.ruled_band)
    gives = f"so the {'band is' if result.band == result.ruled_band else 'gates alone give'} {title}."
    failed = [gate for gate in result.gates if not gate.passed]
    if not failed:
        return f"Every gate is passed, {gives}"
    # Gates come in the order of the bands, so the first failed one belongs to the band that was missed.
    missed = failed[0].band
    number = len([gate for gate in failed if gate.band == missed])
    verb = "is" if number == 1 else "are"
    short = f"{counted(number, 'gate')} for {scheme.band_title(missed)} {verb} failed, {gives}"
    if result.ruled_band == scheme.bands[0].code:
        return short
    return f"Every gate for {title} is passed; {short}"


def _criterion_step(
    scheme: Scheme, criterion: Criterion, inputs: RatingInputs, result: RatingResult
) -> CriterionStep:
    given = inputs.scores.get(criterion.code, CriterionScores())
    third = [given.third] if given.third else []
    scores = [("blind", score) for score in given.blind] + [("third", score) for score in third]
    consensus = result.consensus[criterion.code]
    comparison, why, settled = _comparison(scheme, criterion.code, given, result)
    return CriterionStep(
        code=criterion.code,
        title=criterion.title,
        heading=criterion.heading,
        weight=criterion.weight,
        essential=inputs.subject_type in criterion.essential_for,
        scores=tuple(ScoreStep(s.assessor, role, s.value, _scale(scheme, s.value)) for role, s in scores),
        comparison=comparison,
        why=why,
        settled=settled,
        consensus=consensus,
    )


def _scale(scheme: Scheme, value: Value) -> str:
    return "Not applicable" if value == NOT_APPLICABLE else scheme.scale[int(value) - LOWEST]


def _comparison(
    scheme: Scheme, code: str, given: CriterionScores, result: RatingResult
) -> tuple[str, str, str]:
    """(comparison, why, settled) of one criterion."""
    blind = [score.value for score in given.blind]
    if len(blind) < 2:
        return "missing", f"{len(blind)} of 2 blind scores {'is' if len(blind) == 1 else 'are'} there.", ""
    consensus = result.consensus[code]
    reason = result.discordant.get(code)
    if reason is None:
        unused = f" The third score, {given.third.value}, is not used." if given.third else ""
        if consensus == NOT_APPLICABLE:
            return (
                "concordant",
                "Both assessors say that it is not applicable.",
                "It is out of every sum." + unused,
            )
        first, second = (int(value) for value in blind)
        apart = counted(abs(first - second), "point")
        why = f"Concordant: both scored {first}." if first == second else f"Concordant: {apart} apart."
        return "concordant", why, f"Consensus ({first} + {second}) / 2 = {_half(consensus)}.{unused}"
    why = discordance_sentence(scheme, reason, blind)
    if given.third is None:
        return "discordant", why, "A third assessor has to score it."
    third = given.third.value
    if consensus == NOT_APPLICABLE:
        settled = "The third assessor too says that it is not applicable, so it is out of every sum."
    elif reason == NOT_APPLICABLE:
        number = next(value for value in blind if value != NOT_APPLICABLE)
        settled = (
            f"The third assessor scored {third}, so it applies. Consensus is the mean of the two scores: "
            f"({number} + {third}) / 2 = {_half(consensus)}."
        )
    else:
        three = f"{blind[0]}, {blind[1]} and the third score, {third}"
        settled = f"Consensus is the median of {three}: {_half(consensus)}."
    return "discordant", why, settled


def _half(consensus: float | str | None) -> str:
    """A consensus is a multiple of 0.5, so one decimal shows all of it."""
    return display(consensus, 1) if isinstance(consensus, float | int) else ""


def _heading_steps(scheme: Scheme, result: RatingResult) -> tuple[HeadingStep, ...]:
    steps = []
    for heading in scheme.headings:
        value = result.headings[heading.code]
        terms = [
            (criterion.weight, consensus)
            for criterion in scheme.applicable(result.subject_type)
            if criterion.heading == heading.code
            and isinstance(consensus := result.consensus[criterion.code], float | int)
        ]
        if value is None:
            gone = "No criterion of this heading applies, so it is absent and left out of the overall."
            steps.append(HeadingStep(heading.code, heading.title, None, "", gone))
            continue
        products = " + ".join(f"{plain(weight)} × {_half(consensus)}" for weight, consensus in terms)
        weights = " + ".join(plain(weight) for weight, _ in terms)
        total, divisor = sum(w * consensus for w, consensus in terms), sum(w for w, _ in terms)
        arithmetic = f"({products}) / ({weights}) = {plain(total)} / {plain(divisor)} = {display(value, 3)}"
        steps.append(HeadingStep(heading.code, heading.title, value, display(value), arithmetic))
    return tuple(steps)


def _overall_step(scheme: Scheme, result: RatingResult) -> HeadingStep:
    # In the order of the framework: a stored result's headings come in whatever order the database keeps.
    values = [result.headings[heading.code] for heading in scheme.headings]
    present = [value for value in values if value is not None]
    overall = result.overall if result.overall is not None else 0.0
    sum_ = " + ".join(display(value, 3) for value in present)
    return HeadingStep(
        "overall", "Overall", overall, display(overall), f"({sum_}) / {len(present)} = {display(overall, 3)}"
    )


def gate_sentence(scheme: Scheme, gate: GateResult) -> str:
    """One gate as a sentence: "Impact is essential: 3.0 reaches 3.0, so this gate is passed." """
    outcome = f"so this gate is {'passed' if gate.passed else 'failed'}."
    if gate.kind == "heading_count":
        each, needed, number = display(gate.each or 0.0), int(gate.threshold), int(gate.value)
        are = "heading reaches" if number == 1 else "headings reach"
        return f"{number} {are} {each} and {needed} {'has' if needed == 1 else 'have'} to, {outcome}"
    of_criterion = gate.kind in ("essential", "criterion")
    value, threshold = display_pair(gate.value, gate.threshold, gate.passed, places=1 if of_criterion else 2)
    compared = f"{value} {'reaches' if gate.passed else 'is below'} {threshold}, {outcome}"
    if gate.kind == "essential":
        return f"{scheme.criterion(gate.code).title} is essential: {compared}"
    if gate.kind == "criterion":
        return f"{scheme.criterion(gate.code).title} counts for {scheme.band_title(gate.band)}: {compared}"
    titles = {heading.code: heading.title for heading in scheme.headings}
    return f"{titles[gate.code] if gate.kind == 'heading' else 'Overall'}: {compared}"


def _limiters(scheme: Scheme, result: RatingResult) -> tuple[Step, ...]:
    cap = scheme.band_title(IMPACT_CAP)
    order = [band.code for band in scheme.bands]
    ruled = result.ruled_band
    if ruled is not None and order.index(ruled) > order.index(IMPACT_CAP):
        changes = f"so the band is held at {cap}; the gates alone give {scheme.band_title(ruled)}."
    else:
        changes = f"so the band can't be above {cap}; here that changes nothing."
    sentences = {
        FINDING_UPHELD: "A finding was upheld, so the rating is suspended: an alert replaces the band.",
        UNVERIFIED_IMPACT_CLAIM: f"An impact claim has not been verified, {changes}",
        LOW_CONFIDENCE: "Confidence is low, so the band is labelled provisional.",
    }
    steps = [Step(code, "", sentences[code]) for code in result.limiters]
    if result.warns_programmes:
        warning = "The provider is in the lowest band, so its programmes show a warning; their bands stay."
        steps.append(Step("warns_programmes", "", warning))
    return tuple(steps)


def _confidence_parts(
    scheme: Scheme, inputs: RatingInputs, confidence: ConfidenceResult | None
) -> tuple[Step, ...]:
    if confidence is None:
        return ()
    apart = []
    for given in inputs.scores.values():
        values = [score.value for score in given.blind if score.value != NOT_APPLICABLE]
        if len(values) == 2:
            apart.append(abs(int(values[0]) - int(values[1])))
    mean = display(sum(apart) / len(apart))
    evidence, rule, months = inputs.evidence, scheme.confidence, inputs.months_since_decision
    items = evidence.claimed - evidence.gaps
    full, zero = rule.recency_full_months, rule.recency_zero_months
    gaps = f" ({counted(evidence.gaps, 'declared gap')} among them)" if evidence.gaps else ""
    over, of_items = counted(len(apart), "criterion"), counted(items, "evidence item")
    sentences = {
        "agreement": f"Over {over} that both blind assessors scored, the scores are {mean} apart on average: "
        f"1 - {mean} / {HIGHEST - LOWEST}.",
        "evidence": f"{evidence.verified} verified of {evidence.claimed} evidence items claimed{gaps}.",
        "recency": f"{counted(months, 'month')} since the decision; full up to {full}, nothing from {zero}.",
        "independence": f"{evidence.independent} of {of_items} from outside the provider.",
    }
    return tuple(
        Step(part, display(value), f"{part.capitalize()} {display(value)}. {sentences[part]}")
        for part, value in confidence.parts.items()
    )


def _confidence(scheme: Scheme, confidence: ConfidenceResult | None) -> Step | None:
    if confidence is None:
        return None
    rule = scheme.confidence
    weights = dict(zip(CONFIDENCE_PARTS, rule.weights, strict=True))
    terms = " + ".join(f"{plain(weights[part])} × {display(v)}" for part, v in confidence.parts.items())
    reached = {"high": f"{plain(rule.high)} or more", "medium": f"{plain(rule.medium)} or more"}
    why = reached.get(confidence.label, f"below {plain(rule.medium)}")
    value = display(confidence.value)
    return Step(confidence.label, value, f"{terms} = {value}: {confidence.label.capitalize()} ({why}).")


def _validity(result: RatingResult) -> str:
    if result.valid_until is None:
        return "No end of validity: there is no decision yet, or the band is not published."
    return f"Valid until {result.valid_until.day} {result.valid_until:%B %Y}, that day included."
