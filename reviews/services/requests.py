"""“Cannot judge”: an assessor asks for evidence, the provider answers. The provider never learns who asks."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.web.formats import long_date
from reviews.models import Assessment, Criterion, EvidenceRequest, Score
from reviews.queries.deadlines import answer_due_on
from reviews.services.snapshots import take_snapshot
from reviews.services.telling import tell_of_request
from reviews.services.transitions import locked


def ask_for_evidence(
    *, assessment: Assessment, criterion: Criterion, by: User, question: str
) -> EvidenceRequest:
    """Ask for what is missing on a criterion; until there is an answer the assessor's judgement is “cannot
    judge”."""
    if not question.strip():
        raise ValidationError({"question": "Say what is missing."})
    if by.pk != assessment.assessor_id:
        raise ValidationError("Only the assessor of this assessment can ask.")
    with locked(assessment.submission) as submission:
        assessment.refresh_from_db(from_queryset=Assessment.objects.select_for_update(no_key=True))
        if assessment.state != "scoring":
            raise ValidationError("Evidence can be asked for only while you are scoring.")
        if (
            submission.subject_kind not in criterion.applies_to
            or criterion.framework_id != submission.framework_id
        ):
            raise ValidationError("That criterion doesn’t apply to this submission.")
        if EvidenceRequest.objects.filter(
            submission=submission, criterion=criterion, asked_by=by, closed_at=None
        ).exists():
            raise ValidationError("You have asked about this criterion already; the answer is still open.")
        with act("request.ask", by=by, target=assessment, detail={"criterion": criterion.code}):
            Score.objects.update_or_create(
                assessment=assessment,
                criterion=criterion,
                defaults={
                    "value": None,
                    "not_applicable": False,
                    "cannot_judge": True,
                    "rationale": question.strip(),
                },
            )
            request = EvidenceRequest.objects.create(
                submission=submission,
                criterion=criterion,
                asked_by=by,
                question=question.strip(),
            )
            tell_of_request(request=request, due=long_date(answer_due_on(request)))
            return request


def answer_request(
    *, request: EvidenceRequest, by: User, answer: str, nothing_new: bool = False
) -> EvidenceRequest:
    """Answer for the provider. With `nothing_new` (and no item added since) the request closes at once, and
    the criterion counts 1; otherwise the assessor reads the answer and scores."""
    if not answer.strip() and not nothing_new:
        raise ValidationError({"answer": "Write an answer, or say that there is nothing more to show."})
    with locked(request.submission) as submission:
        request.refresh_from_db(from_queryset=EvidenceRequest.objects.select_for_update(no_key=True))
        if request.answered_at or request.closed_at:
            raise ValidationError("This request was answered or closed already.")
        added = submission.evidence.filter(
            criteria=request.criterion_id, withdrawn_at=None, created_at__gte=request.created_at
        ).exists()
        with act("request.answer", by=by, target=request):
            request.answer, request.answered_at = answer.strip(), now()
            request.brought_new = added or not nothing_new
            if not request.brought_new:
                request.closed_at = now()
            request.save(update_fields=["answer", "answered_at", "brought_new", "closed_at", "updated_at"])
        if request.brought_new:
            take_snapshot(submission)
    return request


def close_request(*, request: EvidenceRequest, by: User | None) -> EvidenceRequest:
    """Close a request. Its assessor may once it was answered, anyone else (an administrator, or with None the
    deadline) at any time; without an answer nothing new came, and the criterion counts 1."""
    with locked(request.submission):
        request.refresh_from_db(from_queryset=EvidenceRequest.objects.select_for_update(no_key=True))
        if request.closed_at:
            return request
        if by is not None and by.pk == request.asked_by_id and request.answered_at is None:
            raise ValidationError("The provider still has time to answer.")
        with act("request.close", by=by, target=request):
            request.closed_at = now()
            request.save(update_fields=["closed_at", "updated_at"])
    return request


def close_overdue_requests() -> int:
    """Close every unanswered request whose time is over; returns how many."""
    count = 0
    open_ones = EvidenceRequest.objects.filter(closed_at=None, answered_at=None).select_related("submission")
    for request in open_ones:
        if answer_due_on(request) < today():
            close_request(request=request, by=None)
            count += 1
    return count
