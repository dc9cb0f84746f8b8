"""What has been loaded into this database, so that a second start does not load it again."""

from django.db import models


class Loaded(models.Model):
    """One set of data that was loaded, with a fingerprint of the files it came from.

    Kept in the database and not beside it: a restored or replaced database then says itself what it holds.
    """

    name = models.CharField(max_length=40, unique=True)
    fingerprint = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "loaded data set"

    def __str__(self) -> str:
        return self.name
