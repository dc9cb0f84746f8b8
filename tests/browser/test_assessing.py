"""An assessor's way: calibrated on marked examples, then scoring at the workbench by the keyboard alone, at a desk and
on a phone, with and without a connection. Declaring, adjudicating and a run without JavaScript are in test_smoke.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from reviews.examples.calibration import MARKED
from tests.browser.steps import slow_line
from tests.browser.walker import DESK, Walker, starts

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(900)]

PHONE = {"width": 390, "height": 844}
# Presses of Tab within which a control has to be reached.
MOST_TABS = 120


def test_calibrated_and_then_at_the_workbench_by_keyboard(
    bench: dict[str, str], walker: Callable[..., Walker]
) -> None:
    assessor = walker()
    assessor.sign_in(bench["email"])
    assessor.follow("Score the calibration examples")
    assessor.look("Calibration")
    assessor.says("You are not released yet")
    calibrates(assessor)

    assessor.go("/my-work/")
    assessor.look("My work")
    assessor.follow(f"Declare whether you can assess: {bench['title']}")
    assessor.look("Before you begin")
    assert "say whether you have a conflict of interest" in assessor.refusal("Continue").lower()
    assessor.look("Before you begin")
    assessor.choose("Do you have a conflict", "No, I have none")
    assessor.press("Continue")
    assessor.look(bench["title"])
    assessor.follow("P1")
    scores_by_keyboard(assessor)
    keeps_what_is_typed_without_a_connection(assessor)
    presses_a_button_while_the_page_keeps_what_is_typed(assessor)
    scores_on_a_phone(assessor)
    is_told_what_is_missing(assessor)


def calibrates(walker: Walker) -> None:
    """Nine of ten at the agreed score, and the first one beside it: that is enough."""
    agreed = {each.title: each.agreed for each in MARKED}
    walker.press("Start")
    for number in range(len(MARKED)):
        score = agreed[walker.page.locator("#evidence-title").inner_text()]
        if number == 0:
            walker.look()
            assert "say what led you to this score" in walker.refusal("Score it").lower()
            walker.look()
            score += 1 if score < 4 else -1
        walker.choose("Your score", f"{score} ")
        walker.fill("Why", "What the descriptor of this level says.")
        walker.press("Score it")
        if number < 2:
            walker.look()
            walker.says("The panel agreed on" if number == 0 else "You agree with the panel", "Your reason")
        walker.follow("Next example" if number + 1 < len(MARKED) else "See the result")
    walker.look("You are released")
    walker.says("90% of your scores are the agreed ones", "Your release lasts until")


def tabs_to(walker: Walker, control: Locator) -> None:
    """Press Tab until the control has the focus, and see that it shows where it is."""
    for _ in range(MOST_TABS):
        if control.evaluate("element => element === document.activeElement"):
            break
        walker.page.keyboard.press("Tab")
    else:
        pytest.fail(f"not reached by {MOST_TABS} presses of Tab: {control}")
    seen = control.bounding_box()
    assert seen
    size = walker.page.viewport_size
    assert size
    assert -1 <= seen["y"] < size["height"], "the focus is where it can be seen"


def saved(walker: Walker) -> None:
    walker.page.locator("[data-autosave-said]", has_text=re.compile(r"^\s*Saved ")).wait_for()


def scores_by_keyboard(walker: Walker) -> None:
    keys = walker.page.keyboard
    walker.look("P1", enlarged=True)
    walker.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    # Side by side at a desk: the evidence, and the level descriptors in full.
    for part in ("#criteria", "#evidence", "#judgement"):
        assert walker.page.locator(part).is_visible(), part
    radios = walker.page.get_by_role("radio")
    tabs_to(walker, radios.first)
    keys.press("Space")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    assert radios.nth(2).is_checked()
    tabs_to(walker, walker.page.get_by_label(starts("Why")).first)
    keys.type("Two of the nine letters name who changes what.")
    point = walker.page.get_by_role("button", name="Evidence for P1")
    tabs_to(walker, point)
    keys.press("Enter")
    keys.type("2")
    assert walker.page.get_by_label("Where in the evidence").input_value() == "Evidence for P1, page 2"
    saved(walker)
    assert walker.page.locator("[data-workbench-progress]").inner_text().startswith("1 of ")
    button = walker.page.get_by_role("button", name="Save and go to the next")
    tabs_to(walker, button)
    keys.press("Enter")
    walker.page.locator("h1", has_text="P2").wait_for()
    walker.page.wait_for_load_state("load")
    walker.look("P2")


def keeps_what_is_typed_without_a_connection(walker: Walker) -> None:
    walker.page.get_by_role("radio").nth(1).check()
    saved(walker)
    walker.page.context.set_offline(True)
    walker.fill("Why", "The minutes of two meetings.")
    walker.page.get_by_text("Not saved: no connection. Trying again.").wait_for()
    walker.page.context.set_offline(False)
    saved(walker)
    walker.page.reload()
    assert walker.page.get_by_label("Why").input_value() == "The minutes of two meetings."
    assert walker.page.get_by_role("radio").nth(1).is_checked()


def presses_a_button_while_the_page_keeps_what_is_typed(walker: Walker) -> None:
    """The button waits for the answer: an older text that arrived after the newer one would take its place."""
    page = walker.page
    with slow_line(page, lambda request: request.url.endswith("save.json")) as went:
        with page.expect_request(lambda request: request.url.endswith("save.json")):
            page.get_by_role("radio").nth(2).check()
        walker.fill("Why", "Three meetings, and what came of each.")
        with page.expect_navigation():
            page.get_by_role("button", name="Save and stay").click()

    assert went[:3] == ["kept sent", "kept answered", "button sent"]
    assert page.get_by_label("Why").input_value() == "Three meetings, and what came of each."
    assert page.get_by_role("radio").nth(2).is_checked()


def scores_on_a_phone(walker: Walker) -> None:
    """One part at a time: the evidence first, then the judgement; all by links that the keyboard reaches."""
    walker.follow("Next: P3")
    walker.look("P3")
    walker.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert walker.page.locator("#evidence").is_visible()
    assert not walker.page.locator("#judgement").is_visible()
    there = walker.page.get_by_role("link", name="Your judgement", exact=True)
    tabs_to(walker, there)
    walker.page.keyboard.press("Enter")
    assert walker.page.locator("#judgement").is_visible()
    assert not walker.page.locator("#evidence").is_visible()
    tabs_to(walker, walker.page.get_by_role("radio").first)
    walker.page.keyboard.press("Space")
    saved(walker)
    button = walker.page.get_by_role("button", name="Save and stay")
    tabs_to(walker, button)
    walker.page.keyboard.press("Enter")
    walker.page.wait_for_load_state("load")
    walker.says("P3")
    walker.look("P3")


def is_told_what_is_missing(walker: Walker) -> None:
    # Without words there is nothing to ask the provider for.
    walker.follow("Next:")
    walker.choose("Your judgement", "I can’t judge this yet")
    assert "write what is missing" in walker.refusal("Save and go to the next").lower()
    walker.look()
    walker.fill("Why", "Which of the two reports is about this programme?")
    walker.press("Save and stay")
    walker.says("You asked:", "No answer yet.")
    walker.look()
    walker.follow("The whole file")
    walker.follow("Check and submit")
    walker.look("Check and submit your scores")
    walker.says("Before you can submit:", "reason missing", "waiting for evidence", "not started")
    assert walker.page.get_by_role("button", name="Submit my scores").count() == 0
