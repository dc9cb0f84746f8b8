"""Open Badges 3.0 credentials: a published rating as a W3C verifiable credential, signed as a JWT.

1EdTech Open Badges 3.0, section 8.2 (JSON Web Token proof format). The key is Ed25519 (RFC 8037); whoever checks a
credential finds the public half under the address in the header's `kid`; that of an earlier key stays there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import jwt
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from reviews.models import BadgeKey, Rating, Submission
from reviews.services.badge_keys import signing_key

_CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
Absolute = Callable[[str], str]


def public_key(key: BadgeKey, absolute: Absolute) -> dict[str, str]:
    """A public key as a JSON Web Key; its `kid` is the address it is found at."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": absolute(reverse("credential_key", args=[key.thumbprint])),
        "x": key.x,
    }


def issuer(absolute: Absolute) -> dict[str, Any]:
    """Who signs."""
    return {
        "id": absolute(reverse("credential_issuer")),
        "type": ["Profile"],
        "name": settings.REGISTER_NAME,
        "url": absolute("/"),
        "description": f"Run by {settings.REGISTER_RUN_BY}. Not a government service.",
    }


def credential(submission: Submission, rating: Rating, subject: str, absolute: Absolute) -> dict[str, Any]:
    """The credential of a rating that stands: about the subject's public page, no person's address."""
    page = absolute(reverse("credential", args=[submission.public_id]))
    version = submission.framework
    framework = absolute(reverse("framework_page", args=[version.code, version.version]))
    band = rating.get_band_display()
    what = submission.get_subject_kind_display().lower()
    valid_from = dt.datetime.combine(rating.decided_on, dt.time(), timezone.get_current_timezone())
    made = {
        "@context": _CONTEXT,
        "id": f"{page}#{rating.public_id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        # A copy outlives consent to be named: a specialist leader by the code.
        "name": f"{band}: {submission.lasting_title}",
        "issuer": issuer(absolute),
        "validFrom": valid_from.isoformat(),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"{framework}#{rating.band}",
                "type": ["Achievement"],
                "achievementType": "Award",
                "name": band,
                "description": f"A {what} reviewed by two trained assessors against {submission.framework.title}, "
                f"version {submission.framework.version}.",
                "criteria": {"id": absolute(reverse("rating_explained", args=[rating.public_id]))},
                "image": {"id": absolute(reverse("badge", args=[submission.public_id])), "type": "Image"},
            },
        },
        "credentialStatus": {
            "id": absolute(reverse("credential_revoked")),
            "type": "1EdTechRevocationList",
        },
    }
    if rating.valid_to:
        until = dt.datetime.combine(
            rating.valid_to + dt.timedelta(days=1), dt.time(), timezone.get_current_timezone()
        )
        made["validUntil"] = until.isoformat()
    if submission.is_example:
        made["description"] = "A made-up example: this subject does not exist."
    return made


def signed(made: dict[str, Any], absolute: Absolute) -> str:
    """The credential as a signed token, with the registered claims that repeat what it says."""
    claims = {
        **made,
        "iss": made["issuer"]["id"],
        "jti": made["id"],
        "sub": made["credentialSubject"]["id"],
        "nbf": int(dt.datetime.fromisoformat(made["validFrom"]).timestamp()),
    }
    if "validUntil" in made:
        claims["exp"] = int(dt.datetime.fromisoformat(made["validUntil"]).timestamp())
    private, key = signing_key()
    headers = {"typ": "JWT", "kid": absolute(reverse("credential_key", args=[key.thumbprint]))}
    return jwt.encode(claims, private, algorithm="EdDSA", headers=headers)
