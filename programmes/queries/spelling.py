"""“Did you mean”: words that find nothing, replaced by the closest that entries do have."""

from __future__ import annotations

import re
from dataclasses import replace

from django.db import connection
from django.db.models import Max
from rapidfuzz import fuzz, process

from programmes.folding import fold
from programmes.models import SearchWord
from programmes.queries.find import find
from programmes.queries.search import ANY_STATUS, SearchQuery

# Offered where fewer are found than this.
FEW = 5
# Of 100: one letter of five wrong is still close, another word is not.
CLOSE = 72
MOST_REPLACED = 6
_WORD = re.compile(r"[^\W\d_]{4,30}")

# The words by the moment they were counted: a process reads them again when they were counted anew.
_known: tuple[object, dict[str, int]] = (None, {})


def did_you_mean(query: SearchQuery) -> tuple[SearchQuery, int] | None:
    """The same search with words that are spelled as entries spell them, and how many it finds; None where
    every word is known, or nothing would be found.

    Among everything on the register where what is quality assured holds nothing, and at last by the words
    alone, without any other filter.
    """
    better = respelled(query.words)
    if better is None:
        return None
    everything = {**query.chosen, "status": (ANY_STATUS,)}
    tries = (
        replace(query, words=better),
        replace(query, words=better, chosen=everything),
        SearchQuery(kind=query.kind, words=better, chosen={"status": (ANY_STATUS,)}, seed=query.seed),
    )
    for wider in tries:
        if found := len(find(wider)):
            return wider, found
    return None


def respelled(words: str) -> str | None:
    """`words` with each word that no entry has replaced by the closest one; None where none was replaced."""
    spelled = [fold(word) for word in _WORD.findall(words)]
    unfinished = spelled[-1] if spelled and fold(words).endswith(spelled[-1]) else ""
    unknown = _not_found(set(spelled), unfinished)
    if not unknown:
        return None
    known = _vocabulary()
    closest = {word: _closest(word.lower(), known) for word in sorted(unknown)[:MOST_REPLACED]}

    def spell(match: re.Match[str]) -> str:
        return closest.get(fold(match[0])) or match[0]

    better = _WORD.sub(spell, words)
    return better if better != words else None


def _closest(word: str, known: dict[str, int]) -> str | None:
    found = process.extract(word, known.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE, limit=8)
    # Of those that are as close, the one that most entries have.
    return max(found, key=lambda one: (round(one[1]), known[one[0]], one[0]))[0] if found else None


def _not_found(words: set[str], unfinished: str) -> set[str]:
    """The words of these that no entry has in any form (of `unfinished`: nor begins with); one query."""
    if not words:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT word FROM unnest(%s::text[]) AS word
            WHERE numnode(plainto_tsquery('english', word)) > 0 AND NOT EXISTS (
                SELECT 1 FROM programmes_catalogueentry
                WHERE search @@ CASE WHEN word = %s
                    THEN plainto_tsquery('english', word) || to_tsquery('simple', word || ':*')
                    ELSE plainto_tsquery('english', word) END
            )
            """,
            [sorted(words), unfinished],
        )
        return {word for (word,) in cursor.fetchall()}


def _vocabulary() -> dict[str, int]:
    global _known
    counted_at = SearchWord.objects.aggregate(at=Max("refreshed_at"))["at"]
    if counted_at is None:
        return {}
    if _known[0] != counted_at:
        _known = counted_at, dict(SearchWord.objects.values_list("word", "entries"))
    return _known[1]
