"""Who may do what: every URL name and method of the configuration, asked by everybody, against expected.txt.

A URL that isn't in the table fails with the line to add. `LPDQA_WRITE_MATRIX=1` writes what was seen into the table:
read the difference before you commit it, because the table is the rule and not the code.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoDbBlocker

from tests.permissions.addresses import ADDRESSES, Route, routes
from tests.permissions.people import COLUMNS
from tests.permissions.world import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

EXPECTED = Path(__file__).with_name("expected.txt")
LEGEND = """\
# Who may do what. One line for each method and URL name (and step); a column for each person of people.py, in order:
#   {columns}
#   +  it opens, or what was sent is looked at      >  sent to sign in first
#   -  refused                                      .  does not exist for them
#   x  the method is not taken                      ·  not asked: a page for everybody without anybody's values in its
#                                                      address, or a library's own page, asked by a few
# Everything belongs to one organisation; “rival” owns another. POST is sent empty: what matters is who is heard.
# Kept by tests/permissions/test_matrix.py, which says what to add for a new URL.
"""
# Pages that say themselves that they are for everybody can't tell people apart by what is in an address without values.
FEW = ("visitor", "leader", "admin", "staff")
PAGE_METHODS = ("GET", "POST")
API_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def asked() -> list[tuple[str, str, Route]]:
    """(method, name with its step, route) of everything there is to ask."""
    found = []
    for name, route in routes().items():
        uses = [key for key in ADDRESSES if key.split(" ")[0] == name] or [name]
        methods = API_METHODS if route.is_api else PAGE_METHODS
        found += [(method, use, route) for use in uses for method in methods]
    return found


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for the module, in a transaction that ends with it; every request in one of its own."""
    blank = [
        {"BACKEND": "tests.permissions.blank.BlankTemplates", "DIRS": [], "APP_DIRS": False, "NAME": "blank"}
    ]
    # Every refusal would be logged with its traceback, which takes longer than the refusal.
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock(), override_settings(TEMPLATES=blank), transaction.atomic():
        yield build()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    found = {}
    for column in COLUMNS:
        found[column] = client = Client(raise_request_exception=False)
        if user := getattr(world.people, column):
            client.force_login(user)
    return found


def ask(client: Client, method: str, address: str) -> str:
    """The mark of the answer; whatever it changed is undone."""
    session = client.cookies.get("sessionid")
    held = session.value if session else ""
    with transaction.atomic():
        answer = client.generic(method, address)
        transaction.set_rollback(True)
    if held:
        client.cookies["sessionid"] = held
    if answer.status_code == 302 and answer["Location"].startswith(("/account/login/", "/reference/login/")):
        return ">"
    marks = {401: "-", 403: "-", 404: ".", 405: "x", 429: "?"}
    return marks.get(answer.status_code, "!" if answer.status_code >= 500 else "+")


def ask_all(clients: dict[str, Client], method: str, address: str, columns: Sequence[str]) -> str:
    """The marks of everybody, for one line of the table; `columns` are asked."""
    marks = dict.fromkeys(COLUMNS, "·")
    for column in columns:
        marks[column] = ask(clients[column], method, address)
    return "".join(marks.values())


def test_everything_with_values_in_its_address_has_an_entry() -> None:
    known = {key.split(" ")[0] for key in ADDRESSES}
    missing = [
        f'    "{name}": lambda world: {{{", ".join(f"{key!r}: …" for key in sorted(route.keys))}}},'
        for name, route in routes().items()
        if route.keys and name not in known
    ]
    assert not missing, "Add to ADDRESSES in tests/permissions/addresses.py:\n" + "\n".join(missing)
    assert not known - set(routes()), "In ADDRESSES, but no longer a URL name."


def test_everybody_gets_what_the_table_says(world: World, clients: dict[str, Client]) -> None:
    cache.clear()
    seen, without = {}, {}
    for method, use, route in asked():
        if route.keys and use not in ADDRESSES:
            continue  # the test above says what to add
        try:
            address = reverse(use.split(" ")[0], kwargs=ADDRESSES[use](world) if use in ADDRESSES else None)
        except (KeyError, AttributeError, NoReverseMatch) as error:
            without[use] = repr(error)
            continue
        columns = COLUMNS if route.asks_everybody else FEW
        seen[f"{method:6} {use}"] = ask_all(clients, method, address, columns)
    width = max(map(len, seen)) + 2
    lines = {
        key: f"{key:{width}}{marks}" for key, marks in sorted(seen.items(), key=lambda pair: pair[0][7:])
    }
    if os.environ.get("LPDQA_WRITE_MATRIX"):
        EXPECTED.write_text(
            LEGEND.format(columns=" ".join(COLUMNS)) + "\n" + "\n".join(lines.values()) + "\n"
        )
    rows = [line for line in EXPECTED.read_text().splitlines() if line and not line.startswith("#")]
    expected = {row.rsplit(None, 1)[0]: row.rsplit(None, 1)[1] for row in rows}
    new = [lines[key] for key in lines if key not in expected]
    assert not new, "Not in expected.txt. If this is who should get in, add:\n" + "\n".join(new)
    gone = sorted(set(expected) - set(lines))
    assert not gone, "In expected.txt, but no longer a URL or step: " + ", ".join(gone)
    assert not without, f"No address: say in addresses.py of what each is asked. {without}"
    wrong = [
        f"{key}: {column} gets {was} and not {should}"
        for key in lines
        for column, was, should in zip(COLUMNS, seen[key], expected[key], strict=True)
        if was != should
    ]
    assert not wrong, "\n".join(wrong)


# Answers that are errors by nature, or that the library gives: each with its reason.
ERRORS = {
    "readyz": "503 where no worker runs, as in this test",
}
# What the world has no row for (yet): refused as not there, so the rows say little of who would be let in.
NOT_IN_THE_WORLD = {
    "allocation_swap", "badge", "badge_qr", "credential", "credential_json", "credential_jwt", "entry_preview",
    "feedback_reply", "open_data_file", "programme_section", "shortlist_note", "shortlist_remove",
}  # fmt: skip


def test_nothing_breaks_and_everything_opens_for_somebody() -> None:
    rows = [
        line.rsplit(None, 1)
        for line in EXPECTED.read_text().splitlines()
        if line and not line.startswith("#")
    ]
    broken = {key.split()[1] for key, marks in rows if "!" in marks or "?" in marks}
    assert broken <= set(ERRORS)
    opened = {key.split()[1] for key, marks in rows if "+" in marks}
    never = {
        key.split()[1] for key, _ in rows if not key.split()[1].startswith(("admin:", "mfa", "account_"))
    } - opened
    assert never <= NOT_IN_THE_WORLD | set(ERRORS)
