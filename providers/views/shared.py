"""What the management pages of providers and programmes have in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lpdqa.web.access import the_user as the_user
from providers.models import Provider


def manage_page(
    request: HttpRequest, template: str, provider: Provider | None = None, **context: Any
) -> HttpResponse:
    """A page under "My work". With a provider, `can_edit` and `can_own` say what this person may do."""
    context = {"section": "my_work", "provider": provider, **context}
    if provider is not None:
        context["can_edit"] = request.user.has_perm("providers.edit_provider", provider)
        context["can_own"] = request.user.has_perm("providers.own_provider", provider)
    return render(request, template, context)


def provider_or_404(request: HttpRequest, slug: str, **_: Any) -> Provider:
    return get_object_or_404(Provider.objects.select_related("region", "authority", "school"), slug=slug)
