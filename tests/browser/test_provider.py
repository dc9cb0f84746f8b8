"""What a provider's team comes back to: claiming, a question, an appeal, renewal, deployments, many at once; with
JavaScript and, where people type, without. Describing, evidence, submitting and the facts are in test_smoke.py.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Request

from tests.browser.beforehand import ADMINISTRATORS
from tests.browser.steps import opens_an_account, slow_line, submits
from tests.browser.walker import Walker
from tests.support.stack import Live

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(600)]

SitDown = Callable[..., Walker]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_listed_organisation_is_claimed(
    register: Live, walker: SitDown, provider_side: dict[str, str], scripts: bool
) -> None:
    name = provider_side[f"claimable {'with scripts' if scripts else 'without'}"]
    head = walker(scripts=scripts)
    opens_an_account(head, register, f"head.{secrets.token_hex(3)}@quarrybank.example")
    head.follow("Find your organisation")
    head.fill("Name, postcode", name)
    head.press("Search")
    head.look("Find your organisation")
    head.follow("Claim", within=head.page.locator("li, tr, article", has_text=name).last)
    head.look(f"Claim {name}")
    assert "Say how we can tell that you speak for it" in head.refusal("Claim this organisation")
    head.look()
    head.fill("How can we tell", "I am the director; the school office can confirm it.")
    head.press("Claim this organisation")
    head.says("Your claim is being checked")
    head.go("/my-work/")
    head.look("My work")
    head.says(f"Your claim to speak for {name}")

    administrator = walker(scripts=scripts)
    administrator.sign_in(next(iter(ADMINISTRATORS)))
    administrator.go("/board/claims/")
    administrator.look("Claims to organisations")
    administrator.follow(name)
    administrator.look(name)
    administrator.choose("Your decision", "Approve")
    administrator.press("Decide")
    head.go("/my-work/notices/")
    head.look("Notices")
    head.go("/my-work/")
    head.follow(name)
    head.look(name)
    head.says("Describe your organisation")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_organisation_is_described_part_by_part(register: Live, walker: SitDown, scripts: bool) -> None:
    head = walker(scripts=scripts)
    mark = secrets.token_hex(3)
    opens_an_account(head, register, f"head.{mark}@tarnside.example")
    head.go(f"/my-work/organisations/new/?name=Tarnside+{mark}")
    head.look("Add an organisation")
    head.select("What kind of organisation", "Charity")
    head.press("Add it")
    head.follow("Describe your organisation")
    head.look("About your organisation")
    head.fill("What you offer", "Coaching for middle leaders.")
    head.press("Keep for later")
    head.look(f"Describe Tarnside {mark}")
    head.says("You left something unsaved here")
    head.follow("About your organisation")
    head.says("You left this unsaved")
    assert head.page.get_by_label("What you offer").input_value() == "Coaching for middle leaders."
    head.fill("What your work is for", "Middle leaders who stay.")
    head.press("Save and continue")
    head.look(f"Describe Tarnside {mark}")
    head.says("minutes left")
    head.follow("Place and reference numbers")
    head.look("Place and reference numbers")
    head.fill("Postcode", "nowhere")
    assert head.refusal("Save and continue")
    head.look()
    head.fill("Postcode", "LN2 1AA")
    head.press("Save and continue")
    head.says("1 of 3 parts")
    head.follow("Check your answers")
    head.look(f"Tarnside {mark}")


def test_two_editors_at_once_lose_nothing(walker: SitDown, provider_side: dict[str, str]) -> None:
    owner, editor = walker(), walker(scripts=False)
    owner.sign_in(provider_side["rated_owner"])
    editor.sign_in(provider_side["editor_of_rated"])
    address = f"{provider_side['imports'].removesuffix('imports/')}edit/about/"
    for person in (owner, editor):
        person.go(address)
    owner.fill("What you offer", "Written by the owner.")
    owner.fill("What your work is for", "For small schools, says the owner.")
    owner.press("Save and continue")
    # Without a script, and with a page opened before: the same box, and one the owner left alone.
    editor.fill("What you offer", "Written by the editor.")
    editor.fill("Website", "https://editor.example.org")
    assert "while you were writing, to: “Written by the owner.”" in editor.refusal("Save and continue")
    assert editor.page.get_by_label("What you offer").input_value() == "Written by the editor."
    editor.press("Save and continue")
    editor.says("theirs is kept")
    owner.go(address)
    owner.look("About your organisation")
    said = {
        name: owner.page.get_by_label(name).input_value()
        for name in ("What you offer", "What your work is for")
    }
    assert said == {
        "What you offer": "Written by the editor.",
        "What your work is for": "For small schools, says the owner.",
    }


def test_what_is_kept_never_arrives_after_what_a_button_saved(
    walker: SitDown, provider_side: dict[str, str]
) -> None:
    """The button waits for the copy that is on its way, and a second press of it is one with the first."""
    owner = walker()
    owner.sign_in(provider_side["rated_owner"])
    page, address = owner.page, f"{provider_side['imports'].removesuffix('imports/')}edit/about/"
    owner.go(address)

    def keeps(request: Request) -> bool:
        return 'name="then"\r\n\r\nkeep' in (request.post_data or "")

    with slow_line(page, keeps) as went:
        with page.expect_request(keeps):
            owner.fill("What you offer", "Coaching.")
        owner.fill("What you offer", "Coaching for middle leaders.")
        with page.expect_navigation():
            page.get_by_role("button", name="Save and continue").dblclick()
    assert went == ["kept sent", "kept answered", "button sent", "button answered"]
    owner.go(address)
    assert page.get_by_label("What you offer").input_value() == "Coaching for middle leaders."
    assert page.get_by_text("You left this unsaved").count() == 0


@pytest.mark.parametrize(("scripts", "code"), [(True, "P2"), (False, "P3")], ids=["scripts", "no scripts"])
def test_a_question_is_answered_with_new_evidence(
    walker: SitDown, provider_side: dict[str, str], scripts: bool, code: str
) -> None:
    team = walker(scripts=scripts)
    team.sign_in(provider_side["asked_owner"])
    team.follow(f"Answer a question about {code}")
    team.look(f"A question about {code}")
    team.says("Which year are the figures from?")
    assert team.refusal("Send the answer")
    team.look()
    team.fill("Your answer", "From 2025; the table says so on page 3.")
    team.press("Write a text")
    team.look("Write it here")
    team.fill("What is it?", "Figures of 2025")
    team.fill("The evidence", "Eleven schools of twelve.")
    team.choose("Where does it come from?", "Our own")
    team.press("Add evidence")
    team.look(f"A question about {code}")
    team.says("Figures of 2025", "You left this unsaved")
    assert team.page.get_by_label("Your answer").input_value().startswith("From 2025")
    team.press("Send the answer")
    team.look(provider_side["asked"])
    team.says(f"Your answer about {code} is sent.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_appeal_is_begun_in_one_browser_and_lodged_in_another(
    walker: SitDown, provider_side: dict[str, str], scripts: bool
) -> None:
    team = walker(scripts=scripts)
    team.sign_in(provider_side["decided_owner"])
    team.go(provider_side["decided_page"])
    team.follow("Read the decision")
    team.look(provider_side["decided"])
    team.says("Beside like providers")
    team.follow("Appeal against the decision")
    team.look("Appeal against the decision")
    if scripts:
        assert team.refusal("Lodge the appeal")
        team.look()
        team.fill("Your grounds", "The evaluation of the second year")
        team.page.get_by_text("Press the button to lodge the appeal").wait_for()
        return
    assert team.page.get_by_label("Your grounds").input_value() in ("", "The evaluation of the second year")
    team.fill("Your grounds", "The evaluation of the second year was not read.")
    team.press("Lodge the appeal")
    team.look(provider_side["decided"])
    team.says("Lodged on")


def test_a_complaint_about_the_handling_is_lodged(walker: SitDown, provider_side: dict[str, str]) -> None:
    team = walker()
    team.sign_in(provider_side["asked_owner"])
    team.follow(provider_side["asked"])
    team.follow("Complain about how it was handled")
    team.look("Complain about how the review was handled")
    team.fill("What happened?", "Nobody answered two letters.")
    team.press("Send the complaint")
    team.look(f"Complaint about {provider_side['asked']}")
    team.says("Being looked into", "Nobody answered two letters.")
    board = walker()
    board.sign_in(next(iter(ADMINISTRATORS)))
    board.go("/board/complaints/")
    board.look("Complaints")
    board.go("/board/time-spent/")
    board.look("Time that describing takes")


def test_a_renewal_begins_with_what_was_said(walker: SitDown, provider_side: dict[str, str]) -> None:
    """Begun and sent without scripts; with them a file is added in between, after one that is refused."""
    plain, team = walker(scripts=False), walker()
    for each in (plain, team):
        each.sign_in(provider_side["rated_owner"])
    team.go(provider_side["renewal"])
    team.look("Put this programme forward for review")
    plain.go(provider_side["renewal"])
    plain.look("Put this programme forward for review")
    plain.press("Start a draft")
    plain.look(provider_side["rated"])
    team.go(plain.page.url)
    team.look(provider_side["rated"])
    team.follow("P1")
    team.look("P1")
    team.says("Evidence for P1")
    assert team.page.get_by_label("Your statement").input_value().startswith("What we do about")
    adds_a_file_after_one_that_is_refused(team)
    plain.page.reload()
    submits(plain, provider_side["rated"], "Attendance of two years")


def adds_a_file_after_one_that_is_refused(team: Walker) -> None:
    team.press("Add a file")
    team.look("Add a file")
    team.fill("What is it?", "Attendance of two years")
    team.choose("Where does it come from?", "Our own")
    for content in (b"MZ\x90\x00\x03", b"school,before,after\nA,3,4\n"):
        team.page.get_by_label("The file", exact=True).set_input_files(
            {"name": "attendance.csv", "mimeType": "text/csv", "buffer": content}
        )
        team.page.get_by_role("button", name="Add evidence").click()
        if content.startswith(b"MZ"):
            team.page.locator(".govuk-error-summary").wait_for()
            assert "not what its name says" in team.refused
            assert team.page.get_by_label("What is it?").input_value() == "Attendance of two years"
            # The file has to be chosen again, and is sent by the script again.
            assert team.page.get_by_text("Or drop a file here").count() == 1
            team.look("Add a file")
    team.page.wait_for_url("**/criteria/P1/**")
    team.look("P1")
    team.says("“Attendance of two years” is added.")
    # The page that follows a file keeps what is typed like any other.
    team.fill("Your statement", "What we do about it, and what came of it.")
    team.page.get_by_text("Press the button to save it for your team").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_deployment_from_request_to_the_heads_word(
    walker: SitDown, provider_side: dict[str, str], scripts: bool
) -> None:
    team = walker(scripts=scripts)
    focus = f"Reading in year {secrets.randbelow(10**6)}"
    team.sign_in(provider_side["rated_owner"])
    team.go(provider_side["leader_page"])
    team.look(provider_side["leader"])
    team.follow("Record a request")
    team.look("Record a request")
    team.fill("Its name, if it is not on the register", "Millrace Primary")
    team.fill("What the school wants help with", focus)
    team.press("Record the request")
    team.look(focus)
    steps: list[tuple[str, dict[str, str]]] = [
        ("Match", {}),
        ("Confirm", {"Days agreed": "4", "Rate": "400", "Of that, to the home school": "350"}),
        (
            "Plan",
            {
                "What will be done": "Four visits, two lessons each.",
                "How you will know": "Reading ages before and after.",
                "First visit": "2026-03-02",
                "Last visit": "2026-05-02",
            },
        ),
        ("Start", {}),
    ]
    for _, typed in steps:
        team.page.locator("main a.govuk-button").first.click()
        team.look()
        for label, text in typed.items():
            team.fill(label, text)
        team.page.locator("main form button").first.click()
        assert not team.refused
    team.look(focus)
    team.fill("What happened", "Two lessons seen, one planned together.")
    team.press("Record the visit")
    team.page.locator("main a.govuk-button").first.click()
    team.fill("What you found", "Ages rose by six months.")
    team.page.locator("main form button").first.click()
    team.look(focus)
    link = team.page.locator(".app-address a").get_attribute("href")

    head = walker(scripts=scripts)
    assert link
    head.go(link)
    head.look("What did this work bring your school?")
    assert "Say what difference the work made" in head.refusal("Send the evaluation")
    head.look()
    head.fill("What difference", "Teachers plan reading together now.")
    head.choose("How far can you see", "Staff use it")
    head.page.get_by_role("group", name="Was it worth").get_by_role("radio").last.check()
    head.fill("Your name and post", "A. Penrose, head")
    head.press("Send the evaluation")
    head.look("Thank you")
    assert provider_side["leader"] not in head.page.content()

    team.page.reload()
    team.says("Teachers plan reading together now.")
    team.page.locator("main a.govuk-button").first.click()
    team.fill("The specialist leader’s comment", "A school that wanted it.")
    team.page.locator("main form button").first.click()
    team.look(focus)
    team.says("Closed on")


def test_many_at_once_first_wrong_then_right(walker: SitDown, provider_side: dict[str, str]) -> None:
    team, plain = walker(), walker(scripts=False)
    for each in (team, plain):
        each.sign_in(provider_side["rated_owner"])
    team.go(provider_side["imports"])
    team.look("Many at once")
    template = team.page.request.get(
        provider_side["imports"].replace("/imports/", "/exports/programmes.csv?template")
    ).text()
    columns = next(csv.reader(io.StringIO(template.lstrip("\ufeff"))))
    title = f"Brought in {secrets.token_hex(3)}"

    def brings(team: Walker = team, **values: str) -> None:
        out = io.StringIO()
        lines = csv.DictWriter(out, columns)
        lines.writeheader()
        lines.writerow(values)
        team.go(provider_side["imports"])
        team.page.locator("input[type=file]").set_input_files(
            {"name": "ours.csv", "mimeType": "text/csv", "buffer": out.getvalue().encode()}
        )
        kind = team.page.get_by_label("Programmes", exact=True)
        if kind.count():
            kind.first.check()
        team.press("Check the file")

    brings(title=title, kind="not a kind", hours="many")
    team.look("ours.csv")
    team.says("Nothing was changed.")
    brings(title=title, kind="course", hours="12")
    team.look("ours.csv")
    team.says("Every row is right.")
    team.press("Apply the file")
    team.page.get_by_text("Every row is on the register.").wait_for(timeout=60_000)
    team.look("ours.csv")
    team.follow("See them on your organisation’s page")
    team.says(title)

    brings(plain, title=f"{title}, again", kind="course", hours="12")
    plain.look("ours.csv")
    plain.press("Apply the file")
    while plain.page.get_by_text("Every row is on the register.").count() == 0:
        plain.look("ours.csv")
        plain.follow("See how far it is now")
    plain.look("ours.csv")


def test_notices_badge_and_figures_are_there_to_read(walker: SitDown, provider_side: dict[str, str]) -> None:
    team = walker()
    team.sign_in(provider_side["rated_owner"])
    for address, heading in (
        ("/my-work/notices/", "Notices"),
        ("/my-work/notices/choice/", ""),
        (f"{provider_side['imports'].removesuffix('imports/')}figures/", "What the register brings you"),
    ):
        team.go(address)
        team.look(heading)
    team.go(provider_side["rated_page"])
    team.follow("Read the decision")
    team.follow("Badge, QR code and credential")
    team.look()
    team.says("Current: it stands today")
