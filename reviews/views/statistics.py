"""The moderation panel: agreement, severity and the queue; and an assessor's own consistency."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lpdqa.web.access import requires
from lpdqa.web.bands import band_for
from lpdqa.web.charts import csv_of, number
from lpdqa.web.csv_files import csv_response
from providers.views.shared import the_user
from reviews.forms.moderation import LookAtForm
from reviews.models import FrameworkVersion, ModerationItem
from reviews.queries.frameworks import current_framework, framework_named
from reviews.queries.moderation import bar_to_moderating, moderation_items
from reviews.queries.statistics_runs import (
    consistency_of,
    last_failure,
    misfits,
    newest_run,
    open_run,
    ruler,
)
from reviews.services.moderation import look_at
from reviews.services.statistics import ask_for_run
from reviews.views.statistics_charts import (
    MEASURES,
    SHORT,
    agreement_chart,
    agreement_charts,
    own_charts,
    own_severity_words,
    ruler_chart,
)

PAGE = 50
PAIRS_PAGE = 25


def _framework(request: HttpRequest) -> FrameworkVersion:
    """The version in the address, or the one in force."""
    name = request.GET.get("framework") or request.POST.get("framework")
    found = framework_named(name) if name else current_framework()
    if found is None:
        raise Http404("There is no such framework version.")
    return found


def _panel(request: HttpRequest, framework: FrameworkVersion, current: str) -> dict[str, Any]:
    """What the three pages share: tabs, versions to choose, the run shown and the run under way."""
    query = f"?framework={framework.code}-{framework.version}"
    pages = {"agreement": "Agreement", "severity": "Severity", "moderation": "Moderation queue"}
    waiting = ModerationItem.objects.filter(submission__framework=framework, looked_at=None).count()
    return {
        "section": "board",
        "framework": framework,
        "framework_name": f"{framework.code}-{framework.version}",
        "versions": FrameworkVersion.objects.exclude(state__in=["draft", "consultation"]).only(
            "code", "version"
        ),
        "page_name": current,
        "tabs": [
            {
                "text": text,
                "url": reverse(f"statistics_{name}") + query,
                "current": name == current,
                **({"count": waiting} if name == "moderation" else {}),
            }
            for name, text in pages.items()
        ],
        "run": newest_run(framework),
        "open_run": open_run(framework),
        "failed": last_failure(framework),
    }


@requires("reviews.view_statistics")
@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """Agreement over all, by heading, criterion and quarter, and pair by pair, in one measure at a time."""
    context = _panel(request, _framework(request), "agreement")
    measure = request.GET.get("measure", "exact")
    measure = measure if measure in MEASURES else "exact"
    run = context["run"]
    if run is not None:
        charts = agreement_charts(run, measure)
        pairs = run.agreement["pairs"]
        name, title = "agreement-pairs", "By pair of assessors, the most paired scores first"
        everyone = agreement_chart(name, title, pairs, measure, rows_are="Pair")
        if answer := csv_of(request, [*charts, everyone]):
            return answer
        page = Paginator(pairs, PAIRS_PAGE).get_page(request.GET.get("page"))
        charts.append(agreement_chart(name, title, page.object_list, measure, rows_are="Pair"))
        context |= {"charts": charts, "page_obj": page}
    context |= {
        "measure": measure,
        "measures": [(name, SHORT[name], name == measure) for name in MEASURES],
    }
    return render(request, "reviews/statistics/agreement.html", context)


@requires("reviews.view_statistics")
@require_GET
def severity(request: HttpRequest) -> HttpResponse:
    """Subjects, assessors and criteria on one ruler, with flags of fit and what the facets can tell apart."""
    context = _panel(request, _framework(request), "severity")
    run = context["run"]
    if run is not None and run.severity:
        found = ruler(run)
        charts = [ruler_chart(found)]
        if answer := csv_of(request, charts):
            return answer
        context |= {
            "charts": charts,
            "flagged": [
                (measure, words)
                for measure in (*found.assessors, *found.criteria)
                if (words := misfits(measure))
            ],
            "facets": [
                (name, {key: None if value is None else number(value, 2) for key, value in told.items()})
                for name, told in run.severity["reliability"].items()
            ],
        }
    return render(request, "reviews/statistics/severity.html", context)


@requires("reviews.view_statistics")
@require_GET
def moderation(request: HttpRequest) -> HttpResponse:
    """Ratings that wait to be looked at, or those that were."""
    framework = _framework(request)
    looked_at = request.GET.get("show") == "looked_at"
    rows = moderation_items(framework, the_user(request), looked_at=looked_at)
    if request.GET.get("csv") == "moderation":
        return _moderation_csv(rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = _panel(request, framework, "moderation")
    return render(
        request,
        "reviews/statistics/moderation.html",
        {**context, "page_obj": page, "looked_at": looked_at, "rows": [_figures(item) for item in page]},
    )


def _figures(item: ModerationItem) -> dict[str, Any]:
    """An item as a row says it; who had a part learns that it is there, and no more."""
    row: dict[str, Any] = {"item": item, "had_part": item.had_part}  # type: ignore[attr-defined]
    if row["had_part"]:
        return row
    words = "severe" if item.difference > 0 else "mild"
    return row | {
        "observed": number(item.observed, 2),
        "fair": number(item.fair, 2),
        "difference": ("+" if item.difference > 0 else "") + number(item.difference, 2),
        "words": f"assessors more {words} than most",
        "band": item.get_band_display(),
        "fair_band": item.get_fair_band_display(),
        "band_changes": item.band_changes,
    }


def _moderation_csv(rows: Any) -> HttpResponse:
    head = [
        "Submission",
        "Observed average",
        "Fair average",
        "Band",
        "Band at mean severity",
        "Looked at",
        "Found",
    ]
    return csv_response(
        "moderation",
        head,
        (
            [item.submission.title, *(
                ["you had a part in this", "", "", ""]
                if item.had_part
                else [number(item.observed, 2), number(item.fair, 2), item.get_band_display(),
                      item.get_fair_band_display()]
            ), item.looked_at.date().isoformat() if item.looked_at else "", item.get_outcome_display()]
            for item in rows
        ),
    )  # fmt: skip


@requires("reviews.view_statistics")
@require_POST
def work_out(request: HttpRequest) -> HttpResponse:
    """Ask for a run; the page it came from shows how far it is."""
    framework = _framework(request)
    ask_for_run(framework=framework, by=the_user(request))
    messages.success(request, "The statistics are being worked out. This page can be left meanwhile.")
    page = request.POST.get("page_name")
    page = page if page in ("agreement", "severity", "moderation") else "agreement"
    return redirect(f"{reverse(f'statistics_{page}')}?framework={framework.code}-{framework.version}")


def item_or_404(request: HttpRequest, public_id: UUID) -> ModerationItem:
    return get_object_or_404(
        ModerationItem.objects.select_related(
            "submission__provider", "submission__version", "submission__leader", "submission__framework",
            "rating", "looked_by", "run",
        ),
        public_id=public_id,
    )  # fmt: skip


@requires("reviews.moderate", get=item_or_404)
@require_http_methods(["GET", "POST"])
def moderation_item(request: HttpRequest, item: ModerationItem) -> HttpResponse:
    """One queued rating: why it is here, and what was found."""
    user = the_user(request)
    form = LookAtForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            look_at(item=item, by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Noted: {item.submission.title}.")
            framework = item.submission.framework
            return redirect(
                f"{reverse('statistics_moderation')}?framework={framework.code}-{framework.version}"
            )
    row = _figures_of(item)
    return render(
        request,
        "reviews/statistics/moderation_item.html",
        {
            "section": "board",
            "item": item,
            "row": row,
            "form": form,
            "submission": item.submission,
            "bar": bar_to_moderating(user, item.submission),
            "band": band_for(item.band),
        },
    )


def _figures_of(item: ModerationItem) -> dict[str, Any]:
    item.had_part = False  # type: ignore[attr-defined]
    return _figures(item)


@requires("reviews.view_own_consistency")
@require_GET
def own_consistency(request: HttpRequest) -> HttpResponse:
    """An assessor's agreement with co-assessors on settled files, and their severity; nobody else's scores."""
    framework = _framework(request)
    found = consistency_of(the_user(request), framework)
    charts = own_charts(found)
    if answer := csv_of(request, charts):
        return answer
    return render(
        request,
        "reviews/statistics/own.html",
        {
            "section": "my_work",
            "framework": framework,
            "charts": charts,
            "compared": found.compared,
            "n": sum(found.compared.values()),
            "severity": own_severity_words(found.severity) if found.severity else "",
            "run": found.run,
        },
    )
