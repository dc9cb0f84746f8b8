"""A workflow as one piece of data: states with an internal and a public name, and the transitions between them.

The same table gives the database trigger that refuses any other jump, the buttons a person sees and the diagram in
`docs/`. Guards and effects live in the app's services; this module only knows names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pgtrigger


@dataclass(frozen=True)
class State:
    """One state. `name` is what people inside see, `public_name` what everyone else does."""

    code: str
    name: str
    public_name: str
    terminal: bool = False


@dataclass(frozen=True)
class Transition:
    """A named step. `permission` is a django-rules name, or empty where only the system takes the step."""

    name: str
    sources: tuple[str, ...]
    target: str
    label: str
    permission: str = ""
    guard: str = ""
    effects: str = ""


class WorkflowError(Exception):
    """A transition was asked for that the table does not have from this state; the text is fit for a person."""


@dataclass(frozen=True)
class Workflow:
    """The whole table. The first state is the one every row starts in."""

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        codes = {state.code for state in self.states}
        for transition in self.transitions:
            unknown = ({*transition.sources, transition.target}) - codes
            if unknown:
                raise ValueError(f"{self.name}: {transition.name} names unknown states {sorted(unknown)}")

    @property
    def initial(self) -> str:
        return self.states[0].code

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Choices for a model field."""
        return [(state.code, state.name) for state in self.states]

    def state(self, code: str) -> State:
        """Return the state with this code; `KeyError` where there is none."""
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(code)

    def find(self, name: str, source: str) -> Transition:
        """Return the transition `name` out of state `source`; `WorkflowError` where the table has none."""
        for transition in self.transitions:
            if transition.name == name and source in transition.sources:
                return transition
        raise WorkflowError(f"“{name}” isn't possible while this is “{self.state(source).name}”.")

    def available(self, source: str) -> list[Transition]:
        """Every transition out of `source`, in table order."""
        return [transition for transition in self.transitions if source in transition.sources]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every allowed (from, to) once."""
        seen: set[tuple[str, str]] = set()
        for transition in self.transitions:
            for source in transition.sources:
                pair = (source, transition.target)
                if pair not in seen:
                    seen.add(pair)
                    yield pair

    def triggers(self, field: str = "state") -> list[pgtrigger.Trigger]:
        """Database triggers: rows start in the initial state, and only listed jumps are possible."""
        return [
            pgtrigger.FSM(name=f"{self.name}_jumps", field=field, transitions=list(self.pairs())),
            pgtrigger.Protect(
                name=f"{self.name}_start",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(**{f"new__{field}": self.initial}),
            ),
        ]
