"""The document of the states says what the tables say."""

from pathlib import Path

from lpdqa.workflow import Workflow
from reviews.state_tables import document
from reviews.workflows import ASSESSMENT, EDITABLE_STATES, FRAMEWORK, OPEN_STATES, SUBMISSION

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "states.md"


def test_the_document_is_up_to_date():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run: python manage.py write_states"


def reachable(workflow: Workflow) -> set[str]:
    found, edge = {workflow.initial}, {workflow.initial}
    while edge:
        edge = {target for source, target in workflow.pairs() if source in edge} - found
        found |= edge
    return found


def test_every_state_can_be_reached_and_a_terminal_one_is_left_by_appeal_at_most():
    for workflow in (SUBMISSION, ASSESSMENT, FRAMEWORK):
        assert reachable(workflow) == {state.code for state in workflow.states}
        for state in workflow.states:
            if state.terminal:
                assert {step.name for step in workflow.available(state.code)} <= {"appeal"}
    assert {*OPEN_STATES, *EDITABLE_STATES} <= {state.code for state in SUBMISSION.states}
