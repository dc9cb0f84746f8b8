"""Agreement statistics of scores in a file, or of the register's own (RATING section 7)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from reviews.management.statistics import StatisticsCommand
from reviews.queries.blind_scores import blind_scores, labels
from reviews.rating.agreement import LEVELS_OF_MEASUREMENT, Scores, agreement, scores_of
from reviews.rating.scheme import HIGHEST, LOWEST
from reviews.rating.score_file import read_scores


class Command(StatisticsCommand):
    help = (
        "Print agreement statistics as JSON, of a long CSV (one row a score) or of the register's own scores."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", default="unit", help="column of what was scored")
        parser.add_argument("--rater", default="rater", help="column of who scored it")
        parser.add_argument("--score", default="score", help="column of the score; empty means missing")
        parser.add_argument(
            "--level",
            choices=LEVELS_OF_MEASUREMENT,
            default="ordinal",
            help="what the numbers mean; nominal: names only, and what needs their order is null",
        )

    def statistics(self, options: dict[str, Any]) -> dict[str, Any]:
        scores, levels = self._scores(options)
        return agreement(scores, level=options["level"], levels=levels).to_dict()

    def _scores(self, options: dict[str, Any]) -> tuple[Scores, list[float] | None]:
        if options["file"]:
            (units, raters), values = read_scores(
                options["file"], (options["unit"], options["rater"]), options["score"]
            )
            return scores_of(units, raters, values), None
        own = blind_scores(self.framework(options))
        scale = [float(level) for level in range(LOWEST, HIGHEST + 1)]
        submissions, assessors, criteria = labels(own)
        units = [f"{code} of {submission}" for submission, code in zip(submissions, criteria, strict=True)]
        return scores_of(units, assessors, own.value.astype(float)), scale
