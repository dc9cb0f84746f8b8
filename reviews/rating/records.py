"""From arrays to what a rating row stores, for many subjects at once (docs/rating.md, section 6).

The same JSON as `canonical_json(inputs)` and `result.to_stored(scheme)` give for one subject, digit for digit; made
column by column, because a dict for every score of a million subjects would take longer than rating them.
Property tests hold the two together.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.rating.batch import Batch
from reviews.rating.consensus import MISSING_CODE, NOT_APPLICABLE_CODE, REASONS, tables
from reviews.rating.engine import CONFIDENCE_LABELS, Ratings, reaches, tested_gates
from reviews.rating.inputs import (
    NOT_APPLICABLE,
    CriterionScores,
    Evidence,
    RatingInputs,
    Score,
    Value,
)
from reviews.rating.result import (
    ALGORITHM_VERSION,
    FINDING_UPHELD,
    LOW_CONFIDENCE,
    RATED,
    UNVERIFIED_IMPACT_CLAIM,
)
from reviews.rating.scheme import CONFIDENCE_PARTS, SUBJECT_TYPES, Scheme

_BOOLS = ("false", "true")


@dataclass(frozen=True)
class Scored:
    """A batch with who gave each score.

    names     pseudonyms, each once, in order
    assessor  n x c x 3, places in `names`; where there is no score the value means nothing
    """

    batch: Batch
    names: tuple[str, ...]
    assessor: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.batch)

    def part(self, rows: slice | NDArray[np.bool_]) -> "Scored":
        return Scored(self.batch.part(rows), self.names, self.assessor[rows])


def inputs_at(scheme: Scheme, scored: Scored, row: int) -> RatingInputs:
    """One subject of the arrays as RatingInputs; criteria without any score are left out."""
    batch = scored.batch
    scores = {}
    for place, criterion in enumerate(scheme.criteria):
        given = [
            Score(scored.names[scored.assessor[row, place, slot]], _value(code))
            if (code := int(batch.scores[row, place, slot])) != MISSING_CODE
            else None
            for slot in range(3)
        ]
        if any(given):
            blind = tuple(score for score in given[:2] if score)
            scores[criterion.code] = CriterionScores(blind, given[2])
    decided_on = batch.decided_on[row].item()
    return RatingInputs(
        subject_type=SUBJECT_TYPES[batch.subject_type[row]],
        scores=scores,
        evidence=Evidence(
            int(batch.claimed[row]),
            int(batch.verified[row]),
            int(batch.independent[row]),
            int(batch.gaps[row]),
        ),
        decided_on=decided_on if isinstance(decided_on, date) else None,
        months_since_decision=int(batch.months[row]),
        unverified_impact_claim=bool(batch.unverified_impact_claim[row]),
        finding_upheld=bool(batch.finding_upheld[row]),
    )


def _value(code: int) -> Value:
    return NOT_APPLICABLE if code == NOT_APPLICABLE_CODE else code


# --- Inputs -------------------------------------------------------------------------------------------------


def canonical_lines(scheme: Scheme, scored: Scored) -> list[str]:
    """`canonical_json` of every subject. Blind scores have to stand in the order of the pseudonyms."""
    batch = scored.batch
    scores = _joined(_score_columns(scheme, scored), len(scored))
    return [
        f'{{"decided_on":{decided_on},"evidence":{{"claimed":{claimed},"gaps":{gaps},'
        f'"independent":{independent},"verified":{verified}}},"finding_upheld":{_BOOLS[upheld]},'
        f'"months_since_decision":{months},"scores":{{{given}}},"subject_type":"{SUBJECT_TYPES[kind]}",'
        f'"unverified_impact_claim":{_BOOLS[claim]}}}'
        for decided_on, claimed, gaps, independent, verified, upheld, months, given, kind, claim in zip(
            _dates(batch.decided_on),
            batch.claimed.tolist(),
            batch.gaps.tolist(),
            batch.independent.tolist(),
            batch.verified.tolist(),
            batch.finding_upheld.tolist(),
            batch.months.astype(np.int64).tolist(),
            scores,
            batch.subject_type.tolist(),
            batch.unverified_impact_claim.tolist(),
            strict=True,
        )
    ]


def hashes(lines: Iterable[str]) -> list[str]:
    """`inputs_hash` of each canonical line."""
    return [hashlib.sha256(line.encode("utf-8")).hexdigest() for line in lines]


def _score_columns(scheme: Scheme, scored: Scored) -> list[list[str]]:
    """For each criterion, in the order of the codes, `"P1":{…}` of every subject, or "" without a score."""
    # One text for each assessor and value; 6 values, from not applicable (-1) to 4.
    texts = [
        f'{{"assessor":{_text(name)},"value":{_value_text(code)}}}' if code != MISSING_CODE else ""
        for name in scored.names
        for code in range(-1, 5)
    ] or [""]
    given = np.where(scored.batch.scores == MISSING_CODE, -1, scored.assessor * 6 + scored.batch.scores + 1)
    texts.append("")  # what -1 leads to: no score
    thirds = [text or "null" for text in texts]
    columns = []
    for place in sorted(range(len(scheme.criteria)), key=lambda place: scheme.criteria[place].code):
        head = f'{_text(scheme.criteria[place].code)}:{{"blind":['
        column = []
        for first, second, third in given[:, place].tolist():
            if first >= 0 and second >= 0:
                column.append(f'{head}{texts[first]},{texts[second]}],"third":{thirds[third]}}}')
            elif first >= 0 or second >= 0 or third >= 0:
                column.append(f'{head}{texts[first]}{texts[second]}],"third":{thirds[third]}}}')
            else:
                column.append("")
        columns.append(column)
    return columns


def _value_text(code: int) -> str:
    return f'"{NOT_APPLICABLE}"' if code == NOT_APPLICABLE_CODE else str(code)


def read_scored(scheme: Scheme, stored: Sequence[Any]) -> tuple[Scored, NDArray[np.bool_]]:
    """The arrays that stored inputs (`RatingInputs.to_dict`) stand for, and which of them could be read.

    The opposite of `canonical_lines`, for inputs that it wrote: what the arrays can't hold (three blind scores, a
    number in place of a word) comes back other than it was, so compare the two. Rows that can't be read at all
    are empty.
    """
    places = {criterion.code: 3 * place for place, criterion in enumerate(scheme.criteria)}
    names: dict[str, int] = {}
    empty = ([MISSING_CODE] * (3 * len(places)), [0] * (3 * len(places)), None, (0,) * 8)
    rows, readable = [], np.ones(len(stored), dtype=bool)
    for number, one in enumerate(stored):
        try:
            rows.append(_read_row(one, places, names))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            rows.append(empty)
            readable[number] = False
    shape = (len(rows), len(places), 3)
    numbers = np.array([row[3] for row in rows], dtype=np.int64).reshape(-1, 8)
    batch = Batch(
        subject_type=numbers[:, 0].astype(np.int8),
        scores=np.array([row[0] for row in rows], dtype=np.int8).reshape(shape),
        claimed=numbers[:, 1],
        verified=numbers[:, 2],
        independent=numbers[:, 3],
        gaps=numbers[:, 4],
        months=numbers[:, 5].astype(np.float64),
        decided_on=np.array([row[2] for row in rows], dtype="datetime64[D]"),
        unverified_impact_claim=numbers[:, 6] == 1,
        finding_upheld=numbers[:, 7] == 1,
    )
    assessor = np.array([row[1] for row in rows], dtype=np.int32).reshape(shape)
    return Scored(batch, tuple(names), assessor), readable


def _read_row(
    stored: Mapping[str, Any], places: Mapping[str, int], names: dict[str, int]
) -> tuple[list[int], list[int], date | None, tuple[int, ...]]:
    """Scores and assessors by place, the day of the decision, and what else is a number. Raises what Python raises
    where something isn't there or isn't what it should be; gives `names` a number for each new one."""
    scores, assessors = [MISSING_CODE] * (3 * len(places)), [0] * (3 * len(places))
    for code, given in stored["scores"].items():
        first, blind, third = places[code], given["blind"], given["third"]
        people = [score["assessor"] for score in blind]
        everybody = {*people, third["assessor"]} if third is not None else {*people}
        if len(people) > 2 or people != sorted(people) or "" in everybody:
            raise ValueError(code)
        slots = [*enumerate(blind), *([(2, third)] if third is not None else [])]
        if len(everybody) < len(slots):
            raise ValueError(code)
        for slot, score in slots:
            scores[first + slot] = _code(score["value"])
            assessors[first + slot] = names.setdefault(score["assessor"], len(names))
    evidence, decided_on = stored["evidence"], stored["decided_on"]
    counts = [*(evidence[name] for name in ("claimed", "verified", "independent", "gaps"))]
    counts.append(stored["months_since_decision"])
    if any(type(count) is not int or not 0 <= count < 2**53 for count in counts):
        raise ValueError("counts")
    limiters = (stored["unverified_impact_claim"], stored["finding_upheld"])
    return (
        scores,
        assessors,
        None if decided_on is None else date.fromisoformat(decided_on),
        (SUBJECT_TYPES.index(stored["subject_type"]), *counts, *(limiter is True for limiter in limiters)),
    )


def _code(value: object) -> int:
    """A value as the arrays have it; ValueError for none."""
    if value == NOT_APPLICABLE:
        return NOT_APPLICABLE_CODE
    if type(value) is int and 1 <= value <= 4:
        return value
    raise ValueError(value)


# --- Results ------------------------------------------------------------------------------------------------


def result_lines(scheme: Scheme, ratings: Ratings, batch: Batch) -> list[str]:
    """The results of every subject as JSON that says the same as `result_of(…).to_stored(scheme)`.

    Raises ValueError where one has no rating: there is nothing to store.
    """
    if (ratings.status != 0).any():
        raise ValueError("Only rated subjects have results to store.")
    known, n = tables(scheme), len(ratings)
    applies = known.applies[batch.subject_type]
    codes = [_text(criterion.code) for criterion in scheme.criteria]
    headings = [_numbers(column) for column in ratings.headings.T]
    adjudicated = [
        [code if found else "" for found in reasons]
        for code, reasons in zip(codes, (ratings.reason > 0).T.tolist(), strict=True)
    ]
    discordant = [
        [f'{code}:"{REASONS[reason]}"' if reason else "" for reason in reasons]
        for code, reasons in zip(codes, ratings.reason.T.tolist(), strict=True)
    ]
    low = ratings.confidence_label == 0
    bands = [f'"{band.code}"' for band in scheme.bands]
    columns = zip(
        batch.subject_type.tolist(),
        ratings.band.tolist(),
        ratings.ruled_band.tolist(),
        ratings.overall.tolist(),
        _joined(
            [
                [f"{_text(heading.code)}:{value}" for value in column]
                for heading, column in zip(scheme.headings, headings, strict=True)
            ],
            n,
        ),
        _joined(_consensus_columns(ratings, applies, codes), n),
        _joined(discordant, n),
        _joined(adjudicated, n),
        _joined(_gate_columns(scheme, ratings, batch), n),
        _confidences(ratings),
        _limiters(batch, low),
        batch.finding_upheld.tolist(),
        low.tolist(),
        ((batch.subject_type == SUBJECT_TYPES.index("provider")) & (ratings.ruled_band == 0)).tolist(),
        _dates(ratings.valid_until),
        strict=True,
    )
    return [
        f'{{"status":"{RATED}","subject_type":"{SUBJECT_TYPES[kind]}","algorithm_version":"{ALGORITHM_VERSION}",'
        f'"band":{bands[band]},"ruled_band":{bands[ruled]},"overall":{overall!r},"headings":{{{by_heading}}},'
        f'"consensus":{{{consensus}}},"discordant":{{{why}}},"adjudicated":[{settled}],"awaiting":[],'
        f'"missing":[],"gates":[{gates}],"confidence":{confidence},"limiters":[{limiters}],'
        f'"alert":{_BOOLS[alert]},"provisional":{_BOOLS[provisional]},"warns_programmes":{_BOOLS[warns]},'
        f'"valid_until":{valid_until}}}'
        for (
            kind, band, ruled, overall, by_heading, consensus, why, settled, gates, confidence, limiters,
            alert, provisional, warns, valid_until,
        ) in columns
    ]  # fmt: skip


def _consensus_columns(ratings: Ratings, applies: NDArray[np.bool_], codes: Sequence[str]) -> list[list[str]]:
    """For each criterion `"P1":3.5` of every subject, or "" where it doesn't apply."""
    columns = []
    for place, code in enumerate(codes):
        # A consensus is a multiple of 0.5, so there are few texts; the last two are for what is no number.
        texts = [f"{code}:{half / 2!r}" for half in range(9)] + [f'{code}:"{NOT_APPLICABLE}"', ""]
        value = ratings.consensus[:, place]
        chosen = np.where(np.isnan(value), 9, np.nan_to_num(value) * 2).astype(np.int64)
        chosen = np.where(applies[:, place], chosen, 10)
        columns.append([texts[each] for each in chosen.tolist()])
    return columns


