"""From an account to a published rating that a visitor finds, by the pages alone; with JavaScript and without."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

import pytest

from tests.browser.beforehand import ADMINISTRATORS, ASSESSORS
from tests.browser.steps import opens_an_account, submits
from tests.browser.walker import Walker
from tests.journeys import WORKED_EXAMPLE
from tests.support.stack import Live

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(900)]

# Headings of the worked example (docs/rating.md, section 5) as the pages print them.
HEADINGS = {
    "Purpose": "3.07", "Governance": "3.00", "Process": "2.89", "Definitions": "2.70", "Value": "3.00",
}  # fmt: skip
OVERALL = "2.93"
# Seconds from the decision to publish until everybody sees the rating.
PUBLISHED_WITHIN = 60
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000056 00000 n \n0000000111 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n179\n%%EOF\n"
)


@pytest.mark.parametrize(
    ("scripts", "place"), [(True, "Ambleford"), (False, "Brackwater")], ids=["scripts", "no scripts"]
)
def test_from_an_account_to_a_rating_found_by_search(
    register: Live, walker: Callable[..., Walker], scripts: bool, place: str
) -> None:
    # A name of its own, so that the test can be repeated on a register that stays.
    place += secrets.token_hex(2)
    title = f"Leading small schools in {place}"

    def sit_down() -> Walker:
        return walker(scripts=scripts)

    provider = sit_down()
    email = f"head@{place.lower()}.example"
    opens_an_account(provider, register, email)
    adds_an_organisation(provider, f"{place} Schools Partnership")
    describes_a_programme(provider, title)
    puts_it_forward(provider, title)

    screener = sit_down()
    screener.sign_in(next(iter(ADMINISTRATORS)))
    first, second, third = ASSESSORS
    accepts(screener, title, [ASSESSORS[first], ASSESSORS[second]])
    for number, assessor in enumerate((first, second)):
        scores(sit_down(), assessor, title, {code: marks[number] for code, marks in WORKED_EXAMPLE.items()})
    asks_a_third(screener, title, ASSESSORS[third])
    scores(
        sit_down(),
        third,
        title,
        {code: marks[2] for code, marks in WORKED_EXAMPLE.items() if len(marks) == 3},
    )
    verifies_evidence(screener, title)

    confirms_the_facts(provider, title)
    drafts_the_decision(screener, title)
    approver = sit_down()
    approver.sign_in(list(ADMINISTRATORS)[1])
    approves_and_publishes(approver, title)

    visitor = sit_down()
    finds(visitor, title, place)
    reads_how_it_was_worked_out(visitor)
    provider.go("/my-work/")
    provider.look("My work")
    provider.follow(f"Read the decision: {title}")
    provider.look()
    provider.says("Clear aims.", "Quality assured")


# --- The provider -------------------------------------------------------------------------------------------


def adds_an_organisation(walker: Walker, name: str) -> None:
    walker.follow("Find your organisation")
    walker.look("Find your organisation")
    walker.fill("Name, postcode", name)
    walker.press("Search")
    walker.look()
    walker.follow("Add an organisation")
    walker.look("Add an organisation")
    walker.fill("Name of the organisation", name)
    walker.select("What kind of organisation", "Network")
    walker.fill("Postcode", "LN2")
    walker.press("Add it")
    walker.look(name)
    walker.follow("Describe your organisation")
    walker.look("About your organisation")
    walker.fill("What you offer", "Courses and exchange for leaders of small schools.")
    walker.fill("What your work is for", "No head of a small school should learn alone.")
    walker.press("Save and continue")
    walker.look(f"Describe {name}")
    walker.follow("How quality is overseen")
    walker.look("How quality is overseen")
    walker.fill("Group that oversees quality", "Committee of heads")
    walker.fill("Person who answers for quality", "Noor Ashdown, director")
    walker.fill("How client schools take part", "Four heads are elected every year.")
    walker.press("Save and continue")
    walker.follow("Check your answers")


def describes_a_programme(walker: Walker, title: str) -> None:
    walker.follow("Describe your first programme")
    walker.look("Add a programme")
    walker.fill("Title", title)
    walker.choose("What kind of programme", "Course")
    walker.press("Continue")
    walker.look(title)

    walker.follow("About the programme")
    walker.look("About the programme")
    walker.fill("The programme in one sentence", "Six days over a year for heads of small schools.")
    walker.fill(
        "What participants will know", "They lead curriculum with three teachers and know what to leave out."
    )
    walker.fill("What happens in it", "Days in each other's schools, a task between them, coaching.")
    walker.press("Save and continue")

    walker.follow("Who it is for")
    walker.look("Who it is for")
    walker.choose("Who is it for?", "New heads", "Experienced heads")
    walker.choose("Which phases?", "Primary")
    walker.choose("What is it about?", "Curriculum")
    walker.fill("Who and where it suits", "Schools with fewer than 120 pupils.")
    walker.fill("Who and where it does not suit", "Schools without a head in post.")
    walker.press("Save and continue")

    walker.follow("How it is delivered")
    walker.look("How it is delivered")
    walker.choose("How does it run?", "Face to face")
    walker.choose("Where does it run?", "You travel to a venue")
    walker.fill("Postcode of the venue", "LN2")
    walker.fill("Hours each participant", "36")
    walker.fill("Spread over", "36")
    walker.fill("Who delivers it", "Two serving heads and a university tutor.")
    walker.press("Save and continue")

    walker.follow("Price")
    walker.look("Price")
    walker.select("How is it paid for?", "Price per place")
    walker.fill("Per participant", "£480")
    walker.fill("Days of cover", "6")
    walker.fill("What a day of cover", "220")
    walker.press("Save the price")

    walker.follow("Evidence base and evaluation")
    walker.look("Evidence base and evaluation")
    walker.fill(
        "The evidence it rests on", "Reviews of effective professional development, named session by session."
    )
    walker.fill("When did you last review", "2026-06-01")
    walker.choose("How far does your evaluation", "4 ")
    walker.press("Save and continue")

    walker.follow("Knowledge and how it moves")
    walker.look("Knowledge and how it moves")
    for label, share in (("you protect", "10"), ("you sell", "30"), ("you share", "60")):
        walker.fill(f"Knowledge {label}", share)
    walker.fill("How knowledge is identified", "Participants write down what worked; others use it.")
    walker.choose("What are participants", "Designs with others")
    walker.fill("Materials that anyone may see", "80")
    walker.fill("Time that participants work", "60")
    walker.fill("Exchanged without payment", "10")
    walker.press("Save and continue")
    walker.says("6 of 6 parts are complete")

    walker.follow("Add dates")
    walker.look("Add dates")
    walker.fill("Name of this run", "Spring cohort")
    walker.fill("First day", "2027-03-02")
    walker.choose("How does it run?", "Face to face")
    walker.fill("Places", "16")
    walker.press("Save")
    walker.look(title)
    walker.says("2 March 2027", "Spring cohort")


def puts_it_forward(walker: Walker, title: str) -> None:
    walker.follow("Submit for review")
    walker.look()
    walker.press("Start a draft")
    walker.look(title)
    walker.follow("P1")
    walker.look("P1")
    walker.fill("Your statement", "Our aims come from what heads of small schools told us.")

    everything = list(WORKED_EXAMPLE)
    walker.press("Write a text")
    walker.look("Write it here")
    adds_evidence(
        walker, "What nine heads wrote to us", everything, "From outside", The_evidence="Nine letters."
    )
    walker.press("Add a link")
    walker.look("Add a link")
    adds_evidence(
        walker, "Aims and outcomes", everything[:8], "Our own", Address="https://www.example.org/aims"
    )
    walker.press("Add a file")
    walker.look("Add a file")
    walker.page.get_by_label("The file", exact=True).set_input_files(
        {"name": "evaluation.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    adds_evidence(walker, "Evaluation of the first cohort", everything[8:], "From outside")
    walker.look("P1")
    walker.says("What nine heads wrote to us", "Aims and outcomes")

    walker.press("Save and continue")
    for code in everything[1:]:
        assert starts_with(walker, code)
        walker.fill("Your statement", f"What we do about {code}, and what shows it.")
        walker.press("Save")
    submits(walker, title, "Evaluation of the first cohort")


def adds_evidence(walker: Walker, title: str, codes: list[str], source: str, **content: str) -> None:
    walker.fill("What is it?", title)
    for label, text in content.items():
        walker.fill(label.replace("_", " "), text)
    walker.choose("Which criteria does it support?", *(f"{code} " for code in codes))
    walker.choose("Where does it come from?", source)
    walker.choose("Who may see it?", "Everyone")
    walker.press("Add evidence")
    # A file is sent by the script of its form, which then shows the page the server answers with.
    walker.page.locator("form[data-upload]").wait_for(state="detached")
    if not starts_with(walker, "P1"):
        walker.follow("P1")


def starts_with(walker: Walker, code: str) -> bool:
    return walker.page.locator("h1").inner_text().startswith(code)


def confirms_the_facts(walker: Walker, title: str) -> None:
    walker.go("/my-work/")
    walker.look("My work")
    walker.follow(f"Check the facts: {title}")
    if "/facts/" not in walker.page.url:
        walker.look(title)
        walker.follow("Check the facts")
    walker.look("Check the facts")
    walker.says("Seen in P1 by an assessor.")
    walker.press("Confirm the facts")
    walker.says("The factual check is finished.")


# --- The assessors ------------------------------------------------------------------------------------------


def scores(walker: Walker, email: str, title: str, values: dict[str, int]) -> None:
    """Declare no conflict, judge every criterion that is asked, and send the scores."""
    first_of_two = len(values) > 2
    walker.sign_in(email)
    walker.follow(f"Declare whether you can {'assess' if first_of_two else 'adjudicate'}: {title}")
    walker.look("Before you begin")
    walker.choose("Do you have a conflict", "No, I have none")
    walker.press("Continue")
    walker.look(title)
    walker.follow(next(iter(values)))
    for code, value in values.items():
        assert starts_with(walker, code)
        if code == next(iter(values)):
            walker.look(code)
        walker.choose("Your judgement", f"{value} ")
        walker.fill("Why", f"Seen in {code} by an assessor.")
        here = walker.page.url
        walker.press("Save and")
        # The button may wait for what the page is keeping at that moment.
        walker.page.wait_for_url(lambda url, here=here: url != here)
    walker.look(title)
    walker.follow("Check and submit")
    walker.look("Check and submit your scores")
    walker.press("Submit my scores")
    walker.says("Your scores are in and locked.")


# --- The administrators -------------------------------------------------------------------------------------


def opens(walker: Walker, title: str) -> None:
    """The submission's page, by way of the board."""
    walker.go("/board/")
    walker.follow(title)


