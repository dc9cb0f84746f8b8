"""docs/states.md, from the state tables: the document never says anything the program doesn't do."""

from __future__ import annotations

from collections.abc import Iterator

from lpdqa.workflow import Workflow
from programmes.enquiry_states import ENQUIRY
from programmes.feedback_states import MODERATION
from providers.deployment_states import DEPLOYMENT
from reviews.workflows import ASSESSMENT, FRAMEWORK, SUBMISSION

_INTRODUCTION = """\
# States

This page is written by `python manage.py write_states` from the tables in `reviews/workflows.py`,
`providers/deployment_states.py`, `programmes/enquiry_states.py` and `programmes/feedback_states.py`; a test fails while
it is out of date. The same tables give the database triggers that refuse any other jump and the buttons a person
sees. To add a state, see [how-to.md](how-to.md).

“By” names a permission (see `reviews/rules.py`); a step without one is taken by the system. The public sees
the public name only.
"""

_TABLES: tuple[tuple[str, Workflow], ...] = (
    ("Submissions", SUBMISSION),
    ("Assessments", ASSESSMENT),
    ("Framework versions", FRAMEWORK),
    ("Deployments of specialist leaders", DEPLOYMENT),
    ("Enquiries", ENQUIRY),
    ("What commissioners say, and replies to it", MODERATION),
)


def document() -> str:
    """The whole page as Markdown with Mermaid diagrams."""
    return "\n".join([_INTRODUCTION, *(line for title, table in _TABLES for line in _section(title, table))])


def _section(title: str, workflow: Workflow) -> Iterator[str]:
    yield f"## {title}\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {workflow.initial}"
    for transition in workflow.transitions:
        for source in transition.sources:
            yield f"    {source} --> {transition.target}: {transition.name}"
    for state in workflow.states:
        if state.terminal:
            yield f"    {state.code} --> [*]"
    yield "```\n"
    yield "| state | name | what the public sees |"
    yield "|---|---|---|"
    for state in workflow.states:
        yield f"| `{state.code}` | {state.name} | {state.public_name or 'nothing'} |"
    yield ""
    yield "| step | from | to | by | needs | effects |"
    yield "|---|---|---|---|---|---|"
    for transition in workflow.transitions:
        sources = ", ".join(f"`{source}`" for source in transition.sources)
        by = f"`{transition.permission}`" if transition.permission else "the system"
        yield (
            f"| `{transition.name}` | {sources} | `{transition.target}` | {by} "
            f"| {transition.guard} | {transition.effects} |"
        )
    yield ""
