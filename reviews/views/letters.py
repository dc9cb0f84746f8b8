"""Everything the register writes about a review: each letter as its reader gets it, and its words to be changed."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.accounts.models import User
from lpdqa.clock import now, today
from lpdqa.notices.models import Notice
from lpdqa.notices.services import letter_of
from lpdqa.web.access import requires
from lpdqa.web.formats import long_date
from lpdqa.web.refusals import carried_out
from providers.views.shared import the_user
from reviews.forms.message_words import AsShippedForm, WordsForm
from reviews.framework_document.difference import Change, words
from reviews.messages import GAPS, MESSAGES, Message
from reviews.queries.message_words import NowReads, every_message, message_now
from reviews.services.message_words import MEANWHILE, back_to_shipped, change_message

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
        "condition": "Publish what a place costs.",
        "how": "The price is on our page since Monday, VAT and travel included.",
        "kind": "About how a review was handled",
        "answer": "You are right: two letters were left unanswered. The review goes on with somebody else.",
    }


@requires(RUN)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Every message: when it is written, who reads it, its subject, and whether its words were changed."""
    sample = _sample()
    found, left_over = every_message()
    return render(
        request,
        "reviews/board/letters.html",
        {"rows": [(each, each.message.filled(sample)[0]) for each in found], "left_over": left_over},
    )


def now_reads_or_404(request: HttpRequest, name: str) -> NowReads:
    if name not in MESSAGES:
        raise Http404
    return message_now(name)


@requires(RUN, get=now_reads_or_404)
@require_safe
def letter(request: HttpRequest, now_reads: NowReads) -> HttpResponse:
    """One message with made-up words filled in: the notice in the account, and the letter that repeats it."""
    return render(
        request,
        "reviews/board/letter.html",
        {
            "now_reads": now_reads,
            "message": now_reads.message,
            "changes": _changes(now_reads.shipped, now_reads.stored),
            **_as_read(the_user(request), now_reads.message),
        },
    )


@requires(RUN, get=now_reads_or_404)
@require_http_methods(["GET", "POST"])
def letter_words(request: HttpRequest, now_reads: NowReads) -> HttpResponse:
    """Change the words of a message; “Preview” shows what was typed as it would be read, and saves nothing."""
    is_preview = "preview" in request.POST
    form = WordsForm(request.POST or None, now_reads=now_reads, is_saved=not is_preview)
    user = the_user(request)
    context: dict[str, Any] = {"now_reads": now_reads, "form": form}
    if request.method == "POST" and is_preview and form.is_valid():
        typed = Message(
            now_reads.shipped.when,
            now_reads.shipped.to,
            form.cleaned_data["subject"],
            form.cleaned_data["body"],
            now_reads.shipped.page,
        )
        context |= {"preview": _as_read(user, typed), "preview_changes": _changes(now_reads.shipped, typed)}
    elif request.method == "POST" and not is_preview:
        if carried_out(form, partial(change_message, name=now_reads.name, by=user)):
            messages.success(request, "The words are changed. From now on the letter reads so.")
            return redirect("letter", now_reads.name)
        if _is_meanwhile(form):
            context |= {"is_meanwhile": True, "now_reads": _seen_now(form, now_reads.name)}
    stored: NowReads = context["now_reads"]
    context |= {
        "gaps": [(name, GAPS[name]) for name in stored.shipped.gaps],
        "changes": _changes(stored.shipped, stored.stored),
    }
    return render(request, "reviews/board/letter_words.html", context)


@requires(RUN, get=now_reads_or_404)
@require_http_methods(["GET", "POST"])
def letter_as_shipped(request: HttpRequest, now_reads: NowReads) -> HttpResponse:
    """Go back to the words as shipped; says first what that changes."""
    form = AsShippedForm(request.POST or None, initial={"seen": now_reads.stored.digest})
    user = the_user(request)
    if request.method == "POST":
        if carried_out(form, partial(back_to_shipped, name=now_reads.name, by=user)):
            messages.success(request, "The letter reads as shipped again.")
            return redirect("letter", now_reads.name)
        if _is_meanwhile(form):
            now_reads = _seen_now(form, now_reads.name)
    return render(
        request,
        "reviews/board/letter_as_shipped.html",
        {
            "now_reads": now_reads,
            "form": form,
            "changes": _changes(now_reads.stored, now_reads.shipped),
            **_as_read(user, now_reads.shipped),
        },
    )


def _is_meanwhile(form: forms.Form) -> bool:
    return form.has_error(NON_FIELD_ERRORS, MEANWHILE)


def _seen_now(form: forms.Form, name: str) -> NowReads:
    """The message read again where somebody else was quicker: the page shows it, so it has been seen next time."""
    now_reads = message_now(name)
    form.data = {**form.data.dict(), "seen": now_reads.stored.digest}  # type: ignore[attr-defined]
    return now_reads


def _as_read(user: User, message: Message) -> dict[str, Any]:
    """A message as its reader has it, with made-up words filled in."""
    subject, body = message.filled(_sample())
    notice = Notice(user=user, subject=subject, body=body, path=reverse("my_work"), created_at=now())
    mail_subject, mail_body = letter_of(user, notice)
    return {"notice": notice, "mail_subject": mail_subject, "mail_body": mail_body}


def _changes(old: Message, new: Message) -> list[Change]:
    """What differs between two messages, word by word."""
    pairs = (("Subject", old.subject, new.subject), ("Body", old.body, new.body))
    return [
        Change(label, before, after, words(before, after))
        for label, before, after in pairs
        if before != after
    ]
