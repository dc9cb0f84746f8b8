"""The panel at work: many decisions together, an appeal that other people decide, an alert and its end, and every page
of the board that a review is run from.
"""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from tests.browser.beforehand import ADMINISTRATORS
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(900)]

SitDown = Callable[..., Walker]
CONDITION = "Publish what a place costs."
ALERT = "The evaluation was not made as the evidence says."
# Seconds from a decision until everybody reads it.
PUBLIC_WITHIN = 60


def test_decided_together_appealed_and_decided_again_by_others(
    panel: dict[str, str], walker: SitDown
) -> None:
    ines, owen = walker(), walker()
    ines.sign_in(next(iter(ADMINISTRATORS)))
    prepares_drafts(ines, panel)
    adds_a_condition(ines, panel["good"])
    owen.sign_in(list(ADMINISTRATORS)[1])
    approves_and_publishes(owen, panel)
    visitor = walker()
    waits_until_public(visitor, panel["good_page"], "Quality assured")
    visitor.look(panel["good"])
    visitor.says(CONDITION)

    # The team meets a condition without scripts, reads the decision, prints it, and appeals.
    team = walker(scripts=False)
    team.sign_in(panel["good_owner"])
    follows_up_a_condition(team, owen, visitor)
    reads_and_appeals(team, panel["good"])

    owen.go("/board/")
    owen.follow(panel["good"])
    owen.says("Decide the appeal: You had a part in the decision under appeal.")
    petra, rhys = walker(), walker()
    petra.sign_in(panel["petra_email"])
    upholds_the_appeal(petra, panel["good"])
    visitor.go(panel["good_page"])
    visitor.says("Listed, not reviewed")

    petra.follow("Draft the decision")
    decides_on(petra, "Clear aims, and the second year was read this time.")
    owen.page.reload()
    owen.look(panel["good"])
    owen.says("You had a part in the decision that was set aside on appeal.")
    rhys.sign_in(panel["rhys_email"])
    approves_and_publishes_one(rhys, panel["good"])
    waits_until_public(visitor, panel["good_page"], "the second year was read this time")
    visitor.go("/decisions/")
    visitor.look("Register of decisions")
    visitor.says(panel["good"], "In numbers")
    team.go("/my-work/")
    team.look("My work")
    team.follow("Read the decision")
    team.says("the second year was read this time")


def test_suspended_at_once_and_brought_back_by_somebody_else(panel: dict[str, str], walker: SitDown) -> None:
    visitor, ines, owen = walker(), walker(), walker()
    waits_until_public(visitor, panel["doubted_page"], "Quality assured")
    ines.sign_in(next(iter(ADMINISTRATORS)))
    ines.go(panel["doubted_board"])
    ines.follow("Open a finding")
    ines.look("Open a finding")
    assert ines.refusal("Open it")
    ines.look("Open a finding")
    ines.choose("Kind", "Integrity")
    ines.fill("What the public alert says", ALERT)
    ines.fill("Detail", "Two schools say that nobody asked them.")
    ines.press("Open it")
    ines.says("Opened.", ALERT)
    visitor.page.reload()
    assert ALERT not in visitor.page.content(), "nothing is public before it is upheld"

    ines.follow("Decide the finding")
    ines.look("Decide a finding")
    ines.choose("Is the finding upheld?", "Yes")
    ines.press("Decide")
    ines.look(panel["doubted"])
    ines.says("Suspended", "upheld")
    # At once: no job stands between the alert and those who read.
    visitor.page.reload()
    visitor.look(panel["doubted"])
    visitor.says(ALERT)
    assert "out of 4" not in visitor.page.locator(".app-band-panel").inner_text()
    team = walker(scripts=False)
    team.sign_in(panel["doubted_owner"])
    team.go("/my-work/")
    team.follow(panel["doubted"])
    team.look(panel["doubted"])
    team.follow("Read the decision")
    team.says(ALERT)

    # Whoever upheld it doesn't clear it.
    ines.follow("Clear the finding")
    ines.look("Clear a finding")
    assert "Somebody other than the person who upheld it" in ines.refusal("Clear it")
    ines.look("Clear a finding")
    owen.sign_in(list(ADMINISTRATORS)[1])
    owen.go(panel["doubted_board"])
    owen.look(panel["doubted"])
    owen.follow("Clear the finding")
    owen.press("Clear it")
    owen.says("Cleared.", "Published")
    waits_until_public(visitor, panel["doubted_page"], "Quality assured")
    assert ALERT not in visitor.page.locator("main").inner_text()

    # That it is back waits for somebody who looks whether it was right: neither of the two.
    rhys = walker()
    rhys.sign_in(panel["rhys_email"])
    rhys.follow("Look at")
    rhys.look("Waits for a second person")
    rhys.says("Finding: clear")
    card = rhys.page.locator("section", has_text="Finding: clear").last
    card.get_by_label("Note").fill("Both schools have been asked.")
    rhys.press("Acknowledge", within=card)
    rhys.says("Acknowledged.")
    owen.go(f"{panel['doubted_board']}trail/")
    owen.look("Trail")
    owen.says("Finding: clear", "Submission: reinstate")


