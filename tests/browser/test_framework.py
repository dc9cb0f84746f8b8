"""A new framework version from its draft to its publication, by the pages alone."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

import pytest

from tests.browser.beforehand import ADMINISTRATORS
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(600)]


def test_a_version_is_drafted_discussed_simulated_and_published(
    rated: dict[str, str], walker: Callable[..., Walker]
) -> None:
    # A number of its own, so that the test can be repeated on a register that stays.
    number = f"1.{secrets.randbelow(10**6)}"
    ines = walker()
    ines.sign_in(next(iter(ADMINISTRATORS)))
    drafts(ines, number)
    opens_it_for_comments(ines, number)

    head = walker()
    head.sign_in("owner.stourmere@example.org")
    comments(head, number)
    answers(ines, number)

    visitor = walker()
    visitor.go(f"/framework/LPD-QA/{number}/comments/")
    visitor.look("Comments and answers")
    visitor.says("Member of a provider’s team", "Outcomes of whom?", "Of those who take part.")

    ines.follow("Take back to draft")
    ines.press("Take it back")
    simulates(ines)
    publishes(ines, walker())
    visitor.go(f"/framework/LPD-QA/{number}/")
    visitor.look()
    visitor.says("It can’t change any more", "Outcomes of those who take part")


def drafts(walker: Walker, number: str) -> None:
    walker.go("/board/frameworks/")
    walker.look("Framework versions")
    walker.follow("Start a draft")
    walker.look("Start a draft")
    walker.select("Start from", "LPD-QA 1.0")
    walker.fill("Number of the new version", number)
    walker.press("Start the draft")
    walker.look()
    walker.says("Every part is complete")
    walker.follow("Edit P1")
    walker.look("P1")
    # The server's own check while typing, and unfinished work that is kept.
    walker.fill("Title", "")
    walker.page.get_by_text("Criterion P1, title: is empty").wait_for()
    walker.press("Save")
    walker.says("1 thing left to mend before it can be published")
    walker.look()
    walker.follow("Criterion P1, title")
    walker.fill("Title", "Outcomes of those who take part")
    walker.press("Save")
    walker.says("Every part is complete")
    walker.follow("Edit the rating scheme")
    walker.look("The rating scheme")
    # Below what everybody has, so that every rating stays and the largest movers have something to tell.
    walker.fill("Or the overall is below", "1.5")
    walker.press("Save")
    walker.follow("Edit D3")
    walker.fill("Weight within its heading", "1")
    walker.press("Save")
    walker.follow("What changed")
    walker.look("What changed from 1.0")
    walker.says("Outcomes of those who take part")
    walker.page.go_back()
    walker.follow("Crosswalk")
    walker.look("Which criterion became which")
    walker.page.go_back()


def opens_it_for_comments(walker: Walker, number: str) -> None:
    walker.follow("Open for comments")
    walker.look("Open it for comments")
    walker.fill("Last day for comments", (dt.date.today() + dt.timedelta(days=14)).isoformat())
    walker.press("Open it for comments")
    walker.says("It is open for comments.")


def comments(walker: Walker, number: str) -> None:
    walker.go(f"/framework/LPD-QA/{number}/")
    walker.look()
    walker.follow("Comment on P1")
    walker.look("Comment on")
    walker.choose("You speak as", "Member of a provider")
    walker.fill("Your comment", "Outcomes of whom?")
    walker.press("Send the comment")
    walker.look("Comment on")
    walker.says("Not answered yet")


def answers(walker: Walker, number: str) -> None:
    walker.go("/my-work/")
    walker.follow(f"Answer 1 comment on LPD-QA {number}")
    walker.look("Comments")
    walker.follow("Answer")
    walker.look("Answer a comment")
    walker.fill("Answer", "Of those who take part.")
    walker.choose("What becomes of the comment?", "Publish it")
    walker.press("Save")
    walker.says("The answer is published.")
    walker.follow(f"LPD-QA {number}")
    walker.look()


def simulates(walker: Walker) -> None:
    walker.follow("What it would change")
    walker.look("What it would change")
    walker.press("Simulate")
    walker.look("What it would change")
    walker.says("would move to another band", "From which band to which", "What is assumed")
    walker.page.go_back()
    walker.page.go_back()


def publishes(walker: Walker, second: Walker) -> None:
    walker.follow("Publish")
    walker.look("Publish")
    walker.choose("When?", "Now")
    walker.press("Propose to publish it")
    walker.says("when a second administrator confirms it")
    second.sign_in(list(ADMINISTRATORS)[1])
    second.go("/board/second-person/")
    second.look("Waits for a second person")
    second.press("Confirm")
    second.says("Confirmed and done")
    walker.page.reload()
    walker.look()
    walker.says("It can’t change any more")
    # Retired again, so that the other journeys on this register go on under the version they know.
    walker.follow("Retire")
    walker.look("Retire this version")
    walker.press("Retire it")
    walker.says("Retired")
