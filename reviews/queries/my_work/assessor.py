"""My work of assessors."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.clock import today
from reviews.choices import AssessmentRole
from reviews.models import Assessment, EvidenceRequest
from reviews.queries.calibration import RENEWAL, is_required, releases
from reviews.queries.frameworks import current_framework
from reviews.queries.my_work.items import MOST, MOST_DONE, Item, Lists, about, day, of_submission


def add_for_assessor(user: User, lists: Lists) -> None:
    _release(user, lists)
    judged = Q(scores__value__isnull=False) | Q(scores__not_applicable=True)
    mine = Assessment.objects.filter(assessor=user).select_related(*of_submission())
    open_ones = mine.filter(state__in=["invited", "scoring"]).annotate(judged=Count("scores", filter=judged))
    for assessment in open_ones.order_by("created_at", "id")[:MOST]:
        lists.needs.append(_assessment(assessment, assessment.judged))
    own = Assessment.objects.filter(assessor=user, state="scoring", submission=OuterRef("submission"))
    answers = (
        EvidenceRequest.objects.filter(asked_by=user, answered_at__isnull=False, closed_at=None)
        .annotate(assessment=own.values("public_id")[:1])
        .filter(assessment__isnull=False)
        .select_related("criterion", *of_submission())
    )
    for asked in answers.order_by("answered_at", "id")[:MOST]:
        lists.needs.append(
            Item(
                text=f"Read the answer about {asked.criterion.code}: {asked.submission.title}",
                url=reverse("assessment_criterion", args=[asked.assessment, asked.criterion.code]),
                about=about(asked.submission),
                note="You asked for evidence; then give your score.",
                since=day(asked.answered_at),
            )
        )
    for own_scores in mine.filter(state="submitted").order_by("-submitted_at", "-id")[:MOST_DONE]:
        lists.done.append(
            Item(
                text=f"Your scores: {own_scores.submission.title}",
                url=reverse("assessment_detail", args=[own_scores.public_id]),
                about=about(own_scores.submission),
                since=day(own_scores.submitted_at),
                since_words="on",
                status="Submitted",
                colour="green",
            )
        )


def _assessment(assessment: Assessment, scored: int) -> Item:
    third = assessment.role == AssessmentRole.ADJUDICATION
    if assessment.state == "invited":
        words = "Declare whether you can adjudicate" if third else "Declare whether you can assess"
        note = "The file opens when you have said that you have no conflict of interest."
    else:
        words = "Finish the adjudication" if third else "Finish scoring"
        criteria = "criterion" if scored == 1 else "criteria"
        note = f"{scored} {criteria} scored so far." if scored else "Nothing scored yet."
    return Item(
        text=f"{words}: {assessment.submission.title}",
        url=reverse("assessment_detail", args=[assessment.public_id]),
        about=about(assessment.submission),
        note=note,
        since=day(assessment.created_at),
    )


def _release(user: User, lists: Lists) -> None:
    """Say that somebody is not released, or that the release runs out."""
    framework = current_framework()
    if framework is None or not is_required(framework):
        return
    released_to = releases(framework).get(user.pk)
    if released_to is not None and released_to - today() > RENEWAL:
        return
    lists.needs.append(
        Item(
            text="Renew your release: score the examples"
            if released_to
            else "Score the calibration examples",
            url=reverse("calibration"),
            about=str(framework),
            note="" if released_to else "Files can be sent to you once you have passed.",
            due=released_to,
        )
    )
