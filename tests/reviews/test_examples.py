"""The example data as a new user gets it: a first start without --empty, told by the services and a real worker."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lpdqa.runtime.layout import temporary_folder
from providers.choices import OrganisingModel
from reviews.workflows import SUBMISSION
from tests.support.stack import copy_of, start_stack, wait_ready

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

# What the register holds, asked in one process of the stack's own.
FACTS = """
import json
from collections import Counter
from lpdqa.accounts.models import RoleGrant
from programmes.models import CatalogueEntry, Programme
from providers.models import Deployment, Membership, Provider, SpecialistLeader
from reviews.models import Rating, StaleSubject, Submission
print(json.dumps({
    "states": Counter(Submission.objects.values_list("state", flat=True)),
    "models": sorted(set(Provider.objects.filter(is_example=True).values_list("organising_model", flat=True))),
    "programmes": Programme.objects.filter(is_example=True).count(),
    "leaders": SpecialistLeader.objects.filter(is_example=True).count(),
    "deployments": sorted(set(Deployment.objects.values_list("state", flat=True))),
    "roles": sorted(set(RoleGrant.objects.values_list("role", flat=True))),
    "waiting": StaleSubject.objects.count(),
    "ratings": Rating.objects.count(),
    "real_ones_rated": CatalogueEntry.objects.filter(is_example=False).exclude(status="listed").count()
        + Submission.objects.filter(provider__is_example=False).count(),
    "administrators_in_teams": Membership.objects.filter(user__role_grants__role="administrator").count(),
}))
"""


@pytest.fixture(scope="module")
def told(prepared_folder: Path) -> Any:
    """What a first start printed, and what it left in the register."""
    folder = temporary_folder("lpdqa-examples-")
    stack = start_stack(copy_of(prepared_folder, folder / "data"))
    try:
        wait_ready(stack, 400)
        facts = json.loads(stack.manage("shell", "-v0", "-c", FACTS).strip().rpartition("\n")[2])
        yield stack.output.read_text(), facts, stack.manage("verify_ratings")
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_first_start_tells_every_state_and_way_of_organising(told: Any) -> None:
    _, facts, _ = told
    assert set(facts["states"]) == {state.code for state in SUBMISSION.states}
    assert facts["programmes"] == 60
    assert facts["leaders"] == 40
    assert set(facts["models"]) >= set(OrganisingModel.values)
    assert len(facts["deployments"]) >= 6


def test_first_start_prints_one_sign_in_a_role(told: Any) -> None:
    said, facts, _ = told
    for role in (
        "School leader",
        "Provider, owner",
        "Provider, viewer",
        "Assessor",
        "Administrator",
        "Researcher",
    ):
        assert role in said
    assert "Password of all" in said
    assert set(facts["roles"]) >= {"administrator", "assessor", "researcher"}


def test_worker_has_rated_everything_and_every_rating_verifies(told: Any) -> None:
    _, facts, verified = told
    assert facts["waiting"] == 0
    assert facts["ratings"] > 60
    # The command itself fails on any difference.
    assert f"{facts['ratings']} ratings checked" in verified


def test_nothing_real_is_reviewed_and_nobody_of_the_scheme_is_on_a_team(told: Any) -> None:
    _, facts, _ = told
    assert facts["real_ones_rated"] == 0
    assert facts["administrators_in_teams"] == 0
