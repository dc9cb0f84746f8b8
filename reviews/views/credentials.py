"""The badge that a provider shows, the signed credential behind it, and the page that says whether it still holds."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import segno
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from lpdqa.web.profile import bars, sentence
from reviews import credentials
from reviews.models import BadgeKey, Submission
from reviews.queries.credentials import CURRENT, Standing, standing_of
from reviews.queries.ratings import current_rating


def _standing(public_id: UUID) -> Standing:
    found = standing_of(public_id)
    if found is None:
        raise Http404
    return found


def _subject(submission: Submission) -> str:
    if submission.version:
        return reverse("programme_page", args=[submission.version.programme.slug])
    if submission.leader:
        return reverse("leader_page", args=[submission.leader.slug])
    return reverse("provider_page", args=[submission.provider.slug])


@public
@require_safe
def credential(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whether a badge seen somewhere holds today: current, suspended, lapsed or superseded."""
    standing = _standing(public_id)
    address = request.build_absolute_uri(reverse("credential", args=[public_id]))
    picture = request.build_absolute_uri(reverse("badge", args=[public_id]))
    title = standing.submission.title
    return render(
        request,
        "reviews/credential.html",
        {
            "section": "search",
            "standing": standing,
            "submission": standing.submission,
            "rating": standing.rating,
            "subject_url": _subject(standing.submission),
            "address": address,
            "code": f'<a href="{address}"><img src="{picture}" width="320" height="120" '
            f'alt="{_words(standing)}"></a>',
            "title": title,
        },
    )


def _words(standing: Standing) -> str:
    band = standing.rating.get_band_display() if standing.rating and standing.state == CURRENT else ""
    return f"{band or standing.words.partition(':')[0]}, LPD Quality Register. Check whether it still holds"


@public
@require_safe
@cache_control(public=True, max_age=900)
def badge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The badge as a picture for any page: the band while it stands, else in plain words that it doesn't."""
    standing = _standing(public_id)
    rating = standing.rating
    shown = bars(rating.results["headings"], "small") if rating and standing.state == CURRENT else []
    response = render(
        request,
        "reviews/badge.svg",
        {
            "standing": standing,
            "rating": rating,
            "bars": shown,
            "words": sentence(shown) if shown else standing.words,
            "is_current": standing.state == CURRENT,
        },
        content_type="image/svg+xml",
    )
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


@public
@require_safe
@cache_control(public=True, max_age=86_400)
def qr(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A QR code of the page that says whether the badge holds."""
    _standing(public_id)
    out = io.BytesIO()
    address = request.build_absolute_uri(reverse("credential", args=[public_id]))
    segno.make(address, error="m").save(
        out, kind="svg", scale=6, border=4, title="Check this badge", xmldecl=True
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def _signed(request: HttpRequest, public_id: UUID) -> tuple[dict[str, Any], str]:
    standing = _standing(public_id)
    if not standing.is_awarded or standing.rating is None:
        raise Http404
    subject = request.build_absolute_uri(_subject(standing.submission))
    made = credentials.credential(standing.submission, standing.rating, subject, request.build_absolute_uri)
    return made, credentials.signed(made, request.build_absolute_uri)


@public
@require_safe
def credential_json(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The credential to read."""
    return JsonResponse(_signed(request, public_id)[0], content_type="application/ld+json")


@public
@require_safe
def credential_jwt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The credential, signed, for wallets and checkers; only while the rating stands."""
    response = HttpResponse(_signed(request, public_id)[1], content_type="application/vc+jwt")
    response["Content-Disposition"] = 'attachment; filename="credential.jwt"'
    return response


@public
@require_safe
@cache_control(public=True, max_age=3600)
def keys(request: HttpRequest) -> HttpResponse:
    """Every public key that badges verify with, newest first, as a JSON Web Key set."""
    rows = BadgeKey.objects.filter(withdrawn_at=None)
    return JsonResponse({"keys": [credentials.public_key(row, request.build_absolute_uri) for row in rows]})


@public
@require_safe
@cache_control(public=True, max_age=3600)
def key(request: HttpRequest, thumbprint: str) -> HttpResponse:
    """One public key as a JSON Web Key; none where it was withdrawn, so that nothing it signed verifies."""
    row = get_object_or_404(BadgeKey, thumbprint=thumbprint, withdrawn_at=None)
    return JsonResponse(credentials.public_key(row, request.build_absolute_uri))


@public
@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """Who signs."""
    return JsonResponse(credentials.issuer(request.build_absolute_uri), content_type="application/ld+json")


@public
@require_safe
@cache_control(public=True, max_age=300)
def revoked(request: HttpRequest) -> HttpResponse:
    """Credentials that hold no longer though their date has not come: suspended or superseded ratings."""
    over = Submission.objects.filter(state__in=("suspended", "superseded")).order_by("-state_since")
    listed = []
    for submission in over[:500]:
        rating = current_rating(submission)
        if rating:
            page = request.build_absolute_uri(reverse("credential", args=[submission.public_id]))
            listed.append({"id": f"{page}#{rating.public_id}", "revocationReason": submission.public_state})
    return JsonResponse(
        {
            "id": request.build_absolute_uri(reverse("credential_revoked")),
            "issuer": request.build_absolute_uri(reverse("credential_issuer")),
            "revokedCredential": listed,
        }
    )
