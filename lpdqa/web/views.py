"""Pages of words that belong to no app: how ratings are made, the door for providers, the statements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.web.access import public

# The worked example of the specification of ratings (RATING.md, section 5).
_EXAMPLE = {"purpose": 3.071, "governance": 3.0, "process": 2.889, "definitions": 2.7, "value": 3.0}


@public
@require_safe
def how_ratings_are_made(request: HttpRequest) -> HttpResponse:
    """The four steps, what the bands and the profile mean, and what never counts."""
    return render(
        request,
        "web/how_ratings_are_made.html",
        {
            "nothing": [None] * 5,
            "begun": [_EXAMPLE["purpose"], _EXAMPLE["governance"], None, None, None],
            "example": _EXAMPLE,
        },
    )


@public
@require_safe
def for_providers(request: HttpRequest) -> HttpResponse:
    """What a provider can do here, and where to begin."""
    return render(request, "web/for_providers.html")


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "web/accessibility.html")


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "web/privacy.html")
