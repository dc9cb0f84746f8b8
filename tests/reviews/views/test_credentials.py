"""Badges: what they say while a rating stands, and how they stop saying it."""

from __future__ import annotations

import base64
import io
import json

import jwt
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from reviews.models import Submission
from reviews.services.ratings import rate_all_stale
from tests.journeys import Journey, all_at
from tests.providers.pages import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    """Keys made by these tests are kept nowhere else."""
    settings.DATA_DIR = tmp_path
    return tmp_path


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


def verified(client: Client, token: str) -> bool:
    """Whether a token verifies with the key that its header leads to."""
    found = client.get(jwt.get_unverified_header(token)["kid"].removeprefix("http://testserver"))
    if found.status_code != 200:
        return False
    jwt.decode(token, jwt.PyJWK(found.json()), algorithms=["EdDSA"])
    return True


def test_the_key_is_its_own_and_kept_for_its_owner_only(published, data_folder, settings):
    client = Client()
    token = client.get(address("credential_jwt", published.submission)).content.decode()
    kept = data_folder / "secrets" / "badge_key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["badge_key"]
    # Another secret key, as after a leak of the sessions', changes nothing about badges.
    settings.SECRET_KEY = "another secret key, long enough to be one"
    again = client.get(address("credential_jwt", published.submission)).content.decode()
    assert jwt.get_unverified_header(again)["kid"] == jwt.get_unverified_header(token)["kid"]


def test_after_a_change_of_keys_old_badges_still_verify(published, django_capture_on_commit_callbacks):
    client = Client()
    old = client.get(address("credential_jwt", published.submission)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("rotate_badge_key", stdout=io.StringIO())
    new = client.get(address("credential_jwt", published.submission)).content.decode()
    assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old)["kid"]
    assert verified(client, old)
    assert verified(client, new)
    assert len(client.get(reverse("credential_keys")).json()["keys"]) == 2


def test_what_a_stolen_key_signed_verifies_no_more(published, django_capture_on_commit_callbacks):
    client = Client()
    old = client.get(address("credential_jwt", published.submission)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("rotate_badge_key", "--compromised", stdout=io.StringIO())
    assert not verified(client, old)
    assert verified(client, client.get(address("credential_jwt", published.submission)).content.decode())


def test_a_register_restored_without_its_secrets_signs_anew_and_verifies_the_old(published, data_folder):
    client = Client()
    old = client.get(address("credential_jwt", published.submission)).content.decode()
    (data_folder / "secrets" / "badge_key").unlink()
    new = client.get(address("credential_jwt", published.submission)).content.decode()
    assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old)["kid"]
    assert verified(client, old)


def test_a_key_from_the_settings_is_used_and_replaced_there(published, settings, data_folder):
    settings.BADGE_KEY = base64.b64encode(bytes(range(32))).decode()
    client = Client()
    assert verified(client, client.get(address("credential_jwt", published.submission)).content.decode())
    assert not (data_folder / "secrets").exists()
    with pytest.raises(CommandError, match="BADGE_KEY"):
        call_command("rotate_badge_key")


def test_a_suspended_rating_says_so_everywhere_at_once(published):
    client, submission = Client(), published.submission
    published.to("suspended")
    page = main(client.get(address("credential", submission)))
    assert "Suspended: don’t rely on it A finding about it was upheld. Read the alert" in page
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
