"""The first framework version, as a document and as a scheme."""

import json
from pathlib import Path
from typing import Any

import pytest

from reviews.rating import Scheme

FRAMEWORK = Path(__file__).parents[3] / "reviews" / "frameworks" / "lpd-qa-1.0.json"


@pytest.fixture(scope="session")
def framework_text() -> str:
    return FRAMEWORK.read_text(encoding="utf-8")


@pytest.fixture
def document(framework_text: str) -> dict[str, Any]:
    """A fresh copy that a test may change."""
    return json.loads(framework_text)


@pytest.fixture(scope="session")
def scheme(framework_text: str) -> Scheme:
    return Scheme.from_document(json.loads(framework_text))
