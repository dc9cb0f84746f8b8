"""Calibration, as assessors do it: score marked examples blind, and read after each what was agreed and why."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.web.access import requires
from lpdqa.web.forms import described
from lpdqa.web.refusals import carried_out, words
from providers.views.shared import the_user
from reviews.forms.assessors import ExampleScoreForm
from reviews.models import CalibrationAttempt
from reviews.queries.calibration import ADJACENT, EXACT, standing_of
from reviews.queries.frameworks import current_framework
from reviews.services import calibration as services


@requires("reviews.calibrate")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Whether one is released, until when, the attempts so far, and a button to start."""
    user, framework = the_user(request), current_framework()
    if framework is not None and request.method == "POST":
        try:
            attempt = services.start_attempt(framework=framework, by=user)
        except ValidationError as refusal:
            messages.error(request, words(refusal))
        else:
            return redirect("calibration_attempt", attempt.public_id)
    standing = standing_of(user, framework) if framework is not None else None
    return render(
        request,
        "reviews/assessor/calibration.html",
        {"section": "my_work", "standing": standing, "exact": EXACT * 100, "adjacent": ADJACENT * 100},
    )


def _own_attempt(request: HttpRequest, public_id: UUID) -> CalibrationAttempt:
    rows = CalibrationAttempt.objects.select_related("framework").filter(assessor=the_user(request))
    return get_object_or_404(rows, public_id=public_id)


@requires("reviews.calibrate")
@require_safe
@never_cache
def attempt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The next example to score; once all are scored, what came of it."""
    found = _own_attempt(request, public_id)
    answers = list(found.answers.select_related("example__criterion"))
    waiting = next((each for each in answers if each.answered_at is None), None)
    if waiting is not None:
        return redirect("calibration_answer", found.public_id, waiting.position)
    standing = standing_of(the_user(request), found.framework)
    return render(
        request,
        "reviews/assessor/calibration_result.html",
        {
            "section": "my_work",
            "attempt": found,
            "answers": answers,
            "standing": standing,
            "exact": EXACT * 100,
            "adjacent": ADJACENT * 100,
            "got_exact": (found.exact or 0) * 100,
            "got_adjacent": (found.adjacent or 0) * 100,
        },
    )


@requires("reviews.calibrate")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def example(request: HttpRequest, public_id: UUID, position: int) -> HttpResponse:
    """One example: evidence and criterion side by side, and the score; after it the agreed one and why."""
    user, found = the_user(request), _own_attempt(request, public_id)
    answers = list(found.answers.select_related("example__criterion__heading"))
    if not 1 <= position <= len(answers):
        raise Http404
    answer = answers[position - 1]
    criterion = answer.example.criterion
    form = ExampleScoreForm(request.POST if request.method == "POST" else None)
    form.fields["value"].choices = [  # type: ignore[attr-defined]
        (level, described(f"{level} {word}", criterion.descriptors[level]))
        for level, word in sorted(found.framework.scale.items())
    ]

    def score(value: int, rationale: str) -> None:
        services.score_example(answer=answer, by=user, value=value, rationale=rationale)

    if request.method == "POST" and carried_out(form, score):
        return redirect("calibration_answer", found.public_id, position)
    return render(
        request,
        "reviews/assessor/calibration_example.html",
        {
            "section": "my_work",
            "attempt": found,
            "answer": answer,
            "criterion": criterion,
            "agreed_words": criterion.descriptors[str(answer.example.agreed)] if answer.answered_at else "",
            "form": form,
            "total": len(answers),
            "done": sum(each.answered_at is not None for each in answers),
        },
    )
