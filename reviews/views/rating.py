"""How a rating was worked out, from the scores up."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from programmes.queries.leaders import without_name
from reviews.choices import FindingState
from reviews.forms.what_if import WhatIfForm
from reviews.models import Rating
from reviews.queries.frameworks import scheme_of
from reviews.queries.ratings import rating_explanation, visible_ratings
from reviews.queries.what_if import what_if
from reviews.rating import Explanation, Scheme


@public
@require_safe
def explained(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The ladder from scores to band. A rating that isn't public is found only by those who may see it."""
    visible = visible_ratings(request.user)
    rating = get_object_or_404(
        visible.select_related(
            "submission__provider", "submission__version__programme", "submission__leader", "framework"
        ),
        public_id=public_id,
    )
    submission = rating.submission
    context = {
        "section": "search",
        "rating": rating,
        "submission": submission,
        "newer": visible.filter(submission=submission, id__gt=rating.pk).first(),
    }
    if rating.results["alert"]:
        # While a finding stands there is no band; what the gates alone would give is nobody's rating.
        upheld = submission.findings.filter(state=FindingState.UPHELD).order_by("decided_at").first()
        alert = (
            without_name(submission.leader, upheld.public_text)
            if upheld
            else "A finding was upheld against this."
        )
        return render(request, "reviews/rating/alert.html", {**context, "alert": alert})
    explanation = rating_explanation(rating)
    return render(
        request,
        "reviews/rating/explained.html",
        {
            **context,
            "explanation": explanation,
            "headings": rating.results["headings"],
            **ladder(explanation, scheme_of(rating.framework)),
            **_what_if(request, rating, explanation),
        },
    )


def _what_if(request: HttpRequest, rating: Rating, explanation: Explanation) -> dict[str, Any]:
    form = WhatIfForm(
        request.GET if "criterion" in request.GET else None,
        criteria=[(step.code, step.title) for step in explanation.criteria],
        scale=sorted(rating.framework.scale.items()),
    )
    answer = ""
    if form.is_bound and form.is_valid():
        answer = what_if(rating, form.cleaned_data["criterion"], form.cleaned_data["score"])
    return {"what_if_form": form, "what_if": answer}


def ladder(explanation: Explanation, scheme: Scheme) -> dict[str, Any]:
    """What `reviews/rating/_ladder.html` shows beside the explanation: criteria under their headings, gates
    under their bands."""
    headings = {heading.code: heading.title for heading in scheme.headings}
    return {
        "by_heading": [
            {"title": headings[code], "criteria": list(criteria)}
            for code, criteria in groupby(explanation.criteria, key=lambda step: step.heading)
        ],
        "gates_by_band": [
            {"title": scheme.band_title(code), "gates": list(gates)}
            for code, gates in groupby(explanation.gates, key=lambda gate: gate.band)
        ],
    }
