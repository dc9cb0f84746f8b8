"""Fixtures every folder of tests can use; each area adds its own in tests/<area>/conftest.py.

Run tests with `script/test` (everything) or `script/dev pytest tests/<area>`: both start a real PostgreSQL
and Valkey.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache

from lpdqa.runtime.layout import Layout

pytest_plugins = ["tests.support.browser", "tests.support.database", "tests.support.stack"]


# Whoever asks for one of these waits for a whole register or a browser.
_STACK_FIXTURES = {"prepared_folder", "live", "new_context"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what belongs in the lane of script/_checks that starts whole registers and browsers."""
    for item in items:
        if _STACK_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.stack)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """Each process of a shared run (`-n 2`) gets a broker's database and a data folder of its own.

    pytest-django makes a database for each.
    """
    if not os.environ.get("REDIS_URL"):
        return  # the tests say what is missing
    broker, data = urlsplit(os.environ["REDIS_URL"]), Path(os.environ["LPDQA_DATA_DIR"])
    first = int(broker.path.strip("/") or 0)
    for number, spec in enumerate(specs):
        layout = Layout(data / f"process-{number}")
        layout.prepare()
        spec.env["REDIS_URL"] = broker._replace(path=f"/{first + number}").geturl()
        spec.env["LPDQA_DATA_DIR"] = str(layout.data)


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
