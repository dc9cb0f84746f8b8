"""Counting the words of the catalogue anew, for “did you mean”."""

from __future__ import annotations

from django.db import connection, transaction

from lpdqa.clock import now
from programmes.folding import FOLD_FROM, FOLD_TO
from programmes.models import SearchWord

MOST_WORDS = 20_000
# Titles, names, labels and synonyms only: what people look for, not every word of a long text. The query that
# `ts_stat` runs is given to it as a text, so it holds nothing that came from outside.
_WORDS = f"""
    INSERT INTO {SearchWord._meta.db_table} (word, entries, refreshed_at)
    SELECT word, ndoc, %s FROM ts_stat($words$
        SELECT to_tsvector('simple', lower(
            translate(title || ' ' || provider_name, '{FOLD_FROM.replace("'", "''")}', '{FOLD_TO.replace("'", "''")}')
            || ' ' || keywords))
        FROM programmes_catalogueentry
    $words$)
    WHERE word ~ '^[a-z]{{4,30}}$'
    ORDER BY ndoc DESC, word
    LIMIT %s
"""  # noqa: S608 - table and fold are constants


@transaction.atomic
def refresh_vocabulary() -> int:
    """Replace the words by those of the catalogue as it is, the `MOST_WORDS` that most entries have; returns
    how many there are.
    """
    with connection.cursor() as cursor:
        # Two who count at the same moment take turns.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [SearchWord._meta.db_table])
        SearchWord.objects.all().delete()
        cursor.execute(_WORDS, [now(), MOST_WORDS])
        return int(cursor.rowcount)
