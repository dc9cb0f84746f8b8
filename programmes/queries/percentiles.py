"""Percentiles worked out by the database."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, FloatField
from django.db.models.functions import Cast


class Percentile(Aggregate):
    """Continuous percentile of a column, by linear interpolation: `Percentile(0.5, "overall")` is the median."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, fraction: float, expression: Any, **extra: Any) -> None:
        super().__init__(Cast(expression, FloatField()), fraction=float(fraction), **extra)
