"""What comes later: a search followed by letters, and what commissioners say of what they bought."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.browser.beforehand import ADMINISTRATORS
from tests.browser.conftest import beforehand
from tests.browser.letters import link_in_letter
from tests.browser.steps import saves_this_search
from tests.browser.walker import Walker
from tests.support.stack import Live

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(900)]


def test_a_search_is_followed_by_letters_until_they_are_ended(
    register: Live, rated: dict[str, str], fitting: dict[str, str], walker: Callable[..., Walker]
) -> None:
    leader, email = walker(), "assessor.ketteridge@example.org"
    leader.sign_in(email)
    leader.go("/find/?q=wrenshaw&status=all")
    saves_this_search(leader, "Around Wrenshaw")
    assert int(beforehand(register, "told")) >= 1

    reader = walker(scripts=False)
    reader.go(link_in_letter(register, email, "/alerts/stop/"))
    reader.look("End the alerts?")
    reader.says("Around Wrenshaw")
    reader.press("End them")
    reader.look("No more letters")
    leader.go("/searches/")
    leader.says("Around Wrenshaw Alerts: not at all")
    leader.press("Delete")
    leader.says("The saved search is deleted.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_commissioner_answers_by_a_link_and_is_heard_once_there_are_three(
    register: Live, walker: Callable[..., Walker], scripts: bool
) -> None:
    made = json.loads(beforehand(register, "commissioned"))
    visitor = walker(scripts=scripts)
    visitor.go(made["programme"])
    visitor.says("2 commissioners so far")

    commissioner = walker(scripts=scripts)
    commissioner.go(link_in_letter(register, made["email"], "/feedback/"))
    commissioner.look("brought your school?", enlarged=True)
    assert "Enter your name and post" in commissioner.refusal("Send your answers")
    commissioner.look("brought your school?")
    commissioner.choose("Those who took part", "Very clearly")
    commissioner.choose("They know or can do more", "Clearly")
    commissioner.choose("The school works differently", "A little")
    commissioner.choose("They use it in their work", "Clearly")
    commissioner.choose("Pupils are better off", "Too early to say")
    commissioner.choose("Would you commission it again?", "Yes, with changes")
    commissioner.fill("What should other school leaders know?", "Plan the cover for all five days at once.")
    commissioner.fill("Your name and post", "Ada Quill, head")
    commissioner.press("Send your answers")
    commissioner.look("Thank you")
    commissioner.follow("No more letters")
    commissioner.look("No more letters about")
    commissioner.press("No more letters")
    commissioner.look("No more letters")

    administrator = walker(scripts=scripts)
    administrator.sign_in(next(iter(ADMINISTRATORS)))
    administrator.go("/board/feedback/")
    administrator.look("What commissioners say")
    administrator.follow(made["title"])
    administrator.look("An answer on")
    administrator.says("Plan the cover", "Ada Quill, head")
    administrator.page.locator("button[value=refuse]").click()
    administrator.page.wait_for_load_state("load")
    assert "choose a reason" in administrator.refused
    administrator.look("An answer on")
    administrator.page.locator("button[value=show]").click()
    administrator.says("Your decision is kept.")

    visitor.page.reload()
    visitor.look(made["title"])
    visitor.says("3 commissioners", "Plan the cover for all five days at once.", "Yes, with changes")
    assert "Quill" not in visitor.page.content()
    visitor.follow("Compare with others")
    visitor.look("Compare")
    visitor.says("Would commission it again", "(n 3)")
