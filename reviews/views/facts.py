"""The factual check: what the assessors noted, without scores or names, and the provider's corrections."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from lpdqa.accounts.models import User
from lpdqa.drafts.writing import Writing
from lpdqa.web.access import requires
from lpdqa.web.refusals import words
from lpdqa.workflow import WorkflowError
from providers.views.shared import the_user
from reviews.forms.facts import FactCommentForm
from reviews.models import Submission
from reviews.queries.provider_submission import factual_statements, is_settled
from reviews.services.submissions import comment_on_facts, confirm_facts
from reviews.views.submissions import may_write, page, submission_or_404


@requires("reviews.view_submission", get=submission_or_404)
@require_http_methods(["GET", "POST"])
def fact_check(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Read, correct or confirm while the check is open; read only afterwards."""
    if not is_settled(submission):
        messages.info(request, "There are no facts to check yet.")
        return redirect("submission_detail", submission.public_id)
    statements = factual_statements(submission)
    criteria = [statement.criterion for statement in statements]
    if request.method == "POST" and not may_write(request, submission):
        raise PermissionDenied
    if request.POST.get("do") == "confirm":
        return _confirm(request, submission)
    can_check = request.user.has_perm("reviews.check_facts", submission) and submission.state == "fact_check"
    work = Writing(
        request,
        make=lambda *, data, files, initial: FactCommentForm(data, initial=initial, criteria=criteria),
        about=f"submission:{submission.pk}",
        purpose="add it",
        may_write=can_check,
    )
    if work.response:
        return work.response
    if work.save(partial(_comment, submission, the_user(request))):
        messages.success(request, "Your comment is kept. Add another, or finish the check.")
        return redirect("fact_check", submission.public_id)
    return page(
        request,
        "reviews/provider/facts.html",
        {
            "submission": submission,
            "statements": statements,
            "comments": submission.fact_comments.all(),
            "form": work.form,
            "writing": work,
            "can_check": can_check,
            "shows_form": can_check or request.method == "POST",
        },
    )


def _comment(submission: Submission, by: User, criterion: str, text: str) -> None:
    """The criterion a comment is about goes in front of its text."""
    comment_on_facts(submission=submission, by=by, text=f"{criterion}: {text}" if criterion else text)


def _confirm(request: HttpRequest, submission: Submission) -> HttpResponse:
    try:
        confirm_facts(submission=submission, by=the_user(request))
    except (ValidationError, WorkflowError) as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(request, "The factual check is finished. The decision comes next.")
    return redirect("submission_detail", submission.public_id)
