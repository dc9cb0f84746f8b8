"""When an entry came to the catalogue and when anything people see or search by last changed.

Kept by a trigger, so that bulk and raw writes count too and a refresh that changes nothing doesn't. The time is the
writer's own (`refreshed_at`).
"""

from __future__ import annotations

from typing import Any

import pgtrigger

# What moves without anything happening that a reader would want to hear of. A rating that is worked out again has an
# address of its own, also where every figure is the same: it grows older by the month.
_NOISE = frozenset(
    {"refreshed_at", "first_at", "changed_at", "confidence_value", "places_left", "rating_public_id"}
)


class EntryDates(pgtrigger.Trigger):
    """Sets `first_at` and `changed_at`, whatever the statement says of them."""

    def __init__(self) -> None:
        super().__init__(
            name="entry_dates",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
        )

    def get_func(self, model: Any) -> str:
        columns = [
            field.column
            for field in model._meta.concrete_fields
            if not field.primary_key and not field.generated and field.column not in _NOISE
        ]
        old, new = (", ".join(f'{row}."{column}"' for column in columns) for row in ("OLD", "NEW"))
        return f"""
            IF TG_OP = 'INSERT' THEN
                NEW.first_at := NEW.refreshed_at;
                NEW.changed_at := NEW.refreshed_at;
            ELSE
                NEW.first_at := OLD.first_at;
                NEW.changed_at := OLD.changed_at;
                IF ({old}) IS DISTINCT FROM ({new}) THEN
                    NEW.changed_at := NEW.refreshed_at;
                END IF;
            END IF;
            RETURN NEW;
        """
