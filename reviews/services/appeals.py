"""Appeals against decisions, decided by people who had no part in them."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from reviews.choices import AppealState
from reviews.models import Appeal, Decision
from reviews.queries.deadlines import appeal_due_on
from reviews.queries.decisions import bar_to_appeal, current_decision
from reviews.queries.submissions import of_same_subject
from reviews.services.ratings import mark_stale, refresh_catalogue_for
from reviews.services.transitions import locked, move
from reviews.workflows import OPEN_STATES, SUBMISSION


def lodge_appeal(*, decision: Decision, by: User, grounds: str) -> Appeal:
    """Appeal against the decision in force, once, within the working days the scheme gives.

    What was public before stays public, with a note that an appeal is being decided.
    """
    if not grounds.strip():
        raise ValidationError({"grounds": "Say what was wrong with the decision, and why."})
    with locked(decision.submission) as submission:
        SUBMISSION.find("appeal", submission.state)
        current, due = current_decision(submission), appeal_due_on(decision)
        if current is None or current.pk != decision.pk or due is None:
            raise ValidationError("Only the decision in force can be appealed.")
        if today() > due:
            raise ValidationError(f"The time for an appeal ended on {due:%-d %B %Y}.")
        if decision.appeals.exists():
            raise ValidationError("This decision was appealed already.")
        others = of_same_subject(submission).filter(version=submission.version).exclude(pk=submission.pk)
        if others.filter(state__in=OPEN_STATES).exists():
            raise ValidationError("A new review of this is under way. Withdraw that one to appeal.")
        with act("appeal.lodge", by=by) as doing:
            doing.target = appeal = Appeal.objects.create(
                decision=decision, lodged_by=by, grounds=grounds.strip()
            )
        move(submission=submission, name="appeal", by=by, state_before_appeal=submission.state)
        refresh_catalogue_for(submission=submission)
    return appeal


def decide_appeal(*, appeal: Appeal, by: User, uphold: bool, outcome_text: str) -> Appeal:
    """Decide an appeal. Upheld: the decision is set aside and other people decide anew; dismissed: all is as
    before."""
    if not outcome_text.strip():
        raise ValidationError({"outcome_text": "Give the reasons: the provider reads them."})
    with locked(appeal.decision.submission) as submission:
        appeal.refresh_from_db(from_queryset=Appeal.objects.select_for_update(no_key=True))
        if appeal.state != AppealState.LODGED:
            raise ValidationError("This appeal is decided already.")
        bar = bar_to_appeal(by, appeal)
        if bar:
            raise ValidationError(f"{bar} Somebody else has to decide the appeal.")
        before = submission.state_before_appeal
        name = "uphold_appeal" if uphold else f"dismiss_to_{before}"
        SUBMISSION.find(name, submission.state)
        with act("appeal.uphold" if uphold else "appeal.dismiss", by=by, target=appeal):
            appeal.state = AppealState.UPHELD if uphold else AppealState.DISMISSED
            appeal.decided_by, appeal.decided_at = by, now()
            appeal.outcome_text = outcome_text.strip()
            appeal.save()
        move(submission=submission, name=name, by=by, state_before_appeal="")
        if not uphold and before in ("published", "closed"):
            mark_stale(submission=submission, reason="appeal dismissed")
        # Another version may have been published while the appeal was decided.
        newer = of_same_subject(submission).filter(pk__gt=submission.pk, state="published")
        if submission.state == "published" and newer.exists():
            move(submission=submission, name="supersede", by=by)
        refresh_catalogue_for(submission=submission)
    return appeal
