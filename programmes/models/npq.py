"""The national professional qualifications. Reference data."""

from __future__ import annotations

from django.db import models

from providers.models import Sourced


class NPQCourse(Sourced):
    """One NPQ, by the identifier of the Department for Education's registration service."""

    identifier = models.SlugField(max_length=60, primary_key=True)
    short_code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    group = models.CharField(max_length=60, blank=True)
    summary = models.TextField(blank=True)
    audience = models.TextField(blank=True)
    duration_months = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_hours = models.CharField(max_length=40, blank=True)
    study_type = models.CharField(max_length=120, blank=True)
    assessment = models.CharField(max_length=200, blank=True)
    topics = models.TextField(blank=True)
    source_url = models.URLField(blank=True)
    is_offered = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "NPQ course"

    def __str__(self) -> str:
        return self.name
