"""API keys: a visitor who may ask more often. The key is shown once, kept scrambled, and ends when revoked."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.accounts.models import ApiKey, Role
from lpdqa.accounts.queries import digest_of, key_of
from lpdqa.accounts.services import MOST_KEYS, make_api_key, revoke_api_key
from lpdqa.audit.models import Entry
from lpdqa.clock import at, now
from lpdqa.web.throttle import ApiThrottle
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

LIST = "/api/v1/providers/"


def ask(client: Client, secret: str, path: str = LIST) -> Any:
    return client.get(path, headers={"authorization": f"Bearer {secret}"})


def rates(monkeypatch: Any, **given: str) -> None:
    monkeypatch.setattr(ApiThrottle, "THROTTLE_RATES", given)
    # In the middle of a period of the clock.
    monkeypatch.setattr("time.time", lambda: 1_800_000_030.5)


def test_what_is_kept_is_not_the_key() -> None:
    made = make_api_key(owner=factories.UserFactory(), name="  Our   dashboard ")
    key = ApiKey.objects.get()
    assert made.secret.startswith(f"{key.prefix}_")
    assert len(made.secret) > 50
    assert key.name == "Our dashboard"
    assert made.secret not in json.dumps(list(ApiKey.objects.values()), default=str)
    assert made.secret not in json.dumps(list(Entry.objects.values()), default=str)
    assert key.digest == digest_of(made.secret)
    assert key_of(made.secret) == key
    assert Entry.objects.get(action="api_key.make").target_id == key.pk


def test_a_key_has_its_own_higher_limit(client: Client, monkeypatch: Any) -> None:
    rates(monkeypatch, anon="1/min", key="3/min")
    mine = make_api_key(owner=factories.UserFactory(), name="mine").secret
    other = make_api_key(owner=factories.UserFactory(), name="another").secret
    assert [client.get(LIST).status_code for _ in range(2)] == [200, 429]
    assert [ask(client, mine).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert ask(client, other).status_code == 200


def test_too_often_says_when_to_come_back(client: Client, monkeypatch: Any) -> None:
    rates(monkeypatch, anon="1/min", key="3/min")
    client.get(LIST)
    answer = client.get(LIST)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert answer["Retry-After"] == "30"
    assert answer.json()["title"] == "Too Many Requests"
    monkeypatch.setattr("time.time", lambda: 1_800_000_061.0)
    assert client.get(LIST).status_code == 200


def test_a_forged_header_of_a_proxy_gives_no_new_count(client: Client, monkeypatch: Any) -> None:
    rates(monkeypatch, anon="1/min", key="3/min")
    answers = [client.get(LIST, headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code for n in range(2)]
    assert answers == [200, 429]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer lpdqa_22222222_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Bearer",
        "Bearer one two",
        "Bearer " + "x" * 5000,
        "Bearer \xe9\xff",
        "Basic cm9iaW46aG9sbG93YXk=",
        "Token abc",
    ],
)
@pytest.mark.parametrize("path", [LIST, "/api/v1/", "/api/v1/catalogue/", "/api/v1/programmes/none/"])
def test_a_wrong_key_is_refused(client: Client, path: str, header: str) -> None:
    answer = client.get(path, headers={"authorization": header})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json()["detail"]


def test_guessing_keys_counts_as_asking_without_one(client: Client, monkeypatch: Any) -> None:
    rates(monkeypatch, anon="2/min", key="3/min")
    assert [ask(client, f"guess{n}").status_code for n in range(3)] == [401, 401, 429]


def test_a_revoked_key_and_one_of_a_closed_account_are_refused(client: Client) -> None:
    owner = factories.UserFactory()
    first, second = (make_api_key(owner=owner, name=name) for name in ("first", "second"))
    revoke_api_key(key=first.key, by=owner)
    assert [ask(client, made.secret).status_code for made in (first, second)] == [401, 200]
    owner.is_active = False
    owner.save()
    assert ask(client, second.secret).status_code == 401


def test_the_day_of_use_is_noted_once_a_day(client: Client) -> None:
    made = make_api_key(owner=factories.UserFactory(), name="x")
    with at(now() + dt.timedelta(days=1)):
        with CaptureQueriesContext(connection) as first:
            ask(client, made.secret)
        with CaptureQueriesContext(connection) as again:
            ask(client, made.secret)
        with CaptureQueriesContext(connection) as without:
            client.get(LIST)
        made.key.refresh_from_db()
        assert made.key.last_used_on == now().date()
    assert (len(first) - len(again), len(again) - len(without)) == (1, 1)
    assert not Entry.objects.filter(action__contains="used").exists()


def test_a_key_of_an_administrator_shows_no_more(client: Client) -> None:
    from tests.journeys import Journey

    Journey().to("submitted")
    made = make_api_key(owner=factories.person(Role.ADMINISTRATOR), name="x")
    for path in ("/api/v1/ratings/", "/api/v1/programmes/", "/api/v1/frameworks/"):
        assert ask(client, made.secret, path).json() == client.get(path).json()


def test_neither_key_nor_owner_nor_address_is_logged(client: Client, caplog: Any) -> None:
    owner = factories.UserFactory(name="Robin Holloway")
    made = make_api_key(owner=owner, name="Secret plans")
    with caplog.at_level(logging.INFO):
        ask(client, made.secret)
        ask(client, made.secret + "x")
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "api_providers" in logged
    for word in (made.secret, made.secret[10:], owner.name, owner.email, made.key.name, "127.0.0.1"):
        assert word not in logged


def test_a_full_account_makes_no_more_until_one_is_revoked() -> None:
    owner = factories.UserFactory()
    keys = [make_api_key(owner=owner, name=f"key {n}").key for n in range(MOST_KEYS)]
    with pytest.raises(ValidationError, match="Revoke one"):
        make_api_key(owner=owner, name="one more")
    with pytest.raises(ValidationError, match="what you will use"):
        make_api_key(owner=owner, name="   ")
    revoke_api_key(key=keys[0], by=owner)
    make_api_key(owner=owner, name="one more")


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"digest": "the key itself"}, {"revoked_at": now() - dt.timedelta(days=9)}]
)
def test_the_database_refuses_what_no_key_can_be(wrong: dict[str, Any]) -> None:
    key = make_api_key(owner=factories.UserFactory(), name="x").key
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(pk=key.pk).update(**wrong)


# --- Pages ---


def test_the_key_is_shown_once(client: Client) -> None:
    client.force_login(factories.UserFactory())
    assert "Keys in force" not in client.get(reverse("api_keys")).content.decode()
    answer = client.post(reverse("api_keys"), {"name": "Dashboard <b>"})
    secret = re.search(r'id="secret">(lpdqa_\w+_[\w-]+)<', answer.content.decode())
    assert secret
    assert "no-store" in answer["Cache-Control"]
    assert key_of(secret[1]) == ApiKey.objects.get()
    page = client.get(reverse("api_keys")).content.decode()
    assert secret[1] not in page
    assert ApiKey.objects.get().prefix in page
    assert "Dashboard &lt;b&gt;" in page


def test_a_key_without_a_name_is_asked_for_one(client: Client) -> None:
    client.force_login(factories.UserFactory())
    answer = client.post(reverse("api_keys"), {"name": "  "})
    assert "There is a problem" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_only_the_owner_and_administrators_revoke(client: Client) -> None:
    owner = factories.UserFactory()
    key = make_api_key(owner=owner, name="x").key
    url = reverse("api_key_revoke", args=[key.prefix])
    assert client.get(url).status_code == 302
    client.force_login(factories.UserFactory())
    assert client.post(url).status_code == 403
    assert client.get(reverse("api_keys_of_all")).status_code == 403
    client.force_login(owner)
    assert client.get(url).status_code == 200
    assert ApiKey.objects.get().revoked_at is None
    assert client.post(url).url == reverse("api_keys")
    ended = ApiKey.objects.get().revoked_at
    assert ended
    client.post(url)
    assert ApiKey.objects.get().revoked_at == ended


def test_an_administrator_says_why_and_the_owner_is_told(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    owner = factories.UserFactory()
    key = make_api_key(owner=owner, name="x").key
    client.force_login(factories.person(Role.ADMINISTRATOR))
    url = reverse("api_key_revoke", args=[key.prefix])
    assert "There is a problem" in client.post(url, {"reason": ""}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {"reason": "It was published."}).url == reverse("api_keys_of_all")
    assert mail.outbox[0].to == [owner.email]
    assert "It was published." in mail.outbox[0].body
    assert key.prefix in client.get(f"{reverse('api_keys_of_all')}?show=revoked").content.decode()
    assert key.prefix not in client.get(reverse("api_keys_of_all")).content.decode()


def test_the_list_of_all_takes_the_same_queries_for_one_key_and_for_three(client: Client) -> None:
    client.force_login(factories.person(Role.ADMINISTRATOR))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("api_keys_of_all")).status_code == 200
        return len(captured)

    make_api_key(owner=factories.UserFactory(), name="x")
    one = queries()
    for _ in range(2):
        make_api_key(owner=factories.UserFactory(), name="x")
    assert queries() == one


def test_the_page_about_the_api_says_how(client: Client) -> None:
    html = client.get("/api/").content.decode()
    assert "300 times a minute; with a key 3,000 times a minute" in html
    assert "Authorization: Bearer" in html
    assert reverse("api_keys") in html


def test_the_description_says_so_too(client: Client) -> None:
    schema = client.get("/api/schema/?format=json").json()
    assert schema["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"
    each = [(path, *one) for path, operations in schema["paths"].items() for one in operations.items()]
    for path, _, operation in each:
        assert operation["security"] == [{"apiKey": []}, {}], path
        assert {"200", "401", "404", "406", "429"} <= set(operation["responses"])
        assert "Retry-After" in operation["responses"]["429"]["headers"]
        refused = operation["responses"]["401"]["content"]["application/problem+json"]
        assert next(iter(refused["examples"].values()))["value"]["status"] == 401
