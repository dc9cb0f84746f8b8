"""What machines ask for: where they may look, and the picture that goes with a link."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from lpdqa.web.preview import profile_png
from programmes.choices import HEADINGS, EntryKind, EntryStatus
from programmes.models import CatalogueEntry

# Nothing there for a search engine: pages for people with an account, and the same lists in every order.
_CLOSED = ("/account/", "/my-work/", "/board/", "/*?*seed=", "/*?*csv=")


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where search engines may look, and where all addresses are."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemaps'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
@cache_control(public=True, max_age=86_400)
def preview(request: HttpRequest) -> HttpResponse:
    """The register's mark, for pages that have no rating."""
    return HttpResponse(profile_png(None), content_type="image/png")


@public
@require_safe
@cache_control(public=True, max_age=3600)
def entry_preview(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The profile of what is rated now; 404 for everything else, so that a picture never outlives a rating by more
    than an hour.
    """
    if kind not in EntryKind.values:
        raise Http404
    entry = get_object_or_404(CatalogueEntry, kind=kind, slug=slug, status=EntryStatus.RATED)
    return HttpResponse(
        profile_png({code: getattr(entry, code) for code in HEADINGS}), content_type="image/png"
    )
