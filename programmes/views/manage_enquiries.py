"""Enquiries as a provider's team sees them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.accounts.models import User
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from programmes.enquiry_states import ENQUIRY
from programmes.forms.enquiry import AnswerForm, DeclineForm, ReportForm
from programmes.forms.feedback import CommissionForm
from programmes.models import EnquiryRecipient
from programmes.queries.enquiries import of_provider
from programmes.services import enquiries, enquiry_reports
from programmes.services.feedback_invitations import commission
from providers.models import Provider
from providers.views.shared import manage_page, provider_or_404, the_user

PAGE_SIZE = 25
_COLOURS = {"sent": "blue", "seen": "yellow", "answered": "green"}


@requires("programmes.read_enquiries", get=provider_or_404)
@require_safe
def enquiry_inbox(request: HttpRequest, provider: Provider) -> HttpResponse:
    """What has come in, newest first: what waits, or everything."""
    everything = request.GET.get("show") == "all"
    page = Paginator(of_provider(provider, only_open=not everything), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return manage_page(
        request,
        "programmes/manage/enquiries.html",
        provider,
        page_obj=page,
        lines=[(one, ENQUIRY.state(one.state).name, _COLOURS.get(one.state, "grey")) for one in page],
        tabs=[
            {"text": "Waiting for an answer", "url": request.path, "current": not everything},
            {"text": "Everything", "url": f"{request.path}?show=all", "current": everything},
        ],
        everything=everything,
    )


def recipient_or_404(request: HttpRequest, public_id: Any, **_: Any) -> EnquiryRecipient:
    return get_object_or_404(
        EnquiryRecipient.objects.select_related("provider", "enquiry__sender", "report"), public_id=public_id
    )


@requires("programmes.read_enquiry", get=recipient_or_404)
@require_http_methods(["GET", "POST"])
def enquiry_manage(request: HttpRequest, recipient: EnquiryRecipient) -> HttpResponse:
    """One enquiry with what has been written since; answer it or decline it."""
    by = the_user(request)
    may_answer = by.has_perm("programmes.answer_enquiry", recipient)
    declining = "decline" in request.POST
    answer_form = AnswerForm(None if declining else request.POST or None, prefix="answer")
    decline_form = DeclineForm(request.POST if declining else None, prefix="decline")
    if request.method == "POST" and may_answer:
        form, do = (decline_form, enquiries.decline) if declining else (answer_form, enquiries.answer)  # type: tuple[Any, Any]
        if carried_out(form, lambda text: do(recipient=recipient, by=by, text=text)):
            said = "You have declined the enquiry." if declining else "Your answer is on its way."
            messages.success(request, f"{said} The sender is told by mail.")
            return redirect("enquiry_manage", recipient.public_id)
    else:
        enquiries.see(recipient=recipient, by=by)
    steps = {step.name for step in ENQUIRY.available(recipient.state)} if may_answer else set()
    answer = manage_page(
        request,
        "programmes/manage/enquiry.html",
        recipient.provider,
        recipient=recipient,
        enquiry=recipient.enquiry,
        letters=recipient.messages.select_related("author"),
        state=ENQUIRY.state(recipient.state).name,
        colour=_COLOURS.get(recipient.state, "grey"),
        answer_form=answer_form if "answer" in steps else None,
        decline_form=decline_form if "decline" in steps else None,
        form=decline_form if declining else answer_form,
        may_commission=may_answer
        and any(step.name == "commission" for step in ENQUIRY.available(recipient.state)),
        may_report=may_answer and not hasattr(recipient, "report"),
        report=getattr(recipient, "report", None),
    )
    return _private(answer)


@requires("programmes.answer_enquiry", get=recipient_or_404)
@require_http_methods(["GET", "POST"])
def enquiry_report(request: HttpRequest, recipient: EnquiryRecipient) -> HttpResponse:
    """Report an enquiry as abuse to those who run the register."""
    form = ReportForm(request.POST or None)
    if request.method == "POST" and carried_out(
        form, lambda **data: enquiry_reports.report(recipient=recipient, by=the_user(request), **data)
    ):
        messages.success(request, "The enquiry is reported. Those who run the register look at it.")
        return redirect("enquiry_manage", recipient.public_id)
    return _form_page(
        request, recipient, form, "Report this enquiry", "Report it", "programmes/manage/enquiry_report.html"
    )


@requires("programmes.answer_enquiry", get=recipient_or_404)
@require_http_methods(["GET", "POST"])
def enquiry_commissioned(request: HttpRequest, recipient: EnquiryRecipient) -> HttpResponse:
    """Record that the enquiry led to work together, so that the sender is asked for feedback when it ends."""
    form = CommissionForm.of(recipient, request.POST or None)
    if request.method == "POST" and commissioned(form, recipient, the_user(request)):
        messages.success(request, "We ask the sender for feedback when the work has ended.")
        return redirect("enquiry_manage", recipient.public_id)
    return _form_page(
        request,
        recipient,
        form,
        "We worked together",
        "Record it",
        "programmes/manage/enquiry_commissioned.html",
    )


def commissioned(form: CommissionForm, recipient: EnquiryRecipient, by: User | None) -> bool:
    """Record what the form says; False where form or service refuse."""
    return carried_out(
        form,
        lambda programme, ended_on: commission(
            recipient=recipient, programme=form.chosen(programme), ended_on=ended_on, by=by
        ),
    )


def _form_page(
    request: HttpRequest, recipient: EnquiryRecipient, form: Any, title: str, verb: str, template: str
) -> HttpResponse:
    return _private(
        manage_page(
            request,
            template,
            recipient.provider,
            recipient=recipient,
            enquiry=recipient.enquiry,
            form=form,
            page_title=title,
            verb=verb,
        )
    )


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    return answer
