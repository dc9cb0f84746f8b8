"""Do the stored ratings still follow from the inputs stored with them?

A chunk of ratings goes through the engine as arrays. What comes out exactly as it was stored is in order; the few
that don't are looked at one by one, for the words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from reviews.models import FrameworkVersion, Rating
from reviews.queries.frameworks import scheme_of
from reviews.rating import (
    ALGORITHM_VERSION,
    InputsError,
    RatingInputs,
    Scheme,
    canonical_json,
    inputs_hash,
    rate,
    rate_one,
)
from reviews.rating.batch import batch_faults
from reviews.rating.engine import CONFIDENCE_LABELS
from reviews.rating.inputs import canonical_text
from reviews.rating.records import canonical_lines, hashes, read_scored, result_lines

# Ratings a chunk: a few kilobytes each while they are compared.
CHUNK = 2000
_COLUMNS = (
    "pk", "framework_id", "algorithm_version", "inputs", "inputs_hash", "results", "band", "provisional", "overall",
    "confidence", "confidence_value", "subject_kind", "decided_on", "valid_to",
)  # fmt: skip


def differences(*, chunk: int = CHUNK) -> Iterator[tuple[int, list[str]]]:
    """Primary key of every stored rating, in order, with a line for each thing about it that doesn't follow from
    its inputs. Two queries a chunk at most, and never more than a chunk in memory."""
    frameworks = FrameworkVersion.objects.in_bulk()
    last = 0
    while rows := list(Rating.objects.filter(pk__gt=last).order_by("pk").values(*_COLUMNS)[:chunk]):
        doubtful = _doubtful(rows, frameworks)
        # The few that differ, as objects; of those that are gone meanwhile nothing is said.
        found = Rating.objects.in_bulk(doubtful)
        for row in rows:
            rating = found.get(row["pk"])
            scheme = scheme_of(frameworks[row["framework_id"]])
            yield row["pk"], _differences(scheme, rating) if rating is not None else []
        last = rows[-1]["pk"]


def _doubtful(rows: Sequence[dict[str, Any]], frameworks: dict[int, FrameworkVersion]) -> list[int]:
    """Primary keys of the ratings that don't come out exactly as they are stored."""
    doubtful: list[int] = []
    for framework in sorted({row["framework_id"] for row in rows}):
        group = [row for row in rows if row["framework_id"] == framework]
        same = _same(scheme_of(frameworks[framework]), group)
        doubtful += [row["pk"] for row, is_same in zip(group, same, strict=True) if not is_same]
    return doubtful


def _same(scheme: Scheme, rows: Sequence[dict[str, Any]]) -> list[bool]:
    """Of each rating whether inputs, hash, results and columns are what the engine makes of its inputs."""
    scored, readable = read_scored(scheme, [row["inputs"] for row in rows])
    sound = readable.copy()
    for wrong in batch_faults(scheme, scored.batch).values():
        sound &= ~wrong
    places = np.flatnonzero(sound)
    ratings = rate(scheme, scored.batch.part(places))
    places = places[ratings.status == 0]
    part = scored.part(places)
    ratings = rate(scheme, part.batch)
    lines = canonical_lines(scheme, part)
    columns = zip(
        places.tolist(), lines, hashes(lines), result_lines(scheme, ratings, part.batch), ratings.band.tolist(),
        ratings.overall.tolist(), ratings.confidence_label.tolist(), ratings.confidence.tolist(),
        ratings.valid_until.tolist(), part.batch.decided_on.tolist(), part.batch.finding_upheld.tolist(),
        strict=True,
    )  # fmt: skip
    bands = [band.code for band in scheme.bands]
    same = [False] * len(rows)
    for place, line, digest, result, band, overall, label, confidence, valid_to, decided_on, alert in columns:
        row = rows[place]
        same[place] = (
            row["algorithm_version"] == ALGORITHM_VERSION
            # What the arrays say is what is stored, to the last character.
            and line == canonical_text(row["inputs"])
            and digest == row["inputs_hash"]
            and json.loads(result) == row["results"]
            and row["band"] == ("" if alert else bands[band])
            and str(row["overall"]) == f"{overall:.4f}"
            and row["confidence"] == CONFIDENCE_LABELS[label]
            and row["provisional"] == (label == 0)
            and str(row["confidence_value"]) == f"{confidence:.4f}"
            and row["subject_kind"] == row["inputs"]["subject_type"]
            and row["decided_on"] == decided_on
            and row["valid_to"] == valid_to
        )
    return same


def _differences(scheme: Scheme, rating: Rating) -> list[str]:
    """A line for each thing about one rating that doesn't follow from its inputs."""
    if rating.algorithm_version != ALGORITHM_VERSION:
        return [f"made by algorithm {rating.algorithm_version}; this program has {ALGORITHM_VERSION}."]
    try:
        inputs = RatingInputs.from_dict(rating.inputs)
        result = rate_one(scheme, inputs)
    except InputsError as error:
        return error.lines
    lines = []
    if inputs_hash(inputs) != rating.inputs_hash:
        lines.append("the inputs are not those that were hashed.")
    elif canonical_text(rating.inputs) != canonical_json(inputs):
        lines.append("the inputs say more than was hashed, or in another order.")
    # Through JSON, as the row was: numbers and lists compare as they are stored. Older rows have the gates in full.
    if rating.results not in (_stored(result.to_stored(scheme)), _stored(result.to_dict())):
        lines.append("the results stored are not what the inputs give.")
    if result.overall is None or result.confidence is None:
        return [*lines, f"the inputs give no rating: {result.status.replace('_', ' ')}."]
    columns = {
        "band": "" if result.alert else result.band or "",
        "valid_to": result.valid_until,
        "provisional": result.provisional,
        "overall": f"{result.overall:.4f}",
        "confidence": result.confidence.label,
        "confidence_value": f"{result.confidence.value:.4f}",
        "subject_kind": result.subject_type,
        "decided_on": inputs.decided_on,
    }
    for name, expected in columns.items():
        stored = getattr(rating, name)
        if (str(stored) if isinstance(expected, str) else stored) != expected:
            lines.append(f"{name} is {stored}, the inputs give {expected}.")
    return lines


def _stored(result: dict[str, Any]) -> Any:
    return json.loads(json.dumps(result))
