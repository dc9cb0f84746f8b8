"""The page that says where the reference data comes from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from providers.queries.sources import ATTRIBUTION, data_sources


@require_safe
@public
def sources(request: HttpRequest) -> HttpResponse:
    """Every source with publisher, licence and date, and the attribution they ask for."""
    return render(
        request, "providers/data_sources.html", {"sources": data_sources(), "attribution": ATTRIBUTION}
    )
