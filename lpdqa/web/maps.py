"""Maps of England that the server draws: areas as SVG paths from the boundaries in the data folder, shaded by count.

    drawn = area_map(REGIONS, [Area("E12000001", "North East", 12, url), …])

`{% area_map drawn %}` draws it. The picture itself is hidden from screen readers and its links from the keyboard: the
page gives the same in a table, which a picture of 150 places could never be.

Boundaries are decoded once for each process and kept (about 60 kB). Longitude and latitude become x and y by an
equirectangular projection that is true at 53° north, the middle of England: places keep their shape and neighbours,
distances are not for measuring.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

Point = tuple[float, float]
Ring = list[Point]

WIDTH = 480
# Units of the drawing for one pixel at full width: enough that neighbours meet, few enough that paths stay short.
_FINENESS = 2
_TRUE_AT = math.cos(math.radians(53))
STEPS = 4


@dataclass(frozen=True)
class Layer:
    """A file of boundaries: the property that holds an area's code, and which areas are drawn."""

    file: str
    code: str
    only: tuple[str, str] | None = None
    """A property and its value: other areas are left out."""
    words_at: tuple[tuple[str, float, float], ...] = ()
    """Code, longitude and latitude of the words of areas whose middle is no good place for them."""


REGIONS = Layer(
    "regions.topojson",
    "code",
    # The middle of the North West is at its edge, that of the South East touches London's words.
    words_at=(("E12000002", -2.95, 54.5), ("E12000008", -1.15, 51.2)),
)
AUTHORITIES = Layer("local_authorities_map.topojson", "dfe_code")
LONDON = Layer("local_authorities_map.topojson", "dfe_code", ("region", "London"))


