"""Do the stored ratings still follow from the inputs stored with them?"""

from __future__ import annotations

import json
from collections.abc import Iterator

from reviews.models import Rating
from reviews.queries.frameworks import scheme_of
from reviews.rating import ALGORITHM_VERSION, InputsError, RatingInputs, inputs_hash, rate_one


def differences() -> Iterator[tuple[Rating, list[str]]]:
    """Every stored rating, in order, with a line for each thing about it that doesn't follow from its
    inputs."""
    for rating in Rating.objects.order_by("pk").select_related("framework").iterator(chunk_size=500):
        yield rating, _differences(rating)


def _differences(rating: Rating) -> list[str]:
    if rating.algorithm_version != ALGORITHM_VERSION:
        return [f"made by algorithm {rating.algorithm_version}; this program has {ALGORITHM_VERSION}."]
    try:
        inputs = RatingInputs.from_dict(rating.inputs)
        result = rate_one(scheme_of(rating.framework), inputs)
    except InputsError as error:
        return error.lines
    lines = []
    if inputs_hash(inputs) != rating.inputs_hash:
        lines.append("the inputs are not those that were hashed.")
    # Through JSON, as the row was: numbers and lists compare as they are stored.
    if json.loads(json.dumps(result.to_dict())) != rating.results:
        lines.append("the results stored are not what the inputs give.")
    columns = {
        "band": "" if result.alert else result.band or "",
        "valid_to": result.valid_until,
        "provisional": result.provisional,
        "overall": f"{result.overall:.4f}",
        "confidence": result.confidence.label if result.confidence else "",
        "confidence_value": f"{result.confidence.value:.4f}" if result.confidence else "",
        "subject_kind": result.subject_type,
        "decided_on": inputs.decided_on,
    }
    for name, expected in columns.items():
        stored = getattr(rating, name)
        if (str(stored) if isinstance(expected, str) else stored) != expected:
            lines.append(f"{name} is {stored}, the inputs give {expected}.")
    return lines
