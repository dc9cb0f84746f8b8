"""The administrators' list of claims, and deciding on one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.web.access import requires
from lpdqa.web.formats import long_date
from lpdqa.web.refusals import carried_out
from providers.choices import ClaimState
from providers.forms.organisations import ClaimDecisionForm
from providers.models import Claim
from providers.queries.organisations import decided_claims, waiting_claims
from providers.queries.team import team
from providers.services.organisations import decide_claim
from providers.views.shared import manage_page, the_user


@requires("accounts.run_register")
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Claims that wait, and under `?show=decided` those that were decided."""
    decided = request.GET.get("show") == "decided"
    rows = decided_claims() if decided else waiting_claims()
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    tabs = [
        {"text": "Waiting", "url": "?", "current": not decided, "count": waiting_claims().count()},
        {"text": "Decided", "url": "?show=decided", "current": decided, "count": None},
    ]
    return manage_page(
        request, "providers/manage/claims.html", section="board", page_obj=page, decided=decided, tabs=tabs
    )


def claim_or_404(request: HttpRequest, pk: int, **_: Any) -> Claim:
    return get_object_or_404(Claim.objects.select_related("provider__authority", "user", "decided_by"), pk=pk)


@requires("accounts.run_register", get=claim_or_404)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, claim: Claim) -> HttpResponse:
    """One claim with what is known of both sides, and the form to approve or refuse it."""
    form = ClaimDecisionForm(request.POST or None)
    if request.method == "POST" and carried_out(
        form, lambda **data: decide_claim(claim=claim, by=the_user(request), **data)
    ):
        done = "approved" if claim.state == ClaimState.APPROVED else "refused"
        messages.success(request, f"The claim to {claim.provider.name} is {done}. The person gets an email.")
        return redirect("claims")
    return manage_page(
        request,
        "providers/manage/claim_decide.html",
        section="board",
        claim=claim,
        form=form,
        facts=_facts(claim),
        members=list(team(claim.provider)),
        own=claim.user_id == the_user(request).pk,
    )


def _facts(claim: Claim) -> list[tuple[str, str]]:
    provider = claim.provider
    return [
        ("Organisation", f"{provider.name}, {provider.get_kind_display().lower()}"),
        ("Authority", provider.authority.name if provider.authority else ""),
        ("Website", provider.website),
        ("Its email domain", provider.email_domain or "Not known"),
        ("Person", claim.user.name),
        ("Their email address", claim.user.email),
        ("Asked on", long_date(claim.created_at)),
        ("What they say", claim.message or "Nothing"),
    ]