def _gate_columns(scheme: Scheme, ratings: Ratings, batch: Batch) -> list[list[str]]:
    """For each gate its value and outcome of every subject, or "null" where it was not tested."""
    columns = []
    for gate, wanted, value in tested_gates(
        scheme, batch.subject_type, ratings.consensus, ratings.headings, ratings.overall
    ):
        passed = reaches(value, gate.threshold)
        columns.append(
            [
                f"[{number!r},{_BOOLS[outcome]}]" if tested else "null"
                for tested, number, outcome in zip(
                    wanted.tolist(), value.tolist(), passed.tolist(), strict=True
                )
            ]
        )
    return columns


def _confidences(ratings: Ratings) -> list[str]:
    names = [f'"{part}":' for part in CONFIDENCE_PARTS]
    parts = _joined(
        [
            [f"{name}{value!r}" for value in column]
            for name, column in zip(names, ratings.parts.T.tolist(), strict=True)
        ],
        len(ratings),
    )
    return [
        f'{{"value":{value!r},"label":"{CONFIDENCE_LABELS[label]}","parts":{{{part}}}}}'
        for value, label, part in zip(
            ratings.confidence.tolist(), ratings.confidence_label.tolist(), parts, strict=True
        )
    ]


def _limiters(batch: Batch, low: NDArray[np.bool_]) -> list[str]:
    in_force = [
        (FINDING_UPHELD, batch.finding_upheld),
        (UNVERIFIED_IMPACT_CLAIM, batch.unverified_impact_claim),
        (LOW_CONFIDENCE, low),
    ]
    return _joined(
        [[f'"{code}"' if on else "" for on in mask.tolist()] for code, mask in in_force], len(batch)
    )


# --- Text ---------------------------------------------------------------------------------------------------


def _joined(columns: Sequence[list[str]], n: int) -> list[str]:
    """Columns of length n to one text a row, with commas between what isn't empty."""
    if not columns:
        return [""] * n
    return [",".join(filter(None, row)) for row in zip(*columns, strict=True)]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _numbers(values: NDArray[np.float64]) -> list[str]:
    return ["null" if value != value else repr(value) for value in values.tolist()]


def _dates(values: NDArray[np.datetime64]) -> list[str]:
    """Dates as JSON; NaT is null."""
    return ["null" if text == "NaT" else f'"{text}"' for text in np.datetime_as_string(values).tolist()]
