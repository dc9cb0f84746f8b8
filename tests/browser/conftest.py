"""Browser tests run against a whole register: web server, worker, beat, PostgreSQL and Valkey."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.walker import DESK, Walker
from tests.support.stack import Live

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


def beforehand(live: Live, name: str) -> str:
    """Run a function of `tests.browser.beforehand` on the register and return the last line it printed."""
    said = live.manage("shell", "-c", f"from tests.browser.beforehand import {name}; {name}()")
    return said.strip().rpartition("\n")[2]


@pytest.fixture(scope="session")
def register(browser: object, live: Live) -> Live:
    """The running register with a framework in force and the people of the scheme. Needs a browser first of all."""
    beforehand(live, "scheme_people")
    return live


@pytest.fixture(scope="session")
def rated(register: Live) -> dict[str, str]:
    """Addresses of a specialist leader and an organisation whose ratings are published."""
    return dict(json.loads(beforehand(register, "rated")))


@pytest.fixture(scope="session")
def provider_side(register: Live) -> dict[str, str]:
    """Who signs in, and titles: what a provider's team comes back to; see `beforehand.provider_side`."""
    return dict(json.loads(beforehand(register, "provider_side")))


@pytest.fixture(scope="session")
def panel(register: Live) -> dict[str, str]:
    """Who signs in, titles and addresses of what decision makers find; see `beforehand.panel`."""
    return dict(json.loads(beforehand(register, "panel")))


@pytest.fixture
def bench(register: Live) -> Iterator[dict[str, str]]:
    """An assessor to be calibrated, and the file that waits for them; see `beforehand.bench`."""
    yield dict(json.loads(beforehand(register, "bench")))
    beforehand(register, "bench_over")


@pytest.fixture(scope="session")
def fitting(register: Live) -> dict[str, str]:
    """A school, and a programme that has worked in one like it."""
    return dict(json.loads(beforehand(register, "fitting")))


@pytest.fixture
def walker(new_context: Callable[..., BrowserContext], register: Live) -> Callable[..., Walker]:
    """Call it for one more person at a browser of their own; `scripts=False` turns JavaScript off."""

    def sit_down(*, scripts: bool = True, **options: Any) -> Walker:
        context = new_context(
            base_url=register.base_url, viewport=DESK, java_script_enabled=scripts, **options
        )
        context.set_default_timeout(30_000)
        return Walker(context.new_page(), with_scripts=scripts)

    return sit_down
