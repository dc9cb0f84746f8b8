"""A school leader compares, keeps, shares and asks; a provider answers. With JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.beforehand import ADMINISTRATORS
from tests.browser.steps import saves_this_search
from tests.browser.walker import Walker
from tests.support.stack import Live

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(900)]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_a_search_to_an_answer(
    register: Live,
    rated: dict[str, str],
    fitting: dict[str, str],
    walker: Callable[..., Walker],
    scripts: bool,
) -> None:
    leader = walker(scripts=scripts)
    leader.go("/find/?kind=sle&q=Ketteridge")
    leader.press("Add to shortlist")
    leader.says("On your shortlist")
    leader.go(rated["provider"])
    leader.press("Add to shortlist")
    leader.look("Stourmere Learning Network", enlarged=True)
    leader.follow("On your shortlist")
    leader.look("Your shortlist", enlarged=True)
    leader.fill("Your note", "Ask about Fridays.")
    leader.press("Save note")
    leader.press("Make a link")
    link = leader.page.locator("main a[href*='/shortlist/shared/']").inner_text()
    for box in leader.page.get_by_label("Choose").all():
        box.check()
    leader.press("Compare")
    leader.look("Compare", enlarged=True)
    # Not named without consent.
    leader.says("SLE ROSALIND-KETTERIDGE", "Stourmere Learning Network", "Not for a provider")
    leader.go(f"{leader.page.url}&{fitting['items']}")
    leader.look("Compare")
    leader.says(fitting["title"], "The profiles together")
    assert len(leader.on_paper()) == 1

    colleague = walker(scripts=scripts)
    colleague.go(link)
    colleague.look("A shared shortlist")
    colleague.says("SLE ROSALIND-KETTERIDGE")
    assert "Fridays" not in colleague.page.content()

    # The assessor's account stands for anybody with one: a sender with a confirmed address.
    leader.sign_in("assessor.ketteridge@example.org")
    leader.go("/shortlist/")
    # The list has come along, notes and link too.
    assert "Ask about Fridays." in [box.input_value() for box in leader.page.get_by_label("Your note").all()]
    leader.says("Whoever has this link can read your list")
    leader.go(rated["provider"])
    leader.follow("Questions to ask")
    leader.look("Questions to ask")
    leader.follow("Send these in an enquiry")
    leader.look("Send an enquiry", enlarged=True)
    leader.fill("Your school", "Larkspur Primary School")
    leader.press("Send the enquiry")
    leader.look("Your enquiry of")

    owner = walker(scripts=scripts)
    owner.sign_in("owner.stourmere@example.org")
    owner.follow("Answer")
    owner.look("Enquiries")
    owner.page.locator(".app-work a").first.click()
    owner.look("Enquiry from")
    owner.fill("Your answer", "Yes, on Fridays.")
    owner.press("Send the answer")
    leader.page.reload()
    leader.says("Answered", "Yes, on Fridays.")

    # Anything may be reported; somebody with no part in it reads it then.
    owner.follow("Report this enquiry")
    owner.look("Report this enquiry")
    assert "Choose what is wrong with it" in owner.refusal("Report it")
    owner.look("Report this enquiry")
    owner.choose("What is wrong with it?", "It sells or advertises something")
    owner.press("Report it")
    owner.says("The enquiry is reported.", "waits for a decision")
    administrator = walker(scripts=scripts)
    administrator.sign_in(next(iter(ADMINISTRATORS)))
    administrator.go("/board/enquiries/")
    administrator.look("Reported enquiries")
    administrator.follow("Stourmere Learning Network")
    administrator.look("A reported enquiry")
    administrator.says("Yes, on Fridays.", "It sells or advertises something")
    administrator.press("Nothing is wrong with it")
    administrator.says("Your decision is kept")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_brief_becomes_a_search_that_is_saved_and_followed(
    register: Live, rated: dict[str, str], walker: Callable[..., Walker], scripts: bool
) -> None:
    leader = walker(scripts=scripts)
    leader.sign_in("assessor.ketteridge@example.org")
    leader.go("/needs/new/")
    leader.look("Write a needs brief", enlarged=True)
    leader.fill("Name of this brief", "Curriculum in small schools")
    leader.choose("What should it be about?", "Curriculum")
    leader.press("Save the brief")
    leader.look("Curriculum in small schools")
    leader.follow("Find what fits")
    saves_this_search(leader)
    leader.says("Alerts: once a week")
    assert "http://www.w3.org/2005/Atom" in leader.page.request.get("/find/feed/?kind=sle").text()
