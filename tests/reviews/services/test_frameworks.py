"""Loading framework versions."""

from __future__ import annotations

import copy
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from lpdqa.audit.models import Entry
from reviews.models import Criterion, FrameworkVersion
from reviews.queries.frameworks import current_framework, public_frameworks, scheme_of
from reviews.services.frameworks import load_framework, move_framework
from tests.journeys import FRAMEWORK, Journey, all_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return json.loads(FRAMEWORK.read_text())


def load(tmp_path, text: str, *arguments: str) -> None:
    file = tmp_path / "framework.json"
    file.write_text(text)
    call_command("load_framework", str(file), *arguments)


def test_the_shipped_framework_is_loaded_once(capsys):
    call_command("load_framework")
    call_command("load_framework")
    version = FrameworkVersion.objects.get()
    assert (version.state, version.headings.count(), version.criteria.count()) == ("published", 5, 18)
    assert Entry.objects.filter(target_type="reviews.frameworkversion").count() == 2  # loaded, published
    assert scheme_of(version).criterion("D3").essential_for == {"programme", "provider"}
    assert capsys.readouterr().out == "LPD-QA 1.0 is published.\n" * 2


def test_each_fault_is_a_line_and_nothing_is_loaded(tmp_path, document):
    del document["criteria"][0]["question"]
    document["scheme"]["confidence"]["weights"]["agreement"] = 0.5
    with pytest.raises(CommandError) as refusal:
        load(tmp_path, json.dumps(document))
    lines = str(refusal.value).splitlines()
    assert len(lines) == 2
    assert "Criterion P1" in lines[0]
    assert "weights" in lines[1]
    assert not FrameworkVersion.objects.exists()
    assert not Criterion.objects.exists()


@pytest.mark.parametrize("text", ["{", "[]", "3", '"LPD-QA"', "{}"])
def test_what_is_no_framework_gets_a_clear_line(tmp_path, text):
    with pytest.raises(CommandError):
        load(tmp_path, text)


def test_a_file_that_is_not_there_gets_a_clear_line(tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        call_command("load_framework", str(tmp_path / "none.json"))


def test_a_published_version_never_changes(document):
    load_framework(document=document)
    document["criteria"][0]["weight"] = 5
    with pytest.raises(ValidationError, match="Give this one a new version number"):
        load_framework(document=document)


def test_a_draft_is_replaced_until_it_is_published(tmp_path, document):
    load(tmp_path, json.dumps(document), "--draft")
    assert current_framework() is None
    assert list(public_frameworks()) == []
    document["criteria"][0]["weight"] = 5
    version = load_framework(document=document, publish=False)
    assert (version.criteria.get(code="P1").weight, version.criteria.count()) == (5, 18)
    move_framework(framework=version, name="consult", by=None)
    assert list(public_frameworks()) == [version]
    move_framework(framework=version, name="publish", by=None)
    assert current_framework() == version


def test_a_new_version_is_for_new_submissions_and_a_retired_one_stays_pinned(document):
    journey = Journey()
    journey.to("deciding", all_at(3))
    newer = copy.deepcopy(document)
    newer["version"] = "1.1"
    newer["scheme"]["thresholds"]["working_towards"]["essential_below"] = 4.0
    version = load_framework(document=newer)
    move_framework(framework=journey.framework, name="retire", by=None)
    assert current_framework() == version
    journey.to("decided")
    assert journey.decision.expected_band == "quality_assured"
    # Loading a retired version again leaves it retired.
    assert load_framework(document=document).state == "retired"
