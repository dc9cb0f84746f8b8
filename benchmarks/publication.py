"""How long it takes from the publication of a decision until every web process finds the programme as rated.

With an idle worker: each publication is waited for before the next. The clock starts when the service that
publishes returns, which is when its transaction is in the database.
"""

# ruff: noqa: T201 - what it prints is its answer

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from typing import Any
from urllib.parse import urlencode

from benchmarks.common import machine, prepare, say, table
from benchmarks.rating import workers
from benchmarks.search import API
from benchmarks.search_server import PROCESSES, Server, serve, unpacked


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/benchmark publication", description=__doc__)
    parser.add_argument(
        "--subjects", type=int, default=1000, metavar="N", help="rated programmes beside them"
    )
    parser.add_argument("--times", type=int, default=20, metavar="K")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.search_settings"
    with tempfile.TemporaryDirectory() as static:
        os.environ["LPDQA_STATIC_ROOT"] = static
        _run(options.subjects, options.times)


def _run(subjects: int, times: int) -> None:
    from django.core.management import call_command

    prepare()
    call_command("collectstatic", verbosity=0, interactive=False)
    print(machine(), end="\n\n")
    chosen, publisher = _fill(subjects, times)
    with workers(2), serve() as server:
        server.wait_for_index()
        rated, seen = zip(*(_publish(server, pk, publisher) for pk in chosen), strict=True)
    rows = [
        [what, f"{statistics.median(taken):.2f} s", f"{max(taken):.2f} s"]
        for what, taken in (("rating stored", rated), (f"found as rated by {PROCESSES} web processes", seen))
    ]
    print(table([f"after a publication, of {times}", "median", "slowest"], rows))


def _fill(subjects: int, times: int) -> tuple[list[int], Any]:
    """Synthetic subjects with their ratings, some of them set back to a decision that waits to be published."""
    from django.db import connection

    from lpdqa.accounts.models import Role, User
    from lpdqa.accounts.services import grant_role
    from lpdqa.bulk import without_triggers
    from reviews.models import Rating, Submission
    from reviews.services.load import load_subjects
    from reviews.services.ratings import rate_all_stale, refresh_catalogue_for

    load_subjects(number=subjects, progress=lambda done: say(f"{done:,} subjects made"))
    rate_all_stale(limit=1000)
    chosen = list(
        Submission.objects.filter(state="published").order_by("pk").values_list("pk", flat=True)[:times]
    )
    with without_triggers(Submission, Rating), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reviews_rating WHERE submission_id = ANY(%s)", [chosen])
        cursor.execute("UPDATE reviews_submission SET state = 'decided' WHERE id = ANY(%s)", [chosen])
    for submission in Submission.objects.filter(pk__in=chosen):
        refresh_catalogue_for(submission=submission)
    publisher = User.objects.create_user("publication@example.org", name="Publication Benchmark")
    grant_role(user=publisher, role=Role.ADMINISTRATOR, by=None)
    return chosen, publisher


def _publish(server: Server, pk: int, publisher: Any) -> tuple[float, float]:
    """Seconds until the rating is stored, and until every web process finds and counts it."""
    from reviews.models import Rating, Submission
    from reviews.services.decisions import publish_decision

    submission = Submission.objects.select_related("version").get(pk=pk)
    if submission.version is None:
        raise SystemExit("A synthetic subject that is no programme.")
    number = submission.version.title.rpartition(" ")[2]
    question = API + urlencode({"q": f"synthetic {number}", "kind": "programme", "status": "all"})
    publish_decision(submission=submission, by=publisher)
    began = time.perf_counter()
    answered: set[str] = set()
    stored = 0.0
    while len(answered) < PROCESSES:
        if not stored and Rating.objects.filter(submission=pk).exists():
            stored = time.perf_counter() - began
        client = server.client()
        _, body, process = client.get(question)
        client.close()
        results = json.loads(unpacked(body))["results"]
        if any(one["title"] == submission.version.title and one["standing"]["rating"] for one in results):
            answered.add(process)
        if time.perf_counter() - began > 60:
            raise SystemExit("A publication was not seen within a minute.")
    return stored, time.perf_counter() - began


if __name__ == "__main__":
    main()
