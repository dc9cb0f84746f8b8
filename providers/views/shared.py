"""What the management pages of providers and programmes have in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lpdqa.drafts.queries import effort, unsaved_by
from lpdqa.web.access import the_user as the_user
from providers.forms.parts import Part, minutes_left
from providers.models import Provider


def manage_page(
    request: HttpRequest, template: str, provider: Provider | None = None, **context: Any
) -> HttpResponse:
    """A page under "My work", or under another `section`. With a provider, `can_edit` and `can_own` say what this
    person may do.
    """
    context = {"section": "my_work", "provider": provider, **context}
    if provider is not None:
        context["can_edit"] = request.user.has_perm("providers.edit_provider", provider)
        context["can_own"] = request.user.has_perm("providers.own_provider", provider)
    return render(request, template, context)


def describe_page(
    request: HttpRequest,
    provider: Provider,
    *,
    parts: list[tuple[Part, str]],
    about: str,
    title: str,
    check_url: str,
    preview_url: str,
) -> HttpResponse:
    """The list of parts of a description (each with its address), how complete it is and about how long it takes.

    about: what the time spent on it is counted under.
    check_url: where all answers stand together.
    preview_url: what the public will see.
    """
    unsaved = set(unsaved_by(the_user(request), about))
    tasks = [part.task(url=url, unsaved=url in unsaved) for part, url in parts]
    return manage_page(
        request,
        "providers/manage/describe.html",
        provider,
        title=title,
        tasks=tasks,
        done=sum(task["status"] == "Completed" for task in tasks),
        minutes=minutes_left([part for part, _ in parts]),
        spent=effort([about]),
        check_url=check_url,
        preview_url=preview_url,
    )


def provider_or_404(request: HttpRequest, slug: str, **_: Any) -> Provider:
    return get_object_or_404(Provider.objects.select_related("region", "authority", "school"), slug=slug)
