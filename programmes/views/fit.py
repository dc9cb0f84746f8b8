"""“Fits my school”: choosing the school, what the register knows of it, and why something fits it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from lpdqa.web.access import public
from programmes.filters import AskedForm, CatalogueForm
from programmes.fit import LEAST_COVERAGE, LIKE, PARTS
from programmes.models import CatalogueEntry
from programmes.queries.fit import MySchool, explain, my_school
from programmes.queries.fit_words import UNKNOWN, side
from programmes.queries.search import SearchQuery
from programmes.views.address import Address
from programmes.views.cards import entry_url
from providers.choices import ImprovementStage, Setting
from providers.queries.places import schools_at

SESSION_KEY = "school"
OWN = ("my_setting", "my_send", "my_eal", "my_stage")
# What belongs to the school in an address, and goes along to another page.
SCHOOL_PARAMETERS = ("place", *OWN)
# What has no meaning without the school.
OF_SCHOOL = (*SCHOOL_PARAMETERS, "within", "fits")


def keep(request: HttpRequest, query: SearchQuery) -> None:
    """Remember the school that was chosen, for the next visit to the search in this browser."""
    if query.school and request.session.get(SESSION_KEY) != query.school.urn:
        request.session[SESSION_KEY] = query.school.urn


def remembered(request: HttpRequest) -> MySchool | None:
    """The school that was chosen last in this browser."""
    urn = request.session.get(SESSION_KEY)
    return my_school(urn) if isinstance(urn, int) else None


def choices_of_school(request: HttpRequest, form: AskedForm, address: Address) -> dict[str, Any]:
    """What the search page offers about the school: the one chosen, those at the postcode, the one before."""
    query = form.query
    if query.school:
        return {
            "school": query.school,
            "school_url": Address(reverse("your_school"), request.GET).keeping(*SCHOOL_PARAMETERS),
            "own": [(name, request.GET[name]) for name in OWN if request.GET.get(name)],
        }
    place = form.data.get("place", "")
    if place:
        near = [] if form.places_to_choose_from else schools_at(place)
        return {"near": [(one.label, address.having(place=str(one.urn))) for one in near]}
    last = remembered(request)
    return {"remembered": last, "remembered_url": address.having(place=str(last.urn)) if last else ""}


@public
@require_safe
def your_school(request: HttpRequest) -> HttpResponse:
    """The school that provision is to fit: which, what the register knows of it, and what it doesn't."""
    form = CatalogueForm(request.GET)
    school = form.query.school
    keep(request, form.query)
    return render(
        request,
        "programmes/your_school.html",
        {
            **_asked(request, form),
            "school": school,
            "facts": _facts(school) if school else [],
            "form": _own_form(request, school) if school else {},
            "parts": PARTS,
            "section": "search",
        },
    )


@public
@require_safe
def fit_page(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Why one entry fits the school: every part, every school it has worked in."""
    entries = CatalogueEntry.objects.select_related("provider")
    entry = get_object_or_404(entries, kind=kind, slug=slug)
    form = CatalogueForm(request.GET)
    school = form.query.school
    keep(request, form.query)
    return render(
        request,
        "programmes/fit.html",
        {
            **_asked(request, form),
            "entry": entry,
            "entry_url": entry_url(entry),
            "school": school,
            "explained": explain(school, entry) if school else None,
            "school_url": Address(reverse("your_school"), request.GET).keeping(*SCHOOL_PARAMETERS),
            "like": LIKE,
            "least": round(100 * LEAST_COVERAGE),
            "parts": PARTS,
            "section": "search",
        },
    )


@public
@require_POST
def forget_school(request: HttpRequest) -> HttpResponse:
    """Forget the visitor's school in this browser, and go back to the same page without it."""
    request.session.pop(SESSION_KEY, None)
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        return redirect("search")
    path, _, query = back.partition("?")
    messages.success(request, "Your school is forgotten.")
    return redirect(Address(path, QueryDict(query)).without(*OF_SCHOOL))


def school_of(request: HttpRequest) -> MySchool | None:
    """The visitor's school on a page that isn't a search: the one in the address, else the one chosen before."""
    if request.GET.get("place"):
        return CatalogueForm(request.GET).query.school
    return remembered(request)


def fit_url(request: HttpRequest, entry: CatalogueEntry, school: MySchool | None = None) -> str:
    """Path of the page that says why an entry fits the school of this address, or `school`."""
    path = reverse("fit", args=[entry.kind, entry.slug])
    if school is not None and not request.GET.get("place"):
        return f"{path}?place={school.urn}"
    return Address(path, request.GET).keeping(*SCHOOL_PARAMETERS)


def _asked(request: HttpRequest, form: AskedForm) -> dict[str, Any]:
    address = Address(request.path, request.GET)
    place = request.GET.get("place", "")
    choose = form.places_to_choose_from
    error = ""
    if place and not form.query.school:
        choose = choose or schools_at(place)
        said = form.errors.get("place")
        error = (
            " ".join(map(str, said))
            if said
            else "This is a place. Choose the school, or enter its name or URN."
        )
    return {
        "asked": place,
        "error": error,
        "choose": [(one.told_apart, address.having(place=str(one.urn))) for one in choose if one.urn],
    }


def _facts(school: MySchool) -> list[tuple[str, str]]:
    rows = [("URN", str(school.urn))]
    for part in PARTS:
        if part.code == "distance":
            where = school.facts.latitude is not None
            rows.append(
                (part.label, "measured from the school" if where else f"{UNKNOWN}: no point is on record")
            )
        else:
            rows.append((part.label, side(part.code, school.facts)))
    return rows


def _own_form(request: HttpRequest, school: MySchool) -> dict[str, Any]:
    return {
        "action": reverse("search"),
        "settings": [(code, label, request.GET.get("my_setting") == code) for code, label in Setting.choices],
        "stages": [
            (code, label, request.GET.get("my_stage") == code) for code, label in ImprovementStage.choices
        ],
        "send": request.GET.get("my_send", ""),
        "eal": request.GET.get("my_eal", ""),
        "unknown": {
            "setting": not school.facts.setting or "setting" in school.own,
            "send": school.facts.send_percent is None or "send_percent" in school.own,
            "eal": school.facts.eal_percent is None or "eal_percent" in school.own,
        },
    }
