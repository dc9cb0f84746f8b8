"""The provider reads the decision, and appeals in time."""

from __future__ import annotations

import datetime as dt

import time_machine
from django.urls import reverse

from lpdqa.web.formats import long_date
from reviews.models import Appeal, Submission
from reviews.queries.deadlines import appeal_due_on
from reviews.services.appeals import decide_appeal
from reviews.services.decisions import close_submission, publish_decision
from reviews.services.ratings import lapse_due, rate_stale
from tests.reviews.views.provider.story import Story, signed_in, story


def url(tale: Story, name: str) -> str:
    return reverse(name, args=[tale.submission.public_id])


def test_the_report_tells_strengths_improvements_and_band(tale: Story) -> None:
    tale.decided()
    page = signed_in(tale.viewer).get(url(tale, "submission_report")).content.decode()
    assert "Outcomes are traced from need to change." in page
    assert "Follow participants for longer." in page
    assert "Quality assured" in page
    for person in (*tale.assessors, *tale.administrators):
        assert person.name not in page


def test_the_report_of_a_published_rating_leads_to_its_arithmetic(tale: Story) -> None:
    tale.decided()
    publish_decision(submission=tale.submission, by=tale.administrators[0])
    page = signed_in(tale.owner).get(url(tale, "submission_report")).content.decode()
    assert "being worked out" in page
    rate_stale()
    rating = tale.submission.ratings.get()
    page = signed_in(tale.owner).get(url(tale, "submission_report")).content.decode()
    assert reverse("rating_explained", args=[rating.public_id]) in page
    assert "3.00" in page


def test_what_has_lapsed_is_put_forward_again_from_its_page(tale: Story) -> None:
    tale.decided()
    publish_decision(submission=tale.submission, by=tale.administrators[0])
    rate_stale()
    ended = tale.submission.ratings.get().valid_to
    assert ended is not None
    again = reverse("submission_start", args=["programme", tale.submission.version.programme.slug])
    assert again not in signed_in(tale.owner).get(url(tale, "submission_detail")).content.decode()
    before = signed_in(tale.owner).get(again).content.decode()
    assert "It was reviewed before." in before
    assert f"The present rating is valid to {long_date(ended)}." in before

    assert lapse_due(on=ended + dt.timedelta(days=61)) == 1

    assert again in signed_in(tale.owner).get(url(tale, "submission_detail")).content.decode()
    assert again not in signed_in(tale.viewer).get(url(tale, "submission_detail")).content.decode()
    assert "The present rating" not in signed_in(tale.owner).get(again).content.decode()
    page = signed_in(tale.owner).post(again, follow=True).content.decode()
    assert "Your draft is ready." in page
    draft = Submission.objects.latest("pk")
    assert draft.pk != tale.submission.pk
    assert draft.evidence.count() == tale.submission.evidence.count() > 0


def test_not_yet_is_said_plainly(tale: Story) -> None:
    tale.decided(default=1)
    close_submission(submission=tale.submission, by=tale.administrators[0])
    page = signed_in(tale.owner).get(url(tale, "submission_report")).content.decode()
    assert "<strong>Not yet</strong>" in page


def test_an_appeal_is_lodged_once_and_its_outcome_read(tale: Story) -> None:
    decision = tale.decided()
    client = signed_in(tale.owner)
    page = client.get(url(tale, "submission_report")).content.decode()
    assert url(tale, "appeal_lodge") in page
    client.post(url(tale, "appeal_lodge"), {"grounds": "The minutes were misread."})
    tale.submission.refresh_from_db()
    assert tale.submission.state == "appealed"
    again = client.post(url(tale, "appeal_lodge"), {"grounds": "And again."}).content.decode()
    assert "And again." in again
    appeal = Appeal.objects.get()

    from lpdqa.accounts.models import Role
    from tests.reviews.views.provider.story import with_role

    decide_appeal(
        appeal=appeal, by=with_role(Role.ADMINISTRATOR), uphold=False, outcome_text="The minutes say so."
    )
    page = client.get(url(tale, "submission_report")).content.decode()
    assert "Dismissed" in page
    assert "The minutes say so." in page
    assert "The minutes were misread." in page
    assert decision.appeals.get() == appeal


def test_grounds_are_needed(tale: Story) -> None:
    tale.decided()
    page = signed_in(tale.owner).post(url(tale, "appeal_lodge"), {"grounds": ""}).content.decode()
    assert "Say on what grounds you appeal" in page
    assert not Appeal.objects.exists()


def test_the_last_day_counts_and_the_next_is_too_late(db: None) -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        tale = story()
        decision = tale.decided()
    due = appeal_due_on(decision)
    assert due == dt.date(2026, 11, 23)
    with time_machine.travel("2026-11-23 22:00", tick=False):
        page = signed_in(tale.owner).get(url(tale, "submission_report")).content.decode()
        assert url(tale, "appeal_lodge") in page
        assert "23 November 2026" in page
    with time_machine.travel("2026-11-24 09:00", tick=False):
        client = signed_in(tale.owner)
        page = client.get(url(tale, "submission_report")).content.decode()
        assert url(tale, "appeal_lodge") not in page
        late = client.post(url(tale, "appeal_lodge"), {"grounds": "The minutes were misread."})
        assert "The minutes were misread." in late.content.decode()
        assert not Appeal.objects.exists()


def test_a_viewer_does_not_appeal(tale: Story) -> None:
    tale.decided()
    client = signed_in(tale.viewer)
    assert url(tale, "appeal_lodge") not in client.get(url(tale, "submission_report")).content.decode()
    assert client.post(url(tale, "appeal_lodge"), {"grounds": "Mine"}).status_code == 403
