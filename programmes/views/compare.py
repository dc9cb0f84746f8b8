"""Compare: the page, and the same as a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from programmes.choices import HEADINGS, EntryKind
from programmes.forms.choosing import NumbersForm
from programmes.models import CatalogueEntry
from programmes.queries.compare import MOST, Comparison, Group, Numbers, compare
from programmes.queries.items import name_of, named
from programmes.queries.shortlists import listed
from programmes.views.address import Address
from programmes.views.cards import Card, card
from programmes.views.compare_xlsx import workbook
from programmes.views.holding import shortlist_of
from programmes.views.overlay import LETTERS, overlay

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    letter: str
    card: Card
    remove_url: str


@public
@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    """Up to four side by side; the address holds which, and for which numbers."""
    asked = named(request.GET.getlist("item"))
    entries = asked[:MOST]
    form, numbers = _numbers(request)
    comparison = compare(entries, numbers)
    address = Address(request.path, request.GET)
    only = request.GET.get("only") == "differences"
    cards = [card(entry) for entry in entries]
    profiles = [one.headings for one in cards]
    return render(
        request,
        "programmes/choosing/compare.html",
        {
            "columns": [
                Column(LETTERS[number], one, address.without("item", value=name_of(entry)))
                for number, (one, entry) in enumerate(zip(cards, entries, strict=True))
            ],
            "comparison": comparison,
            "groups": _differing(comparison.groups) if only else comparison.groups,
            "differences": sum(row.differs for group in comparison.groups for row in group.rows),
            "overlay": overlay(profiles) if sum(map(bool, profiles)) > 1 else None,
            "headings": HEADINGS,
            "form": form,
            "numbers": numbers,
            "names": [name_of(entry) for entry in entries],
            "left_out": [entry.title for entry in asked[MOST:]],
            "unknown": len(set(request.GET.getlist("item"))) > len(asked),
            "only": only,
            "only_url": address.without("only") if only else address.having(only="differences"),
            "xlsx_url": Address(reverse("compare_xlsx"), request.GET).without("only"),
            "more": _more(request, entries, address) if len(entries) < MOST else [],
            "kinds": comparison.kinds,
            "section": "shortlist",
        },
    )


@public
@require_safe
def compare_xlsx(request: HttpRequest) -> HttpResponse:
    """The same rows as a spreadsheet, whole."""
    entries = named(request.GET.getlist("item"))[:MOST]
    _, numbers = _numbers(request)
    comparison: Comparison = compare(entries, numbers)
    address = request.build_absolute_uri(Address(reverse("compare"), request.GET).without("only"))
    answer = HttpResponse(workbook(comparison, numbers, address), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="comparison.xlsx"'
    return answer


def _numbers(request: HttpRequest) -> tuple[NumbersForm, Numbers]:
    form = NumbersForm({**NumbersForm.usual(), **request.GET.dict()})
    form.is_valid()
    given = {name: value for name, value in form.cleaned_data.items() if value is not None}
    return form, Numbers(**given)


def _differing(groups: list[Group]) -> list[Group]:
    kept = [Group(group.title, [row for row in group.rows if row.differs]) for group in groups]
    return [group for group in kept if group.rows]


def _more(request: HttpRequest, shown: list[CatalogueEntry], address: Address) -> list[dict[str, Any]]:
    """What else is on the shortlist, each with the address that adds it; those of the same kind first."""
    shortlist = shortlist_of(request)
    if shortlist is None:
        return []
    names = {name_of(entry) for entry in shown}
    kinds = {entry.kind for entry in shown} or set(EntryKind.values)
    others = [row.entry for row in listed(shortlist) if row.entry and name_of(row.entry) not in names]
    others.sort(key=lambda entry: entry.kind not in kinds)
    return [{"title": entry.title, "url": address.adding("item", name_of(entry))} for entry in others]
