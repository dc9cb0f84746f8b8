"""Maps: every area has a shape, neighbours meet, shades follow the counts."""

from __future__ import annotations

import csv
import re

import pytest
from django.conf import settings
from django.template import Context, Template

from lpdqa.web.maps import AUTHORITIES, LONDON, REGIONS, Area, area_map, shade_ends, sheet_of, step_of


def rows(name: str) -> list[dict[str, str]]:
    with (settings.BASE_DIR / "data" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def corners(path: str) -> set[tuple[int, int]]:
    """The points of a path, from its relative steps."""
    found = set()
    for ring in path.split("z")[:-1]:
        start, steps = ring[1:].split("l")
        x, y = map(int, start.split())
        found.add((x, y))
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        for by_x, by_y in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + by_x, y + by_y
            found.add((x, y))
    return found


def test_every_region_and_every_live_authority_has_a_shape() -> None:
    assert {shape.code for shape in sheet_of(REGIONS).shapes} == {
        row["region_code"] for row in rows("regions.csv") if row["region_code"].startswith("E12")
    }
    live = {row["dfe_la_code"] for row in rows("local_authorities.csv") if row["status"] == "live"}
    assert live <= {shape.code for shape in sheet_of(AUTHORITIES).shapes}
    assert len(sheet_of(LONDON).shapes) == 33


@pytest.mark.parametrize("layer", [REGIONS, AUTHORITIES, LONDON])
def test_shapes_lie_inside_the_drawing_and_words_inside_their_area(layer: object) -> None:
    sheet = sheet_of(layer)  # type: ignore[arg-type]
    for shape in sheet.shapes:
        xs, ys = zip(*corners(shape.path), strict=True)
        assert 0 <= min(xs) <= shape.x <= max(xs) <= sheet.width, shape.name
        assert 0 <= min(ys) <= shape.y <= max(ys) <= sheet.height, shape.name


def test_north_is_up_and_neighbours_share_their_border() -> None:
    shapes = {shape.name: shape for shape in sheet_of(REGIONS).shapes}
    assert shapes["North East"].y < shapes["London"].y
    assert shapes["South West"].x < shapes["East of England"].x
    shared = corners(shapes["North East"].path) & corners(shapes["North West"].path)
    assert len(shared) > 10
    assert not corners(shapes["North East"].path) & corners(shapes["London"].path)


def test_shades_hold_every_count_once() -> None:
    for most in (1, 2, 3, 7, 100, 4080):
        ends = shade_ends(most)
        assert ends[-1] == most
        assert len(ends) == len(set(ends)) <= 4
        steps = [step_of(count, ends) for count in range(1, most + 1)]
        assert steps == sorted(steps)
        assert steps[-1] == 4
        assert min(steps) >= 1
    assert step_of(0, shade_ends(9)) == 0


def test_the_key_says_what_each_shade_stands_for() -> None:
    drawn = area_map(REGIONS, [Area("E12000001", "North East", 9), Area("E12000007", "London", 2)])
    assert [shade.words for shade in drawn.key] == ["None", "1 to 2", "3", "4 to 5", "6 to 9"]
    steps = {one.area.name: one.step for one in drawn.areas}
    assert (steps["North East"], steps["London"], steps["South West"]) == (4, 1, 0)


def test_the_picture_is_out_of_the_keyboards_way_and_draws_what_is_chosen_last() -> None:
    areas = [Area("E12000001", "North East", 3, "/there/", chosen=True)]
    html = Template("{% area_map drawn %}").render(
        Context({"drawn": area_map(REGIONS, areas, labelled=True)})
    )
    assert 'aria-hidden="true"' in html
    assert re.findall(r'<a href="([^"]*)" tabindex="-1">', html) == ["/there/"]
    assert html.rfind("app-map__area--chosen") > html.rfind("South West: 0")
    assert "style=" not in html


def test_a_page_with_a_map_stays_small() -> None:
    assert sum(len(shape.path) for shape in sheet_of(AUTHORITIES).shapes) < 45_000
    assert sum(len(shape.path) for shape in sheet_of(REGIONS).shapes) < 12_000
