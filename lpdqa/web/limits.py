"""Against forms that are sent by machines, without asking anybody else: how often, how fast, and a trap.

class EnquiryForm(Guarded, forms.Form): ...
"""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# Seconds. Nobody reads, thinks and types faster; and a page may stay open over lunch, not over a weekend.
FASTEST = 3
SLOWEST = 24 * 3600


def _signer() -> Signer:
    """Made when it is needed: a command that signs nothing runs without a secret key."""
    return Signer(salt="lpdqa.web.limits")


def too_often(request: HttpRequest, *, what: str, most: int, seconds: int = 3600) -> bool:
    """Count this try; True from the `most` + 1st of one network address within `seconds` (of the clock).

    The address itself is kept nowhere: the key of the count is a keyed hash, and ends with the count.
    """
    return count_try(of=address(request), what=what, seconds=seconds) > most


def count_try(*, of: str, what: str, seconds: int) -> int:
    """Count a try of somebody (a network address, an API key) within `seconds` of the clock; how many so far."""
    window = int(time.time()) // seconds
    place = salted_hmac("lpdqa.web.limits", f"{what}:{window}:{of}").hexdigest()[:32]
    key = f"lpdqa:tries:{place}"
    try:
        return cache.incr(key)
    except ValueError:  # the first of its time; or one of several, of which one begins the count
        cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key)
    except ValueError:  # its time ended in between
        return 1


def address(request: HttpRequest) -> str:
    """The client's address: behind a proxy of ours the last one it has written, else the connection's."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


class Guarded(forms.Form):
    """A trap that only machines fill in, and the signed moment at which the form was shown.

    After validation `is_machine` says whether the trap was filled in: then pretend and do nothing.
    """

    homepage = forms.CharField(
        label="Leave this empty",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    @property
    def is_machine(self) -> bool:
        return bool(self.data.get(self.add_prefix("homepage")))

    @property
    def moment(self) -> str:
        """What the hidden field says: when the form was shown first, or now."""
        sent = self.data.get(self.add_prefix("shown"), "")
        age = _age(sent)
        return sent if age is not None and age < SLOWEST else _signer().sign(str(int(time.time())))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        age = _age(str(self.cleaned_data.get("shown", "")))
        if age is None or age > SLOWEST:
            raise ValidationError("This page had been open for a long time. Please check and send it again.")
        # Whoever has something to mend is not asked twice.
        if age < FASTEST and not self.errors:
            raise ValidationError("That was very fast. Please check what you wrote and send it again.")
        return cleaned


def _age(sent: str) -> float | None:
    """Seconds since the form was shown; None where that was not said by us."""
    try:
        return time.time() - int(_signer().unsign(sent))
    except (BadSignature, ValueError):
        return None
