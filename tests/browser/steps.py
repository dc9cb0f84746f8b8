"""Steps that several journeys take, each said once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Request

from tests.browser.beforehand import PASSWORD
from tests.browser.letters import link_in_letter
from tests.browser.walker import Walker
from tests.support.stack import Live


def opens_an_account(walker: Walker, register: Live, email: str) -> None:
    walker.go("/")
    walker.look("Find leadership development you can trust")
    walker.follow("Sign in")
    walker.look("Sign in")
    walker.follow("Create one")
    walker.look("Create an account")
    walker.fill("Full name", "Noor Ashdown")
    walker.fill("Email", email)
    walker.fill("Password", PASSWORD)
    walker.press("Create account")
    walker.look()
    walker.go(link_in_letter(register, email, "/account/confirm-email/"))
    walker.look("Confirm your email address")
    walker.press("Yes, confirm it")
    if "/account/login/" in walker.page.url:
        walker.sign_in(email)
    walker.go("/my-work/")
    walker.look("My work")


def submits(walker: Walker, title: str, *texts: str) -> None:
    """From a draft with all its statements to the submission that was sent; the check says these texts."""
    walker.follow("Check and submit")
    walker.look("Check your answers")
    walker.says(*texts)
    walker.press("Submit for review")
    walker.look(title)
    walker.says("Your submission is sent.")


def saves_this_search(walker: Walker, name: str = "") -> None:
    """Keep the search that is open, under this name or the one that is suggested."""
    walker.follow("Save this search")
    walker.look("Save this search")
    if name:
        walker.fill("Name of the search", "")
        assert "Enter a name for the search" in walker.refusal("Save")
        walker.look("Save this search")
        walker.fill("Name of the search", name)
    walker.press("Save")
    walker.look("Saved searches", enlarged=True)


@contextmanager
def slow_line(page: Page, is_kept: Callable[[Request], bool]) -> Iterator[list[str]]:
    """Every answer takes most of a second; the list grows by what was sent and answered, such as "kept sent"."""
    went: list[str] = []

    def note(what: str, request: Request) -> None:
        if request.method == "POST":
            went.append(f"{'kept' if is_kept(request) else 'button'} {what}")

    page.on("request", lambda request: note("sent", request))
    page.on("response", lambda response: note("answered", response.request))
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    yield went
    line.send("Network.emulateNetworkConditions", {**slow, "latency": 0})
