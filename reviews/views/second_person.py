"""What waits for a second person: proposals to confirm, and acts to acknowledge."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lpdqa.accounts.models import User
from lpdqa.audit.models import Entry, Proposal, ProposalKind
from lpdqa.web.access import requires
from lpdqa.web.refusals import words
from lpdqa.workflow import WorkflowError
from providers.views.shared import the_user
from reviews.forms.trail import NoteForm
from reviews.queries.trail import line, waiting
from reviews.services.second_person import acknowledge, confirm_proposal, decline_proposal
from reviews.views.trail import entry_or_404

RUN = "accounts.run_register"
PAGE = 50


@requires(RUN)
@require_GET
def second_person(request: HttpRequest) -> HttpResponse:
    """Open proposals with who made them, and acts of others that nobody has acknowledged yet."""
    user = the_user(request)
    open_ones = list(Proposal.objects.filter(decided_at=None).select_related("proposed_by"))
    about = [p.target_id for p in open_ones if p.kind == ProposalKind.ADMINISTRATOR]
    names = dict(User.objects.filter(pk__in=about).values_list("pk", "name"))
    proposals = [
        {
            "proposal": proposal,
            "about": names.get(proposal.target_id, proposal.label)
            if proposal.kind == ProposalKind.ADMINISTRATOR
            else proposal.label,
            "on": proposal.payload.get("on"),
            "bar": _bar(proposal, user),
        }
        for proposal in open_ones
    ]
    page = Paginator(waiting(user), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/board/second_person.html",
        {"proposals": proposals, "page_obj": page, "lines": [line(entry) for entry in page.object_list]},
    )


def _bar(proposal: Proposal, user: User) -> str:
    if proposal.proposed_by_id == user.pk:
        return "You proposed it, so somebody else has to confirm it."
    if proposal.kind == ProposalKind.ADMINISTRATOR and proposal.target_id == user.pk:
        return "It is about you, so somebody else has to confirm it."
    return ""


def proposal_or_404(request: HttpRequest, pk: int) -> Proposal:
    return get_object_or_404(Proposal, pk=pk)


@requires(RUN, get=proposal_or_404)
@require_POST
def decide(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Confirm a proposal, or turn it down."""
    what = request.POST.get("what")
    if what not in ("confirm", "decline"):
        messages.error(request, "Choose whether to confirm it; nothing was done.")
        return redirect("second_person")
    try:
        if what == "confirm":
            confirm_proposal(proposal=proposal, by=the_user(request))
        else:
            decline_proposal(proposal=proposal, by=the_user(request))
    except (ValidationError, WorkflowError) as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(
            request, "Confirmed and done." if proposal.confirmed else "Declined; nothing was done."
        )
    return redirect("second_person")


@requires(RUN, get=entry_or_404)
@require_POST
def acknowledge_entry(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Say that one has looked at what somebody else did."""
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else request.POST.get("note", "")[:500]
    try:
        acknowledge(entry=entry, by=the_user(request), note=note)
    except ValidationError as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(request, "Acknowledged.")
    return redirect("second_person")