def test_a_drawn_file_is_read_again_by_somebody_without_a_part(
    panel: dict[str, str], walker: SitDown
) -> None:
    petra = walker()
    petra.sign_in(panel["petra_email"])
    petra.go("/board/")
    petra.follow("Back-reading")
    petra.look("Back-reading")
    petra.follow(panel["doubted"])
    petra.look("Do the rationales bear the scores?")
    petra.says("Seen in P1.")
    assert petra.refusal("Note what I found")
    petra.look("Do the rationales bear the scores?")
    petra.choose("What you found", "The rating stands; the assessors are briefed")
    petra.fill("Why", "Each score is borne by what was seen.")
    petra.press("Note what I found")
    petra.says("Noted:")
    petra.follow("Read")
    petra.look("Back-reading")
    petra.says("the assessors are briefed, Petra")


@pytest.mark.parametrize(
    "pages",
    [
        ["", "decisions/", "conditions/", "allocation/", "assessors/", "calibration/", "calibration/new/"],
        [
            "turnout/",
            "time-spent/",
            "cost/",
            "dates/",
            "letters/",
            "letters/request/",
            "letters/request/words/",
            "people/",
            "trail/",
            "complaints/",
        ],
    ],
    ids=["a review", "the register"],
)
def test_every_page_that_the_board_leads_to_is_for_everybody(
    panel: dict[str, str], walker: SitDown, pages: list[str]
) -> None:
    petra = walker()
    petra.sign_in(panel["petra_email"])
    for page in pages:
        petra.go(f"/board/{page}")
        petra.look(enlarged=True)


# --- Steps ----------------------------------------------------------------------------------------------------


def chooses(walker: Walker, *titles: str) -> None:
    for title in titles:
        walker.page.locator("tr", has_text=title).get_by_role("checkbox").check()


def prepares_drafts(walker: Walker, panel: dict[str, str]) -> None:
    walker.follow("Board")
    walker.look("Board")
    walker.follow("Decisions")
    walker.look("Decisions")
    chooses(walker, panel["good"], panel["poor"])
    walker.press("Prepare drafts of those chosen")
    walker.look("Prepare drafts: 2 decisions")
    walker.says(panel["good"], panel["poor"])
    walker.press("Prepare these drafts")
    walker.look("Decisions")
    walker.says("2 decisions drafted", "You drafted it, so somebody else has to approve it.")


def adds_a_condition(walker: Walker, title: str) -> None:
    walker.follow(title)
    walker.look(title)
    walker.follow("Change the draft")
    walker.look("Draft the decision")
    walker.fill("A condition", CONDITION)
    assert "give the date by which the condition has to be met" in walker.refusal("Save the draft")
    walker.look("Draft the decision")
    walker.fill("By when", (dt.date.today() + dt.timedelta(days=60)).isoformat())
    walker.press("Save the draft")
    walker.says("Saved. Somebody else has to approve it.", CONDITION)


def approves_and_publishes(walker: Walker, panel: dict[str, str]) -> None:
    walker.go("/board/decisions/")
    chooses(walker, panel["good"], panel["poor"])
    walker.press("Approve those chosen")
    walker.look("Approve decisions: 2 decisions")
    walker.press("Approve these decisions")
    walker.says("2 decisions approved")
    chooses(walker, panel["good"], panel["poor"])
    walker.press("Publish them on a day")
    walker.look("Publish on a day: 2 decisions")
    assert walker.refusal("Set the day")
    walker.look("Publish on a day")
    walker.go("/board/decisions/")
    chooses(walker, panel["good"], panel["poor"])
    walker.press("Publish those chosen now")
    walker.look("Publish now: 2 decisions")
    walker.press("Publish these decisions")
    walker.says("2 decisions published or closed")
    walker.follow("Conditions and their dates")
    walker.look("Conditions")
    walker.says(CONDITION, panel["good"])


