"""Enquiries as a provider's team sees them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from programmes.enquiry_states import ENQUIRY
from programmes.forms.enquiry import AnswerForm, DeclineForm
from programmes.models import EnquiryRecipient
from programmes.queries.enquiries import of_provider
from programmes.services import enquiries
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
        EnquiryRecipient.objects.select_related("provider", "enquiry__sender"), public_id=public_id
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
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
