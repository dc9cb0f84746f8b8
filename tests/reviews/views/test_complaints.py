"""Complaints: by a team about the handling of its review, by others about what was rated; answered by other people."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from lpdqa.accounts.models import Role
from lpdqa.accounts.services import grant_role
from lpdqa.audit.models import Entry
from lpdqa.notices.models import Notice
from reviews.models import Complaint, Finding
from reviews.queries.trail import trail, trail_of
from reviews.services.complaints import answer_complaint, lodge_complaint
from reviews.services.ratings import rate_all_stale
from tests.factories import UserFactory, person
from tests.journeys import Journey, all_at
from tests.providers.pages import main, queries, signed_in
from tests.providers.people import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def published() -> Journey:
    journey = Journey()
    journey.to("published", scores=all_at(3))
    rate_all_stale()
    return journey


def lodge(journey: Journey, name: str, user, text: str = "Nobody answered for six weeks.") -> Complaint:
    address = reverse(name, args=[journey.submission.public_id])
    answer = signed_in(user).post(address, {"text": text})
    assert answer.status_code == 302, main(answer)
    return Complaint.objects.latest("id")


def test_a_team_complains_and_reads_the_answer(published):
    viewer = join(published.provider, "viewer")
    page = main(
        signed_in(published.owner).get(reverse("submission_detail", args=[published.submission.public_id]))
    )
    assert "Complain about how it was handled" in page
    complaint = lodge(published, "complaint_lodge", published.owner)
    assert "Your complaint" in main(signed_in(published.owner).get(reverse("my_work")))

    outsider = published.outsider
    assert "Answer a complaint" in main(signed_in(outsider).get(reverse("my_work")))
    board = reverse("board_complaint", args=[complaint.public_id])
    assert "Nobody answered for six weeks." in main(signed_in(outsider).get(board))
    refused = signed_in(outsider).post(board, {"uphold": "yes", "answer": ""})
    assert "Write the answer" in main(refused)
    signed_in(outsider).post(
        board, {"uphold": "yes", "answer": "That was too long. We have two more people now."}
    )
    complaint.refresh_from_db()
    assert (complaint.state, complaint.answered_by) == ("upheld", outsider)
    own = reverse("complaint", args=[complaint.public_id])
    for reader in (published.owner, viewer):
        assert "We have two more people now." in main(signed_in(reader).get(own))
    assert Notice.objects.filter(user=published.owner, subject__contains="is answered").exists()
    assert not Finding.objects.exists()


def test_nobody_with_a_part_in_it_learns_of_it_or_answers_it(published):
    assessor_too = published.assessors[0]
    grant_role(user=assessor_too, role=Role.ADMINISTRATOR, by=None)
    barred = [published.drafter, published.approver, assessor_too]
    complaint = lodge(published, "complaint_lodge", published.owner)
    board = reverse("board_complaint", args=[complaint.public_id])
    (lodged,) = Entry.objects.filter(target_type="reviews.complaint")
    assert lodged in trail(person("administrator"), {})
    for user in barred:
        client = signed_in(user)
        assert client.get(board).status_code == 403
        assert client.get(reverse("trail_entry", args=[lodged.pk])).status_code == 404
        assert lodged not in trail(user, {})
        assert not any("omplaint" in each.what for each in trail_of(published.submission, user))
        assert client.post(board, {"uphold": "no", "answer": "No."}).status_code == 403
        assert "Answer a complaint" not in main(client.get(reverse("my_work")))
        assert "No complaints wait" in main(client.get(reverse("complaints")))
        assert not Notice.objects.filter(user=user, subject__contains="complaint").exists()
        with pytest.raises(ValidationError, match="Somebody else has to answer it"):
            answer_complaint(complaint=complaint, by=user, uphold=False, answer="No.")
    assert Complaint.objects.get().state == "open"


def test_others_complain_of_what_was_rated_and_a_finding_follows(published):
    head = UserFactory()
    page = signed_in(head).get(reverse("concern", args=[published.submission.public_id]))
    assert "doesn’t learn who you are" in main(page)
    complaint = lodge(published, "concern", head, "The six days were two.")
    assert "The six days were two." in main(
        signed_in(head).get(reverse("complaint", args=[complaint.public_id]))
    )
    own = reverse("complaint", args=[complaint.public_id])
    assert signed_in(published.owner).get(own).status_code == 403
    assert Notice.objects.filter(user=published.owner, subject__contains="complaint").count() == 0

    board, client = reverse("board_complaint", args=[complaint.public_id]), signed_in(published.outsider)
    typed = {"uphold": "yes", "answer": "You are right."}
    assert "Write what the public alert would say" in main(client.post(board, typed))
    client.post(board, {**typed, "public_text": "It was shorter than described."})
    complaint.refresh_from_db()
    assert complaint.finding is not None
    assert (complaint.finding.kind, complaint.finding.state) == ("complaint", "open")
    published.submission.refresh_from_db()
    assert published.submission.state == "published"


def test_who_may_complain_of_what(published):
    stranger, viewer = UserFactory(), join(published.provider, "viewer")
    own = reverse("complaint_lodge", args=[published.submission.public_id])
    for user in (stranger, viewer, published.outsider):
        assert signed_in(user).post(own, {"text": "x"}).status_code == 403
    concern = reverse("concern", args=[published.submission.public_id])
    assert signed_in(published.owner).get(concern).status_code == 302
    draft = Journey()
    assert signed_in(stranger).get(reverse("concern", args=[draft.submission.public_id])).status_code == 404
    assert not Complaint.objects.exists()
    for user, kind in ((stranger, "handling"), (viewer, "handling"), (published.owner, "provision")):
        with pytest.raises(ValidationError):
            lodge_complaint(submission=published.submission, by=user, kind=kind, text="x")


def test_one_waits_at_a_time_and_an_answer_stands(published):
    complaint = lodge(published, "complaint_lodge", published.owner)
    address = reverse("complaint_lodge", args=[published.submission.public_id])
    again = main(signed_in(published.owner).post(address, {"text": "And another thing."}))
    assert "is being looked into already" in again
    board = reverse("board_complaint", args=[complaint.public_id])
    signed_in(published.outsider).post(board, {"uphold": "no", "answer": "We did answer."})
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(answer="Something else.")


def test_the_queue_costs_the_same_for_one_and_three(published):
    client, address = signed_in(published.outsider), reverse("complaints")
    assert "No complaints wait" in main(client.get(address))
    lodge(published, "complaint_lodge", published.owner)
    one = queries(client, address)
    for _ in range(2):
        lodge(published, "concern", UserFactory())
    assert queries(client, address) == one
    assert "What was reviewed" in main(client.get(address))
