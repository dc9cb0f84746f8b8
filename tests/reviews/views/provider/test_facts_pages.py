"""The provider reads what was noted, corrects it, and answers questions; never who asks, never a score."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from reviews.models import EvidenceRequest, FactComment
from reviews.queries.deadlines import answer_due_on
from reviews.services.requests import ask_for_evidence
from reviews.services.submissions import answer_fact_comment
from tests.reviews.views.provider.story import Story, signed_in


def url(tale: Story, name: str, *rest: object) -> str:
    return reverse(name, args=[tale.submission.public_id, *rest])


def test_there_is_nothing_to_check_before_the_scores_are_settled(tale: Story) -> None:
    tale.assessing()
    page = signed_in(tale.owner).get(url(tale, "fact_check"), follow=True).content.decode()
    assert "There are no facts to check yet" in page


def test_the_notes_are_shown_without_names_pseudonyms_or_scores(tale: Story) -> None:
    tale.adjudicated()
    page = signed_in(tale.owner).get(url(tale, "fact_check")).content.decode()
    assert "Interviews show what is said on P1." in page
    assert "Minutes show what is said on P1." in page
    assert "The adaptation log has dates and reasons." in page
    for assessor in (*tale.assessors, tale.third):
        assert assessor.name not in page
        assert assessor.assessor_profile.pseudonym not in page
    assert "score" not in page.lower().replace("scores are not shown", "")


def test_notes_come_in_the_order_of_their_words_not_of_their_assessors(tale: Story) -> None:
    tale.scored()
    first = tale.submission.assessments.order_by("id").first()
    assert first.scores.get(criterion__code="P1").rationale.startswith("Minutes")
    page = signed_in(tale.owner).get(url(tale, "fact_check")).content.decode()
    assert page.index("Interviews show what is said on P1.") < page.index("Minutes show what is said on P1.")


def test_a_correction_is_kept_with_its_criterion_and_answered(tale: Story) -> None:
    tale.scored()
    client = signed_in(tale.editor)
    client.post(
        url(tale, "fact_check"), {"do": "comment", "criterion": "V1", "text": "The price includes materials."}
    )
    comment = FactComment.objects.get()
    assert comment.text == "V1: The price includes materials."
    answer_fact_comment(comment=comment, by=tale.administrators[0], answer="We corrected the note.")
    page = client.get(url(tale, "fact_check")).content.decode()
    assert "The price includes materials." in page
    assert "We corrected the note." in page
    assert tale.administrators[0].name not in page


def test_an_empty_correction_is_refused_at_the_field(tale: Story) -> None:
    tale.scored()
    page = (
        signed_in(tale.editor).post(url(tale, "fact_check"), {"do": "comment", "text": ""}).content.decode()
    )
    assert 'href="#id_text"' in page


def test_confirming_ends_the_check(tale: Story) -> None:
    tale.scored()
    client = signed_in(tale.owner)
    page = client.post(url(tale, "fact_check"), {"do": "confirm"}, follow=True).content.decode()
    assert "Awaiting decision" in page
    tale.submission.refresh_from_db()
    assert tale.submission.state == "deciding"
    # A late comment from another tab is refused, and what was typed stays on the page.
    late = client.post(url(tale, "fact_check"), {"do": "comment", "text": "One more thing."}).content.decode()
    assert "One more thing." in late
    assert not FactComment.objects.exists()


@pytest.mark.parametrize("do", ["comment", "confirm"])
def test_a_viewer_reads_the_notes_only(tale: Story, do: str) -> None:
    tale.scored()
    client = signed_in(tale.viewer)
    page = client.get(url(tale, "fact_check"))
    assert "Interviews show" in page.content.decode()
    assert "Confirm the facts" not in page.content.decode()
    assert client.post(url(tale, "fact_check"), {"do": do, "text": "Mine"}).status_code == 403


def asked(tale: Story) -> EvidenceRequest:
    tale.assessing()
    assessment = tale.submission.assessments.get(assessor=tale.assessors[0])
    criterion = tale.submission.framework.criteria.get(code="D3")
    return ask_for_evidence(
        assessment=assessment, criterion=criterion, by=tale.assessors[0], question="Is there a baseline?"
    )


def test_a_question_is_answered_with_new_evidence(tale: Story) -> None:
    question = asked(tale)
    client = signed_in(tale.editor)
    page = client.get(url(tale, "evidence_request", question.pk)).content.decode()
    assert "Is there a baseline?" in page
    assert tale.assessors[0].name not in page

    add = url(tale, "evidence_add", "link") + "?criterion=D3"
    form = client.get(add).content.decode()
    assert 'value="D3"' in form
    assert 'value="P1"' not in form
    client.post(
        add,
        {
            "title": "Baseline survey",
            "url": "https://www.example.org/baseline",
            "criteria": ["D3"],
            "source": "own",
            "visibility": "assessors",
        },
    )
    client.post(url(tale, "evidence_request", question.pk), {"answer": "See the baseline survey."})
    question.refresh_from_db()
    assert (question.answer, question.brought_new) == ("See the baseline survey.", True)
    assert (
        "See the baseline survey." in client.get(url(tale, "evidence_request", question.pk)).content.decode()
    )


def test_what_was_typed_stands_there_after_adding_evidence_on_the_way(tale: Story) -> None:
    question = asked(tale)
    client, page = signed_in(tale.editor), url(tale, "evidence_request", question.pk)
    to_add = reverse("evidence_add", args=[tale.submission.public_id, "link"])
    code = question.criterion.code
    on_the_way = client.post(page, {"answer": "The survey of May says", "then": "add-link"})
    assert on_the_way["Location"] == f"{to_add}?criterion={code}"
    question.refresh_from_db()
    assert question.answered_at is None
    left = client.get(page).content.decode()
    assert "The survey of May says" in left
    assert "You left this unsaved" in left
    # A colleague's own page is their own.
    assert "The survey of May says" not in signed_in(tale.owner).get(page).content.decode()


def test_a_correction_is_kept_while_it_is_typed(tale: Story) -> None:
    tale.scored()
    client, page = signed_in(tale.editor), url(tale, "fact_check")
    said = client.post(page, {"then": "keep", "criterion": "V1", "text": "The price incl"}).content.decode()
    assert "Press the button to add it." in said
    assert not FactComment.objects.exists()
    assert "The price incl" in client.get(page).content.decode()
    client.post(page, {"do": "comment", "criterion": "V1", "text": "The price includes materials."})
    assert "The price incl" not in client.get(page).content.decode().replace("The price includes", "")


def test_nothing_more_to_show_closes_the_question(tale: Story) -> None:
    question = asked(tale)
    signed_in(tale.editor).post(url(tale, "evidence_request", question.pk), {"nothing_new": "on"})
    question.refresh_from_db()
    assert question.closed_at is not None
    assert not question.brought_new


def test_an_empty_answer_is_refused_at_the_field(tale: Story) -> None:
    question = asked(tale)
    page = signed_in(tale.editor).post(url(tale, "evidence_request", question.pk), {"answer": " "})
    assert 'href="#id_answer"' in page.content.decode()


def test_a_question_of_another_submission_is_not_found(tale: Story) -> None:
    from tests.reviews.views.provider.story import story

    question = asked(tale)
    other = story("Another programme", name="Larkmoor Secondary Alliance")
    page = signed_in(other.owner).get(
        reverse("evidence_request", args=[other.submission.public_id, question.pk])
    )
    assert page.status_code == 404


def test_the_deadline_skips_weekends_and_bank_holidays(db: None) -> None:
    from tests.reviews.views.provider.story import story

    with time_machine.travel("2026-12-18 12:00"):
        question = asked(story())
        # Christmas Day, the substitute for Boxing Day and New Year's Day are bank holidays.
        assert answer_due_on(question).isoformat() == "2027-01-06"