def accepts(walker: Walker, title: str, names: list[str]) -> None:
    walker.look("My work")
    walker.follow("Board")
    walker.look()
    walker.follow(title)
    walker.look(title)
    walker.follow("Accept and assign")
    walker.look("Accept and assign two assessors")
    walker.choose("Choose two assessors", *names)
    walker.press("Accept and invite")
    walker.says("Accepted; two assessors are invited.")


def asks_a_third(walker: Walker, title: str, name: str) -> None:
    opens(walker, title)
    walker.look(title)
    walker.follow("Assign a third assessor")
    walker.look("Assign a third assessor")
    walker.choose("Choose an assessor", name)
    walker.press("Invite")
    walker.says("Invited.")


def verifies_evidence(walker: Walker, title: str) -> None:
    opens(walker, title)
    for item in ("What nine heads wrote to us", "Aims and outcomes", "Evaluation of the first cohort"):
        walker.press("Verified", within=walker.page.locator("article", has_text=item))
        walker.says(f"{item}: verified")
    walker.look(title)


def drafts_the_decision(walker: Walker, title: str) -> None:
    opens(walker, title)
    walker.look(title)
    walker.says("2.93", "Quality assured")
    walker.follow("Draft the decision")
    walker.look("Draft the decision")
    walker.fill("Strengths", "Clear aims.")
    walker.fill("What to improve", "Follow participants for longer.")
    walker.press("Save the draft")
    walker.says("Saved. Somebody else has to approve it.")
    assert walker.page.get_by_role("button", name="Approve the decision").count() == 0


