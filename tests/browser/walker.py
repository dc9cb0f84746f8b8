"""Somebody at a browser: what they see, fill in and press, in the words on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pypdf import PdfReader

from tests.browser.beforehand import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Pixels: a phone in an old hand, and the width at which WCAG 2.2 (1.4.10) asks for no scrolling sideways.
NARROW, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
# 200 % zoom of a window 1280 pixels wide leaves 640 for the page.
ENLARGED = {"width": 640, "height": 450}


def axe(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on the page as it is, one line for each element."""
    # Evaluated by the browser's own protocol: the policy of the site, which allows no such script, still stands.
    page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    return [
        f"{violation['id']} at {' '.join(map(str, node['target']))}: {violation['help']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def wider_than(page: Page, size: dict[str, int]) -> int:
    """By how many pixels the page is wider than a window of this size; leaves the window at desk size."""
    page.set_viewport_size(size)  # type: ignore[arg-type]
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    return int(excess)


def starts(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}")


@dataclass
class Walker:
    """One person's browser. Labels, legends and options are given by how they begin."""

    page: Page
    with_scripts: bool = True

    def look(self, heading: str = "", *, enlarged: bool = False) -> None:
        """The page is the one expected, is accessible and fits a narrow window; `enlarged`: at 200 % zoom too.

        Without scripts axe can't run: the structure that everything else rests on is looked at instead.
        """
        # After a click that nobody waited for, the page may still be on its way.
        self.page.locator("h1").first.wait_for()
        self.page.wait_for_load_state("load")
        here = f"{self.page.url} ({self.page.title()})"
        assert self.page.locator("h1").count() == 1, here
        assert heading in self.page.locator("h1").inner_text(), here
        assert self.page.locator("main").count() == 1, here
        if self.with_scripts:
            found = axe(self.page)
            assert found == [], f"{here}: {found}"
            assert wider_than(self.page, NARROW) <= 0, f"scrolls sideways at 320 px: {here}"
        if self.with_scripts and enlarged:
            self.page.set_viewport_size(ENLARGED)  # type: ignore[arg-type]
            assert (found := axe(self.page)) == [], f"at 200 %, {here}: {found}"
            assert wider_than(self.page, ENLARGED) <= 0, f"scrolls sideways at 200 %: {here}"

    def on_paper(self) -> list[str]:
        """What the page says when it is printed, sheet by sheet."""
        printed = self.page.pdf(prefer_css_page_size=True, print_background=True)
        return [sheet.extract_text() for sheet in PdfReader(BytesIO(printed)).pages]

    def go(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{answer.status} at {address}"

    def follow(self, text: str, within: Locator | None = None) -> None:
        """Follow the first link that says this."""
        link = (within or self.page).get_by_role("link", name=starts(text)).first
        # Buttons that are links by nature have the role of a button.
        self._click(
            link if link.count() else (within or self.page).get_by_role("button", name=starts(text)).first
        )

    def press(self, text: str, within: Locator | None = None) -> None:
        self._click((within or self.page).get_by_role("button", name=starts(text)).first)

    def _click(self, thing: Locator) -> None:
        thing.click()
        self.page.wait_for_load_state("load")
        assert not self.refused, f"{self.page.url}: {self.refused}"

    @property
    def refused(self) -> str:
        """What the page says was wrong; empty where nothing was."""
        summary = self.page.locator(".govuk-error-summary")
        return summary.first.inner_text() if summary.count() else ""

    def refusal(self, text: str) -> str:
        """Press a button although something is wrong; what the page then says is wrong."""
        self.page.get_by_role("button", name=starts(text)).first.click()
        self.page.locator(".govuk-error-summary").first.wait_for()
        return self.refused

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(starts(label)).first.fill(text)

    def select(self, label: str, option: str) -> None:
        self.page.get_by_label(starts(label)).select_option(label=option)

    def choose(self, legend: str, *options: str) -> None:
        """Tick these boxes, or the one of these buttons, in a group."""
        group = self.page.get_by_role("group", name=starts(legend))
        for option in options:
            group.get_by_label(starts(option)).check()

    def says(self, *texts: str) -> None:
        """The main part of the page says each of these."""
        said = re.sub(r"\s+", " ", self.page.locator("main").inner_text())
        for text in texts:
            assert text in said, f"{text!r} is not on {self.page.url}: {said[:2000]}"

    def sign_in(self, email: str) -> None:
        self.go("/account/login/")
        self.fill("Email address", email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        assert self.page.url.endswith("/my-work/"), self.page.url
