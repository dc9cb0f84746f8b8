"""Operations of migrations that Django and pgtrigger don't bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pgtrigger.compiler
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class AddTriggers(Operation):
    """Install many triggers, each given with its model's name in lower case.

    The same as one `AddTrigger` each, but Django makes the models of the state anew once instead of once a trigger.
    That is a quarter of a second each time as soon as most models are linked, and a first migration has a hundred.
    """

    reversible = True

    def __init__(self, triggers: Sequence[tuple[str, pgtrigger.compiler.Trigger]]) -> None:
        self.triggers = [(name, trigger) for name, trigger in triggers]

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"triggers": self.triggers}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        models = sorted({(app_label, name) for name, _ in self.triggers})
        for name, trigger in self.triggers:
            options = state.models[app_label, name].options
            options["triggers"] = [*options.get("triggers", []), trigger]
        state.reload_models(models, delay=True)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for name, trigger in self.triggers:
            AddTrigger(name, trigger).database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for name, trigger in reversed(self.triggers):
            AddTrigger(name, trigger).database_backwards(app_label, schema_editor, to_state, from_state)

    def describe(self) -> str:
        return f"Create {len(self.triggers)} triggers"
