"""A small slice of the real files, and a register that holds it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from providers.services.reference.files import data_folder
from tests.providers.reference.slices import keep, load


def _slice(folder: Path) -> Path:
    """The real data with few schools, districts, alliances and trusts, so that a load takes seconds."""
    shutil.copytree(data_folder(), folder)
    keep(folder, "schools.csv.gz", lambda row: row["la_code"] in {"201", "202", "831"})
    keep(folder, "outcodes.csv", lambda row: row["outcode"] in {"EC3A", "NW1", "LE1", "DE1"})
    keep(folder, "teaching_schools_2018.csv", lambda row: row["local_authority"] in {"Derby", "Camden"})
    keep(folder, "academy_trusts_2016.csv", lambda row: int(row["group_uid"]) < 2100)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A slice of the files, for the test to change."""
    return _slice(tmp_path / "data")


@pytest.fixture(scope="module")
def register(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The slice, loaded once for all tests of a module; what one of them changes is taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(_slice(tmp_path_factory.mktemp("slice") / "data"))
        yield
        transaction.set_rollback(True)
