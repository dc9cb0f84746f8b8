"""What commissioners say, as a provider's team sees it: inviting them, and replying once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.clock import today
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from programmes.forms.feedback import InviteForm, ReplyForm
from programmes.models import Cohort, Feedback
from programmes.queries.feedback import public_feedback_of, title_of
from programmes.queries.leaders import FEWEST_EVALUATIONS
from programmes.services.feedback import reply
from programmes.services.feedback_invitations import invite
from programmes.views.manage_dates import cohort_or_404
from providers.models import Provider
from providers.views.shared import manage_page, provider_or_404, the_user

PAGE_SIZE = 25


@requires("providers.view_team", get=provider_or_404)
@require_safe
def feedback_list(request: HttpRequest, provider: Provider) -> HttpResponse:
    """What is public, newest first, with the replies; who said it isn't told."""
    page = Paginator(public_feedback_of(provider), PAGE_SIZE).get_page(request.GET.get("page"))
    return manage_page(
        request, "programmes/manage/feedback_list.html", provider, page_obj=page, fewest=FEWEST_EVALUATIONS
    )


@requires("programmes.edit_programme", get=cohort_or_404)
@require_http_methods(["GET", "POST"])
def feedback_invite(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    """Name who commissioned places in one run, so that the register asks them when it has ended."""
    form = InviteForm(request.POST or None)
    done: list[Any] = []
    if request.method == "POST" and carried_out(
        form,
        lambda commissioners: done.extend(
            invite(cohort=cohort, by=the_user(request), commissioners=commissioners)
        ),
    ):
        n = len(done)
        messages.success(request, f"{n} commissioner{'' if n == 1 else 's'} will be asked.")
        return redirect("programme_manage", cohort.programme.slug)
    return manage_page(
        request,
        "programmes/manage/feedback_invite.html",
        cohort.programme.provider,
        cohort=cohort,
        programme=cohort.programme,
        title=title_of(cohort.programme),
        form=form,
        begun=cohort.starts_on <= today(),
        invited=cohort.invitations.count(),
    )


def feedback_or_404(request: HttpRequest, public_id: Any, **_: Any) -> Feedback:
    rows = Feedback.objects.select_related(
        "invitation__programme__provider", "invitation__programme__public_version", "reply", "decided_by"
    )
    return get_object_or_404(rows, public_id=public_id)


@requires("programmes.reply_feedback", get=feedback_or_404)
@require_http_methods(["GET", "POST"])
def feedback_reply(request: HttpRequest, feedback: Feedback) -> HttpResponse:
    """Reply to one answer, once."""
    provider = feedback.invitation.programme.provider
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and carried_out(
        form, lambda words: reply(feedback=feedback, by=the_user(request), words=words)
    ):
        messages.success(request, "Your reply is kept. It is shown once it has been checked.")
        return redirect("feedback_list", provider.slug)
    return manage_page(
        request,
        "programmes/manage/feedback_reply.html",
        provider,
        feedback=feedback,
        title=title_of(feedback.invitation.programme),
        form=form,
        replied=getattr(feedback, "reply", None),
    )
