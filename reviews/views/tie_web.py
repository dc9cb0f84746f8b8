"""An organisation's ties drawn as a web: itself in the middle, its ties in two columns of about the same height. The
list below says the same, with dates, and all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from programmes.queries.providers import Tie, Ties

MOST = 5
"""Organisations drawn for one kind of tie; the others are counted."""
_ROW, _GAP, _BOX = 34, 16, 260
_MIDDLE, _SPACE = 200, 90
WIDTH = 2 * _BOX + _MIDDLE + 2 * _SPACE


@dataclass(frozen=True)
class Node:
    """An organisation in its box; `slug` where it has a page."""

    words: str
    slug: str
    x: int
    y: int
    quiet: bool = False


@dataclass(frozen=True)
class Branch:
    """One kind of tie: its words, its boxes, and the line that joins them to the middle."""

    words: str
    x: int
    y: int
    nodes: list[Node]
    path: str


@dataclass(frozen=True)
class Web:
    width: int
    height: int
    box: int
    row: int
    middle: int
    middle_x: int
    middle_y: int
    lines: list[str]
    branches: list[Branch]


def tie_web(name: str, ties: Sequence[Ties]) -> Web | None:
    """The web of what holds today; None where nothing does."""
    present = [group for group in ties if group.now]
    if not present:
        return None
    # The two sides get kinds by turns, the longest first, so that they are about as high.
    sides: tuple[list[Ties], list[Ties]] = ([], [])
    for group in sorted(present, key=lambda group: -_height(group)):
        min(sides, key=lambda side: sum(map(_height, side))).append(group)
    heights = [sum(map(_height, side)) - _GAP for side in sides]
    height = max(*heights, 3 * _ROW)
    branches = []
    for side, groups in enumerate(sides):
        y = (height - heights[side]) // 2
        for group in groups:
            branches.append(_branch(group, side, y, height // 2))
            y += _height(group)
    return Web(
        width=WIDTH,
        height=height,
        box=_BOX,
        row=_ROW,
        middle=_MIDDLE,
        middle_x=_BOX + _SPACE,
        middle_y=height // 2,
        lines=_wrapped(name, 18, 3),
        branches=branches,
    )


def _height(group: Ties) -> int:
    return _ROW * (1 + min(len(group.now), MOST) + (len(group.now) > MOST)) + _GAP


def _branch(group: Ties, side: int, y: int, middle_y: int) -> Branch:
    left = side == 1
    x = 0 if left else WIDTH - _BOX
    shown: list[Tie] = group.now[:MOST]
    nodes = [Node(_short(tie.name), tie.slug, x, y + _ROW * (number + 1)) for number, tie in enumerate(shown)]
    if len(group.now) > MOST:
        more = f"and {len(group.now) - MOST:,} more, in the list"
        nodes.append(Node(more, "", x, y + _ROW * (len(shown) + 1), quiet=True))
    # From the middle's edge to a rail beside the boxes, and from there to each of them.
    edge = _BOX + _SPACE if left else _BOX + _SPACE + _MIDDLE
    rail = _BOX + _SPACE // 2 if left else WIDTH - _BOX - _SPACE // 2
    box_edge = _BOX if left else WIDTH - _BOX
    ends = [node.y + _ROW // 2 - 2 for node in nodes]
    path = f"M{edge} {middle_y}H{rail}M{rail} {min(middle_y, ends[0])}V{max(middle_y, ends[-1])}"
    path += "".join(f"M{rail} {end}H{box_edge}" for end in ends)
    return Branch(group.words, x, y + _ROW - 10, nodes, path)


def _short(name: str, most: int = 29) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _wrapped(name: str, most: int, lines: int) -> list[str]:
    """A name on a few lines of about `most` letters."""
    found: list[str] = []
    for word in name.split():
        if found and len(found[-1]) + 1 + len(word) <= most:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], _short(" ".join(found[lines - 1 :]), most)]
    return [_short(line, most) for line in found]
