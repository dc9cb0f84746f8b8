"""The words and marks of the bands. A band is never told by colour alone: word, mark and colour go together.

The colours are in `static/src/_theme.scss`; each `css` here has one there.
"""

from dataclasses import dataclass
from typing import Any

# Paths in a box of 16 by 16. They are shapes that differ in outline, not in colour or size.
_TWO_TICKS = "M1 9l3 3 5-7M7 11l1 1 6-8"
_TICK = "M2 8.5l4 4 8-9"
_HALF = "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M8 2v12M8 5h4M8 8h5.5M8 11h4"
_RING = "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12"
_EXCLAMATION = "M8 1v9M8 13v2"


@dataclass(frozen=True)
class Band:
    """A band as people see it."""

    key: str
    word: str
    css: str
    mark: str
    meaning: str


_BANDS = (
    Band("exemplary", "Exemplary", "exemplary", _TWO_TICKS, "strong under every heading"),
    Band("quality_assured", "Quality assured", "assured", _TICK, "meets every essential criterion"),
    Band(
        "working_towards",
        "Working towards",
        "working",
        _HALF,
        "not yet quality assured: some criteria fall short",
    ),
    # The public is told only that such provision is listed; what to improve goes to its provider.
    Band("not_yet", "Listed", "listed", _RING, "listed, not quality assured"),
    Band("listed", "Listed", "listed", _RING, "listed, not quality assured"),
    Band("alert", "Alert", "alert", _EXCLAMATION, "rating suspended"),
)
BANDS = {band.key: band for band in _BANDS}


def band_for(value: Any) -> Band:
    """Return the band for a key ("quality_assured"), its words ("Quality assured") or an enum of either.

    Nothing at all means not reviewed, which the public sees as listed.
    """
    key = str(getattr(value, "value", value) or "listed").strip().lower().replace(" ", "_").replace("-", "_")
    return BANDS[key]
