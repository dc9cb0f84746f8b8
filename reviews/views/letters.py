"""Everything the register writes about a review, and each letter as its reader gets it."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.clock import now, today
from lpdqa.notices.models import Notice
from lpdqa.notices.services import letter_of
from lpdqa.web.access import requires
from lpdqa.web.formats import long_date
from providers.views.shared import the_user
from reviews.services.messages import MESSAGES, Message

RUN = "accounts.run_register"
# What fills the braces on these pages, made up as the examples are.
_SOON = 10


def _sample() -> dict[str, str]:
    day = long_date(today() + dt.timedelta(days=_SOON))
    return {
        "title": "Leading small schools in Sallowmere",
        "reason": "The price is missing. Add it, and send it again.",
        "facts_due": day,
        "amendment_due": day,
        "due": day,
        "code": "P2",
        "question": "Which year are the figures from?",
        "kind": "About how a review was handled",
        "answer": "You are right: two letters were left unanswered. The review goes on with somebody else.",
    }


@requires(RUN)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Every message: when it is written, who reads it, and its subject."""
    words = _sample()
    rows = [(name, message, message.filled(words)[0]) for name, message in MESSAGES.items()]
    return render(request, "reviews/board/letters.html", {"rows": rows})


def message_or_404(request: HttpRequest, name: str) -> Message:
    if name not in MESSAGES:
        raise Http404
    return MESSAGES[name]


@requires(RUN, get=message_or_404)
@require_safe
def letter(request: HttpRequest, message: Message) -> HttpResponse:
    """One message with made-up words filled in: the notice in the account, and the letter that repeats it."""
    subject, body = message.filled(_sample())
    notice = Notice(
        user=the_user(request), subject=subject, body=body, path=reverse("my_work"), created_at=now()
    )
    mail_subject, mail_body = letter_of(the_user(request), notice)
    return render(
        request,
        "reviews/board/letter.html",
        {"message": message, "notice": notice, "mail_subject": mail_subject, "mail_body": mail_body},
    )
