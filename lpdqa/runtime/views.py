"""Two addresses for whoever watches the register."""

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lpdqa.runtime.health import readiness
from lpdqa.web.access import public


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """This web process answers; says nothing about the rest."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations, broker, worker and beat, one by one; 503 if any of them is not ready."""
    ready, checks = readiness()
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503
    )
