"""A school leader finds what fits the school: with JavaScript and without, at desk, on a phone and enlarged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(900)]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_leader_finds_what_fits_the_school(
    fitting: dict[str, str], walker: Callable[..., Walker], scripts: bool
) -> None:
    leader = walker(scripts=scripts)
    leader.go("/find/")
    leader.fill("What are you looking for?", "wrenshaw")
    leader.fill("Your school or postcode", fitting["school"])
    leader.press("Search")
    leader.follow("include what isn’t quality assured")
    leader.look("Find provision")
    leader.says(fitting["title"], "Fits your school", "same phase")

    leader.select("Order", "Fits your school, most first")
    leader.press("Sort")
    leader.says("Most like your school first")
    if not scripts:
        # The groups are folded by the browser itself.
        leader.page.locator("summary", has_text="Where it happens").click()
    else:
        leader.page.locator(".app-theme > summary", has_text="Where it happens").click()
    leader.page.get_by_label("Has worked in schools like mine").check()
    leader.press("Apply filters")
    leader.says("Has worked in schools like yours", fitting["title"])
    leader.look("Find provision", enlarged=True)

    # Back and forward keep what was asked: it is all in the address.
    asked = leader.page.url
    leader.follow("Why")
    leader.look("Fits your school")
    leader.says("Part by part", "Disadvantage", "not counted", "not part of the rating")
    leader.follow("What the register knows of your school")
    leader.look(fitting["school"])
    leader.page.go_back()
    leader.page.go_back()
    assert leader.page.url == asked
    leader.says(fitting["title"])

    # The page of the programme knows the school too, until it is forgotten.
    leader.follow(fitting["title"])
    leader.look(fitting["title"], enlarged=True)
    leader.says("Fits your school", "Where it has worked", "250 pupils")
    leader.press("Remove your school")
    leader.says("Your school is forgotten.", "How like your school is it?")
    assert "Fits your school" not in leader.page.locator("main").inner_text()


def test_a_mistyped_word_and_an_empty_result_show_the_way(
    fitting: dict[str, str], walker: Callable[..., Walker]
) -> None:
    leader = walker()
    leader.go("/find/?q=wrenshw&status=all")
    leader.look("Find provision")
    leader.follow("wrenshaw")
    leader.says(fitting["title"])
    leader.go("/find/?q=wrenshaw&status=all&phase=16_plus")
    leader.look("Find provision", enlarged=True)
    leader.follow("leave out “Phase")
    leader.says(fitting["title"])
    # A word without an end is broken, in the sentence and in the chip.
    leader.go(f"/find/?q={'wren' * 20}")
    leader.look("Find provision")
    for page, heading in (
        ("/find/map/?q=wrenshaw&status=all", "Find provision"),
        ("/find/chart/?q=wrenshaw&status=all", "Find provision"),
        ("/overview/", "What is quality assured where"),
        ("/open-data/", "Open data"),
    ):
        leader.go(page)
        leader.look(heading)


def test_a_search_prints_its_results_and_not_its_filters(
    fitting: dict[str, str], walker: Callable[..., Walker]
) -> None:
    leader = walker()
    leader.go("/find/?q=wrenshaw&status=all")
    sheets = leader.on_paper()
    assert fitting["title"] in " ".join(sheets)
    for left_out in ("Filters", "Lowest score by heading", "Add to shortlist", "Atom feed", "/programmes/"):
        assert left_out not in " ".join(sheets)
