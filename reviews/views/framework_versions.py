"""All framework versions: start a draft, bring one in from a file, say which criterion became which, compare."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from lpdqa.web.access import public, requires
from lpdqa.web.refusals import carried_out, show, words
from lpdqa.workflow import WorkflowError
from providers.views.shared import the_user
from reviews.forms.framework import CrosswalkForm, FileForm, StartForm
from reviews.framework_document.crosswalk import dropped, sources
from reviews.models import FrameworkVersion
from reviews.queries.framework_drafts import all_versions, compare, crosswalk_between, next_number
from reviews.queries.frameworks import readable_frameworks
from reviews.services import framework_editor as editor
from reviews.services.framework_editor import ChangedMeanwhile
from reviews.views.framework_editor import RUN, framework_or_404


@requires(RUN)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every version with its state."""
    return render(request, "reviews/editor/index.html", {"frameworks": all_versions()})


@requires(RUN)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Start a draft from any version."""
    newest = FrameworkVersion.objects.order_by("-id").only("pk", "version").first()
    chosen = request.GET.get("from", "")
    base = FrameworkVersion.objects.filter(pk=chosen).first() if chosen.isdecimal() else newest
    initial = {"base": base, "version": next_number(base.version)} if base else {}
    form = StartForm(request.POST or None, initial=initial)
    made: list[FrameworkVersion] = []

    def do(**typed: Any) -> None:
        made.append(editor.start_draft(**typed, by=the_user(request)))

    if request.method == "POST" and carried_out(form, do):
        messages.success(request, "The draft is started. Nothing of it is public.")
        return redirect("framework_editor", made[0].pk)
    return render(
        request, "reviews/editor/start.html", {"form": form, "file": FileForm(), "any": base is not None}
    )


@requires(RUN)
@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Start a draft from a JSON file."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        document = form.document
        base = (
            FrameworkVersion.objects.filter(code=document["code"], state="published").order_by("-id").first()
        )
        try:
            made = editor.import_draft(document=document, by=the_user(request), base=base)
        except ValidationError as refusal:
            form.add_error("file", refusal.messages)
        else:
            messages.success(request, f"{made} is brought in as a draft.")
            return redirect("framework_editor", made.pk)
    return render(request, "reviews/editor/bring_in.html", {"form": form})


@requires(RUN, get=framework_or_404)
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """Put a JSON file in place of the whole draft."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            editor.replace_document(
                framework=framework,
                document=form.document,
                seen=request.POST.get("seen", ""),
                by=the_user(request),
            )
        except ChangedMeanwhile as change:
            form.add_error(
                None,
                f"{change.by or 'Somebody else'} changed this draft since you opened this page. Nothing was replaced. "
                "Look at what changed, then choose the file again if it should still take the draft’s place.",
            )
        except ValidationError as refusal:
            form.add_error("file", refusal.messages)
        except WorkflowError as refusal:
            show(form, refusal)
        else:
            messages.success(request, "The file has taken the draft’s place.")
            return redirect("framework_editor", framework.pk)
    return render(request, "reviews/editor/bring_in.html", {"form": form, "framework": framework})


@requires(RUN, get=framework_or_404)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """Throw a draft away, after asking."""
    if framework.state != "draft":
        raise Http404
    if request.method == "POST":
        try:
            editor.delete_draft(framework=framework, by=the_user(request))
        except WorkflowError as refusal:
            messages.error(request, words(refusal))
            return redirect("framework_editor", framework.pk)
        messages.success(request, f"The draft {framework} is deleted.")
        return redirect("framework_versions")
    return render(
        request,
        "reviews/editor/confirm.html",
        {
            "framework": framework,
            "title": f"Delete the draft {framework}?",
            "says": "All of it goes. Download it first if you may want it again.",
            "button": "Delete the draft",
            "warning": True,
        },
    )


@requires(RUN, get=framework_or_404)
@require_http_methods(["GET", "POST"])
def crosswalk(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """Say which criterion became which."""
    base = framework.based_on
    if base is None:
        raise Http404
    found = sources(base.document, framework.document, framework.crosswalk)
    titles = {row["code"]: row["title"] for row in framework.document["criteria"]}
    form = CrosswalkForm(request.POST or None, sources=found, titles=titles)
    if request.method == "POST" and form.is_valid():
        try:
            editor.save_crosswalk(framework=framework, crosswalk=form.crosswalk, by=the_user(request))
        except ValidationError as refusal:
            for code, errors in getattr(refusal, "error_dict", {None: refusal}).items():
                form.add_error(f"from_{code}" if code else None, errors)
        except WorkflowError as refusal:
            show(form, refusal)
        else:
            messages.success(request, "The crosswalk is saved.")
            return redirect("framework_editor", framework.pk)
    old_titles = {row["code"]: row["title"] for row in base.document["criteria"]}
    return render(
        request,
        "reviews/editor/crosswalk.html",
        {
            "framework": framework,
            "base": base,
            "form": form,
            "old": old_titles.items(),
            "dropped": [(code, old_titles[code]) for code in dropped(base.document, found)],
            "editable": framework.state == "draft",
        },
    )


@public
@require_safe
def differences(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """What changed from another version to this one; `from` in the address is the other's number."""
    readable = readable_frameworks(request.user).defer(None)
    new = get_object_or_404(readable.select_related("based_on"), code=code, version=version)
    others = readable.filter(code=code).exclude(pk=new.pk)
    chosen = request.GET.get("from")
    old: FrameworkVersion | None
    if chosen:
        old = get_object_or_404(others, version=chosen)
    else:
        base = others.filter(pk=new.based_on_id or 0).first()
        old = base or others.filter(pk__lt=new.pk).first() or others.first()
    context: dict[str, Any] = {
        "framework": new,
        "old": old,
        "others": others.only("pk", "code", "version", "state"),
    }
    if old:
        walk = crosswalk_between(old, new)
        titles = {row["code"]: row["title"] for row in new.document["criteria"]}
        context |= {
            "difference": compare(old, new),
            "crosswalk": [(code, titles[code], came_from) for code, came_from in walk.items()],
            "dropped": dropped(old.document, walk),
        }
    return render(request, "reviews/framework/differences.html", context)
