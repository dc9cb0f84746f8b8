"""The public register: every decision that is public, and decisions and appeals in numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.clock import today
from lpdqa.web.access import public
from lpdqa.web.csv_files import csv_stream
from programmes.choices import Band
from reviews.choices import SubjectKind
from reviews.models import Rating
from reviews.queries.register import counted_until, decisions_in_public, in_numbers

PAGE = 50
FIRST_YEAR = 2020
_HEAD = ("decided", "subject", "kind", "provider", "band", "valid to", "framework", "fictional example")
_NUMBERS = ("year", "decisions", "exemplary", "quality assured", "working towards", "not yet", "appeals lodged",
            "upheld", "dismissed")  # fmt: skip


class RegisterForm(forms.Form):
    """The filters, all in the address."""

    q = forms.CharField(label="Title or provider", required=False, max_length=120)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *SubjectKind.choices])
    band = forms.ChoiceField(
        label="Band",
        required=False,
        choices=[
            ("", "Every band"),
            *((code, label) for code, label in reversed(Band.choices) if code != Band.NOT_YET),
            ("alert", "Alert"),
        ],
    )
    year = forms.TypedChoiceField(label="Decided in", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(today().year, FIRST_YEAR - 1, -1)
        self.fields["year"].choices = [("", "Every year"), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]


@public
@require_safe
def decisions(request: HttpRequest) -> HttpResponseBase:
    """What was decided when, newest first; the same for everybody. `?csv=decisions` or `?csv=numbers` as a file."""
    form = RegisterForm(request.GET)
    found = decisions_in_public(form.cleaned_data if form.is_valid() else {})
    numbers = in_numbers()
    if request.GET.get("csv") == "decisions":
        return csv_stream("decisions", _HEAD, (_row(rating) for rating in found.iterator(chunk_size=500)))
    if request.GET.get("csv") == "numbers":
        rows = [
            [
                y.year,
                y.decided,
                *(y.bands[band] for band in reversed(Band.values)),
                y.lodged,
                y.upheld,
                y.dismissed,
            ]
            for y in numbers
        ]
        return csv_stream("decisions-and-appeals", _NUMBERS, rows)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    years = [{"year": y, "bands": [y.bands[band] for band in reversed(Band.values)]} for y in numbers]
    context = {
        "form": form,
        "page_obj": page,
        "years": years,
        "bands": list(reversed(Band.labels)),
        "until": counted_until(),
        "chosen": any(form.cleaned_data.values()) if form.is_valid() else True,
    }
    return render(request, "reviews/register.html", context)


def _row(rating: Rating) -> list[Any]:
    submission = rating.submission
    return [
        rating.decided_on.isoformat(),
        submission.title,
        submission.get_subject_kind_display(),
        submission.provider.name,
        rating.get_band_display() or "Alert",
        rating.valid_to.isoformat() if rating.valid_to else "",
        f"{rating.framework.code} {rating.framework.version}",
        "yes" if submission.provider.is_example else "no",
    ]
