"""How fast a search is answered with all its counts: by the register, the usual way, and in bare SQL.

Asks a real gunicorn over HTTP, one request after the other on one connection. Times are those of the server, from
the first middleware to the last (`Server-Timing`). Number, counts and the entries of the page are compared with
what the other two ways give.
"""

# ruff: noqa: T201 - what it prints is its answer

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from benchmarks.common import machine, prepare, say, table
from benchmarks.search_server import PROCESSES, Client, Server, serve, unpacked

QUERIES = 200
API, PAGE, USUAL = "/api/v1/catalogue/?", "/find/?", "/benchmark/usual/?"
PAGES = {"map": "/find/map/?", "chart": "/find/chart/?", "overview": "/overview/?"}
# A catalogue of N entries: for every 60 programmes there are 4 providers and 3 specialist leaders.
A_PROGRAMME = 67 / 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/benchmark search", description=__doc__)
    parser.add_argument(
        "--programmes", type=int, nargs="+", default=[10_000], metavar="N", help="entries of the catalogue"
    )
    parser.add_argument(
        "--sample",
        type=int,
        metavar="K",
        help="questions that the other two ways are asked (default: by size)",
    )
    parser.add_argument("--only-api", action="store_true", help="leave the pages out")
    parser.add_argument("--only-load", action="store_true", help="make the entries and stop")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.search_settings"
    with tempfile.TemporaryDirectory() as static:
        os.environ["LPDQA_STATIC_ROOT"] = static
        _run(options)


