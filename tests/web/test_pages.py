"""The pages of this app, the frame around every page, and what the log keeps of a request."""

import gzip
import json
import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from lpdqa.accounts.models import Role
from lpdqa.accounts.services import grant_role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGES = ["how_ratings_are_made", "for_providers", "accessibility", "privacy", "styleguide"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_say_what_they_are(client: Client, name: str) -> None:
    html = client.get(reverse(name)).content.decode()
    heading = re.search(r"<h1[^>]*>\s*([^<]+?)\s*</h1>", html)
    title = re.search(r"<title>([^<]+)</title>", html)
    assert heading is not None
    assert title is not None
    assert title[1].startswith(heading[1])
    assert title[1].endswith("LPD Quality Register")
    assert len(re.findall(r"<h1", html)) == 1


@pytest.mark.parametrize("name", [*PAGES, "account_login", "account_signup", "account_reset_password"])
def test_pages_obey_the_content_security_policy(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    html = answer.content.decode()
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)
    for tag in re.findall(r"<script[^>]*>", html):
        assert "src=" in tag or 'type="application/json"' in tag, tag


def test_frame_says_who_runs_it_and_what_it_is_not(client: Client, settings: object) -> None:
    settings.REGISTER_RUN_BY = "Midshire Schools Partnership"  # type: ignore[attr-defined]
    html = client.get(reverse("accessibility")).content.decode()
    assert "Run by Midshire Schools Partnership" in html
    assert "not a government service" in html
    assert 'href="#main-content"' in html
    assert 'id="main-content"' in html


def test_navigation_for_a_visitor_and_its_current_entry(client: Client) -> None:
    html = client.get(reverse("how_ratings_are_made")).content.decode()
    assert "Sign in" in html
    assert "My work" not in html
    current = re.search(r'href="([^"]+)" aria-current="true"', html)
    assert current is not None
    assert current[1] == reverse("how_ratings_are_made")


def test_every_queue_of_an_administrator_stands_under_the_board(client: Client) -> None:
    administrator = UserFactory()
    grant_role(user=administrator, role=Role.ADMINISTRATOR, by=None)
    client.force_login(administrator)
    for name in (
        "board",
        "feedback_queue",
        "report_queue",
        "claims",
        "complaints",
        "decisions",
        "conditions",
    ):
        html = client.get(reverse(name)).content.decode()
        assert re.findall(r'href="([^"]+)" aria-current="true"', html) == [reverse("board")], name


def test_not_found_offers_search(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "Page not found" in html
    assert 'role="search"' in html


def test_too_many_tries_are_told_on_a_page_of_ours(client: Client, settings: object) -> None:
    reset = reverse("account_reset_password")
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}  # type: ignore[attr-defined]
    client.post(reset, {"email": "one@example.org"})
    often = client.post(reset, {"email": "one@example.org"})
    assert (often.status_code, "Too many tries" in often.content.decode()) == (429, True)
    assert "Nothing was changed." in often.content.decode()


def test_a_locked_account_is_told_until_when_and_what_helps(client: Client, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip"}  # type: ignore[attr-defined]
    typed = {"login": UserFactory().email, "password": "not the password"}
    for _ in range(9):
        answer = client.post(reverse("account_login"), typed)
    assert answer.status_code == 429
    html = answer.content.decode()
    assert "wrong 8 times" in html
    assert "for 15 minutes" in html
    assert f'href="{reverse("account_reset_password")}"' in html


def test_sign_in_form_is_ours(client: Client) -> None:
    html = client.get(reverse("account_login")).content.decode()
    assert "govuk-password-input" in html
    assert "placeholder=" not in html
    wrong = client.post(reverse("account_login"), {"login": "a@example.org", "password": "no such person"})
    assert "There is a problem" in wrong.content.decode()
    assert "<title>Error: Sign in" in wrong.content.decode()


def test_sign_up_asks_for_name_email_and_password(client: Client) -> None:
    html = client.get(reverse("account_signup")).content.decode()
    assert re.findall(r"<label[^>]*>([^<]+)</label>", html) == ["Full name", "Email", "Password"]


def test_the_log_has_the_route_and_not_the_address(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="lpdqa.request"):
        answer = client.get(
            reverse("privacy"), {"q": "somebody-secret"}, headers={"X-Request-ID": "proxy-12345678"}
        )
    lines = [r.msg for r in caplog.records if r.name == "lpdqa.request"]
    line = next(m for m in lines if isinstance(m, dict) and m.get("event") == "request")
    assert line["route"] == "privacy"
    assert line["status"] == 200
    assert line["method"] == "GET"
    assert line["request_id"] == "proxy-12345678" == answer["X-Request-ID"]
    assert "secret" not in json.dumps(line, default=str)


def test_a_forged_request_id_is_replaced(client: Client) -> None:
    answer = client.get(reverse("privacy"), headers={"X-Request-ID": 'x" injected'})
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])


def test_pages_travel_packed_and_what_is_packed_already_does_not(client: Client) -> None:
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert b"Find leadership development" in gzip.decompress(page.content)
    assert "Content-Encoding" not in client.get("/").headers
    picture = client.get("/preview.png", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in picture.headers
