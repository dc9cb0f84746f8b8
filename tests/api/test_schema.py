"""The description of the API holds: it is valid, and what the API answers to anything it allows fits it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from lpdqa.web.throttle import ApiThrottle
from lpdqa.wsgi import application
from programmes.models import Programme
from programmes.services.catalogue import refresh_leader, refresh_provider
from providers.models import SpecialistLeader
from reviews.models import Rating
from reviews.services.ratings import rate_all_stale
from tests import factories
from tests.journeys import Journey, all_at

# The test's client asks for packed answers and does not unpack them.
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def connection_kept(db: None) -> Iterator[None]:
    """A request to the WSGI application would close the connection that holds the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def register(monkeypatch: Any, connection_kept: None) -> None:
    """One of everything to read, and no limit on how often."""
    monkeypatch.setattr(ApiThrottle, "THROTTLE_RATES", {"anon": None, "key": None})
    journey = Journey()
    journey.to("published", all_at(3))
    rate_all_stale()
    refresh_provider(provider=journey.provider)
    refresh_leader(leader=factories.SpecialistLeaderFactory(designator=journey.provider))
    factories.OutcodeFactory()


def test_the_description_is_valid_and_complete(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.mark.django_db
def test_every_answer_has_an_example_with_all_its_members(client: Client) -> None:
    schema = client.get("/api/schema/?format=json").json()

    def whole(described: dict[str, Any], value: Any, where: str) -> None:
        """Compares the names of the members, all the way down."""
        for part in described.get("allOf", ()):
            described = part
        if "$ref" in described:
            described = schema["components"]["schemas"][described["$ref"].rpartition("/")[2]]
        if value and "items" in described:
            whole(described["items"], value[0], f"{where}[]")
        if value is not None and "properties" in described:
            assert set(value) == set(described["properties"]), where
            for name, member in described["properties"].items():
                whole(member, value[name], f"{where}.{name}")

    reading = {path: each["get"] for path, each in schema["paths"].items() if "get" in each}
    assert len(reading) == 12
    for path, operation in reading.items():
        answer = operation["responses"]["200"]["content"]["application/json"]
        (example,) = answer["examples"].values()
        whole(answer["schema"], example["value"], path)


@pytest.mark.django_db
def test_the_description_can_be_read_by_anyone(client: Client) -> None:
    for query, kind in (
        ("", "application/vnd.oai.openapi"),
        ("?format=json", "application/vnd.oai.openapi+json"),
    ):
        response = client.get(f"/api/schema/{query}")
        assert response.status_code == 200
        assert response["Content-Type"].startswith(kind)


@pytest.mark.usefixtures("register")
def test_answers_fit_the_description() -> None:
    """Requests that the description allows, made up for each operation; anything the answer says must be in it."""
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 13
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=12,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        def answers(case: Any) -> None:
            # A place, region or code that isn't on the register is refused though its form is right.
            case.call_and_validate(headers=PLAIN, excluded_checks=[positive_data_acceptance])

        answers()


@pytest.mark.usefixtures("register")
def test_what_is_there_fits_the_description() -> None:
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    rating, leader = Rating.objects.get(), SpecialistLeader.objects.get()
    programme = Programme.objects.get()
    for path, where in {
        "/api/v1/catalogue/{kind}/{slug}/": {"kind": "programme", "slug": programme.slug},
        "/api/v1/programmes/{slug}/": {"slug": programme.slug},
        "/api/v1/providers/{slug}/": {"slug": programme.provider.slug},
        "/api/v1/specialist-leaders/{slug}/": {"slug": leader.slug},
        "/api/v1/frameworks/{code}/{version}/": {"code": "LPD-QA", "version": "1.0"},
        "/api/v1/ratings/{id}/": {"id": str(rating.public_id)},
    }.items():
        response = schema[path]["GET"].Case(path_parameters=where).call_and_validate(headers=PLAIN)
        assert response.status_code == 200, path
