"""The framework editor: a draft on one page, each piece of it on a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timesince import timesince
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lpdqa.clock import today
from lpdqa.web.access import requires
from lpdqa.web.refusals import show, words
from lpdqa.workflow import WorkflowError
from providers.views.shared import the_user
from reviews.forms.framework import PartForm
from reviews.framework_document import parts
from reviews.models import FrameworkVersion
from reviews.queries.consultation import bars_to_publication, open_comments
from reviews.queries.framework_drafts import faults_of
from reviews.queries.framework_page import kinds_in_words
from reviews.services import framework_editor as editor
from reviews.services.framework_editor import ChangedMeanwhile

RUN = "accounts.run_register"
TITLES = {"about": "About this version", "scheme": "The rating scheme"}


def framework_or_404(
    request: HttpRequest, pk: int, kind: str = "", part: str = "", **_: Any
) -> FrameworkVersion:
    """The version, with the piece that the address names on `framework.at`."""
    framework = get_object_or_404(FrameworkVersion.objects.select_related("based_on"), pk=pk)
    if kind and kind not in parts.FIELDS:
        raise Http404
    framework.at = (kind, part)  # type: ignore[attr-defined]
    return framework


@requires(RUN, get=framework_or_404)
@require_GET
def overview(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """A version as those see it who make it: its state, what is missing, its pieces and what can be done."""
    document = framework.document
    return render(
        request,
        "reviews/editor/overview.html",
        {
            "framework": framework,
            "faults": faults_of(document),
            **_by_heading(document),
            "editable": framework.state == "draft",
            "comments_made": framework.comments.filter(withdrawn_at=None).count(),
            "comments_waiting": open_comments(framework).count(),
            "bars": bars_to_publication(framework, today()) if framework.publish_on else [],
        },
    )


@requires(RUN, get=framework_or_404)
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """Edit one piece. Where somebody else saved it meanwhile, both are shown and nothing is saved yet."""
    kind, code = framework.at  # type: ignore[attr-defined]
    values, document = _values(framework, kind, code), framework.document
    if values is None and request.method == "GET":
        raise Http404
    form = PartForm(
        request.POST or None, kind=kind, document=document, values=values or parts.empty_part(kind)
    )
    theirs: list[dict[str, Any]] = []
    had_day = framework.publish_on is not None
    if request.method == "POST" and form.is_valid():
        try:
            editor.save_part(
                framework=framework,
                kind=kind,
                code=code,
                values=form.values,
                seen=form.seen_values,
                by=the_user(request),
            )
        except ChangedMeanwhile as change:
            form, theirs = _go_on(framework, form, change)
            values = change.values
        except (ValidationError, WorkflowError) as refusal:
            show(form, refusal)
        else:
            return _saved(request, framework, kind, form.values.get("code", ""), had_day=had_day)
    return _part_page(request, framework, form, kind, code, theirs=theirs, gone=values is None)


@requires(RUN, get=framework_or_404)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """Add a heading or criterion."""
    kind, _ = framework.at  # type: ignore[attr-defined]
    if kind not in parts.LISTS:
        raise Http404
    values = parts.empty_part(kind)
    if kind == "criterion":
        values["heading"] = request.GET.get("heading", "")
    form = PartForm(request.POST or None, kind=kind, document=framework.document, values=values)
    had_day = framework.publish_on is not None
    if request.method == "POST" and form.is_valid():
        try:
            editor.add_part(framework=framework, kind=kind, values=form.values, by=the_user(request))
        except (ValidationError, WorkflowError) as refusal:
            show(form, refusal)
        else:
            return _saved(request, framework, kind, form.values["code"], had_day=had_day)
    return _part_page(request, framework, form, kind, "")


@requires(RUN, get=framework_or_404)
@require_POST
def check(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """What would be missing if the piece were saved as it is typed now; a fragment for the page that typed it."""
    kind, code = framework.at  # type: ignore[attr-defined]
    known = _values(framework, kind, code)
    values = known or parts.empty_part(kind)
    form = PartForm(request.POST, kind=kind, document=framework.document, values=values)
    document = framework.document
    if form.is_valid():
        new = known is None
        if new and any(row["code"] == form.values["code"] for row in document[parts.LISTS[kind]]):
            form.add_error(
                "code", f"There is a {kind} {form.values['code']} already. Give each its own code."
            )
        elif new:
            document = parts.add_part(document, kind, form.values)
        else:
            document = parts.write_part(document, kind, code, form.values)
    here = form.data.get("code", "") if kind in parts.LISTS else ""
    return render(
        request, "reviews/editor/_faults.html", {"check": _check(document, kind, here), "typed": form}
    )


@requires(RUN, get=framework_or_404)
@require_POST
def move(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """One place up or down."""
    kind, code = framework.at  # type: ignore[attr-defined]
    up = request.POST.get("to") == "up"
    try:
        editor.move_part(framework=framework, kind=kind, code=code, up=up, by=the_user(request))
    except KeyError:
        messages.error(request, f"{code} isn’t part of this draft any more.")
    except (ValidationError, WorkflowError) as refusal:
        messages.error(request, words(refusal))
    return redirect(reverse("framework_editor", args=[framework.pk]) + f"#{kind}-{code}")


@requires(RUN, get=framework_or_404)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """Remove a heading or criterion, after asking."""
    kind, code = framework.at  # type: ignore[attr-defined]
    values = _values(framework, kind, code) if kind in parts.LISTS else None
    if values is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            editor.remove_part(framework=framework, kind=kind, code=code, by=the_user(request))
        except (ValidationError, WorkflowError) as refusal:
            refused = words(refusal)
        else:
            messages.success(request, f"{code} {values['title']} is removed.")
            return redirect("framework_editor", framework.pk)
    return render(
        request,
        "reviews/editor/confirm.html",
        {
            "framework": framework,
            "title": f"Remove {code} {values['title']}?",
            "says": "It goes out of this draft only. Published versions and ratings stay as they are.",
            "button": "Remove it",
            "refused": refused,
            "warning": True,
        },
    )


def _by_heading(document: dict[str, Any]) -> dict[str, Any]:
    """Headings with their criteria, and the criteria whose heading isn't there."""
    items = [
        {
            **row,
            "asked_of": kinds_in_words(row["applies_to"]),
            "essential": kinds_in_words(row["essential_for"]),
        }
        for row in document["criteria"]
    ]
    codes = {row["code"] for row in document["headings"]}
    return {
        "headings": [
            (row, [item for item in items if item["heading"] == row["code"]]) for row in document["headings"]
        ],
        "strays": [item for item in items if item["heading"] not in codes],
    }


