"""Complaints: lodged by the team whose review it was, or by anybody with an account; answered by somebody else."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.web.formats import long_date
from providers.choices import MemberRole
from providers.rules import role_in
from reviews.choices import ComplaintKind, ComplaintState, FindingKind
from reviews.models import Complaint, Submission
from reviews.queries.complaints import answer_due_on, bar_to_answering, is_about_something_public
from reviews.services.findings import open_finding
from reviews.services.telling import tell_of_complaint
from reviews.services.transitions import locked

MOST_OPEN = 5
"""So many complaints of one person may wait at once."""


def lodge_complaint(*, submission: Submission, by: User, kind: str, text: str) -> Complaint:
    """Complain about how a review was handled (its team only), or about what was reviewed (everybody else).

    Raises:
        ValidationError: the person may not, nothing is said, or a complaint of theirs waits already.
    """
    if not text.strip():
        raise ValidationError({"text": "Say what happened, and when."})
    role = role_in(by, submission.provider)
    with locked(submission):
        if kind == ComplaintKind.HANDLING:
            if role not in (MemberRole.OWNER, MemberRole.EDITOR):
                raise ValidationError("Only the team whose review it is can complain about its handling.")
            if submission.submitted_at is None:
                raise ValidationError("Nothing has been handled yet: this has not been submitted.")
        elif kind == ComplaintKind.PROVISION:
            if role:
                raise ValidationError("This is your own organisation’s. Use the submission’s page instead.")
            if not is_about_something_public(submission):
                raise ValidationError("No rating of this is public.")
        else:
            raise ValidationError({"kind": "Choose what the complaint is about."})
        mine = Complaint.objects.filter(lodged_by=by, state=ComplaintState.OPEN)
        if mine.filter(submission=submission, kind=kind).exists():
            raise ValidationError("Your complaint about this is being looked into already.")
        if mine.count() >= MOST_OPEN:
            raise ValidationError(
                f"{MOST_OPEN} of your complaints wait for an answer. Please wait for these."
            )
        with act("complaint.lodge", by=by) as doing:
            doing.target = complaint = Complaint.objects.create(
                submission=submission, kind=kind, text=text.strip(), lodged_by=by
            )
            tell_of_complaint(complaint=complaint, due=long_date(answer_due_on(complaint)))
    return complaint


def answer_complaint(
    *, complaint: Complaint, by: User, uphold: bool, answer: str, public_text: str = ""
) -> Complaint:
    """Answer a complaint, once. One about what was reviewed that is upheld opens a finding, on which others decide.

    public_text: what the public alert will say if that finding is upheld too.

    Raises:
        ValidationError: it is answered already, or the person has a part in the matter.
        WorkflowError: the rating it is about is not public any more, so there is nothing to find against.
    """
    if not answer.strip():
        raise ValidationError({"answer": "Write the answer: the person who complained reads it."})
    with locked(complaint.submission) as submission:
        complaint.refresh_from_db(from_queryset=Complaint.objects.select_for_update(no_key=True))
        complaint.submission = submission
        if complaint.state != ComplaintState.OPEN:
            raise ValidationError("This complaint is answered already.")
        if bar := bar_to_answering(by, complaint):
            raise ValidationError(f"{bar} Somebody else has to answer it.")
        with act("complaint.answer", by=by, target=complaint, detail={"upheld": uphold}):
            if uphold and complaint.kind == ComplaintKind.PROVISION:
                complaint.finding = open_finding(
                    submission=submission,
                    by=by,
                    kind=FindingKind.COMPLAINT,
                    public_text=public_text,
                    detail=f"From a complaint, see {reverse('board_complaint', args=[complaint.public_id])}",
                )
            complaint.state = ComplaintState.UPHELD if uphold else ComplaintState.NOT_UPHELD
            complaint.answer, complaint.answered_by, complaint.answered_at = answer.strip(), by, now()
            complaint.save()
            tell_of_complaint(complaint=complaint)
    return complaint
