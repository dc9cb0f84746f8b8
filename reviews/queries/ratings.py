"""Ratings: which one holds, who may see which, how one was worked out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from lpdqa.accounts.models import User
from programmes.choices import Band
from reviews.models import Decision, Rating, Submission
from reviews.queries.frameworks import scheme_of
from reviews.rating import Explanation, RatingInputs, RatingResult, explain

# A rating of a submission in one of these is part of the public record (under appeal: if it was before).
_PUBLIC_STATES = ("published", "lapsed", "superseded")


def current_rating(submission: Submission) -> Rating | None:
    """The rating that holds: the newest one under the newest approved decision; None until it is worked
    out."""
    return current_ratings([submission.pk]).get(submission.pk)


def current_ratings(pks: Iterable[int]) -> dict[int, Rating]:
    """`current_rating` of many submissions, by the submission's primary key; one query."""
    rows = (
        newest_ratings(pks)
        .select_related("framework")
        .defer("framework__document", "framework__scheme", "framework__scale", "inputs")
    )
    return {rating.submission_id: rating for rating in rows}


def newest_ratings(pks: Any) -> QuerySet[Rating]:
    """The rating that holds of each of these submissions (primary keys, or a query for them), in their order."""
    chosen = {"submission__in" if isinstance(pks, QuerySet) else "submission__among": pks}
    return (
        Rating.objects.filter(**chosen, decision=_newest_decision())
        .order_by("submission_id", "-id")
        .distinct("submission_id")
    )


def _newest_decision() -> Subquery:
    return Subquery(
        Decision.objects.filter(submission=OuterRef("submission"), approved_at__isnull=False)
        .order_by("-id")
        .values("pk")[:1]
    )


def visible_ratings(user: User | AnonymousUser) -> QuerySet[Rating]:
    """The ratings this person may see, newest first.

    Everyone: ratings of published submissions, earlier and lapsed ones too, under the decision that stands.
    While a rating is suspended only the alert that replaces it. “Not yet” is feedback: it is for the
    provider's team, who see everything about their own organisation, and for administrators, who see all.
    """
    ratings = Rating.objects.order_by("-id")
    if user.is_authenticated and user.is_administrator:
        return ratings
    public = Q(submission__state__in=_PUBLIC_STATES) | Q(
        submission__state="appealed", submission__state_before_appeal="published"
    )
    alert = Q(submission__state="suspended", band="")
    everyone = (public | alert) & ~Q(band=Band.NOT_YET) & Q(decision=_newest_decision())
    if not user.is_authenticated:
        return ratings.filter(everyone)
    own = Q(submission__provider__in=user.memberships.filter(ended_at=None).values("provider"))
    return ratings.filter(everyone | own)


def with_currency(ratings: QuerySet[Rating]) -> QuerySet[Rating]:
    """Adds `is_current`: whether it is the newest of its submission."""
    newer = Rating.objects.filter(submission=OuterRef("submission"), pk__gt=OuterRef("pk"))
    return ratings.annotate(is_current=~Exists(newer))


def rating_explanation(rating: Rating) -> Explanation:
    """The steps and sentences from scores to band, from what the row stores: nothing is rated again."""
    scheme = scheme_of(rating.framework)
    result = RatingResult.from_stored(scheme, rating.results)
    return explain(scheme, RatingInputs.from_dict(rating.inputs), result)
