"""Scores from a long CSV file: one row a score, columns by name."""

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from reviews.rating.problems import FileProblem

# A column by its name, or by the first of several names that the file has.
Column = str | tuple[str, ...]


def read_scores(
    path: str | Path, columns: Sequence[Column], score: Column
) -> tuple[list[list[str]], list[float]]:
    """The values of `columns` (a list each) and the scores, row by row; rows with an empty score are left out.

    The file is UTF-8, with a header; other columns are ignored, and so are empty lines.

    Raises FileProblem, one line that says where and what: no such file, not text, no header, a missing or doubled
    column, an empty label, a score that is no number.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            numbered = ((reader.line_num, row) for row in reader)
            return _read(str(path), numbered, columns, score)
    except OSError as error:
        raise FileProblem(f"{path}: {error.strerror or 'can’t be read'}.", str(path)) from error
    except UnicodeDecodeError as error:
        raise FileProblem(f"{path} is not UTF-8 text.", str(path)) from error
    except csv.Error as error:
        raise FileProblem(f"{path} is not a CSV file: {error}.", str(path)) from error


def _read(
    path: str, rows: Iterator[tuple[int, list[str]]], columns: Sequence[Column], score: Column
) -> tuple[list[list[str]], list[float]]:
    header = [name.strip() for name in next(rows, (0, []))[1]]
    if not any(header):
        raise FileProblem(f"{path} is empty: a header and one row a score are needed.", path)
    *names, score_name = (_found(path, header, column) for column in (*columns, score))
    wanted, place = [header.index(name) for name in names], header.index(score_name)
    labels: list[list[str]] = [[] for _ in columns]
    scores: list[float] = []
    for line, row in rows:
        if not any(row):
            continue
        if len(row) <= max(place, *wanted):
            raise FileProblem(f"{path}, line {line}: {len(row)} values; the header has {len(header)}.", line)
        text = row[place].strip()
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise FileProblem(
                f"{path}, line {line}: “{text[:40]}” in column “{score_name}” is not a number.", line
            )
        for column, (name, at) in enumerate(zip(names, wanted, strict=True)):
            label = row[at].strip()
            if not label:
                raise FileProblem(f"{path}, line {line}: column “{name}” is empty.", line)
            labels[column].append(label)
        scores.append(value)
    return labels, scores


def _found(path: str, header: list[str], column: Column) -> str:
    names = (column,) if isinstance(column, str) else column
    name = next((name for name in names if name in header), names[0])
    if header.count(name) != 1:
        what = "no column" if name not in header else "more than one column"
        raise FileProblem(f"{path} has {what} “{name}”; it has {', '.join(header)[:200]}.", name)
    return name
