"""How fast ratings are worked out again."""

from __future__ import annotations

import argparse
import time

from benchmarks.common import machine, prepare, say, table


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/benchmark rating", description=__doc__)
    parser.add_argument("--subjects", type=int, nargs="+", default=[1000], metavar="N")
    options = parser.parse_args()
    prepare()
    from reviews.services.load import load_subjects
    from reviews.services.ratings import rate_all_stale

    print(machine())  # noqa: T201 - this is the command's answer
    rows = []
    for number in options.subjects:
        began = time.perf_counter()
        report = load_subjects(number=number, progress=lambda done: say(f"{done:,} subjects made"))
        made = time.perf_counter() - began
        began = time.perf_counter()
        rate_all_stale()
        rated = time.perf_counter() - began
        rows.append(
            [
                f"{number:,}",
                f"{report.scores:,}",
                f"{report.discordance:.1%}",
                f"{made:.1f} s",
                f"{rated:.1f} s",
            ]
        )
    print(table(["subjects", "scores", "discordant", "made in", "rated in"], rows))  # noqa: T201


if __name__ == "__main__":
    main()
