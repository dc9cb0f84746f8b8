"""Fixtures every folder of tests can use; each area adds its own in tests/<area>/conftest.py.

Run tests with `script/test` (everything) or `script/dev pytest tests/<area>`: both start a real PostgreSQL
and Valkey.
"""

from collections.abc import Iterator

import pgtrigger
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import TransactionTestCase

pytest_plugins = ["tests.support.browser", "tests.support.database", "tests.support.stack"]


# Whoever asks for one of these waits for a whole register or a browser.
_STACK_FIXTURES = {"prepared_folder", "live", "new_context"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what belongs in the lane of script/_checks that starts whole registers and browsers."""
    for item in items:
        if _STACK_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.stack)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: django_settings) -> None:
    """Pages rendered in the test's own process need no collected files (the live stack collects them)."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def empty_cache() -> Iterator[None]:
    """Start and end with an empty cache (throttles and heartbeats are kept there)."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _flush_past_append_only() -> Iterator[None]:
    """A test that commits empties the tables afterwards, by TRUNCATE, which append-only tables refuse."""
    flush = TransactionTestCase._fixture_teardown

    def flush_all(case: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            flush(case)

    TransactionTestCase._fixture_teardown = flush_all
    yield
    TransactionTestCase._fixture_teardown = flush
