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
