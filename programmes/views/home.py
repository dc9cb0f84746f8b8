"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from programmes.queries.figures import figures
from programmes.views.cards import entry_url
from programmes.views.fit import remembered

# The worked example of the specification of ratings, drawn step by step.
_EXAMPLE = {"purpose": 3.071, "governance": 3.0, "process": 2.889, "definitions": 2.7, "value": 3.0}
_STEPS: tuple[tuple[str, str, dict[str, float]], ...] = (
    (
        "Evidence",
        "A provider puts its provision forward with evidence for each criterion. What it sent is frozen.",
        {},
    ),
    (
        "Two people score",
        "Two trained assessors score blind: neither knows what the other gave, nor has ties to the provider.",
        {"purpose": 3.071},
    ),
    (
        "One value each",
        "Where they differ too much a third person scores. The arithmetic is fixed and published.",
        {"purpose": 3.071, "governance": 3.0, "process": 2.889},
    ),
    (
        "A band, with its working",
        "One person drafts the decision, another approves it. You see every step from scores to band.",
        _EXAMPLE,
    ),
)


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A search, what there is, how a rating comes about, and the doors for everyone else."""
    live = figures()
    return render(
        request,
        "home.html",
        {
            "figures": live,
            "school": remembered(request),
            "newest_url": entry_url(live.newest) if live.newest else "",
            "steps": [
                {"title": title, "text": text, "headings": headings} for title, text, headings in _STEPS
            ],
        },
    )
