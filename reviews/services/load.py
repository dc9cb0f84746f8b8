"""Synthetic subjects in any number, for measuring. Fictional, labelled as examples, the same every time.

Rows are written in sets and past the triggers (a submission can't start as published, scores can't be added
to an assessment that is handed in), so these rows have no history of their own. Scores, discordance and bands
are like real ones: two assessors see the same quality with their own severity and an error of their own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import OuterRef, Subquery

from lpdqa.accounts.models import Role, RoleGrant, User
from lpdqa.bulk import copy_rows, reserve_ids, without_triggers
from lpdqa.clock import now
from programmes.choices import Band
from programmes.models import Programme, ProgrammeVersion
from programmes.services import catalogue
from providers.models import Provider
from reviews.choices import AssessmentRole, EvidenceCheck, EvidenceKind, Outcome, SubjectKind
from reviews.models import (
    Assessment,
    AssessorProfile,
    Criterion,
    Decision,
    Evidence,
    FrameworkVersion,
    Score,
    StaleSubject,
    Submission,
)
from reviews.queries.frameworks import current_framework, scheme_of
from reviews.rating import Batch, Scheme, rate
from reviews.rating.consensus import tables
from reviews.rating.scheme import SUBJECT_TYPES

SEED = 20261124
CHUNK = 1000
A_PROVIDER = 25  # subjects of one provider
ASSESSORS = 60
_WRITTEN = (
    AssessorProfile, RoleGrant, Provider, Programme, ProgrammeVersion, Submission, Decision, Evidence,
    Assessment, Score,
)  # fmt: skip
_NAMESPACE = uuid.UUID("5b0c8f0e-7a4e-4f3c-9a63-0d2b6f0f6a11")
_RATIONALE = "Synthetic score, made to measure with."


@dataclass(frozen=True)
class LoadReport:
    """What was added: subjects, scores, and the share of criteria on which the blind scores are discordant."""

    added: int
    scores: int
    discordance: float


@dataclass(frozen=True)
class _People:
    assessors: list[int]
    drafter: int
    approver: int


@dataclass(frozen=True)
class _Subjects:
    """Synthetic subjects as arrays; `batch` is complete, with third scores wherever they are needed."""

    batch: Batch
    pairs: np.ndarray  # n x 3, places of two assessors and the third
    days_ago: np.ndarray
    bands: list[str]
    discordant: np.ndarray  # n x c


def load_subjects(*, number: int, progress: Callable[[int], None] = lambda done: None) -> LoadReport:
    """Bring the number of synthetic subjects to `number`: rated programmes of fictional providers.

    Subject i is the same whenever and beside however many others it is made. Each thousand is one
    transaction; the ratings themselves are left to a recomputation. Raises `ValidationError` where no
    framework is in force, and in a register with real submissions: synthetic ones don't belong there.
    """
    framework = current_framework()
    if framework is None:
        raise ValidationError("No framework is published yet: run `manage.py load_framework` first.")
    if number < 1:
        raise ValidationError("Give a number of subjects from 1.")
    if Submission.objects.filter(provider__is_example=False).exists():
        raise ValidationError(
            "This register holds real submissions. Synthetic ones don't belong beside them: use another one."
        )
    there = Programme.objects.filter(slug__startswith="load-").count()
    if there >= number:
        return LoadReport(0, 0, 0.0)
    scores = discordant = compared = 0
    for start in range(there - there % CHUNK, number, CHUNK):
        first, last = max(start, there), min(start + CHUNK, number)
        chosen = slice(first - start, last - start)
        with without_triggers(*_WRITTEN):
            made = _made(scheme_of(framework), start // CHUNK, chosen)
            scores += _Writer(framework, made, first, _people()).write()
        discordant += int(made.discordant.sum())
        compared += made.discordant.shape[0] * len(scheme_of(framework).applicable(SubjectKind.PROGRAMME))
        progress(last)
    return LoadReport(number - there, scores, discordant / compared if compared else 0.0)


# --- What they are ------------------------------------------------------------------------------------------


def _made(scheme: Scheme, chunk: int, chosen: slice) -> _Subjects:
    """The subjects of one thousand, or a part of them."""
    # RandomState's stream is frozen for good; that of numpy's newer generators may change.
    dice = np.random.RandomState([SEED, chunk])
    n, c = CHUNK, len(scheme.criteria)
    kind = SUBJECT_TYPES.index(SubjectKind.PROGRAMME)
    applies, essential = tables(scheme).applies[kind], tables(scheme).essential[kind]

    pairs = np.argsort(dice.random_sample((n, ASSESSORS)), axis=1)[:, :3]
    severity = np.random.RandomState(SEED).normal(0, 0.15, ASSESSORS)[pairs]
    quality = dice.normal(3.0, 0.38, (n, 1)) + dice.normal(0, 0.25, (n, c))
    # Essentials are what providers prepare best.
    quality = quality + np.where(essential, 0.3, 0.0)
    seen = quality[:, :, None] - severity[:, None, :] + dice.normal(0, 0.42, (n, c, 3))
    scores = np.clip(np.rint(seen), 1, 4).astype(np.int8)
    aside = (dice.random_sample((n, c)) < 0.02) & ~essential
    scores[aside] = -1
    alone = (dice.random_sample((n, c)) < 0.006) & ~essential & ~aside
    scores[alone, 0] = -1
    scores[:, ~applies] = 0
    thirds = scores[..., 2].copy()
    scores[..., 2] = 0

    items = dice.randint(3, 8, n)
    verified = dice.binomial(items, 0.85)
    independent = dice.binomial(items, 0.45)
    days_ago = dice.randint(5, 1200, n)
    zero = np.zeros(n, dtype=np.int64)
    batch = Batch(
        subject_type=np.full(n, kind, dtype=np.int8),
        scores=scores,
        claimed=items.astype(np.int64),
        verified=verified.astype(np.int64),
        independent=independent.astype(np.int64),
        gaps=zero,
        months=np.zeros(n),
        decided_on=np.full(n, np.datetime64("NaT"), dtype="datetime64[D]"),
        unverified_impact_claim=dice.random_sample(n) < 0.05,
        finding_upheld=np.zeros(n, dtype=bool),
    )
    unsettled = rate(scheme, batch).unsettled
    scores[..., 2] = np.where(unsettled, thirds, 0)
    ratings = rate(scheme, batch)
    bands = [scheme.bands[place].code for place in ratings.band[chosen]]
    return _Subjects(
        batch=batch.part(chosen),
        pairs=pairs[chosen],
        days_ago=days_ago[chosen],
        bands=bands,
        discordant=unsettled[chosen],
    )


def _people() -> _People:
    """Fictional assessors and administrators, made once; nobody can sign in as any of them."""
    emails = [f"load.assessor{n}@example.org" for n in range(ASSESSORS)]
    others = ["load.drafter@example.org", "load.approver@example.org"]
    known = dict(User.objects.filter(email__in=[*emails, *others]).values_list("email", "pk"))
    if not known:
        users = [
            User(email=email, name=f"Synthetic person {n}", password="!", is_example=True)  # noqa: S106 - unusable
            for n, email in enumerate([*emails, *others], start=1)
        ]
        known = {user.email: user.pk for user in User.objects.bulk_create(users)}
        AssessorProfile.objects.bulk_create(
            AssessorProfile(user_id=known[email], pseudonym=f"A-load{n:03}") for n, email in enumerate(emails)
        )
        RoleGrant.objects.bulk_create(
            RoleGrant(user_id=pk, role=Role.ADMINISTRATOR if email in others else Role.ASSESSOR)
            for email, pk in known.items()
        )
    return _People([known[email] for email in emails], known[others[0]], known[others[1]])


# --- How they are written -----------------------------------------------------------------------------------


class _Writer:
    """Writes the rows of up to a thousand subjects, numbered from `first`."""

    def __init__(self, framework: FrameworkVersion, made: _Subjects, first: int, people: _People) -> None:
        self.framework = framework
        self.made = made
        self.people = people
        self.numbers = range(first, first + len(made.bands))
        self.now = now()
        self.decided = [self.now - timedelta(days=int(days)) for days in made.days_ago]

    def write(self) -> int:
        """Returns how many scores were written."""
        providers, versions = self._programmes()
        submissions = self._submissions(versions)
        self._decisions(submissions)
        self._evidence(submissions)
        scores = self._scores(self._assessments(submissions))
        StaleSubject.objects.bulk_create(
            StaleSubject(submission=submission, reason="synthetic data", since=self.now)
            for submission in submissions
        )
        public = [
            version.programme_id
            for version, band in zip(versions, self.made.bands, strict=True)
            if band != Band.NOT_YET
        ]
        catalogue.refresh_listed(providers=[provider.pk for provider in providers], programmes=public)
        return scores

    def _programmes(self) -> tuple[list[Provider], list[ProgrammeVersion]]:
        wanted = {f"load-provider-{n // A_PROVIDER}": n // A_PROVIDER for n in self.numbers}
        found = {provider.slug: provider for provider in Provider.objects.filter(slug__in=wanted)}
        new = Provider.objects.bulk_create(
            Provider(
                slug=slug,
                public_id=_public_id("provider", n),
                name=f"Synthetic provider {n + 1}",
                kind="charity",
                summary="Made up to measure with.",
                listed_at=self.now,
                is_example=True,
            )
            for slug, n in wanted.items()
            if slug not in found
        )
        found |= {provider.slug: provider for provider in new}
        programmes = Programme.objects.bulk_create(
            Programme(
                slug=f"load-{n}",
                public_id=_public_id("programme", n),
                provider=found[f"load-provider-{n // A_PROVIDER}"],
                kind="course",
                is_example=True,
            )
            for n in self.numbers
        )
        versions = ProgrammeVersion.objects.bulk_create(
            ProgrammeVersion(
                programme=programme,
                title=f"Synthetic programme {n + 1}",
                summary="Made up to measure with.",
                published_at=None if band == Band.NOT_YET else decided,
            )
            for programme, n, band, decided in zip(
                programmes, self.numbers, self.made.bands, self.decided, strict=True
            )
        )
        shown = ProgrammeVersion.objects.filter(programme=OuterRef("pk"), published_at__isnull=False)
        Programme.objects.filter(pk__in=[programme.pk for programme in programmes]).update(
            public_version=Subquery(shown.values("pk")[:1])
        )
        return new, versions

    def _submissions(self, versions: list[ProgrammeVersion]) -> list[Submission]:
        return Submission.objects.bulk_create(
            Submission(
                public_id=_public_id("submission", n),
                subject_kind=SubjectKind.PROGRAMME,
                provider_id=version.programme.provider_id,
                version=version,
                framework=self.framework,
                state="closed" if band == Band.NOT_YET else "published",
                created_by_id=self.people.drafter,
                submitted_at=decided - timedelta(days=60),
                accepted_at=decided - timedelta(days=55),
                settled_at=decided - timedelta(days=20),
                unverified_impact_claim=bool(claim),
            )
            for version, n, band, decided, claim in zip(
                versions,
                self.numbers,
                self.made.bands,
                self.decided,
                self.made.batch.unverified_impact_claim,
                strict=True,
            )
        )

    def _decisions(self, submissions: list[Submission]) -> None:
        Decision.objects.bulk_create(
            Decision(
                public_id=_public_id("decision", n),
                submission=submission,
                outcome=Outcome.CLOSE if band == Band.NOT_YET else Outcome.PUBLISH,
                expected_band=band,
                strengths="Made up to measure with.",
                improvements="Made up to measure with.",
                drafted_by_id=self.people.drafter,
                approved_by_id=self.people.approver,
                approved_at=decided,
            )
            for submission, n, band, decided in zip(
                submissions, self.numbers, self.made.bands, self.decided, strict=True
            )
        )

    def _evidence(self, submissions: list[Submission]) -> None:
        batch, rows = self.made.batch, []
        for row, (submission, n) in enumerate(zip(submissions, self.numbers, strict=True)):
            for item in range(int(batch.claimed[row])):
                checked = item < batch.verified[row]
                rows.append(
                    [
                        _public_id("evidence", n, item),
                        self.now,
                        self.now,
                        submission.pk,
                        EvidenceKind.TEXT.value,
                        f"Synthetic evidence {item + 1}",
                        "Made up to measure with.",
                        "",
                        "",
                        item < batch.independent[row],
                        "",
                        True,
                        (EvidenceCheck.VERIFIED if checked else EvidenceCheck.NOT_VERIFIED).value,
                        self.people.drafter,
                    ]
                )
        names = ["public_id", "created_at", "updated_at", "submission", "kind", "title", "text", "url", "file_name",
                 "independent", "evaluation_level", "confidential", "check_result", "added_by"]  # fmt: skip
        pks = reserve_ids(Evidence, len(rows))
        copy_rows(Evidence, ["id", *names], ([pk, *row] for pk, row in zip(pks, rows, strict=True)))
        criteria = self._criteria()
        codes = [criterion.code for criterion in scheme_of(self.framework).applicable(SubjectKind.PROGRAMME)]
        copy_rows(
            Evidence.criteria.through,
            ["evidence", "criterion"],
            ([pk, criteria[codes[place % len(codes)]]] for place, pk in enumerate(pks)),
        )

    def _assessments(self, submissions: list[Submission]) -> list[list[int | None]]:
        """Primary keys of the two blind assessments of each submission and of the third, where there is one."""
        third = (self.made.batch.scores[..., 2] != 0).any(axis=1)
        assessments: list[Assessment] = []
        slots: list[list[int]] = []
        for row, submission in enumerate(submissions):
            submitted = self.decided[row] - timedelta(days=25)
            for slot in range(3 if third[row] else 2):
                slots.append([row, slot])
                assessments.append(
                    Assessment(
                        submission=submission,
                        public_id=_public_id("assessment", self.numbers[row], slot),
                        assessor_id=self.people.assessors[self.made.pairs[row, slot]],
                        role=AssessmentRole.ADJUDICATION if slot == 2 else AssessmentRole.BLIND,
                        state="submitted",
                        assigned_by_id=self.people.drafter,
                        declared_at=submitted - timedelta(days=10),
                        submitted_at=submitted,
                    )
                )
        found: list[list[int | None]] = [[None, None, None] for _ in submissions]
        for (row, slot), assessment in zip(slots, Assessment.objects.bulk_create(assessments), strict=True):
            found[row][slot] = assessment.pk
        return found

    def _scores(self, assessments: list[list[int | None]]) -> int:
        """One statement for all scores, from arrays of the same length."""
        criteria = self._criteria()
        by_place = np.array([criteria[criterion.code] for criterion in scheme_of(self.framework).criteria])
        keys = np.array([[pk or 0 for pk in row] for row in assessments], dtype=np.int64)
        rows, places, slots = np.nonzero(self.made.batch.scores)
        values = self.made.batch.scores[rows, places, slots]
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                INSERT INTO {Score._meta.db_table} (created_at, updated_at, assessment_id, criterion_id, value,
                    not_applicable, cannot_judge, rationale, pointers)
                SELECT %s, %s, a, c, nullif(v, -1), v = -1, false, %s, ''
                FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[]) AS given (a, c, v)
                """,  # noqa: S608 - the table's name is ours
                [
                    self.now, self.now, _RATIONALE,
                    _array(keys[rows, slots]), _array(by_place[places]), _array(values),
                ],
            )  # fmt: skip
        return len(values)

    def _criteria(self) -> dict[str, int]:
        return dict(Criterion.objects.filter(framework=self.framework).values_list("code", "pk"))


def _public_id(what: str, *number: int) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{what} {' '.join(map(str, number))}")


def _array(values: np.ndarray) -> str:
    """Whole numbers as PostgreSQL writes an array."""
    return "{" + ",".join(map(str, values.tolist())) + "}"
