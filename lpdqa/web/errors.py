"""Error pages that answer an API client in its own language.

Set in the root URLconf: `handler404 = "lpdqa.web.errors.page_not_found"` and so on. Browsers get the
templates 400.html, 403.html, 404.html and 500.html.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from lpdqa.web.api import problem_response

API_PREFIX = "/api/"


def bad_request(request: HttpRequest, exception: Any) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem_response(400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Any) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem_response(403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Any) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem_response(404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem_response(500, "Something went wrong on our side. Please try again later.")
    # Django renders 500.html without a request: what is broken may be what the request would need.
    return defaults.server_error(request)
