"""Random frameworks and random inputs for them, all of them sound."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from reviews.rating import NOT_APPLICABLE, CriterionScores, Evidence, RatingInputs, Score

CONFIDENCE_PARTS = ("agreement", "evidence", "recency", "independence")
SUBJECT_TYPES = ("provider", "programme", "sle")

json_values: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def examples(number: int) -> settings:
    """So many examples, without limits of time: on a busy machine those fail where nothing is wrong."""
    return settings(max_examples=number, deadline=None, suppress_health_check=[HealthCheck.too_slow])


_thresholds = st.one_of(st.integers(4, 16).map(lambda quarters: quarters / 4), st.floats(1, 4))
_weights = st.one_of(st.integers(1, 5), st.floats(0.01, 100))


@st.composite
def frameworks(draw: DrawFn) -> dict[str, Any]:
    """A framework document in the shape of lpd-qa-1.0.json, with everything that is a parameter drawn."""
    codes = [f"h{place}" for place in range(draw(st.integers(1, 5)))]
    criteria = []
    # The first criteria make sure that no heading is empty and that every subject type has an essential.
    for place in range(max(3, len(codes)) + draw(st.integers(0, 6))):
        wanted = SUBJECT_TYPES if place == 0 else draw(st.sets(st.sampled_from(SUBJECT_TYPES), min_size=1))
        applies = sorted(wanted)
        essential = applies if place == 0 else sorted(draw(st.sets(st.sampled_from(applies))))
        heading = codes[place] if place < len(codes) else draw(st.sampled_from(codes))
        criteria.append(_criterion(f"C{place}", heading, applies, essential, draw(_weights)))
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    full = draw(st.integers(0, 24))
    some = draw(st.sets(st.sampled_from([criterion["code"] for criterion in criteria]), max_size=2))
    scheme = {
        "discordance": {"gap": draw(st.integers(1, 3)), "essential_straddles": draw(st.integers(2, 4))},
        "bands": [
            {"code": code, "title": code.replace("_", " ").capitalize()}
            for code in ("not_yet", "working_towards", "quality_assured", "exemplary")
        ],
        "thresholds": {
            "not_yet": {"essential_below": draw(_thresholds), "overall_below": draw(_thresholds)},
            "working_towards": {
                "essential_below": draw(_thresholds),
                "overall_below": draw(_thresholds),
                "any_heading_below": draw(_thresholds),
            },
            "exemplary": {
                "overall_at_least": draw(_thresholds),
                "every_heading_at_least": draw(_thresholds),
                "headings_at_least": {"count": draw(st.integers(0, len(codes))), "value": draw(_thresholds)},
                "criteria_at_least": {code: draw(_thresholds) for code in sorted(some)},
            },
        },
        "confidence": {
            "weights": {
                part: share / 100
                for part, share in zip(
                    ("agreement", "evidence", "recency", "independence"), shares, strict=True
                )
            },
            "high": draw(st.floats(0.6, 1)),
            "medium": draw(st.floats(0, 0.5)),
            "recency_full_months": full,
            "recency_zero_months": full + draw(st.integers(1, 24)),
        },
        "validity_months": {"provider": 36, "programme": 24, "sle": 24, "working_towards": 12},
        "grace_days": 60,
        "reminder_days": [180, 90, 30],
        "factual_check_working_days": 10,
        "appeal_working_days": 15,
        "amendment_weeks": 20,
    }
    return {
        "code": "TEST",
        "version": "1.0",
        "title": "A framework for a test",
        "purpose": "recognise",
        "context": "Tests",
        "scale": {str(level): f"Level {level}" for level in range(1, 5)},
        "headings": [{"code": code, "title": code.upper(), "question": "Is it?"} for code in codes],
        "scheme": scheme,
        "criteria": criteria,
    }


def _criterion(
    code: str, heading: str, applies_to: list[str], essential_for: list[str], weight: float
) -> dict[str, Any]:
    return {
        "code": code,
        "heading": heading,
        "title": f"Criterion {code}",
        "question": "Does it?",
        "evidence_expected": "Some",
        "applies_to": applies_to,
        "essential_for": essential_for,
        "weight": weight,
        "descriptors": {str(level): f"{code} at {level}" for level in range(1, 5)},
    }


@st.composite
def inputs_for(
    draw: DrawFn, document: dict[str, Any], subject_type: str | None = None, complete: bool = False
) -> RatingInputs:
    """Sound inputs; with `complete` every score that a rating needs is there."""
    kind = subject_type or draw(st.sampled_from(SUBJECT_TYPES))
    # Scores missing here and there would leave next to no example with a rating, so that is drawn once.
    gaps_in_blind = not complete and draw(st.integers(0, 5)) == 0
    gaps_in_third = not complete and draw(st.integers(0, 3)) == 0
    lowest = draw(st.integers(1, 3))  # or an essential at 1 would make nearly every example "not yet"
    scores = {}
    for criterion in document["criteria"]:
        if kind not in criterion["applies_to"]:
            continue
        numbers = st.integers(lowest, 4)
        some = numbers if kind in criterion["essential_for"] else numbers | st.just(NOT_APPLICABLE)
        blind = draw(st.lists(some, min_size=0 if gaps_in_blind else 2, max_size=2))
        both_scored = len(blind) == 2 and NOT_APPLICABLE not in blind
        thirds = numbers if both_scored else some
        third = draw(st.none() | thirds if gaps_in_third else thirds)
        scores[criterion["code"]] = CriterionScores(
            tuple(Score(name, value) for name, value in zip("AB", blind, strict=False)),
            None if third is None else Score("C", third),
        )
    items, gaps = draw(st.integers(0, 30)), draw(st.integers(0, 10))
    return RatingInputs(
        subject_type=kind,
        scores=scores,
        evidence=Evidence(items + gaps, draw(st.integers(0, items)), draw(st.integers(0, items)), gaps),
        decided_on=draw(st.none() | st.dates()),
        months_since_decision=draw(st.integers(0, 60)),
        unverified_impact_claim=draw(st.booleans()),
        finding_upheld=draw(st.booleans()),
    )
