"""Enquiries as their sender sees them: writing, confirming, reading answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.accounts.models import User
from lpdqa.web.access import public, requires
from lpdqa.web.limits import too_often
from lpdqa.web.refusals import carried_out, words
from lpdqa.workflow import WorkflowError
from programmes.enquiry_states import ENQUIRY
from programmes.forms.enquiry import EnquiryForm, LetterForm, VisitorsEnquiryForm
from programmes.forms.feedback import CommissionForm
from programmes.models import CatalogueEntry, Enquiry, EnquiryRecipient
from programmes.models.enquiry import MAX_MESSAGE
from programmes.queries.enquiries import Addressee, addressees, sent_by, with_exchange
from programmes.queries.items import named
from programmes.services import enquiries
from programmes.views.manage_enquiries import commissioned

PAGE_SIZE = 25
# Of one network address in an hour, by people without an account.
MOST_AN_HOUR = 10


@public
@require_http_methods(["GET", "POST"])
def enquire(request: HttpRequest) -> HttpResponse:
    """Write one message to the providers of what was chosen; the address says what that is."""
    person = request.user if isinstance(request.user, User) else None
    names = (request.POST if request.method == "POST" else request.GET).getlist("item")
    entries = named(names)
    to = addressees(entries)
    form = _form(request, person, to)
    if request.method == "POST":
        if getattr(form, "is_machine", False):
            return redirect("enquiry_sent")  # let it think so
        sent: list[Enquiry] = []

        def send(to: list[str], message: str, name: str, organisation: str, **more: str) -> None:
            if person is None and too_often(request, what="enquiry", most=MOST_AN_HOUR):
                raise ValidationError(
                    "Many enquiries have come from your network. Please try again in an hour."
                )
            sent.append(
                enquiries.send(
                    sender=person,
                    name=name,
                    organisation=organisation,
                    message=message,
                    entries=_of(entries, to),
                    email=more.get("email", ""),
                )
            )

        if carried_out(form, send):
            if person is None:
                return redirect("enquiry_sent")
            messages.success(request, "Your enquiry is on its way.")
            return redirect("enquiry", sent[0].code)
    return render(
        request,
        "programmes/choosing/enquire.html",
        {
            "form": form,
            "names": [f"{entry.kind}:{entry.slug}" for entry in entries],
            "addressees": to,
            "reachable": [one for one in to if not one.refusal],
            "unreachable": [one for one in to if one.refusal],
            "section": "shortlist",
        },
    )


@public
@require_safe
def enquiry_sent(request: HttpRequest) -> HttpResponse:
    """What somebody without an account does next: look for our letter."""
    return render(
        request,
        "programmes/choosing/enquiry_sent.html",
        {"section": "shortlist", "days": enquiries.CONFIRM_WITHIN.days},
    )


def enquiry_or_404(request: HttpRequest, code: str, **_: Any) -> Enquiry:
    return get_object_or_404(Enquiry.objects.select_related("sender"), code=code)


@requires("programmes.follow_enquiry", get=enquiry_or_404, anonymous=True)
@require_http_methods(["GET", "POST"])
def enquiry_confirm(request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
    """Confirm the address by a button: links in letters are opened by machines too."""
    error = ""
    if enquiry.confirmed_at is None and request.method == "POST":
        try:
            enquiries.confirm(enquiry=enquiry)
        except ValidationError as refusal:
            error = words(refusal)
        else:
            messages.success(request, "Your enquiry is on its way.")
    if enquiry.confirmed_at is not None:
        return redirect("enquiry", enquiry.code)
    context = {"enquiry": _whole(enquiry), "error": error, "section": "shortlist"}
    return _private(render(request, "programmes/choosing/enquiry_confirm.html", context))


@requires("programmes.follow_enquiry", get=enquiry_or_404, anonymous=True)
@require_safe
def enquiry_page(request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
    """The message, and how far each provider is with it."""
    if enquiry.confirmed_at is None:
        return redirect("enquiry_confirm", enquiry.code)
    return _page(request, enquiry)


@requires("programmes.follow_enquiry", get=enquiry_or_404, anonymous=True)
@require_POST
def enquiry_step(request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
    """Write to one of the providers again, or close the enquiry there."""
    match = request.resolver_match
    public_id, step = (match.kwargs["public_id"], match.kwargs["step"]) if match else (None, "")
    recipient = get_object_or_404(enquiry.recipients.select_related("provider"), public_id=public_id)
    by = enquiry.sender
    if step == "close":
        try:
            enquiries.close(recipient=recipient, by=by)
        except WorkflowError as refusal:
            messages.error(request, words(refusal))
        else:
            messages.success(request, f"{recipient.provider.name} knows that you need no answer any more.")
        return redirect("enquiry", enquiry.code)
    if step != "write":
        raise Http404
    form = LetterForm(request.POST, prefix=str(recipient.public_id))
    if carried_out(form, lambda text: enquiries.follow_up(recipient=recipient, text=text, by=by)):
        messages.success(request, f"Your message to {recipient.provider.name} is on its way.")
        return redirect(f"{reverse('enquiry', args=[enquiry.code])}#at-{recipient.public_id}")
    return _page(request, enquiry, recipient, form)


@requires("programmes.follow_enquiry", get=enquiry_or_404, anonymous=True)
@require_http_methods(["GET", "POST"])
def enquiry_commissioned(request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
    """Say that the enquiry led to work together, so that the register asks later what it brought."""
    match = request.resolver_match
    public_id = match.kwargs["public_id"] if match else None
    recipient = get_object_or_404(
        enquiry.recipients.select_related("provider", "enquiry__sender"), public_id=public_id
    )
    form = CommissionForm.of(recipient, request.POST or None)
    if request.method == "POST" and commissioned(form, recipient, enquiry.sender):
        messages.success(request, "Thank you. We write to you when the work has ended.")
        return redirect("enquiry", enquiry.code)
    context = {"enquiry": enquiry, "recipient": recipient, "form": form, "section": "shortlist"}
    return _private(render(request, "programmes/choosing/enquiry_commissioned.html", context))


@public
@require_safe
def enquiry_list(request: HttpRequest) -> HttpResponse:
    """The enquiries of the account; without one a word on how they are found again."""
    page = None
    if isinstance(request.user, User):
        page = Paginator(sent_by(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "programmes/choosing/enquiries.html", {"page_obj": page, "section": "shortlist"})


def _form(request: HttpRequest, person: User | None, to: list[Addressee]) -> Any:
    kind = EnquiryForm if person else VisitorsEnquiryForm
    if request.method == "POST":
        return kind(request.POST, addressees=to)
    reachable = [one.provider.slug for one in to if not one.refusal][: enquiries.MOST_PROVIDERS]
    initial = {
        "to": reachable,
        "name": person.name if person else "",
        "message": request.GET.get("message", "").replace("\x00", "")[:MAX_MESSAGE],
    }
    return kind(addressees=to, initial=initial)


def _of(entries: list[CatalogueEntry], slugs: list[str]) -> list[CatalogueEntry]:
    return [entry for entry in entries if entry.provider.slug in slugs]


def _whole(enquiry: Enquiry) -> Enquiry:
    return with_exchange(Enquiry.objects.filter(pk=enquiry.pk)).get()


def _page(
    request: HttpRequest,
    enquiry: Enquiry,
    refused: EnquiryRecipient | None = None,
    refused_form: LetterForm | None = None,
) -> HttpResponse:
    places = []
    for recipient in _whole(enquiry).recipients.all():
        steps = {step.name for step in ENQUIRY.available(recipient.state)}
        form = LetterForm(prefix=str(recipient.public_id)) if "follow_up" in steps else None
        if refused and refused.pk == recipient.pk:
            form = refused_form
        places.append(
            {
                "recipient": recipient,
                "state": ENQUIRY.state(recipient.state).public_name,
                "form": form,
                "may_close": "close" in steps and recipient.state != "declined",
                "may_commission": "commission" in steps,
            }
        )
    context = {
        "enquiry": enquiry,
        "places": places,
        "form": refused_form,
        "section": "shortlist",
    }
    return _private(render(request, "programmes/choosing/enquiry.html", context))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "private, no-store"
    return answer
