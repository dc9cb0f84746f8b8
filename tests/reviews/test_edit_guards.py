"""What is with the assessors stays as it was submitted."""

from __future__ import annotations

import pytest

from lpdqa.workflow import WorkflowError
from programmes.services.programmes import update_version
from providers.services.leaders import set_consent, update_leader
from tests.journeys import Journey

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "open_for_changes"),
    [("draft", True), ("submitted", False), ("returned", True), ("assessing", False), ("deciding", False)],
)
def test_a_version_and_a_leader_change_only_while_their_submission_can(state, open_for_changes):
    programme, sle = Journey(), Journey("sle")
    programme.to(state)
    sle.to(state)

    def change() -> None:
        update_version(version=programme.version, by=programme.owner, summary="Changed")
        update_leader(leader=sle.leader, by=sle.owner, summary="Changed")

    if open_for_changes:
        change()
        assert sle.leader.summary == "Changed"
    else:
        with pytest.raises(WorkflowError, match="under review"):
            update_version(version=programme.version, by=programme.owner, summary="Changed")
        with pytest.raises(WorkflowError, match="review is under way"):
            update_leader(leader=sle.leader, by=sle.owner, summary="Changed")


def test_terms_and_consent_of_a_leader_can_change_during_a_review_and_all_of_it_afterwards():
    journey = Journey("sle")
    journey.to("assessing")
    update_leader(leader=journey.leader, by=journey.owner, day_rate=400)
    set_consent(leader=journey.leader, by=journey.owner, named=True)

    journey.to("published")
    update_leader(leader=journey.leader, by=journey.owner, summary="Said afterwards")

    journey.leader.refresh_from_db()
    assert (journey.leader.day_rate, journey.leader.summary) == (400, "Said afterwards")
