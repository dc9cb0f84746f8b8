"""The decision as a PDF: the same words as the page, tagged so that it can be read aloud, and for the team alone."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from reviews.report_pdf import can_make_pdf
from reviews.services.decisions import publish_decision
from reviews.services.ratings import rate_stale
from tests.factories import person
from tests.reviews.views.provider.story import Story, signed_in

with_library = pytest.mark.skipif(not can_make_pdf(), reason="the extra “pdf” is not installed")
without_library = pytest.mark.skipif(can_make_pdf(), reason="the extra “pdf” is installed")


def address(tale: Story, name: str = "submission_report_pdf") -> str:
    return reverse(name, args=[tale.submission.public_id])


@with_library
def test_the_report_can_be_taken_away_as_a_tagged_pdf(tale: Story) -> None:
    tale.decided()
    publish_decision(submission=tale.submission, by=tale.administrators[0])
    rate_stale()
    client = signed_in(tale.viewer)
    assert address(tale) in client.get(address(tale, "submission_report")).content.decode()
    answer = client.get(address(tale))
    assert answer["Content-Type"] == "application/pdf"
    paper = PdfReader(io.BytesIO(answer.content))
    words = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    for said in ("Outcomes are traced from need to change.", "Follow participants for longer.", "Quality assured",
                 "3.00 out of 4", tale.submission.title):  # fmt: skip
        assert said in words
    for each in (*tale.assessors, *tale.administrators):
        assert each.name not in words
    assert paper.metadata is not None
    assert paper.metadata.title == f"Decision on {tale.submission.title}"
    assert "/StructTreeRoot" in paper.trailer["/Root"], "tagged"
    assert paper.trailer["/Root"]["/Lang"] == "en-GB"


@without_library
def test_without_the_library_the_page_offers_none_and_the_address_leads_back(tale: Story) -> None:
    tale.decided()
    client = signed_in(tale.viewer)
    assert address(tale) not in client.get(address(tale, "submission_report")).content.decode()
    page = client.get(address(tale), follow=True)
    assert page.redirect_chain == [(address(tale, "submission_report"), 302)]
    assert "Print the page instead" in page.content.decode()


def test_it_is_for_the_team_and_administrators(tale: Story) -> None:
    assert signed_in(tale.owner).get(address(tale)).status_code == 404, "nothing is decided yet"
    tale.decided()
    assert signed_in(person()).get(address(tale)).status_code == 403
    assert signed_in(tale.assessors[0]).get(address(tale)).status_code == 403
