"""The national professional qualifications, to look things up in (`load_reference` writes them)."""

from __future__ import annotations

from django.contrib import admin

from programmes.models import NPQCourse
from providers.admin import SourcedAdmin, reference


@admin.register(NPQCourse, site=reference)
class NPQCourseAdmin(SourcedAdmin):
    list_display = ["name", "short_code", "group", "duration_months", "is_offered"]
    list_filter = ["group", "is_offered"]
    search_fields = ["name", "short_code", "identifier"]