def approves_and_publishes(walker: Walker, title: str) -> None:
    opens(walker, title)
    walker.follow("Approve the decision")
    walker.look("Approve the decision")
    walker.press("Approve it")
    walker.says("Approved.")
    walker.follow("Publish the rating")
    walker.look("Publish the rating")
    walker.press("Publish")
    walker.says("Published.")
    walker.look(title)
    walker.follow("Trail")
    walker.look()


# --- The visitor --------------------------------------------------------------------------------------------


def finds(walker: Walker, title: str, words: str) -> None:
    """Search by a word until the rating is worked out, and open the programme."""
    until = time.monotonic() + PUBLISHED_WITHIN
    while True:
        walker.go("/")
        walker.fill("What are you looking for?", words)
        walker.press("Search")
        card = walker.page.locator("article", has_text=title)
        if card.count():
            break
        assert time.monotonic() < until, f"{title!r} is not found by {words!r}"
        time.sleep(1)
    walker.look("Find provision")
    assert "Quality assured" in card.inner_text()
    walker.follow(title)
    walker.look(title)
    walker.says("Quality assured", profile_in_words(), f"{OVERALL} out of 4", "£480", "2 March 2027")


def profile_in_words() -> str:
    return "Profile, each out of 4: " + ", ".join(
        f"{name.lower()} {value}" for name, value in HEADINGS.items()
    )


def reads_how_it_was_worked_out(walker: Walker) -> None:
    walker.follow("How this was worked out")
    walker.look("How this was worked out")
    walker.says("Quality assured", profile_in_words())
    table = walker.page.get_by_role("table", name="Headings and overall")
    for name, value in {**HEADINGS, "Overall": OVERALL}.items():
        row = table.get_by_role("row").filter(
            has=walker.page.get_by_role("rowheader", name=starts_word(name))
        )
        assert row.get_by_role("cell").last.inner_text().strip() == value, name
    for code, marks in WORKED_EXAMPLE.items():
        row = walker.page.locator(f"tr#{code}")
        given = row.locator("li strong").all_inner_texts()
        assert sorted(map(int, given)) == sorted(marks), code
        assert ("third score" in row.inner_text()) == (len(marks) == 3), code
    # What section 5 says next: with D3 at 2 an essential criterion is below its gate.
    walker.select("Criterion", walker.page.locator("#id_criterion option[value=D3]").inner_text())
    walker.select("Score by both assessors", walker.page.locator("#id_score option[value='2']").inner_text())
    walker.press("Work it out")
    walker.says("Working towards")
    walker.look("How this was worked out")


def starts_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"^{name}\b")
