"""A provider writes a submission, checks it and sends it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Programme
from providers.models import Membership
from reviews.models import Submission
from reviews.queries.frameworks import applicable_criteria
from reviews.services.evidence import add_link
from reviews.services.submissions import invite_amendment, return_submission
from tests.factories import ProgrammeFactory, ProviderFactory, UserFactory
from tests.reviews.views.provider.story import Story, in_force, signed_in


def url(tale: Story, name: str, *rest: str) -> str:
    return reverse(name, args=[tale.submission.public_id, *rest])


def test_an_editor_starts_a_draft_after_reading_what_it_takes(db: None) -> None:
    in_force()
    provider, person = ProviderFactory(), UserFactory()
    Membership.objects.create(provider=provider, user=person, role="editor")
    programme = ProgrammeFactory(provider=provider, version__title="Coaching for new heads")
    client = signed_in(person)
    start = reverse("submission_start", args=["programme", programme.slug])
    page = client.get(start)
    assert "There are 17 criteria" in page.content.decode()
    assert "made up" not in page.content.decode()
    assert not Submission.objects.exists()
    Programme.objects.update(is_example=True)
    assert "This programme is made up" in client.get(start).content.decode()

    client.post(start)
    submission = Submission.objects.get()
    assert submission.version == programme.versions.get()
    # Starting again, from another tab or by going back, opens the same draft.
    assert client.post(start)["Location"] == reverse("submission_detail", args=[submission.public_id])
    assert Submission.objects.count() == 1


def test_the_overview_says_where_the_submission_is_and_what_comes_next(tale: Story) -> None:
    page = signed_in(tale.editor).get(url(tale, "submission_detail")).content.decode()
    assert "Only your team sees it" in page
    assert "0 of 17" in page
    assert page.count("Not started") == 17
    assert 'aria-current="step"' in page


def test_saving_a_statement_goes_on_to_the_next_criterion(tale: Story) -> None:
    client = signed_in(tale.editor)
    response = client.post(
        url(tale, "submission_criterion", "P1"),
        {"text": "Heads of year lead better meetings.", "then": "next"},
    )
    assert response["Location"] == url(tale, "submission_criterion", "P2")
    assert tale.submission.statements.get().text == "Heads of year lead better meetings."
    page = client.get(url(tale, "submission_criterion", "P1")).content.decode()
    assert "Heads of year lead better meetings." in page


def test_going_to_add_evidence_saves_the_statement_on_the_way(tale: Story) -> None:
    client = signed_in(tale.editor)
    page = url(tale, "submission_criterion", "P1")
    response = client.post(page, {"text": "Half a thought", "then": "add-file"})
    assert response["Location"] == url(tale, "evidence_add", "file") + "?criterion=P1"
    assert tale.submission.statements.get().text == "Half a thought"
    response = client.post(url(tale, "submission_criterion", "P2"), {"text": "", "then": "add-link"})
    assert response["Location"] == url(tale, "evidence_add", "link") + "?criterion=P2"
    assert tale.submission.statements.count() == 1


def test_an_empty_answer_is_refused_at_the_field(tale: Story) -> None:
    page = signed_in(tale.editor).post(url(tale, "submission_criterion", "P1"), {"text": ""})
    assert "Write a statement, or say that you have no evidence" in page.content.decode()
    assert not tale.submission.statements.exists()


def test_a_declared_gap_shows_in_the_list(tale: Story) -> None:
    client = signed_in(tale.editor)
    client.post(url(tale, "submission_criterion", "D3"), {"declared_gap": "on"})
    assert "Declared gap" in client.get(url(tale, "submission_detail")).content.decode()


def test_what_was_typed_survives_a_submission_sent_in_another_window(tale: Story) -> None:
    tale.submitted()
    page = signed_in(tale.editor).post(
        url(tale, "submission_criterion", "P1"), {"text": "Two hours of careful work."}
    )
    assert page.status_code == 200
    assert "Two hours of careful work." in page.content.decode()
    assert "nothing was saved" in page.content.decode()
    assert tale.submission.statements.get(criterion__code="P1").text == "About P1."


def test_a_statement_is_text_and_never_markup(tale: Story) -> None:
    client = signed_in(tale.editor)
    client.post(url(tale, "submission_criterion", "P1"), {"text": "<script>alert(1)</script>"})
    for name, rest in (("submission_criterion", ["P1"]), ("submission_submit", [])):
        assert "<script>alert" not in client.get(url(tale, name, *rest)).content.decode()


def test_the_check_names_each_missing_criterion_with_a_link(tale: Story) -> None:
    client = signed_in(tale.editor)
    page = client.get(url(tale, "submission_submit")).content.decode()
    assert "Before you can submit" in page
    assert f'href="{url(tale, "submission_criterion", "D3")}"' in page
    assert "Submit for review</button>" not in page
    client.post(url(tale, "submission_submit"))
    tale.submission.refresh_from_db()
    assert tale.submission.state == "draft"


def test_a_gap_is_declared_for_all_that_is_missing_at_once(tale: Story) -> None:
    client = signed_in(tale.editor)
    criteria = {criterion.code: criterion for criterion in applicable_criteria(tale.submission)}
    write = reverse("submission_criterion", args=[tale.submission.public_id, "P1"])
    client.post(write, {"text": "What we do about it."})
    page = reverse("submission_submit", args=[tale.submission.public_id])
    assert "Declare a gap for each" in client.get(page).content.decode()
    assert signed_in(tale.viewer).post(page, {"do": "gaps"}).status_code == 403
    after = client.post(page, {"do": "gaps"}, follow=True).content.decode()
    assert "Declare a gap for each" not in after
    assert "Submit for review" in after
    gaps = tale.submission.statements.filter(declared_gap=True)
    # P1 is essential: a statement alone is not enough.
    assert {gap.criterion.code for gap in gaps} == set(criteria)
    assert tale.submission.statements.get(criterion=criteria["P1"]).text == "What we do about it."
    assert "Your submission is sent." in client.post(page, follow=True).content.decode()


def test_a_complete_draft_is_sent_once(tale: Story) -> None:
    tale.filled()
    client = signed_in(tale.editor)
    assert "Submit for review" in client.get(url(tale, "submission_submit")).content.decode()
    client.post(url(tale, "submission_submit"))
    tale.submission.refresh_from_db()
    assert tale.submission.state == "submitted"
    page = client.get(url(tale, "submission_submit"), follow=True).content.decode()
    assert "has been sent already" in page
    assert "Received" in page


def test_a_returned_submission_shows_why(tale: Story) -> None:
    tale.submitted()
    return_submission(
        submission=tale.submission, by=tale.administrators[0], reason="The price list is from 2023."
    )
    client = signed_in(tale.editor)
    assert "The price list is from 2023." in client.get(url(tale, "submission_detail")).content.decode()
    assert "The price list is from 2023." in client.get(reverse("my_work")).content.decode()


def test_withdrawing_asks_first(tale: Story) -> None:
    client = signed_in(tale.owner)
    assert "The review ends now" in client.get(url(tale, "submission_withdraw")).content.decode()
    tale.submission.refresh_from_db()
    assert tale.submission.state == "draft"
    client.post(url(tale, "submission_withdraw"), {"reason": "The course has ended."})
    tale.submission.refresh_from_db()
    assert tale.submission.state == "withdrawn"


def test_an_amendment_is_about_the_failed_criteria_only(tale: Story) -> None:
    tale.deciding(default=2)
    invite_amendment(submission=tale.submission, by=tale.administrators[0])
    client = signed_in(tale.editor)
    overview = client.get(url(tale, "submission_detail")).content.decode()
    assert "Amendment invited" in overview
    assert "Not part of the amendment" in overview

    refused = client.post(url(tale, "submission_criterion", "P2"), {"text": "A better second answer."})
    assert "A better second answer." in refused.content.decode()
    assert tale.submission.statements.get(criterion__code="P2").text == "About P2."

    client.post(url(tale, "submission_criterion", "P1"), {"text": "A better first answer."})
    check = client.get(url(tale, "submission_submit")).content.decode()
    assert "A better first answer." in check
    assert "About P2." not in check
    client.post(url(tale, "submission_submit"))
    tale.submission.refresh_from_db()
    assert (tale.submission.state, tale.submission.round) == ("assessing", 2)
    # Round two is as blind as round one: the notes of the first are closed again.
    assert "no facts to check yet" in client.get(url(tale, "fact_check"), follow=True).content.decode()


def test_pages_cost_the_same_with_more_evidence(tale: Story) -> None:
    client = signed_in(tale.editor)

    def add(number: int) -> None:
        add_link(
            submission=tale.submission,
            by=tale.editor,
            url=f"https://www.example.org/{number}",
            title=f"Page {number}",
            criteria=["P1", "P2"],
        )

    def cost(name: str, *rest: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(tale, name, *rest)).status_code == 200
        return len(queries)

    pages = (("submission_detail",), ("submission_criterion", "P1"), ("submission_submit",))
    add(1)
    before = [cost(*page) for page in pages]
    add(2)
    add(3)
    assert [cost(*page) for page in pages] == before
