"""Allocating assessors: `script/benchmark allocation [--submissions 500] [--assessors 100]`.

Synthetic submissions of as many organisations, of which one in ten employs an assessor. Measured: reading everything,
solving, keeping the proposal; beside it conflicts asked for pair by pair, from a sample, as a loop would.
"""

from __future__ import annotations

import argparse
import random
import time

from benchmarks.common import machine, prepare, say, table

SEED = 20261128
_SAMPLE = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--assessors", type=int, default=100)
    parser.add_argument("--capacity", type=int, default=12, help="files a month of each assessor")
    options = parser.parse_args()
    prepare()
    before = machine()
    say("Making submissions and assessors ...")
    by = _make(options.submissions, options.assessors, options.capacity)
    rows = _measure(by)
    print(f"{options.submissions} submissions, {options.assessors} assessors. {before}\n")  # noqa: T201
    print(table(["step", "seconds", "what"], rows))  # noqa: T201


def _make(submissions: int, assessors: int, capacity: int) -> object:
    from django.utils import timezone

    from lpdqa.accounts.models import Role, RoleGrant, User
    from programmes.choices import Topic
    from programmes.models import Programme, ProgrammeVersion
    from providers.choices import Phase
    from providers.models import Provider
    from reviews.models import AssessorProfile, Submission
    from reviews.queries.frameworks import current_framework

    dice = random.Random(SEED)  # noqa: S311
    by = User.objects.create(email="benchmark@example.org", name="Benchmark", is_example=True)
    RoleGrant.objects.create(user=by, role=Role.ADMINISTRATOR)
    providers = Provider.objects.bulk_create(
        Provider(slug=f"benchmark-{n}", name=f"Benchmark organisation {n}", kind="charity", is_example=True)
        for n in range(submissions)
    )
    programmes = Programme.objects.bulk_create(
        Programme(slug=f"benchmark-{n}", provider=each, kind="course", is_example=True)
        for n, each in enumerate(providers)
    )
    versions = ProgrammeVersion.objects.bulk_create(
        ProgrammeVersion(
            programme=each,
            title=f"Benchmark programme {n}",
            topics=dice.sample(Topic.values, 2),
            phases=[dice.choice(Phase.values)],
        )
        for n, each in enumerate(programmes)
    )
    framework = current_framework()
    Submission.objects.bulk_create(
        Submission(
            subject_kind="programme", provider=version.programme.provider, version=version,
            framework=framework, created_by=by,
        )
        for version in versions
    )  # fmt: skip
    Submission.objects.update(state="submitted", submitted_at=timezone.now())
    people = User.objects.bulk_create(
        User(email=f"benchmark.assessor{n}@example.org", name=f"Assessor {n}", is_example=True)
        for n in range(assessors)
    )
    RoleGrant.objects.bulk_create(RoleGrant(user=each, role=Role.ASSESSOR) for each in people)
    AssessorProfile.objects.bulk_create(
        AssessorProfile(
            user=each,
            employer=providers[n] if n % 10 == 0 and n < len(providers) else None,
            topics=dice.sample(Topic.values, 5),
            phases=dice.sample(Phase.values, 2),
            subject_kinds=["programme"],
            capacity_a_month=capacity,
        )
        for n, each in enumerate(people)
    )
    return by


def _measure(by: object) -> list[list[object]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from reviews.allocation import solve
    from reviews.queries.allocation import read_waiting
    from reviews.queries.conflicts import find_conflicts
    from reviews.services.allocation import ask_for_allocation, work_on

    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        waiting = read_waiting(seed=SEED)
        read = time.perf_counter() - began
    began = time.perf_counter()
    found = solve(waiting.problem)
    solved = time.perf_counter() - began
    began = time.perf_counter()
    run = ask_for_allocation(by=by, seed=SEED)  # type: ignore[arg-type]
    work_on(only=run)
    whole = time.perf_counter() - began
    run.refresh_from_db()
    dice = random.Random(SEED)  # noqa: S311
    pairs = [(dice.choice(waiting.assessors), dice.choice(waiting.submissions)) for _ in range(_SAMPLE)]
    began = time.perf_counter()
    for user, submission in pairs:
        find_conflicts(user=user, submission=submission)
    one = (time.perf_counter() - began) / _SAMPLE
    every = one * waiting.problem.files * waiting.problem.assessors
    share = sum(seat.fit for seat in found.seats) / max(len(found.seats), 1)
    return [
        ["read, conflicts of all pairs", f"{read:.2f}", f"{len(queries)} queries"],
        ["solve", f"{solved:.2f}", f"{len(found.seats)} seats, {len(found.gaps)} gaps, mean fit {share:.2f}"],
        ["one click: read, solve, keep", f"{whole:.2f}", run.state],
        ["conflicts alone, pair by pair", f"{every:.0f}", f"from {_SAMPLE} pairs, {one * 1000:.1f} ms each"],
    ]


if __name__ == "__main__":
    main()
