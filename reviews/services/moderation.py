"""The moderation queue: ratings whose assessors' severity may have told, and what somebody found who looked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from reviews.choices import ModerationOutcome
from reviews.models import Criterion, ModerationItem, Rating, StatisticsRun
from reviews.queries.blind_scores import BlindScores
from reviews.queries.frameworks import scheme_of
from reviews.queries.moderation import bar_to_moderating
from reviews.queries.ratings import current_ratings
from reviews.rating import Scheme, band_at
from reviews.rating.scheme import HIGHEST, LOWEST
from reviews.rating.severity import Severity, shifts, well_known

# From here on a rating's fair average is told apart from its observed one (RATING section 8).
NOTABLE = 0.30
# Consensus is told in halves: less than a quarter doesn't move it.
_HALF = 0.5


def queue_for_moderation(*, run: StatisticsRun, found: Severity, scores: BlindScores) -> int:
    """Queue the ratings that the run flags, in the caller's transaction; returns how many wait then.

    The fair average of a rating is its subject's in the model. Of assessors with fewer than 30 connected scores too
    little is known: where one of them scored, the fair average is the observed one with what the severity of the
    others did taken away. What somebody has looked at stays as it is; what no longer is flagged, or is about an
    earlier rating, goes.
    """
    counted = well_known(found)
    shift = shifts(
        found, scores.submission.tolist(), scores.assessor.tolist(), scores.criterion.tolist(), counted
    )
    flagged = _moved(scores, shift, found, counted)
    ratings = current_ratings(flagged)
    codes = dict(Criterion.objects.filter(framework=run.framework).values_list("pk", "code"))
    scheme = scheme_of(run.framework)
    items = []
    for pk, rating in ratings.items():
        item = _item(run, rating, scheme, flagged[pk], codes)
        if item is not None:
            items.append(item)
    waiting = ModerationItem.objects.filter(submission__framework=run.framework, looked_at=None)
    waiting.exclude(rating__in=[item.rating_id for item in items]).delete()
    looked_at = set(
        ModerationItem.objects.filter(
            rating__in=[item.rating_id for item in items], looked_at__isnull=False
        ).values_list("rating_id", flat=True)
    )
    ModerationItem.objects.bulk_create(
        [item for item in items if item.rating_id not in looked_at],
        update_conflicts=True,
        unique_fields=["rating"],
        update_fields=["run", "observed", "fair", "band", "fair_band", "updated_at"],
    )
    return waiting.count()


def look_at(*, item: ModerationItem, by: User, outcome: str, found: str) -> ModerationItem:
    """Note what somebody without a part in the review found about a queued rating. It stays noted.

    Raises ValidationError, by field, for a missing outcome or text, where somebody has looked already, and for a person
    with a part in the assessment, the decision or the organisation.
    """
    if outcome not in ModerationOutcome.values:
        raise ValidationError({"outcome": "Choose what you found."})
    if not found.strip():
        raise ValidationError({"found": "Write what you found, and why."})
    with transaction.atomic():
        item.refresh_from_db(from_queryset=ModerationItem.objects.select_for_update(no_key=True))
        if item.looked_at is not None:
            raise ValidationError("Somebody has looked at this rating already.")
        if bar := bar_to_moderating(by, item.submission):
            raise ValidationError(bar)
        with act("moderation.look", by=by, target=item, reason=found.strip(), detail={"outcome": outcome}):
            item.looked_by, item.looked_at = by, now()
            item.outcome, item.found = outcome, found.strip()
            item.save(update_fields=["looked_by", "looked_at", "outcome", "found", "updated_at"])
    return item


# --- What is flagged ----------------------------------------------------------------------------------------


def _moved(scores: BlindScores, shift: Any, model: Severity, counted: Collection[str]) -> dict[int, Any]:
    """Submissions that may be notable: observed average, fair less observed, and the shifts of criteria that would
    move."""
    if not len(scores):
        return {}
    submissions, place = np.unique(scores.submission, return_inverse=True)
    count = np.bincount(place)
    observed = np.bincount(place, weights=scores.value) / count
    differs = np.bincount(place, weights=shift) / count
    little_known = ~np.isin(scores.assessor, [int(label) for label in counted])
    unsure = np.bincount(place, weights=little_known) > 0
    subjects = {int(element.label): element for element in model.facets["subject"]}
    for row in np.flatnonzero(~unsure).tolist():
        element = subjects[int(submissions[row])]
        if element.fair is not None:
            differs[row] = element.fair - element.observed
    # A criterion's shift is that of the mean of its blind scores.
    cells, cell = np.unique(np.stack([place, scores.criterion], axis=1), axis=0, return_inverse=True)
    cell_shift = np.bincount(cell, weights=shift) / np.bincount(cell)
    found: dict[int, Any] = {}
    for row in np.flatnonzero(np.abs(differs) >= NOTABLE - 1e-9).tolist():
        found[int(submissions[row])] = (float(observed[row]), float(differs[row]), {})
    for row in np.flatnonzero(np.abs(cell_shift) >= _HALF / 2).tolist():
        at, criterion = cells[row].tolist()
        one = found.setdefault(int(submissions[at]), (float(observed[at]), float(differs[at]), {}))
        one[2][criterion] = float(cell_shift[row])
    return found


def _item(
    run: StatisticsRun, rating: Rating, scheme: Scheme, moved: Any, codes: dict[int, str]
) -> ModerationItem | None:
    observed, shift, by_criterion = moved
    results = rating.results
    band = results["ruled_band"]
    consensus = {
        code: float(value) for code, value in results["consensus"].items() if isinstance(value, int | float)
    }
    for criterion, change in by_criterion.items():
        code = codes[criterion]
        # What a third person settled is not the two assessors' any more.
        if code in consensus and code not in results["adjudicated"]:
            fair = round((consensus[code] + change) / _HALF) * _HALF
            consensus[code] = min(float(HIGHEST), max(float(LOWEST), fair))
    fair_band = band_at(scheme, results["subject_type"], consensus)
    if abs(shift) < NOTABLE - 1e-9 and fair_band == band:
        return None
    return ModerationItem(
        rating=rating,
        submission_id=rating.submission_id,
        run=run,
        observed=observed,
        fair=observed + shift,
        band=band,
        fair_band=fair_band,
    )
