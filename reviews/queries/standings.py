"""How subjects stand in the eyes of the public, worked out from their submissions in a constant number of
queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Concat

from lpdqa.statements import Given, Statement
from programmes.choices import EntryStatus
from programmes.models import Programme
from programmes.queries.leaders import without_name
from programmes.services.catalogue import Standing
from reviews.choices import FindingState, SubjectKind
from reviews.models import Finding, Submission
from reviews.queries.ratings import newest_ratings

PROVIDER_WARNING = (
    "The organisation that runs this programme has been reviewed and does not yet meet the standard "
    "of this register."
)
APPEAL_WARNING = "An appeal against this rating is being decided."

# Only these say anything about the subject in public.
_JUDGED = ("published", "suspended", "lapsed", "closed", "appealed")


class _Judged(NamedTuple):
    """A submission as its history needs it."""

    pk: int
    subject_kind: str
    provider_id: int
    leader_id: int | None
    programme_id: int | None
    state: str
    state_before_appeal: str


class _Shown(NamedTuple):
    """The rating that holds, as the catalogue shows it."""

    submission_id: int
    framework: str
    public_id: UUID
    band: str
    provisional: bool
    overall: Decimal
    headings: dict[str, float | None]
    confidence: str
    confidence_value: Decimal
    decided_on: dt.date
    valid_to: dt.date | None


_RUNS = Statement(
    lambda: (
        Programme.objects.filter(pk__among=Given("programmes")).order_by().values_list("pk", "provider_id")
    )
)
_OFFERED = Statement(
    lambda: (
        Programme.objects.filter(provider__among=Given("providers"), public_version__isnull=False)
        .order_by()
        .values_list("pk")
    )
)
_RATINGS = Statement(
    lambda: newest_ratings(Given("pks")).values_list(
        "submission_id", Concat("framework__code", Value("-"), "framework__version"), "public_id", "band",
        "provisional", "overall", KeyTransform("headings", "results"), "confidence", "confidence_value",
        "decided_on", "valid_to",
    )
)  # fmt: skip


# Primary keys: programme, specialist leader, provider.
Named = tuple[int | None, int | None, int]


@dataclass
class Subjects:
    """Subjects by kind and primary key."""

    providers: set[int] = field(default_factory=set)
    programmes: set[int] = field(default_factory=set)
    leaders: set[int] = field(default_factory=set)


def subjects_of(submissions: Iterable[Submission]) -> Subjects:
    """The subjects of submissions, with the programmes of their providers: those show a provider's
    warning."""
    return subjects_named(
        (one.version.programme_id if one.version else None, one.leader_id, one.provider_id)
        for one in submissions
    )


def subjects_named(rows: Iterable[Named]) -> Subjects:
    """The same of rows of primary keys."""
    found = Subjects()
    for programme, leader, provider in rows:
        if programme is not None:
            found.programmes.add(programme)
        elif leader is not None:
            found.leaders.add(leader)
        else:
            found.providers.add(provider)
    if found.providers:
        found.programmes |= {pk for (pk,) in _OFFERED.rows(providers=list(found.providers))}
    return found


def judged_submissions() -> QuerySet[Submission]:
    """Submissions that say something about their subject in public, newest first."""
    return (
        Submission.objects.filter(state__in=_JUDGED)
        .select_related("version")
        .only(
            "id",
            "subject_kind",
            "provider_id",
            "leader_id",
            "version__programme_id",
            "state",
            "state_before_appeal",
        )
        .order_by("-id")
    )


def standings(subjects: Subjects) -> dict[tuple[str, int], Standing]:
    """The standing of each subject by (subject kind, primary key)."""
    runs = dict(_RUNS.rows(programmes=list(subjects.programmes)))
    histories = _histories(subjects, set(runs.values()))
    judged = [submission for history in histories.values() for submission in history]
    ratings = {row[0]: _Shown(*row) for row in _RATINGS.rows(pks=[one.pk for one in judged])}
    alerts = _alerts([one.pk for one in judged if one.state == "suspended"])
    found = {}
    for kind, chosen in (
        (SubjectKind.PROVIDER, subjects.providers),
        (SubjectKind.SLE, subjects.leaders),
        (SubjectKind.PROGRAMME, subjects.programmes),
    ):
        for pk in chosen:
            warning = ""
            if kind == SubjectKind.PROGRAMME and _is_not_yet(
                histories[SubjectKind.PROVIDER, runs.get(pk, 0)]
            ):
                warning = PROVIDER_WARNING
            found[str(kind), pk] = _standing(histories[kind, pk], ratings, alerts, warning)
    return found


def _histories(subjects: Subjects, runners: Collection[int]) -> dict[tuple[str, int], list[_Judged]]:
    """What was judged of each subject, newest first."""
    found = chain.from_iterable(
        _HISTORIES[kind].rows(pks=list(pks))
        for kind, pks in (
            (SubjectKind.PROGRAMME, subjects.programmes),
            (SubjectKind.SLE, subjects.leaders),
            (SubjectKind.PROVIDER, {*subjects.providers, *runners}),
        )
        if pks
    )
    histories: dict[tuple[str, int], list[_Judged]] = defaultdict(list)
    for row in sorted(map(_Judged._make, found), key=attrgetter("pk"), reverse=True):
        pk = row.programme_id or row.leader_id or row.provider_id
        histories[row.subject_kind, pk].append(row)
    return histories


def _history(**chosen: object) -> Statement:
    return Statement(
        lambda: (
            judged_submissions()
            .filter(**chosen)
            .order_by()
            .values_list(
                "pk", "subject_kind", "provider_id", "leader_id", "version__programme_id", "state",
                "state_before_appeal",
            )
        )
    )  # fmt: skip


# Each kind by an index of its own: with "or" between them every submission there is would be read.
_HISTORIES = {
    SubjectKind.PROGRAMME: _history(version__programme__among=Given("pks")),
    SubjectKind.SLE: _history(leader__among=Given("pks")),
    SubjectKind.PROVIDER: _history(subject_kind=SubjectKind.PROVIDER, provider__among=Given("pks")),
}


def _alerts(pks: Collection[int]) -> dict[int, str]:
    """What the public is told of upheld findings, by submission."""
    if not pks:
        return {}
    texts: dict[int, list[str]] = defaultdict(list)
    upheld = Finding.objects.filter(submission__among=pks, state=FindingState.UPHELD).order_by("id")
    for finding in upheld.select_related("submission__leader"):
        texts[finding.submission_id].append(without_name(finding.submission.leader, finding.public_text))
    return {pk: " ".join(lines) for pk, lines in texts.items()}


def _state(submission: _Judged) -> str:
    """The state that the public goes by: while an appeal is decided, the one before it."""
    return submission.state_before_appeal if submission.state == "appealed" else submission.state


def _is_not_yet(history: list[_Judged]) -> bool:
    """Is the newest judgement of a provider “Not yet”? (Decided but not closed has not taken effect.)"""
    return next((_state(s) == "closed" for s in history if _state(s) != "decided"), False)


def _standing(
    history: list[_Judged], ratings: dict[int, _Shown], alerts: dict[int, str], warning: str
) -> Standing:
    suspended = next((s for s in history if s.state == "suspended"), None)
    if suspended is not None:
        return _alert(ratings.get(suspended.pk), alerts.get(suspended.pk, ""), warning)
    published = next((s for s in history if _state(s) == "published"), None)
    if published is not None:
        rating = ratings.get(published.pk)
        if rating is None or not rating.band:
            # Being worked out: nothing is shown rather than what is no longer so.
            return Standing(warning=warning)
        if published.state == "appealed":
            warning = f"{APPEAL_WARNING} {warning}".strip()
        return _rated(rating, warning)
    newest = next((s for s in history if _state(s) in ("lapsed", "closed")), None)
    if newest is not None and newest.state == "lapsed":
        return _lapsed(ratings.get(newest.pk), warning)
    return Standing(warning=warning)


def _rated(rating: _Shown, warning: str) -> Standing:
    return Standing(
        status=EntryStatus.RATED,
        warning=warning,
        band=rating.band,
        provisional=rating.provisional,
        overall=rating.overall,
        headings=rating.headings,
        confidence=rating.confidence,
        confidence_value=rating.confidence_value,
        framework=rating.framework,
        rating_public_id=rating.public_id,
        decided_on=rating.decided_on,
        valid_to=rating.valid_to,
    )


def _alert(rating: _Shown | None, text: str, warning: str) -> Standing:
    # Until the job has written the row that says so, no row is linked: the earlier one shows a band.
    shown = rating if rating is not None and not rating.band else None
    return Standing(
        status=EntryStatus.ALERT,
        alert=text,
        warning=warning,
        framework=shown.framework if shown else "",
        rating_public_id=shown.public_id if shown else None,
        decided_on=shown.decided_on if shown else None,
    )


def _lapsed(rating: _Shown | None, warning: str) -> Standing:
    return Standing(
        status=EntryStatus.LAPSED,
        warning=warning,
        framework=rating.framework if rating else "",
        rating_public_id=rating.public_id if rating else None,
        decided_on=rating.decided_on if rating else None,
        valid_to=rating.valid_to if rating else None,
    )
