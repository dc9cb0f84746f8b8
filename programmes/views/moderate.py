"""What administrators check: what commissioners say, providers' replies, and enquiries that were reported."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.web.access import requires
from lpdqa.web.formats import long_date
from lpdqa.web.refusals import carried_out, words
from programmes.feedback_states import MODERATION
from programmes.forms.feedback import ReasonForm
from programmes.models import EnquiryReport, Feedback
from programmes.models.feedback import LEVELS
from programmes.queries.enquiries import reports
from programmes.queries.feedback import CLARITY, LEVEL_WORDS, checked, title_of, to_check, when
from programmes.services import enquiry_reports
from programmes.services.feedback import moderate, moderate_reply
from programmes.views.manage_feedback import feedback_or_404
from providers.rules import role_in
from providers.views.shared import manage_page, the_user

PAGE_SIZE = 50


@requires("programmes.moderate")
@require_safe
def feedback_queue(request: HttpRequest) -> HttpResponse:
    """Answers and replies that wait for a check, and under `?show=checked` those that were."""
    done = request.GET.get("show") == "checked"
    page = Paginator(checked() if done else to_check(), PAGE_SIZE).get_page(request.GET.get("page"))
    return manage_page(
        request,
        "programmes/moderate/feedback.html",
        section="board",
        page_obj=page,
        lines=[(one, title_of(one.programme)) for one in page],
        done=done,
        tabs=[
            {"text": "Waiting", "url": "?", "current": not done, "count": to_check().count()},
            {"text": "Checked", "url": "?show=checked", "current": done, "count": None},
        ],
    )


@requires("programmes.moderate", get=feedback_or_404)
@require_http_methods(["GET", "POST"])
def feedback_check(request: HttpRequest, feedback: Feedback) -> HttpResponse:
    """One answer with the provider's reply, if there is one; each is accepted or not."""
    by, said = the_user(request), getattr(feedback, "reply", None)
    form, reply_form = ReasonForm(prefix="answer"), ReasonForm(prefix="reply")
    if request.method == "POST":
        step = request.POST.get("step", "")
        if request.POST.get("of") == "reply" and said:
            reply_form = ReasonForm(request.POST, prefix="reply")
            done = carried_out(
                reply_form, lambda reason: moderate_reply(reply=said, by=by, step=step, reason=reason)
            )
        else:
            form = ReasonForm(request.POST, prefix="answer")
            done = carried_out(
                form, lambda reason: moderate(feedback=feedback, by=by, step=step, reason=reason)
            )
        if done:
            messages.success(request, "Your decision is kept.")
            return redirect("feedback_queue")
    invitation = feedback.invitation
    return manage_page(
        request,
        "programmes/moderate/feedback_check.html",
        section="board",
        feedback=feedback,
        programme=feedback.programme,
        title=title_of(feedback.programme),
        facts=[
            ("Programme", title_of(feedback.programme)),
            ("Provider", feedback.programme.provider.name),
            ("How we know them", invitation.get_source_display()),
            ("School or trust", invitation.organisation),
            (
                "Address ends in",
                f"@{invitation.email.partition('@')[2]}" if invitation.email else "Forgotten",
            ),
            ("Name and post", feedback.name),
            ("Given", f"{long_date(feedback.given_at)}, {when(feedback.months)}"),
        ],
        answers=[(LEVEL_WORDS[level], dict(CLARITY)[getattr(feedback, level)]) for level in LEVELS]
        + [("Would commission it again", feedback.get_again_display())],
        steps=MODERATION.available(feedback.state),
        form=form,
        said=said,
        reply_steps=[step for step in MODERATION.available(said.state) if step.name != "count"]
        if said
        else [],
        reply_form=reply_form,
        own=bool(role_in(by, feedback.programme.provider)),
    )


@requires("programmes.moderate")
@require_safe
def report_queue(request: HttpRequest) -> HttpResponse:
    """Reported enquiries that wait, and under `?show=decided` those that were decided."""
    decided = request.GET.get("show") == "decided"
    page = Paginator(reports(decided=decided), PAGE_SIZE).get_page(request.GET.get("page"))
    return manage_page(
        request,
        "programmes/moderate/reports.html",
        section="board",
        page_obj=page,
        decided=decided,
        tabs=[
            {"text": "Waiting", "url": "?", "current": not decided, "count": reports(decided=False).count()},
            {"text": "Decided", "url": "?show=decided", "current": decided, "count": None},
        ],
    )


def report_or_404(request: HttpRequest, public_id: Any, **_: Any) -> EnquiryReport:
    rows = EnquiryReport.objects.select_related(
        "recipient__provider", "recipient__enquiry__sender", "reported_by", "decided_by"
    )
    return get_object_or_404(rows, public_id=public_id)


@requires("programmes.moderate", get=report_or_404)
@require_http_methods(["GET", "POST"])
def report_decide(request: HttpRequest, report: EnquiryReport) -> HttpResponse:
    """One reported enquiry with what was written in it at this provider; block it or not."""
    by, recipient = the_user(request), report.recipient
    if request.method == "POST":
        do = enquiry_reports.block if request.POST.get("decision") == "block" else enquiry_reports.keep
        try:
            do(report=report, by=by)
        except ValidationError as refusal:
            messages.error(request, words(refusal))
        else:
            messages.success(request, f"Your decision is kept: {report.get_decision_display().lower()}.")
            return redirect("report_queue")
    answer = manage_page(
        request,
        "programmes/moderate/report.html",
        section="board",
        report=report,
        recipient=recipient,
        enquiry=recipient.enquiry,
        letters=recipient.messages.all(),
        elsewhere=recipient.enquiry.recipients.count() - 1,
        blocked_days=enquiry_reports.BLOCKED_FOR.days,
        own=bool(role_in(by, recipient.provider)) or recipient.enquiry.sender_id == by.pk,
        facts=[
            ("Reported by", recipient.provider.name),
            ("What is wrong", report.get_reason_display()),
            ("In their words", report.words),
            ("Reported on", long_date(report.created_at)),
            ("Decision", report.get_decision_display()),
            (
                "Decided by",
                f"{report.decided_by.name}, {long_date(report.decided_at)}" if report.decided_by else "",
            ),
        ],
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