@dataclass(frozen=True)
class Shape:
    """One area: its path, and where its words go."""

    code: str
    name: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Sheet:
    """The shapes of a layer with the size of the drawing they are in."""

    width: int
    height: int
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Area:
    """What is counted in an area, and where its number leads; `chosen` outlines it."""

    code: str
    name: str
    count: int
    url: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class DrawnArea:
    shape: Shape
    area: Area
    step: int
    """0 for none, then 1 to `STEPS` from few to many."""

    @property
    def lines(self) -> list[str]:
        """The name, on two lines where it is long."""
        words = self.area.name.split()
        if len(self.area.name) <= 13 or len(words) < 2:
            return [self.area.name]
        half = max(1, len(words) // 2)
        return [" ".join(words[:half]), " ".join(words[half:])]


@dataclass(frozen=True)
class Key:
    """One shade with the counts it stands for, in words."""

    step: int
    words: str


@dataclass(frozen=True)
class Map:
    """A drawing for `{% area_map %}`."""

    width: int
    height: int
    areas: tuple[DrawnArea, ...]
    key: tuple[Key, ...]
    labelled: bool


def area_map(
    layer: Layer,
    areas: Iterable[Area],
    *,
    labelled: bool = False,
    keyed: bool = True,
    most: int | None = None,
) -> Map:
    """Shade the areas of a layer by their counts; an area that isn't given counts none.

    labelled: write names and counts into the areas. keyed: say below what the shades stand for.
    most: the count of the darkest shade, where two maps share a key; else the highest of these counts.
    """
    known = {area.code: area for area in areas}
    ends = shade_ends(max((area.count for area in known.values()), default=0) if most is None else most)
    sheet = sheet_of(layer)
    drawn = [
        DrawnArea(shape, area, step_of(area.count, ends))
        for shape in sheet.shapes
        for area in [known.get(shape.code) or Area(shape.code, shape.name, 0)]
    ]
    # What is outlined is drawn last, so that no neighbour covers its outline.
    drawn.sort(key=lambda one: one.area.chosen)
    return Map(sheet.width, sheet.height, tuple(drawn), tuple(_key(ends)) if keyed else (), labelled)


def shade_ends(most: int) -> list[int]:
    """The highest count of each shade, lightest first: an eighth, a quarter, a half and all of `most`, as whole
    numbers and each once. Counts of places are skewed; equal steps would leave most of the map in the
    lightest shade.
    """
    return sorted({math.ceil(most / 2**power) for power in range(STEPS)} - {0})


def step_of(count: int, ends: Sequence[int]) -> int:
    """The shade of a count: 0 for none, the darkest (`STEPS`) for the highest."""
    if count <= 0:
        return 0
    place = next((at for at, end in enumerate(ends) if count <= end), len(ends) - 1)
    return STEPS - (len(ends) - 1 - place)


def _key(ends: Sequence[int]) -> Iterator[Key]:
    yield Key(0, "None")
    first = 1
    for end in ends:
        words = f"{first:,}" if first == end else f"{first:,} to {end:,}"
        yield Key(step_of(end, ends), words)
        first = end + 1


# --- From TopoJSON to paths ---


@cache
def sheet_of(layer: Layer) -> Sheet:
    """The shapes of a layer, decoded once for each process."""
    topology = json.loads((Path(settings.BASE_DIR) / "data" / layer.file).read_text(encoding="utf-8"))
    arcs = _arcs(topology)
    (collection,) = topology["objects"].values()
    found = []
    for geometry in collection["geometries"]:
        properties = geometry["properties"]
        if layer.only is None or properties[layer.only[0]] == layer.only[1]:
            found.append((properties[layer.code], properties["name"], _rings(geometry, arcs)))
    points = [point for _, _, rings in found for ring in rings for point in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    scale = WIDTH * _FINENESS / (right - left)

    def place(x: float, y: float) -> Point:
        # North is up, and y counts downwards.
        return (x - left) * scale, (top - y) * scale

    words_at = {code: place(x * _TRUE_AT, y) for code, x, y in layer.words_at}
    shapes = []
    for code, name, rings in found:
        placed = [[place(x, y) for x, y in ring] for ring in rings]
        x, y = words_at.get(code) or _middle(max(placed, key=lambda ring: abs(_area(ring))))
        shapes.append(Shape(code, name, _path(placed), round(x), round(y)))
    return Sheet(WIDTH * _FINENESS, math.ceil((top - bottom) * scale), tuple(shapes))


def _arcs(topology: dict[str, Any]) -> list[Ring]:
    """The arcs as points in degrees of latitude; each is stored as steps from the point before, in whole units."""
    (scale_x, scale_y), (from_x, from_y) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append(((x * scale_x + from_x) * _TRUE_AT, y * scale_y + from_y))
        arcs.append(arc)
    return arcs


def _rings(geometry: dict[str, Any], arcs: list[Ring]) -> list[Ring]:
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [_ring(indices, arcs) for polygon in polygons for indices in polygon]


def _ring(indices: list[int], arcs: list[Ring]) -> Ring:
    """Arcs joined end to end; a negative number (-1 is arc 0) means the arc backwards."""
    ring: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    return ring


def _path(rings: list[Ring]) -> str:
    """Whole units and relative steps: a third of the length of plain coordinates. Rings too small to be seen go,
    unless nothing else is left.
    """
    whole = [_whole(ring) for ring in rings]
    seen = [ring for ring in whole if len(ring) > 2 and abs(_area(ring)) >= 30]
    return "".join(_steps(ring) for ring in seen or [max(whole, key=lambda ring: abs(_area(ring)))])


def _whole(ring: Ring) -> list[tuple[int, int]]:
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = round(x), round(y)
        if not points or point != points[-1]:
            points.append(point)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _steps(points: list[tuple[int, int]]) -> str:
    (x, y), *rest = points
    path = f"M{x} {y}l"
    for to_x, to_y in rest:
        by_x, by_y = to_x - x, to_y - y
        # A minus parts numbers by itself.
        path += f"{'' if by_x < 0 or path[-1] == 'l' else ' '}{by_x}{'' if by_y < 0 else ' '}{by_y}"
        x, y = to_x, to_y
    return path + "z"


def _area(ring: Sequence[Point]) -> float:
    """Signed area by the shoelace formula."""
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in _sides(ring)) / 2


def _middle(ring: Ring) -> Point:
    """The centroid of a ring, where its words go."""
    area = _area(ring)
    if not area:
        return ring[0]
    x = y = 0.0
    for (from_x, from_y), (to_x, to_y) in _sides(ring):
        cross = from_x * to_y - to_x * from_y
        x, y = x + (from_x + to_x) * cross, y + (from_y + to_y) * cross
    return x / (6 * area), y / (6 * area)


def _sides(ring: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)
