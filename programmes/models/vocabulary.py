"""The words of the catalogue, for “did you mean”. Derived: rebuilt by `programmes.services.vocabulary`."""

from __future__ import annotations

from django.db import models


class SearchWord(models.Model):
    """One word that entries are found by, without accents, and how many entries have it."""

    word = models.CharField(max_length=30, primary_key=True)
    entries = models.PositiveIntegerField()
    refreshed_at = models.DateTimeField(help_text="The same for every word: when all were counted")

    class Meta:
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word