def _values(framework: FrameworkVersion, kind: str, code: str) -> dict[str, Any] | None:
    try:
        return parts.read_part(framework.document, kind, code)
    except KeyError:
        return None


def _saved(
    request: HttpRequest, framework: FrameworkVersion, kind: str, code: str, *, had_day: bool
) -> HttpResponse:
    faults = len(faults_of(framework.document))
    left = (
        f" {faults} thing{'' if faults == 1 else 's'} left to mend before it can be published."
        if faults
        else ""
    )
    messages.success(request, f"Saved.{left}")
    if had_day and framework.publish_on is None:
        messages.warning(
            request, "The draft changed, so the day of its publication is taken off. Give it again."
        )
    anchor = f"#{kind}-{code}" if kind in parts.LISTS else ""
    return redirect(reverse("framework_editor", args=[framework.pk]) + anchor)


def _go_on(
    framework: FrameworkVersion, form: PartForm, change: ChangedMeanwhile
) -> tuple[PartForm, list[dict[str, Any]]]:
    """The form to go on with after somebody else's change, and what they changed."""
    when = f" {timesince(change.at)} ago" if change.at else ""
    who = f"{change.by or 'Somebody else'} changed this draft{when}, while you were editing."
    if change.values is None:
        form.add_error(
            None,
            f"{who} This part has been removed or has another code now. What you typed is all here: add it again "
            "with the button below, or copy what you need.",
        )
        return form, []
    seen = form.seen_values
    merged, clashes = form.after_change(change.values, framework.document)
    merged.is_valid()
    merged.add_error(
        None,
        f"{who} Nothing of yours or theirs is lost, and nothing has been saved yet. Their changes are in the list "
        "below and in the form; look at them, then save.",
    )
    theirs = []
    for field in parts.FIELDS[form.kind]:
        now, clash = change.values[field.name], field.name in clashes
        if not parts.same(now, seen.get(field.name)):
            theirs.append(
                {"label": field.label, "now": merged.fields[field.name].prepare_value(now), "clash": clash}
            )
        if clash:
            merged.add_error(
                field.name, "You both changed this. Yours is in the field; theirs is in the list above"
            )
    return merged, theirs


def _check(document: dict[str, Any], kind: str, code: str) -> dict[str, Any]:
    """The lines about one piece, and how many there are elsewhere."""
    faults = faults_of(document)
    here = [fault.line for fault in faults if (fault.kind, fault.code) == (kind, code)]
    return {"here": here, "elsewhere": len(faults) - len(here)}


def _part_page(
    request: HttpRequest,
    framework: FrameworkVersion,
    form: PartForm,
    kind: str,
    code: str,
    *,
    theirs: list[dict[str, Any]] | None = None,
    gone: bool = False,
) -> HttpResponse:
    new = kind in parts.LISTS and (gone or not code)
    address = reverse("framework_part_new", args=[framework.pk, kind]) if new else ""
    check_args = [framework.pk, kind] if new or kind not in parts.LISTS else [framework.pk, kind, code]
    item = (_values(framework, kind, code) or {}) if code else {}
    return render(
        request,
        "reviews/editor/part.html",
        {
            "framework": framework,
            "form": form,
            "kind": kind,
            "code": code,
            "title": TITLES.get(kind) or (f"{code} {item.get('title', '')}" if code else f"Add a {kind}"),
            "action": address,
            "new": new,
            "theirs": theirs,
            "check": None if form.is_bound or new else _check(framework.document, kind, code),
            "check_url": reverse(
                "framework_check" if len(check_args) == 2 else "framework_check_item", args=check_args
            ),
        },
    )
