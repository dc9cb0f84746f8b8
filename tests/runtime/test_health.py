"""/healthz and /readyz, with a real database, broker and worker."""

import subprocess

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from lpdqa.runtime.tasks import BEAT, ROUND_TRIP, heartbeat
from tests.support.stack import wait_for


def test_healthz_answers_to_anybody(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_says_which_part_is_missing(client: Client, empty_cache: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert {name for name, check in checks.items() if check["ok"]} == {"database", "migrations", "broker"}
    assert checks["worker"]["detail"] == checks["beat"]["detail"] == "not seen yet"


@pytest.mark.django_db
def test_readyz_notices_a_migration_that_was_not_applied(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'runtime'")
    checks = client.get("/readyz").json()["checks"]
    assert checks["migrations"]["ok"] is False
    assert "to apply" in checks["migrations"]["detail"]


@pytest.mark.django_db
def test_readyz_tells_no_secret_when_the_broker_is_gone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CELERY_BROKER_URL", "redis://:hidden-word@127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert answer.json()["checks"]["broker"] == {"ok": False, "detail": "ConnectionError"}
    assert "hidden-word" not in answer.content.decode()
    assert "127.0.0.1" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_worker_shows_and_does_what_is_sent(
    client: Client, empty_cache: None, worker: "subprocess.Popen[bytes]"
) -> None:
    from django.core.cache import cache

    wait_for("the worker shows", lambda: client.get("/readyz").json()["checks"]["worker"]["ok"], 30)
    heartbeat.delay()
    wait_for("the job is done", lambda: cache.get(ROUND_TRIP), 30)
    # Sending it is what beat does, and counts as its sign of life.
    assert cache.get(BEAT)
    assert client.get("/readyz").status_code == 200
