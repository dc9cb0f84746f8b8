"""The whole way by the pages alone: screened, assessed blind, adjudicated, decided by two, published."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Assessment, Rating
from reviews.services.ratings import rate_all_stale
from reviews.services.submissions import confirm_facts
from tests.journeys import WORKED_EXAMPLE, Journey
from tests.reviews.views.people import page_of, signed_in, step, take, text

pytestmark = pytest.mark.django_db


def score_by_pages(assessment: Assessment, scores: dict[str, int]) -> str:
    """Declare, score what is listed, send; returns what the last page says."""
    browser = signed_in(assessment.assessor)
    take(browser, page_of(assessment), answer="none")
    for code, score in scores.items():
        typed = {"judgement": str(score), "rationale": f"Seen in {code}.", "next": "1"}
        assert browser.post(page_of(assessment, code), typed).status_code == 302
    return take(browser, reverse("assessment_submit", args=[assessment.public_id]))


def test_a_programme_is_rated_by_the_pages_alone():
    journey = Journey()
    submission = journey.to("submitted")
    screener, drafter, approver = map(signed_in, (journey.administrator, journey.drafter, journey.approver))
    assert "Accept and assign two assessors" in text(
        screener.get(reverse("board_submission", args=[submission.public_id]))
    )
    page = take(screener, step(submission, "accept"), assessors=[user.pk for user in journey.assessors])
    assert "Accepted; two assessors are invited." in page
    assert "Being assessed" in page

    for number, assessment in enumerate(submission.assessments.order_by("id")):
        said = score_by_pages(assessment, {code: marks[number] for code, marks in WORKED_EXAMPLE.items()})
        assert "Your scores are in and locked." in said

    submission.refresh_from_db()
    assert submission.state == "adjudicating"
    take(screener, step(submission, "adjudicator"), assessor=journey.third.pk)
    third = submission.assessments.get(role="adjudication")
    score_by_pages(third, {"R2": 3, "D3": 3})

    submission.refresh_from_db()
    assert submission.state == "fact_check"
    confirm_facts(submission=submission, by=journey.owner)
    page = take(drafter, step(submission, "decision"), strengths="Clear aims.", improvements="More transfer.")
    assert "Quality assured" in page
    assert "You drafted it, so somebody else has to approve it." in page
    take(approver, step(submission, "approve"))
    take(approver, step(submission, "publish"))

    assert rate_all_stale() == 1
    rating = Rating.objects.get()
    page = text(Client().get(reverse("rating_explained", args=[rating.public_id])))
    assert "Quality assured" in page


def test_what_is_typed_is_kept_without_a_button():
    journey = Journey()
    journey.to("assessing")
    first, second = journey.blind()
    browser = signed_in(first.assessor)
    save = reverse("assessment_autosave", args=[first.public_id, "P1"])
    assert browser.post(save, {"judgement": "3"}).status_code == 403, "the file is closed"
    take(browser, page_of(first), answer="none")
    answer = browser.post(save, {"judgement": "3", "rationale": ""})
    assert (answer.status_code, answer.json()["status"], answer.json()["done"]) == (200, "Reason missing", 0)
    answer = browser.post(save, {"judgement": "3", "rationale": "Seen.", "pointers": "Survey, page 2"}).json()
    assert (answer["judgement"], answer["done"], answer["total"]) == ("3", 1, 17)
    score = first.scores.get()
    assert (score.value, score.rationale, score.pointers) == (3, "Seen.", "Survey, page 2")
    refused = browser.post(save, {"judgement": "7"})
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    # A question to the provider is never sent by itself.
    refused = browser.post(save, {"judgement": "cannot_judge", "rationale": "The survey, please."})
    assert refused.status_code == 409
    assert "press a button" in refused.json()["detail"]
    assert not journey.submission.evidence_requests.exists()
    assert first.scores.get().value == 3
    assert browser.post(reverse("assessment_autosave", args=[first.public_id, "R5"])).status_code == 404
    assert signed_in(second.assessor).post(save, {"judgement": "1"}).status_code == 403
    page = text(browser.get(reverse("assessment_submit", args=[first.public_id])))
    assert "P2 Growth beyond compliance : not started" in page
    assert "Submit my scores" not in page
