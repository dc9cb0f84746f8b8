"""A provider's figures: looks, shortlists, enquiries, and its ratings beside those of like providers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from lpdqa.web.access import requires
from programmes.views.cards import entry_url
from providers.models import Provider
from providers.views.shared import manage_page, provider_or_404
from reviews.queries.participation import FEWEST, benchmarks_of, enquiries_of, figures_of


@requires("providers.view_team", get=provider_or_404)
@require_safe
def figures(request: HttpRequest, provider: Provider) -> HttpResponse:
    """What being on the register brings, for the team only."""
    return manage_page(
        request,
        "reviews/provider/figures.html",
        provider,
        figures=[(row, entry_url(row.entry)) for row in figures_of(provider)],
        enquiries=enquiries_of(provider),
        benchmarks=benchmarks_of(provider),
        fewest=FEWEST,
    )
