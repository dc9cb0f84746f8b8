"""Taking a step with a submission: one view for all of them (see `steps`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from lpdqa.drafts.services import count_time
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from providers.views.shared import the_user
from reviews.models import Submission
from reviews.queries.board_actions import bar_to_running
from reviews.queries.decisions import current_decision, draft_of
from reviews.views.steps import APPEAL, RUN, STEPS, Job


def submission_with_step(
    request: HttpRequest, public_id: UUID, name: str, number: int | None = None
) -> Submission:
    """The submission, with the step's name and number kept on `submission.step`; 404 for an unknown step."""
    if name not in STEPS or (STEPS[name].part is None) != (number is None):
        raise Http404
    submission = get_object_or_404(
        Submission.objects.select_related("provider", "version__programme", "leader", "framework"),
        public_id=public_id,
    )
    submission.step = (name, number)  # type: ignore[attr-defined]
    return submission


@requires(RUN, get=submission_with_step)
@require_http_methods(["GET", "POST"])
def take_step(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Say what the step does, take what it needs, and do it; on a refusal nothing typed is lost."""
    name, number = submission.step  # type: ignore[attr-defined]
    user, step = the_user(request), STEPS[name]
    if bar_to_running(user, submission):
        raise PermissionDenied
    part = step.part(submission, number) if step.part and number is not None else None
    if not user.has_perm(step.permission, part if step.permission == APPEAL else submission):
        raise PermissionDenied
    count_time(user=user, about=f"review:{submission.pk}", page=request.method == "GET")
    form = step.form(
        request.POST if request.method == "POST" else None,
        submission=submission,
        by=user,
        initial=step.initial(submission) if step.initial else None,
    )

    def do(**cleaned: Any) -> None:
        step.do(Job(submission, user, part, cleaned))

    if request.method == "POST" and carried_out(form, do):
        messages.success(request, step.done)
        return redirect("board_submission", submission.public_id)
    about: dict[str, Any] = {"section": "board", "submission": submission, "step": step, "form": form}
    about["about"] = step.about(part) if step.about and part is not None else ""
    if step.shows_decision:
        about["decision"] = draft_of(submission) or current_decision(submission)
    return render(request, "reviews/board/step.html", about)
