"""Profile, bands and the words for numbers."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from lpdqa.web import formats
from lpdqa.web.bands import BANDS, band_for
from lpdqa.web.profile import HEADINGS, bars

SCORES = {"purpose": 3.5, "governance": 3, "process": 2.675, "definitions": None, "value": Decimal("1.00")}


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("size", ["small", "large"])
def test_profile_says_in_words_what_it_draws(size: str) -> None:
    html = render(f'{{% profile scores size="{size}" caption="Leading together" %}}', scores=SCORES)
    words = re.search(r'govuk-visually-hidden">([^<]+)<', html)
    assert words is not None
    assert words[1] == (
        "Leading together: Profile, each out of 4: purpose 3.50, governance 3.00, process 2.68, "
        "definitions not scored, value 1.00"
    )
    assert re.search(r'<svg class="app-profile__picture"[^>]*aria-hidden="true"', html)


def test_profile_bars_are_in_the_fixed_order_and_to_scale() -> None:
    drawn = bars(dict(reversed(SCORES.items())), "small")
    assert [bar.name for bar in drawn] == list(HEADINGS)
    full = drawn[3].height
    assert drawn[4].height == pytest.approx(full / 4, abs=0.1)
    assert [bar.x for bar in drawn] == sorted(bar.x for bar in drawn)


def test_an_absent_heading_is_hatched_inside_its_bar() -> None:
    html = render("{% profile scores %}", scores=SCORES)
    assert html.count('class="app-profile__hatch"') == 1
    absent = bars(SCORES, "large")[3]
    for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", absent.hatch):
        assert absent.x <= float(x) <= absent.x + absent.width
        assert 0 <= float(y) <= absent.height


def test_components_have_no_inline_style() -> None:
    html = render(
        '{% profile s size="large" %}{% band_tag "alert" %}{% progress 1 3 "Job" %}'
        '{% band_panel band="exemplary" headings=s overall=3.5 %}',
        s=SCORES,
    )
    assert "style=" not in html


@pytest.mark.parametrize("key", sorted(BANDS))
def test_a_band_is_word_and_mark_and_colour(key: str) -> None:
    html = render("{% band_tag key %}", key=key)
    assert BANDS[key].word in html
    assert BANDS[key].mark in html
    assert f"app-band--{BANDS[key].css}" in html


def test_bands_look_different_without_colour() -> None:
    shown = {(band.word, band.mark) for band in BANDS.values()}
    assert len(shown) == len({word for word, _ in shown}) == len({mark for _, mark in shown})


@pytest.mark.parametrize("name", ["Quality assured", "quality_assured", "QUALITY-ASSURED"])
def test_band_by_key_or_words(name: str) -> None:
    assert band_for(name).key == "quality_assured"


def test_the_public_never_reads_not_yet() -> None:
    assert band_for("not_yet").word == "Listed"
    assert band_for(None).word == "Listed"


def test_an_alert_replaces_the_band() -> None:
    html = render('{% band_panel band="exemplary" headings=s overall=3.6 alert="Suspended." %}', s=SCORES)
    assert "Exemplary" not in html
    assert "3.60" not in html
    assert "Suspended." in html


@pytest.mark.parametrize(
    ("value", "text"),
    [(1250, "£1,250"), (Decimal("99.5"), "£99.50"), (0, "£0"), (-20, "−£20"), (None, "")],
)
def test_money(value: Any, text: str) -> None:
    assert formats.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(2.675, "2.68"), (2.665, "2.67"), (3, "3.00"), (2.9999999999, "3.00"), (None, "–")]
)
def test_score_rounds_half_up(value: Any, text: str) -> None:
    assert formats.score(value) == text


def test_long_date_uses_the_registers_day() -> None:
    assert formats.long_date(date(2026, 11, 3)) == "3 November 2026"
    # Half past midnight in London, in British Summer Time.
    assert formats.long_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"


@pytest.mark.parametrize(
    ("value", "text"), [(0.3, "less than a mile"), (1, "1 mile"), (12.5, "13 miles"), (1200, "1,200 miles")]
)
def test_miles(value: float, text: str) -> None:
    assert formats.miles(value) == text


def test_pagination_keeps_the_rest_of_the_query() -> None:
    page_obj = Paginator(range(300), 25).page(2)
    request = RequestFactory().get("/?q=coaching&page=2")
    template = Template("{% pagination page_obj %}")
    html = template.render(RequestContext(request, {"page_obj": page_obj}))
    assert 'href="?q=coaching&amp;page=3"' in html
    assert 'aria-current="page"' in html
    one_page = Paginator(range(3), 25).page(1)
    assert template.render(RequestContext(request, {"page_obj": one_page})).strip() == ""


def test_text_in_components_is_escaped() -> None:
    html = render(
        "{% details t %}{{ t }}{% enddetails %}{% button t %}{% notification t %}"
        '{% band_panel band="listed" alert=t %}',
        t="<b>x</b>",
    )
    assert "<b>" not in html
