"""What a commissioner sees: the questions behind a signed link, and the end of letters."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lpdqa.web.access import public
from lpdqa.web.refusals import carried_out
from programmes.forms.feedback import FeedbackForm
from programmes.models import FeedbackInvitation
from programmes.queries.feedback import title_of
from programmes.services.feedback import give
from programmes.services.feedback_invitations import from_token, stop


@public
@require_http_methods(["GET", "POST"])
def feedback_give(request: HttpRequest, token: str) -> HttpResponse:
    """The questions of one round. The signed link stands in for an account."""
    invitation, months = _asked(token)
    given = invitation.answers.filter(months=months).first()
    form = FeedbackForm(request.POST or None)
    if (
        request.method == "POST"
        and given is None
        and carried_out(form, lambda **data: give(invitation=invitation, months=months, **data))
    ):
        return redirect("feedback_give", token)
    return _private(
        render(
            request,
            "programmes/feedback/give.html",
            {
                "invitation": invitation,
                "programme": invitation.programme,
                "title": title_of(invitation.programme),
                "months": months,
                "given": given,
                "form": form,
                "token": token,
            },
        )
    )


@public
@require_http_methods(["GET", "POST"])
def feedback_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more letters, by a button: links in letters are opened by machines too."""
    invitation, _ = _asked(token)
    if request.method == "POST":
        stop(invitation=invitation)
    context = {"title": title_of(invitation.programme), "done": invitation.stopped_at is not None}
    return _private(render(request, "programmes/feedback/stop.html", context))


def _asked(token: str) -> tuple[FeedbackInvitation, int]:
    found = from_token(token)
    if found is None:
        raise Http404
    return found


def _private(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "private, no-store"
    return answer
