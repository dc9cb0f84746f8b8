"""Public halves of the keys that have signed badges: whoever checks an old badge still finds the key for it."""

from __future__ import annotations

from django.db import models

from lpdqa.clock import now


class BadgeKey(models.Model):
    """One Ed25519 key by its thumbprint (RFC 7638). The private half is never here, see `services.badge_keys`."""

    thumbprint = models.CharField(max_length=43, primary_key=True)
    x = models.CharField(max_length=43, help_text="The public key, base64url without padding (RFC 8037)")
    first_used_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="The private half got out: what it signed counts no more"
    )

    class Meta:
        ordering = ["-first_used_at", "thumbprint"]

    def __str__(self) -> str:
        return self.thumbprint