def follows_up_a_condition(team: Walker, owen: Walker, visitor: Walker) -> None:
    """Reported as met, refused with what is missing, reported again and confirmed; public only then."""
    team.follow("Meet a condition")
    team.follow("Report as met")
    team.look("Report a condition as met")
    assert "Say how the condition is met" in team.refusal("Report it as met")
    team.look("Report a condition as met")
    team.fill("How is it met?", "It is on our page since Monday.")
    team.press("Report it as met")
    team.says("Reported as met.", "Somebody looks at it.")

    owen.go("/my-work/")
    owen.follow("Look at a condition reported as met")
    owen.look("A condition reported as met")
    owen.says(CONDITION, "It is on our page since Monday.")
    owen.choose("Is the condition met?", "Not yet")
    assert "Say what is still missing" in owen.refusal("Send the answer")
    owen.look("A condition reported as met")
    owen.fill("What is still missing?", "Travel is not on it.")
    owen.press("Send the answer")
    visitor.page.reload()
    assert "met on" not in visitor.page.locator("main").inner_text()

    team.go("/my-work/")
    team.says("Not met yet: Travel is not on it.")
    team.follow("Meet a condition")
    team.follow("Report it again")
    team.fill("How is it met?", "Travel is on it too.")
    team.press("Report it as met")
    owen.go("/my-work/")
    owen.follow("Look at a condition reported as met")
    owen.choose("Is the condition met?", "Yes")
    owen.press("Send the answer")
    owen.says("The team is told.")
    visitor.page.reload()
    visitor.says(f"{CONDITION} (met on")
    team.go("/my-work/")


def reads_and_appeals(walker: Walker, title: str) -> None:
    walker.follow("Read the decision")
    walker.look(title)
    walker.says(CONDITION, "Strengths", "What to improve")
    paper = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(walker.page.pdf())).pages)
    assert "What to improve" in paper
    assert "Appeal against the decision" not in paper, "buttons stay on the screen"
    walker.follow("Appeal against the decision")
    walker.look("Appeal against the decision")
    assert walker.refusal("Lodge the appeal")
    walker.fill("Your grounds", "The evaluation of the second year was not read.")
    walker.press("Lodge the appeal")
    walker.says("Lodged on")


def upholds_the_appeal(walker: Walker, title: str) -> None:
    walker.follow(f"Decide an appeal: {title}")
    walker.look(title)
    walker.follow("Decide the appeal")
    walker.look("Decide the appeal")
    walker.says("The evaluation of the second year was not read.")
    assert "say whether the appeal is upheld" in walker.refusal("Decide").lower()
    walker.look("Decide the appeal")
    walker.choose("Is the appeal upheld?", "Yes")
    walker.fill("Reasons", "It was not read. Other people decide again.")
    walker.press("Decide")
    walker.look(title)
    walker.says("Appeal, upheld", "Earlier decision, set aside on appeal")


def decides_on(walker: Walker, strengths: str) -> None:
    walker.look("Draft the decision")
    walker.fill("Strengths", strengths)
    walker.fill("What to improve", "Follow participants for longer.")
    walker.press("Save the draft")
    walker.says("Saved. Somebody else has to approve it.")


def approves_and_publishes_one(walker: Walker, title: str) -> None:
    walker.follow(f"Approve the decision: {title}")
    walker.follow("Approve the decision")
    walker.look("Approve the decision")
    walker.press("Approve it")
    walker.follow("Publish the rating")
    walker.look("Publish the rating")
    walker.press("Publish")
    walker.says("Published.")


def waits_until_public(walker: Walker, address: str, words: str) -> None:
    """Load the page until a job has brought these words to it."""
    until = time.monotonic() + PUBLIC_WITHIN
    while True:
        walker.go(address)
        if words in walker.page.locator("main").inner_text():
            return
        assert time.monotonic() < until, f"{words!r} is not on {address}"
        time.sleep(1)
