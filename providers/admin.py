"""The reference tables, to look things up in. Only `load_reference` and `import_schools` change them, so that
what a row says of its source stays true."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from providers.models import ColumnSource, DataSource, Diocese, LocalAuthority, Outcode, Region, School


class ReferenceSite(admin.AdminSite):
    """Reference tables and nothing else: not the tables that other applications would offer for editing."""

    site_header = site_title = "Reference tables"
    index_title = "Look something up"

    def get_urls(self) -> list[Any]:
        """Without the library's way to a row's own page: no table here has one, and the address, which takes the
        number of any table and row of the register, fails where the row's key isn't a number.
        """
        return [each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site"]


reference = ReferenceSite()
# The admin's own sign-in page would ask for a password only, and let a second factor be passed by.
reference.login = secure_admin_login(reference.login)  # type: ignore[method-assign]


class ReferenceAdmin(admin.ModelAdmin):
    """Open to staff, for reading."""

    list_per_page = 50
    show_full_result_count = False
    view_on_site = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class SourcedAdmin(ReferenceAdmin):
    """Rows with a source and a date."""

    list_select_related: ClassVar[list[str]] = ["source"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_display(request), "source", "source_as_of"]


@admin.register(DataSource, site=reference)
class DataSourceAdmin(ReferenceAdmin):
    list_display = ["title", "publisher", "licence", "licence_class", "as_of_text", "rows", "loaded_at"]
    list_filter = ["licence_class"]
    search_fields = ["title", "publisher", "file"]


@admin.register(ColumnSource, site=reference)
class ColumnSourceAdmin(ReferenceAdmin):
    list_display = ["table", "column", "source", "as_of", "note"]
    list_filter = ["table"]
    list_select_related = ["source"]


@admin.register(Region, site=reference)
class RegionAdmin(SourcedAdmin):
    list_display = ["name", "code", "scheme", "valid_from", "valid_to"]
    list_filter = ["scheme"]
    search_fields = ["name", "code"]


@admin.register(LocalAuthority, site=reference)
class LocalAuthorityAdmin(SourcedAdmin):
    list_display = ["name", "code", "gss_code", "region", "rsc_region", "is_live"]
    list_filter = ["is_live", "region"]
    list_select_related = ["source", "region", "rsc_region"]
    search_fields = ["name", "code", "gss_code"]


@admin.register(Diocese, site=reference)
class DioceseAdmin(SourcedAdmin):
    list_display = ["name", "code", "denomination"]
    list_filter = ["denomination"]
    search_fields = ["name", "code"]


@admin.register(Outcode, site=reference)
class OutcodeAdmin(SourcedAdmin):
    list_display = ["code", "town", "area", "latitude", "longitude"]
    search_fields = ["code", "town", "area"]


@admin.register(School, site=reference)
class SchoolAdmin(SourcedAdmin):
    list_display = ["name", "urn", "phase_name", "authority", "town", "postcode", "status"]
    list_filter = ["is_open", "phase", "type_group"]
    list_select_related = ["source", "authority"]
    search_fields = ["name", "=urn", "postcode", "town"]
    exclude = ["search"]
