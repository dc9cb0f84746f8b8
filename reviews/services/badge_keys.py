"""The key that signs badges: made when something is first signed, kept in the data folder, replaced on request.

The private half is in `secrets/badge_key` of the data folder (or in `BADGE_KEY`), readable by its owner only. The
public halves are rows, so badges signed with an earlier key go on to verify, also on a register restored from a backup.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction

from lpdqa.audit.services import act
from lpdqa.clock import now
from reviews.models import BadgeKey


def signing_key() -> tuple[Ed25519PrivateKey, BadgeKey]:
    """The private key that signs now, and its public row; both are made where there are none yet.

    Raises:
        ImproperlyConfigured: `BADGE_KEY` or the file does not hold 32 bytes in base64.
        ValidationError: the key was withdrawn; make another with `rotate_badge_key`.
    """
    private = _private()
    thumbprint, x = _public(private)
    row, _ = BadgeKey.objects.get_or_create(thumbprint=thumbprint, defaults={"x": x})
    if row.withdrawn_at:
        raise ValidationError("The key in use was withdrawn. Make another with rotate_badge_key.")
    return private, row


def rotate(*, compromised: bool = False) -> BadgeKey:
    """Sign with a new key from now on; returns its row. The old private half is destroyed.

    compromised: the old private half got out, so what it signed must not verify any more.

    Raises:
        ValidationError: the key comes from `BADGE_KEY`, so it is replaced there.
    """
    if settings.BADGE_KEY:
        raise ValidationError("The key is set by BADGE_KEY: replace it there, in every process.")
    old, _ = _public(_private())
    with act("badge_key.rotate", by=None, detail={"old": old, "compromised": compromised}) as doing:
        if compromised:
            BadgeKey.objects.filter(thumbprint=old).update(withdrawn_at=now())
        value = secrets.token_urlsafe(32)
        thumbprint, x = _public(_read(value))
        row = BadgeKey.objects.create(thumbprint=thumbprint, x=x)
        doing.detail["new"] = thumbprint
        # Once the row is there for certain, so that nobody gets a badge whose key can't be found.
        transaction.on_commit(lambda: _write(value).replace(_path()))
    return row


def _path() -> Path:
    return Path(settings.DATA_DIR) / "secrets" / "badge_key"


def _private() -> Ed25519PrivateKey:
    if settings.BADGE_KEY:
        return _read(settings.BADGE_KEY)
    path = _path()
    with contextlib.suppress(FileNotFoundError):
        return _read(path.read_text())
    new = _write(secrets.token_urlsafe(32))
    # Of several processes that find no key at the same moment, the first one's stands.
    with contextlib.suppress(FileExistsError):
        os.link(new, path)
    new.unlink()
    return _read(path.read_text())


def _write(value: str) -> Path:
    """The secret in a file of its own beside the place it is for; only the owner can read it."""
    folder = _path().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".badge_key-", delete=False) as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(file.name)


def _read(value: str) -> Ed25519PrivateKey:
    text = value.strip().rstrip("=")
    try:
        raw = base64.b64decode(
            text + "=" * (-len(text) % 4), altchars=b"-_" if set(text) & {"-", "_"} else None, validate=True
        )
        return Ed25519PrivateKey.from_private_bytes(raw)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured("The key for badges must be 32 bytes in base64.") from error


def _public(private: Ed25519PrivateKey) -> tuple[str, str]:
    """Thumbprint (RFC 7638, SHA-256) and public key, both base64url without padding."""
    x = _unpadded(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    required = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return _unpadded(hashlib.sha256(required.encode()).digest()), x


def _unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
