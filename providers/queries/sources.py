"""Where the reference data comes from, as the page about it shows it."""

from __future__ import annotations

from dataclasses import dataclass

from providers.models import ColumnSource, DataSource

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0 (Department for "
    "Education; ONS).",
    "Contains OS data © Crown copyright and database right; contains Royal Mail data © Royal Mail copyright "
    "and database right; contains National Statistics data © Crown copyright and database right.",
)
# The table whose rows a source brings, where other sources lend it columns.
_TABLES = {"schools": "school", "npq-courses": "npqcourse"}


# Columns whose name does not say enough.
_LABELS = {"ofsted_on": "Ofsted inspection", "disadvantage_percent": "Disadvantaged pupils"}


@dataclass(frozen=True)
class ColumnShown:
    """A column of a source's rows that comes from another source."""

    label: str
    source: DataSource
    note: str


@dataclass(frozen=True)
class SourceShown:
    """A source with the columns of its rows that come from elsewhere."""

    source: DataSource
    columns: list[ColumnShown]

    @property
    def is_redistributed(self) -> bool:
        return self.source.licence_class == DataSource.Class.CROWN


@dataclass(frozen=True)
class Sources:
    """`loaded` bring rows, `lenders` only columns of other sources' rows."""

    loaded: list[SourceShown]
    lenders: list[DataSource]


def data_sources() -> Sources:
    """Every source that was loaded, by title. Two queries."""
    columns: dict[str, list[ColumnShown]] = {}
    for column in ColumnSource.objects.select_related("source"):
        label = _LABELS.get(column.column, column.column.replace("_", " ").capitalize())
        columns.setdefault(column.table, []).append(ColumnShown(label, column.source, column.note))
    loaded, lenders = [], []
    for source in DataSource.objects.order_by("title", "pk"):
        if source.loaded_at:
            loaded.append(SourceShown(source, columns.get(_TABLES.get(source.code, ""), [])))
        else:
            lenders.append(source)
    return Sources(loaded, lenders)
