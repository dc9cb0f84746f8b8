"""Charts: what is drawn is to scale, said in words, and the same in the table and the CSV."""

import csv
import io
import math
import re

import pytest
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from lpdqa.web.charts import (
    Chart,
    Group,
    Mark,
    Point,
    Spread,
    axis_for,
    bar_chart,
    csv_of,
    interval_chart,
    number,
    scatter_chart,
)


def drawn(chart: Chart, address: str = "/somewhere/?kind=mat&page=2") -> str:
    context = RequestContext(RequestFactory().get(address), {"one": chart})
    return Template("{% chart one %}").render(context)


def agreement(*marks: Mark) -> Chart:
    axis = axis_for("AC2", [], low=0, high=1, places=2)
    return interval_chart("by-criterion", "Agreement by criterion", axis, marks, rows_are="Criterion")


def test_a_bar_is_as_long_as_its_value_and_starts_at_zero() -> None:
    axis = axis_for("Providers", [10, 40], zero=True, places=0)
    html = drawn(bar_chart("kinds", "By kind", axis, [Mark("Hubs", 10), Mark("Trusts", 40)], rows_are="Kind"))
    widths = [float(w) for w in re.findall(r'app-chart__bar" x="0.0%" y="3" width="([\d.]+)%"', html)]
    assert widths == [25.0, 100.0]
    assert ">10</text>" in html
    assert ">40</text>" in html


def test_bars_without_a_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="zero"):
        bar_chart("k", "By kind", axis_for("Score", [2, 3], low=1, high=4), [], rows_are="Kind")


def test_an_interval_says_value_ends_and_n_and_what_is_too_few_says_so() -> None:
    html = drawn(
        agreement(
            Mark("P1", 0.82, low=0.71, high=0.93, n=1128),
            Mark("V1", None, n=12, note="12 paired scores: shown from 30 up"),
        )
    )
    assert "0.82, 95% interval 0.71 to 0.93" in html
    assert "n 1,128" in html
    assert html.count("12 paired scores") == 2  # in the picture and in the table
    assert html.count("<circle") == 1
    assert "style=" not in html


def test_an_interval_is_read_out_as_what_it_is() -> None:
    axis = axis_for("Price, £", [300], zero=True, places=0)
    mark = Mark("Course", 200, low=150, high=300, n=9)
    html = drawn(interval_chart("p", "Prices", axis, [mark], rows_are="Kind", interval="Middle half"))
    assert "200, middle half 150 to 300" in html
    assert "95%" not in html


def test_the_csv_is_the_table_and_keeps_the_filters_of_the_page() -> None:
    chart = agreement(Mark("P1", 0.82, low=0.71, high=0.93, n=128), Mark("=HYPERLINK()", 0.1))
    assert 'href="?kind=mat&amp;csv=by-criterion"' in drawn(chart)
    answer = csv_of(RequestFactory().get("/?csv=by-criterion"), [chart])
    assert answer is not None
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Criterion", "AC2", "95% interval", "n"]
    assert rows[1] == ["P1", "0.82", "0.71 to 0.93", "128"]
    assert rows[2][0] == "'=HYPERLINK()"
    assert csv_of(RequestFactory().get("/?csv=other"), [chart]) is None


def test_groups_share_the_axis_and_a_spread_counts_everything_once() -> None:
    axis = axis_for("Logits", [-2, 2], below="milder", above="more severe")
    chart = interval_chart(
        "ruler",
        "Ruler",
        axis,
        [Spread("Programmes", [-2, -1, 0, 0, 2]), Group("Assessors", [Mark("A7", -1.5)])],
        rows_are="Who",
    )
    assert sum(column.count for column in chart.groups[0].columns) == 5
    assert chart.table.head == ["Group", "Who", "Logits", "n"]
    assert chart.table.rows[-1][:3] == ["Assessors", "A7", "−1.5"]
    assert "← milder · more severe →" in drawn(chart)


def test_scatter_points_lie_where_they_should() -> None:
    x, y = axis_for("Severity", [0, 1], low=0, high=1), axis_for("Infit", [0, 2], low=0, high=2)
    chart = scatter_chart("fit", "Fit", x, y, [Point("A7", 0.25, 2, named=True)], rows_are="Assessor")
    assert (chart.points[0].x, chart.points[0].y) == (25.0, 0.0)
    assert "A7: " in drawn(chart)


def test_nothing_to_show_is_said() -> None:
    assert "Nothing to show yet" in drawn(agreement())


def test_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="P1"):
        Mark("P1", math.nan)


THOUSANDTHS = st.integers(-(10**9), 10**9).map(lambda whole: whole / 1000)


@settings(deadline=None)
@given(st.lists(THOUSANDTHS, min_size=1, max_size=6), st.booleans())
def test_every_value_lies_on_its_axis_and_ticks_are_inside(values: list[float], zero: bool) -> None:
    axis = axis_for("Words", values, zero=zero)
    assert axis.low <= min(values)
    assert max(values) <= axis.high + 1e-6 * max(1.0, abs(axis.high))
    assert 2 <= len(axis.ticks) <= 8
    assert all(axis.low - 1e-9 <= tick.at <= axis.high + 1e-9 * abs(axis.high) + 1e-9 for tick in axis.ticks)
    assert all(0 <= axis.percent(value) <= 100 for value in values)


def test_numbers_are_written_halves_up_with_commas_and_a_true_minus() -> None:
    assert [number(2.675, 2), number(-1234.5, 1), number(-0.001, 2)] == ["2.68", "−1,234.5", "0.00"]


def test_the_style_guide_shows_each_and_hands_out_its_csv(client: Client) -> None:
    page = client.get("/styleguide/")
    assert page.content.decode().count('<figure class="app-chart') == 4
    answer = client.get("/styleguide/", {"csv": "agreement"})
    assert answer["Content-Type"].startswith("text/csv")
    assert "P1 Purpose is stated,0.82" in answer.content.decode()
