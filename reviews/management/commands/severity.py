"""The severity of assessors, from scores in a file or the register's own (RATING section 8)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from reviews.management.statistics import StatisticsCommand
from reviews.queries.blind_scores import blind_scores, labels
from reviews.rating.score_file import read_scores
from reviews.rating.severity import severity

# Option, the usual name of the column in other programs' files, and what is in it.
_COLUMNS = {
    "subject": ("Person", "what was scored"),
    "assessor": ("Rater", "who scored it"),
    "criterion": ("Criterion", "the criterion"),
    "score": ("Score", "the score, a whole number"),
}


class Command(StatisticsCommand):
    help = "Print a many-facet Rasch model as JSON, of a long CSV (one row a score) or of the register's own scores."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        for name, (other, words) in _COLUMNS.items():
            parser.add_argument(f"--{name}", help=f"column of {words} (without: {other} or {name})")

    def statistics(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["file"]:
            *columns, score = (options[name] or (other, name) for name, (other, _) in _COLUMNS.items())
            (subjects, assessors, criteria), values = read_scores(options["file"], columns, score)
            return severity(subjects, assessors, criteria, values).to_dict()
        own = blind_scores(self.framework(options))
        return severity(*labels(own), own.value).to_dict()
