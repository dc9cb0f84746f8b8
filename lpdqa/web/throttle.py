"""How often the API may be asked. (Nothing of the framework's views is imported: they import this.)"""

from __future__ import annotations

import time
from typing import Any

from rest_framework.throttling import SimpleRateThrottle

from lpdqa.web.limits import address, count_try


class ApiThrottle(SimpleRateThrottle):
    """So many requests a period of the clock: of a key, or else of a network address (kept as a keyed hash only).

    Counted in one step of the cache, so that no request is missed when many come at once.
    """

    scope = "anon"
    _left = 0.0

    def get_cache_key(self, request: Any, view: Any) -> str:
        return address(request) if request.auth is None else f"key {request.auth.pk}"

    def allow_request(self, request: Any, view: Any) -> bool:
        self.scope = "anon" if request.auth is None else "key"
        most, seconds = self.parse_rate(self.get_rate())
        if most is None or seconds is None:
            return True
        self._left = seconds - time.time() % seconds
        return (
            count_try(of=self.get_cache_key(request, view), what=f"api {self.scope}", seconds=seconds) <= most
        )

    def wait(self) -> float:
        """Seconds until the count begins anew."""
        return self._left
