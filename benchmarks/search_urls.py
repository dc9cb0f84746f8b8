"""The register's addresses, the usual way of answering the same, and what a process says of itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import psutil
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from benchmarks.search_usual import UsualView
from lpdqa.web.access import public
from programmes.queries.index import live


class TimingMiddleware:
    """Around everything else: how long the server took for an answer, and which process gave it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        response["Server-Timing"] = f"total;dur={1000 * (time.perf_counter() - began):.3f}"
        response["X-Process"] = str(os.getpid())
        return response


@public
def process(request: HttpRequest) -> HttpResponse:
    """Whether the index of this process is there, and what the process holds."""
    index = live._state.index
    memory = psutil.Process().memory_full_info()
    return JsonResponse(
        {
            "entries": len(index) if index is not None else None,
            "index_bytes": index.bytes if index is not None else 0,
            "resident": memory.rss,
            "own": memory.uss,
        }
    )


urlpatterns: list[Any] = [
    path("benchmark/process/", process),
    path("benchmark/usual/", UsualView.as_view()),
    path("", include("lpdqa.urls")),
]

handler400 = "lpdqa.web.errors.bad_request"
handler403 = "lpdqa.web.errors.permission_denied"
handler404 = "lpdqa.web.errors.page_not_found"
handler500 = "lpdqa.web.errors.server_error"
