"""“Try the rating”: anybody rates a subject by hand, with all the arithmetic; nothing is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lpdqa.web.access import public
from lpdqa.web.limits import too_often
from reviews.choices import SubjectKind
from reviews.forms.by_hand import ByHandForm, DocumentForm, SubjectForm, as_text, typed
from reviews.models import FrameworkVersion
from reviews.queries.frameworks import current_framework, public_frameworks, scheme_of
from reviews.rating import InputsError, Scheme, explain, rate_one
from reviews.rating.by_hand import WORKED_EXAMPLE, inputs_from, read_document
from reviews.views.rating import ladder

# A room of people behind one address who try things out for an hour.
MOST_AN_HOUR = 600
PAGE = "reviews/rating/try.html"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def try_rating(request: HttpRequest) -> HttpResponse:
    """Choose what is rated and by which framework version, give scores, see band and arithmetic."""
    frameworks = {str(one): one for one in public_frameworks().filter(published_at__isnull=False).defer(None)}
    current = current_framework()
    if current is None or not frameworks:
        return render(request, PAGE, {"frameworks": []})
    posted = request.method == "POST"
    asked = request.POST if posted else request.GET
    chosen = {
        "subject_type": asked.get("subject_type", SubjectKind.PROGRAMME.value),
        "framework": asked.get("framework", str(current)),
    }
    subject = SubjectForm(chosen, frameworks=frameworks.values())
    if not subject.is_valid():
        # Only by an address that nobody was given here.
        chosen = {"subject_type": SubjectKind.PROGRAMME.value, "framework": str(current)}
        subject = SubjectForm(chosen, frameworks=frameworks.values())
    framework = frameworks[chosen["framework"]]
    scheme = scheme_of(framework)
    context: dict[str, Any] = {"frameworks": frameworks, "subject": subject, "document_form": DocumentForm()}
    limited = posted and too_often(request, what="try the rating", most=MOST_AN_HOUR)
    if posted and "document" in request.POST:
        if limited:
            context["document_form"] = DocumentForm(initial={"text": request.POST.get("text", "")})
            form = ByHandForm(None, scheme=scheme, subject_type=chosen["subject_type"])
            return _page(request, form, framework, {**context, "too_often": True}, status=429)
        return _document(request, framework, scheme, context)
    if limited:
        form = ByHandForm(request.POST, scheme=scheme, subject_type=chosen["subject_type"])
        return _page(request, form, framework, {**context, "too_often": True}, status=429)
    if posted:
        form = ByHandForm(request.POST, scheme=scheme, subject_type=chosen["subject_type"])
        if form.is_valid() and "download" in request.POST:
            response = HttpResponse(as_text(form.document()), content_type="application/json")
            response["Content-Disposition"] = 'attachment; filename="rating-by-hand.json"'
            return response
        return _page(request, form, framework, context)
    example = typed(WORKED_EXAMPLE) if "example" in request.GET else {}
    form = ByHandForm(None, scheme=scheme, subject_type=chosen["subject_type"], initial=example)
    return _page(request, form, framework, context)


def _document(
    request: HttpRequest, framework: FrameworkVersion, scheme: Scheme, context: dict[str, Any]
) -> HttpResponse:
    """Rate what was pasted or uploaded; with faults it stays in its box, to be mended there."""
    given = DocumentForm(request.POST, request.FILES)
    subject_type = context["subject"].data["subject_type"]
    form = ByHandForm(None, scheme=scheme, subject_type=subject_type)
    if given.is_valid():
        text = given.cleaned_data["text"]
        try:
            document = read_document(text, source="The JSON")
            inputs_from(scheme, document)
        except InputsError as error:
            given = DocumentForm({"text": text})
            for line in error.lines[:50]:
                given.add_error("text", line)
        else:
            context["subject"].data["subject_type"] = subject_type = document["subject_type"]
            form = ByHandForm(typed(document), scheme=scheme, subject_type=subject_type)
            given = DocumentForm()
    return _page(request, form, framework, {**context, "document_form": given})


def _page(
    request: HttpRequest,
    form: ByHandForm,
    framework: FrameworkVersion,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    scheme = form.scheme
    found: dict[str, Any] = {}
    if form.is_bound and form.is_valid() and form.inputs is not None and status == 200:
        result = rate_one(scheme, form.inputs)
        explanation = explain(scheme, form.inputs, result)
        found = {
            "result": result,
            "band_title": scheme.band_title(result.band) if result.band else "",
            "explanation": explanation,
            **ladder(explanation, scheme),
        }
    return render(
        request,
        PAGE,
        {
            **context,
            **found,
            "form": form,
            "framework": framework,
            "kind": SubjectKind(form.subject_type),
            "scale": sorted(framework.scale.items()),
        },
        status=status,
    )
