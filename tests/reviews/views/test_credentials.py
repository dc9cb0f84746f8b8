"""Badges: what they say while a rating stands, and how they stop saying it."""

from __future__ import annotations

import json

import jwt
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reviews.models import Submission
from reviews.services.ratings import rate_all_stale
from tests.journeys import Journey, all_at
from tests.providers.pages import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    journey = Journey()
    journey.to("published", scores=all_at(3))
    rate_all_stale()
    return journey


def address(name: str, submission: Submission) -> str:
    return reverse(name, args=[submission.public_id])


def test_a_standing_rating_has_a_badge_and_a_credential_that_checks(published):
    client, submission = Client(), published.submission
    page = main(client.get(address("credential", submission)))
    assert "Current: it stands today" in page
    badge = client.get(address("badge", submission))
    assert badge["Content-Type"] == "image/svg+xml"
    assert badge["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Quality assured" in badge.content.decode()
    assert client.get(address("badge_qr", submission)).content.startswith(b"<?xml")

    token = client.get(address("credential_jwt", submission)).content.decode()
    header = jwt.get_unverified_header(token)
    key = client.get(header["kid"].removeprefix("http://testserver")).json()
    claims = jwt.decode(token, jwt.PyJWK(key), algorithms=["EdDSA"])
    made = client.get(address("credential_json", submission)).json()
    assert {name: claims[name] for name in made} == made
    assert made["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert made["credentialSubject"]["achievement"]["name"] == "Quality assured"
    assert claims["jti"] == made["id"]
    # One changed letter is found out.
    head, body, tail = token.split(".")
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(f"{head}.{body[:-2]}AA.{tail}", jwt.PyJWK(key), algorithms=["EdDSA"])


def test_a_suspended_rating_says_so_everywhere_at_once(published):
    client, submission = Client(), published.submission
    published.to("suspended")
    assert "Suspended: don’t rely on it" in main(client.get(address("credential", submission)))
    badge = client.get(address("badge", submission)).content.decode()
    assert "Suspended" in badge
    assert "Quality assured" not in badge
    assert client.get(address("credential_jwt", submission)).status_code == 404
    listed = json.loads(client.get(reverse("credential_revoked")).content)["revokedCredential"]
    assert [str(submission.public_id) in row["id"] for row in listed] == [True]


def test_a_rating_past_its_date_has_lapsed(published):
    client, submission = Client(), published.submission
    rating = submission.ratings.order_by("-id").first()
    with time_machine.travel(f"{rating.valid_to.year + 1}-01-15T09:00:00Z", tick=False):
        assert "Lapsed: it was not renewed" in main(client.get(address("credential", submission)))
        assert client.get(address("credential_jwt", submission)).status_code == 404


def test_nothing_is_told_of_what_is_not_public():
    client = Client()
    journey = Journey()
    for state in ("submitted", "decided"):
        journey.to(state)
        for name in ("credential", "badge", "badge_qr", "credential_jwt", "credential_json"):
            assert client.get(address(name, journey.submission)).status_code == 404, (state, name)
