"""Comments on a framework version: made by anyone with an account, answered by administrators, read by everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from lpdqa.clock import today
from lpdqa.web.access import public, requires, signed_in
from lpdqa.web.refusals import carried_out, words
from lpdqa.workflow import WorkflowError
from providers.views.shared import the_user
from reviews.forms.consultation import AnswerForm, CommentForm
from reviews.models import FrameworkComment, FrameworkVersion
from reviews.queries.consultation import by_criterion, open_comments, published_comments, takes_comments
from reviews.queries.frameworks import public_frameworks
from reviews.services import consultation
from reviews.views.framework_editor import RUN, framework_or_404

PAGE = 50


@public
@require_safe
def comments(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Every published comment with its answer, by criterion."""
    framework = get_object_or_404(public_frameworks().defer(None), code=code, version=version)
    found = published_comments(framework)
    return render(
        request,
        "reviews/framework/comments.html",
        {
            "framework": framework,
            "groups": by_criterion(framework, found),
            "open": takes_comments(framework, today()),
        },
    )


@signed_in
@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Comment on a version that is open for it, and see what one has said so far."""
    framework = get_object_or_404(public_frameworks().defer(None), code=code, version=version)
    user, is_open = the_user(request), takes_comments(framework, today())
    form = CommentForm(
        request.POST or None,
        framework=framework,
        by=user,
        initial={"criterion": request.GET.get("on", "")},
    )

    def do(**typed: Any) -> None:
        consultation.add_comment(framework=framework, by=user, **typed)

    if request.method == "POST" and carried_out(form, do):
        messages.success(
            request, "Thank you. Your comment is with the administrators; you find its answer here."
        )
        return redirect("framework_comment", code, version)
    return render(
        request,
        "reviews/framework/comment.html",
        {
            "framework": framework,
            "form": form,
            "open": is_open,
            "own": framework.comments.filter(author=user, withdrawn_at=None).order_by("-id"),
        },
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's own comment back."""
    found = get_object_or_404(
        FrameworkComment.objects.select_related("framework"), public_id=public_id, author=the_user(request)
    )
    try:
        consultation.withdraw_comment(comment=found, by=the_user(request))
    except WorkflowError as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(request, "Your comment is taken back.")
    if found.framework.state == "draft":
        return redirect("framework_list")
    return redirect("framework_comment", found.framework.code, found.framework.version)


@requires(RUN, get=framework_or_404)
@require_GET
def inbox(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """All comments on a version, for those who answer them."""
    waiting = open_comments(framework)
    everything = request.GET.get("show") == "all"
    shown = framework.comments.filter(withdrawn_at=None).order_by("id") if everything else waiting
    return render(
        request,
        "reviews/editor/comments.html",
        {
            "framework": framework,
            "page_obj": Paginator(shown, PAGE).get_page(request.GET.get("page")),
            "waiting": waiting.count(),
            "everything": everything,
            "titles": {row["code"]: row["title"] for row in framework.document["criteria"]},
        },
    )


def comment_or_404(request: HttpRequest, public_id: UUID) -> FrameworkComment:
    found = get_object_or_404(FrameworkComment.objects.select_related("framework"), public_id=public_id)
    if found.withdrawn_at:
        raise Http404
    return found


@requires(RUN, get=comment_or_404)
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, comment: FrameworkComment) -> HttpResponse:
    """Answer one comment, or put the answer right."""
    initial = {"answer": comment.answer}
    if comment.answer:
        initial["publish"] = "yes" if comment.is_published else "no"
    form = AnswerForm(request.POST or None, initial=initial)

    def do(**typed: Any) -> None:
        consultation.answer_comment(comment=comment, by=the_user(request), **typed)

    if request.method == "POST" and carried_out(form, do):
        messages.success(
            request, "The answer is published." if comment.is_published else "The comment is set aside."
        )
        return redirect("framework_inbox", comment.framework_id)
    titles = {row["code"]: row["title"] for row in comment.framework.document["criteria"]}
    return render(
        request,
        "reviews/editor/answer.html",
        {
            "framework": comment.framework,
            "comment": comment,
            "about": f"{comment.criterion} {titles.get(comment.criterion, '')}".strip(),
            "form": form,
        },
    )
