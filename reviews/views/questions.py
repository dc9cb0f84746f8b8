"""Questions to ask: here, above the catalogue, because they come from ratings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from programmes.queries.compare import subjects_of
from programmes.queries.compare_cells import Subject
from programmes.queries.items import name_of, named
from programmes.queries.missing import open_questions
from programmes.views.cards import card
from reviews.queries.questions import CriterionQuestion, weakest

MOST = 10
MESSAGE = 2000


@public
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What to ask about each of what the address names."""
    entries = named(request.GET.getlist("item"))
    subjects = subjects_of(entries[:MOST])
    by_entry = weakest(subjects)
    return render(
        request,
        "programmes/choosing/questions.html",
        {
            "parts": [_part(subject, by_entry.get(subject.entry.pk, [])) for subject in subjects],
            "left_out": len(entries) - len(subjects),
            "section": "shortlist",
        },
    )


def _part(subject: Subject, criteria: list[CriterionQuestion]) -> dict[str, Any]:
    missing = open_questions(subject)
    lines = [f"- {text}" for text in [*missing, *(one.ask for one in criteria)]]
    while sum(map(len, lines)) > MESSAGE:
        lines.pop()
    params = {"item": name_of(subject.entry), "message": "\n".join(lines)}
    return {
        "card": card(subject.entry),
        "criteria": criteria,
        "missing": missing,
        "enquire_url": f"{reverse('enquire')}?{urlencode(params)}",
    }
