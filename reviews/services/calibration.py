"""Marked examples, and the attempts of assessors at them."""

from __future__ import annotations

import random
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from reviews.models import (
    CalibrationAnswer,
    CalibrationAttempt,
    CalibrationExample,
    Criterion,
    FrameworkVersion,
)
from reviews.queries.calibration import (
    ADJACENT,
    EXACT,
    FEWEST,
    RELEASED_FOR,
    examples_in_use,
    is_used,
    shares,
    standing_of,
    unseen,
)
from reviews.rating.scheme import HIGHEST, LOWEST


def save_example(
    *,
    framework: FrameworkVersion,
    criterion: Criterion,
    title: str,
    evidence: str,
    agreed: int,
    explanation: str,
    by: User,
    example: CalibrationExample | None = None,
    is_example: bool = False,
) -> CalibrationExample:
    """Add a marked example, or change one that nobody has scored yet.

    Raises `ValidationError`, by field, for what is missing, and for an example that was scored: take it out of use.
    """
    fields: dict[str, Any] = {
        "criterion": criterion, "title": title.strip(), "evidence": evidence.strip(), "agreed": agreed,
        "explanation": explanation.strip(),
    }  # fmt: skip
    for name, what in (("title", "a title"), ("evidence", "the evidence"), ("explanation", "why")):
        if not fields[name]:
            raise ValidationError({name: f"Write {what}."})
    if not LOWEST <= agreed <= HIGHEST:
        raise ValidationError({"agreed": f"Give a score from {LOWEST} to {HIGHEST}."})
    if criterion.framework_id != framework.pk:
        raise ValidationError({"criterion": "Choose a criterion of this framework version."})
    if framework.state not in ("published", "retired"):
        raise ValidationError(
            "Examples are made once a framework version is published: until then it can change."
        )
    with transaction.atomic():
        if example is None:
            with act("calibration.add", by=by) as doing:
                doing.target = example = CalibrationExample.objects.create(
                    framework=framework, made_by=by, is_example=is_example, **fields
                )
            return example
        example.refresh_from_db(from_queryset=CalibrationExample.objects.select_for_update(no_key=True))
        if is_used(example):
            raise ValidationError(
                "Assessors have scored this example, so it stays. Take it out of use instead."
            )
        with act("calibration.change", by=by, target=example):
            for name, value in fields.items():
                setattr(example, name, value)
            example.save()
    return example


def use_example(*, example: CalibrationExample, by: User, in_use: bool) -> CalibrationExample:
    """Put an example in use, or take it out: attempts that began with it go on with it."""
    with act("calibration.use" if in_use else "calibration.take_out", by=by, target=example):
        example.in_use = in_use
        example.save(update_fields=["in_use", "updated_at"])
    return example


def start_attempt(*, framework: FrameworkVersion, by: User) -> CalibrationAttempt:
    """Draw the examples for an attempt: those not seen before if there are enough, else all; in an order of its own.

    Raises `ValidationError` while another attempt is open, or before the next may be made.
    """
    with transaction.atomic():
        # One at a time: of two clicks the second finds the first one's attempt.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        standing = standing_of(by, framework)
        if standing.attempt is not None:
            return standing.attempt
        if not by.is_assessor:
            raise ValidationError("Only assessors score the examples.")
        if standing.opens_on is None:
            raise ValidationError(standing.why_not)
        if not standing.may_start:
            raise ValidationError(f"You can start again on {standing.opens_on:%-d %B %Y}.")
        new = unseen(by, framework)
        drawn = new if len(new) >= FEWEST else list(examples_in_use(framework))
        random.Random(f"{by.pk} {len(standing.attempts)}").shuffle(drawn)  # noqa: S311 - an order, not a secret
        with act("calibration.start", by=by) as doing:
            doing.target = attempt = CalibrationAttempt.objects.create(
                assessor=by, framework=framework, started_at=now()
            )
            CalibrationAnswer.objects.bulk_create(
                CalibrationAnswer(attempt=attempt, example=example, position=position)
                for position, example in enumerate(drawn, start=1)
            )
    return attempt


def score_example(*, answer: CalibrationAnswer, by: User, value: int, rationale: str) -> CalibrationAnswer:
    """Score one example, for good; the last one ends the attempt, and releases whoever agrees well enough.

    Raises `ValidationError`, by field, for a score out of range, a missing reason, and an example scored before.
    """
    if not LOWEST <= value <= HIGHEST:
        raise ValidationError({"value": f"Give a score from {LOWEST} to {HIGHEST}."})
    if not rationale.strip():
        raise ValidationError({"rationale": "Say what led you to this score."})
    with transaction.atomic():
        attempt = CalibrationAttempt.objects.select_for_update(no_key=True).get(pk=answer.attempt_id)
        if attempt.assessor_id != by.pk:
            raise ValidationError("This attempt is somebody else’s.")
        answer.refresh_from_db()
        if answer.answered_at is not None:
            raise ValidationError("You have scored this example already; the agreed score was shown.")
        with act("calibration.score", by=by, target=attempt, detail={"example": answer.example_id}):
            answer.value, answer.rationale, answer.answered_at = value, rationale.strip(), now()
            answer.save(update_fields=["value", "rationale", "answered_at"])
        if not attempt.answers.filter(answered_at=None).exists():
            _finish(attempt, by)
    return answer


def _finish(attempt: CalibrationAttempt, by: User) -> None:
    exact, adjacent = shares(list(attempt.answers.select_related("example")))
    # Shares of small numbers in binary: 0.6 of ten examples must not fall short by a rounding error.
    passed = exact >= EXACT - 1e-9 and adjacent >= ADJACENT - 1e-9
    with act("calibration.finish", by=by, target=attempt, detail={"exact": exact, "adjacent": adjacent}):
        attempt.finished_at, attempt.exact, attempt.adjacent = now(), exact, adjacent
        attempt.released_to = today() + RELEASED_FOR if passed else None
        attempt.save(update_fields=["finished_at", "exact", "adjacent", "released_to", "updated_at"])
