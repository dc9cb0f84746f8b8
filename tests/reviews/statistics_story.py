"""Published files whose assessors differ in severity, told once for all the tests of a module that imports `told`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from lpdqa.accounts.models import User
from reviews.choices import RunState
from reviews.models import StatisticsRun
from reviews.services.ratings import rate_all_stale
from reviews.services.statistics import ask_for_run, work_out_due
from tests.factories import person
from tests.journeys import WORKED_EXAMPLE, Journey, Marks, framework

CODES = list(WORKED_EXAMPLE)


def story(pair: list[User], shift: int, *, state: str = "published", seed: int = 0) -> Journey:
    """A programme scored by a pair of whom the second is `shift` lower, criterion by criterion from 3 or 4."""
    journey = Journey()
    journey.assessors = pair
    scores: dict[str, Marks] = {}
    for number, code in enumerate(CODES):
        high = 4 if (number + seed) % 3 else 3
        low = max(1, high - (shift if (number + seed) % 5 else 0))
        scores[code] = (high, low, high)
    journey.to(state, scores=scores)
    return journey


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[list[User], list[Journey]]]:
    """Three published files, told once: the first two assessors agree, the third gives lower scores.

    Kept in a transaction around the tests of this module, each of which has a savepoint of its own.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        a, b, c = people = [person("assessor") for _ in range(3)]
        journeys = [
            story(pair, shift, seed=seed)
            for seed, (pair, shift) in enumerate([([a, b], 0), ([a, c], 1), ([b, c], 1)])
        ]
        rate_all_stale()
        yield people, journeys
        transaction.set_rollback(True)


@pytest.fixture
def assessors(told: tuple[list[User], list[Journey]], db: None) -> list[User]:
    return told[0]


@pytest.fixture
def journeys(told: tuple[list[User], list[Journey]], db: None) -> list[Journey]:
    return told[1]


def run_now(by: User | None = None) -> StatisticsRun:
    run = ask_for_run(framework=framework(), by=by)
    assert work_out_due() == 1
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.problem
    return run