def _run(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    prepare()
    call_command("collectstatic", verbosity=0, interactive=False)
    _reference()
    print(machine(), end="\n\n")
    answers, processes, compared, pictures = [], [], [], []
    for number in sorted(options.programmes):
        _load(number)
        if options.only_load:
            continue
        measured = _measure(number, options.sample or _sample_for(number), pages=not options.only_api)
        answers += measured.answers
        processes.append(measured.processes)
        compared += measured.compared
        pictures += measured.pictures
    if options.only_load:
        return
    head = ["entries", "p50, ms", "p95, ms", "max, ms"]
    print(table(["way", *head], answers), end="\n\n")
    print(
        table(
            [
                "on the same questions",
                "entries",
                "questions",
                "p50, ms",
                "p95, ms",
                "max, ms",
                "times as long",
            ],
            compared,
        ),
        end="\n\n",
    )
    print(
        table(
            [
                "entries",
                "index built, s",
                "index, MB",
                "a process alone, MB",
                "resident, MB",
                "change seen in every process, s",
            ],
            processes,
        ),
        end="\n\n",
    )
    print(table(["page", *head, "kB sent, most"], pictures), end="\n\n")
    print(f"Load average after: {os.getloadavg()[0]:.1f}")


def _sample_for(number: int) -> int:
    return QUERIES if number <= 10_000 else 30 if number <= 100_000 else 10


def _reference() -> None:
    from django.core.management import call_command

    from programmes.models import CatalogueEntry

    if not CatalogueEntry.objects.exists():
        say("Loading the reference data ...")
        call_command("load_reference", stdout=open(os.devnull, "w"))  # noqa: SIM115 - for the life of the process


def _load(entries: int) -> None:
    """Fill the catalogue up to about so many entries, what is listed in the reference data among them."""
    from django.db import connection

    from programmes.models import CatalogueEntry
    from programmes.services.load import PREFIX, load_programmes

    listed = CatalogueEntry.objects.exclude(slug__startswith=PREFIX).count()
    began = time.perf_counter()
    number = round((entries - listed) / A_PROGRAMME)
    load_programmes(number=number, progress=lambda done: say(f"{done:,} of {number:,} programmes made"))
    say(f"{CatalogueEntry.objects.count():,} entries after {time.perf_counter() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


@dataclass(frozen=True)
class _Measured:
    answers: list[list[str]]
    compared: list[list[str]]
    processes: list[str]
    pictures: list[list[str]]


def _measure(number: int, sample: int, *, pages: bool) -> _Measured:
    from benchmarks.search_queries import draw
    from programmes.models import CatalogueEntry

    questions = draw(QUERIES)
    entries = f"{CatalogueEntry.objects.count():,}"
    with serve() as server:
        began = time.perf_counter()
        states = server.wait_for_index()
        say(f"Index in {len(states)} processes after {time.perf_counter() - began:.1f} s")
        asked = server.client()
        cold, _ = _ask(asked, API, questions)
        warm, given = _ask(asked, API, questions)
        page_cold, _ = _ask(asked, PAGE, questions if pages else ())
        page_warm, _ = _ask(asked, PAGE, questions if pages else ())
        say("The register has answered; now the other ways.")
        few = questions[:sample] if sample >= QUERIES else _spread(questions, sample)
        mine = [warm[questions.index(question)] for question in few]
        usual, usual_given = _ask(asked, USUAL, few)
        bare = _bare(few, [given[questions.index(question)] for question in few], usual_given)
        pictures = [
            _picture(asked, name, path, questions[:40], entries)
            for name, path in (PAGES if pages else {}).items()
        ]
        states = server.wait_for_index()
        seen = _until_seen(server)
        built = max(server.build_seconds())
    for way, times in (("first", cold), ("again", warm)):
        for taken, question in sorted(zip(times, questions, strict=True), reverse=True)[:4]:
            say(f"slow {way}: {taken:.0f} ms, question {questions.index(question) + 1}: {question}")
    for taken, question in sorted(zip(page_warm, questions, strict=False), reverse=True)[:3]:
        say(f"slow page: {taken:.0f} ms {question}")
    return _Measured(
        answers=[
            [way, entries, *_spread_of(times)]
            for way, times in (
                ("API, first time", cold),
                ("API, again", warm),
                ("page, first time", page_cold),
                ("page, again", page_warm),
            )
            if times
        ],
        compared=[
            [way, entries, str(len(few)), *_spread_of(times), f"{sum(times) / sum(mine):.1f}"]
            for way, times in (("API, again", mine), ("the usual way", usual), ("bare SQL", bare))
        ],
        processes=[
            entries,
            f"{built:.1f}",
            f"{max(state['index_bytes'] for state in states) / 2**20:.0f}",
            f"{max(state['own'] for state in states) / 2**20:.0f}",
            f"{max(state['resident'] for state in states) / 2**20:.0f}",
            f"{max(seen):.2f}",
        ],
        pictures=pictures,
    )


def _spread(questions: list[str], number: int) -> list[str]:
    step = len(questions) / number
    return [questions[int(place * step)] for place in range(number)]


def _spread_of(times: Sequence[float]) -> list[str]:
    """Median, 95th percentile (the time that one in twenty exceeds) and maximum."""
    if len(times) == 1:
        return [f"{times[0]:.1f}"] * 3
    ordered = sorted(times)
    return [
        f"{statistics.median(ordered):.1f}",
        f"{ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]:.1f}",
        f"{ordered[-1]:.1f}",
    ]


# --- Asking ---


def _ask(client: Client, path: str, questions: Sequence[str]) -> tuple[list[float], list[dict[str, Any]]]:
    times, given = [], []
    for question in questions:
        taken, body, _ = client.get(path + question)
        times.append(taken)
        text = unpacked(body)
        given.append(json.loads(text) if text[:1] == b"{" else {})
    return times, given


def _picture(client: Client, name: str, path: str, questions: list[str], entries: str) -> list[str]:
    times, most = [], 0
    for question in questions if name != "overview" else [""] * 3:
        taken, body, _ = client.get(path + question)
        times.append(taken)
        most = max(most, len(body))
    return [name, entries, *_spread_of(times), f"{most / 1000:.0f}"]


# --- The other ways, and that all agree ---


def _bare(few: Sequence[str], ours: Sequence[dict[str, Any]], usual: Sequence[dict[str, Any]]) -> list[float]:
    """Milliseconds of the bare statements. Stops where the three ways disagree."""
    from django.http import QueryDict

    from benchmarks.search_sql import answer
    from programmes.filters import CatalogueForm

    times = []
    for question, mine, other in zip(few, ours, usual, strict=True):
        query = CatalogueForm(QueryDict(question)).query
        page = int(QueryDict(question).get("page", 1))
        bare = answer(query, 25 * (page - 1), 25 * page)
        times.append(1000 * bare.seconds)
        if "count" not in mine:
            if bare.count > 25 * (page - 1):
                raise SystemExit(f"No page {page} of {bare.count}: {question}")
            continue
        shown = [row["slug"] for row in mine["results"]]
        if not bare.count == mine["count"] == other["count"]:
            raise SystemExit(f"{mine['count']}, {other['count']} and {bare.count} found: {question}")
        if shown != bare.slugs:
            raise SystemExit(f"Other entries on the page: {question}")
        for name, options in mine["facets"].items():
            counted = {option["value"]: option["count"] for option in options if option["count"]}
            for way, counts in (("usual", other["facets"][name]), ("SQL", bare.facets[name])):
                # Codes that are no choice any more are counted, but not shown.
                known = {code: n for code, n in counts.items() if n and _is_choice(name, code)}
                if known != counted:
                    raise SystemExit(f"{name} differs ({way}): {counted} and {known} for {question}")
    return times


def _is_choice(name: str, code: str) -> bool:
    from programmes.queries.facets import BY_NAME, Choices

    return name not in BY_NAME or code in _CHOICES.setdefault("all", Choices()).of(BY_NAME[name])


_CHOICES: dict[str, Any] = {}


# --- A change ---


def _until_seen(server: Server, times: int = 5) -> list[float]:
    """Seconds from the end of a write until every process finds the new word and counts the entry; of some."""
    from programmes.models import CatalogueEntry

    seen = []
    entries = list(CatalogueEntry.objects.filter(kind="programme").order_by("-pk")[:times])
    for number, entry in enumerate(entries):
        word = f"zyxwv{number}q"
        CatalogueEntry.objects.filter(pk=entry.pk).update(
            title=f"{entry.title} {word}",
            status="listed",
            band="",
            band_rank=0,
            overall=None,
            rating_public_id=None,
        )
        began = time.perf_counter()
        answered: set[str] = set()
        while len(answered) < PROCESSES:
            client = server.client()
            _, body, process = client.get(API + urlencode({"q": word, "status": "all", "kind": "programme"}))
            client.close()
            found = json.loads(unpacked(body))
            listed = {option["value"]: option["count"] for option in found["facets"]["status"]}["listed"]
            if found["count"] == 1 and listed == 1:
                answered.add(process)
            if time.perf_counter() - began > 60:
                raise SystemExit("A change was not seen within a minute.")
        seen.append(time.perf_counter() - began)
    return seen


if __name__ == "__main__":
    main()
