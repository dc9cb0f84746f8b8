"""The rating seen from outside and from the board: tried by anybody, worked out again and watched."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(900)]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_anybody_tries_how_scores_become_a_band(walker: Callable[..., Walker], scripts: bool) -> None:
    visitor = walker(scripts=scripts)
    visitor.go("/how-ratings-are-made/")
    visitor.follow("try it with scores")
    visitor.look("Try the rating")
    visitor.follow("Start from the worked example")
    visitor.press("Work out the rating")
    visitor.look("Try the rating")
    visitor.says("Quality assured", "median of 2, 4 and the third score, 3", "What Exemplary would take")

    # Two scores far apart need a third one, and the page leads to its field.
    visitor.page.locator("#id_P2_first").select_option("1")
    visitor.page.locator("#id_P2_second").select_option("4")
    visitor.press("Work out the rating")
    visitor.look("Try the rating")
    visitor.follow("Give a third score of P2")
    assert visitor.page.url.endswith("#id_P2_third")
    visitor.page.locator("#id_P2_third").select_option("4")
    visitor.press("Work out the rating")
    visitor.says("median of 1, 4 and the third score, 4")

    # A document with a fault is kept, with the fault named.
    visitor.fill("JSON", '{"subject_type": "programme", "scores": {"P1": [3, 9]}}')
    visitor.page.get_by_role("button", name="Work it out", exact=True).click()
    visitor.page.wait_for_load_state("load")
    assert "P1: 9 is not a score" in visitor.refused
    visitor.look("Try the rating")
    assert '"P1": [3, 9]' in visitor.page.get_by_label("JSON").input_value()


def test_an_administrator_has_all_ratings_worked_out_again_and_watches(
    rated: dict[str, str], walker: Callable[..., Walker]
) -> None:
    chief = walker()
    chief.sign_in("ines@example.org")
    chief.go("/board/recompute/")
    chief.look("Recompute ratings")
    assert "Enter why" in chief.refusal("Recompute")
    chief.look("Recompute ratings")
    chief.fill("Why", "A journey through the browser")
    chief.press("Recompute")
    chief.look("Recomputation")
    # The script asks how far it is, and loads the page again once it is done.
    chief.page.get_by_text("Done", exact=True).first.wait_for(timeout=120_000)
    chief.look("Recomputation")
    chief.says("A journey through the browser", "Ines Farrow")
    chief.go("/board/jobs/")
    chief.look("State of the jobs")
    chief.says("Ratings that could not be worked out 0")


def test_the_panel_sees_what_the_scores_say_of_agreement_and_severity(
    rated: dict[str, str], walker: Callable[..., Walker]
) -> None:
    chief = walker()
    chief.sign_in("ines@example.org")
    chief.go("/board/statistics/")
    chief.look("Agreement")
    chief.press("Work out")
    chief.look("Agreement")
    chief.follow("Severity")
    chief.look("Severity")
    chief.follow("Moderation")
    chief.look("Moderation")
