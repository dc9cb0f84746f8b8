"""Reading what commissioners say: for everyone, for the provider, and for those who check it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet

from programmes.models import Feedback, Programme
from programmes.models.feedback import LEVELS, Again, FeedbackSource
from programmes.queries.leaders import FEWEST_EVALUATIONS
from providers.choices import GuskeyLevel
from providers.models import Provider

PAGE_SIZE = 10
# How clearly a level is seen, from 4 to 1, and what an empty answer means.
CLARITY = (
    (4, "Very clearly"),
    (3, "Clearly"),
    (2, "A little"),
    (1, "Not at all"),
    (None, "Too early to say"),
)
# What each level asks, as the page puts it.
LEVEL_WORDS = dict(zip(LEVELS, (str(label) for label in GuskeyLevel.labels), strict=True))
# States in which an answer counts.
ACCEPTED = ("shown", "counted")


def title_of(programme: Programme) -> str:
    """What a programme is called in public, or by its provider while it isn't public."""
    version = programme.public_version or programme.versions.order_by("-number").first()
    return version.title if version else programme.slug


def when(months: int) -> str:
    """At which moment an answer was given, in words."""
    return f"{months} months later" if months else "at the end"


@dataclass(frozen=True)
class Comment:
    """A commissioner's own words, without who it is."""

    words: str
    when: str
    given_at: dt.datetime
    reply: str
    replied_at: dt.datetime | None


@dataclass(frozen=True)
class CommissionersSay:
    """What commissioners say of a programme, `n` of them, each counted once with the latest answer. While there are
    fewer than `FEWEST_EVALUATIONS` it holds `n` alone.
    """

    n: int
    refused: int = 0
    """Answers that were not accepted."""
    by_source: list[tuple[str, int]] = field(default_factory=list)
    levels: list[tuple[str, list[tuple[str, int]]]] = field(default_factory=list)
    """Each of Guskey's levels with how many chose which answer."""
    again: list[tuple[str, int]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    """One page of them, newest first."""
    previous_page: int | None = None
    next_page: int | None = None

    @property
    def more_comments(self) -> bool:
        return bool(self.previous_page or self.next_page)

    @property
    def is_shown(self) -> bool:
        return self.n >= FEWEST_EVALUATIONS


def answers_on(programmes: Collection[int]) -> dict[int, CommissionersSay]:
    """The accepted answers on each of these programmes (primary keys) that has any, without the words that
    were written; one query. Never part of a rating.
    """
    rows = (
        Feedback.objects.filter(invitation__programme__in=programmes, state__in=ACCEPTED)
        .order_by("invitation_id", "-months")
        .distinct("invitation_id")
        .values_list("invitation__programme_id", "invitation__source", "again", *LEVELS)
    )
    by_programme: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for programme, *row in rows if programmes else ():
        by_programme[programme].append(tuple(row))
    return {programme: _answers(given) for programme, given in by_programme.items()}


def _answers(latest: list[tuple[Any, ...]]) -> CommissionersSay:
    """From the source, whether it would be commissioned again, and the five levels of each."""
    if len(latest) < FEWEST_EVALUATIONS:
        return CommissionersSay(len(latest))
    sources, again, *levels = (Counter(column) for column in zip(*latest, strict=True))
    return CommissionersSay(
        n=len(latest),
        by_source=[(str(label), sources[code]) for code, label in FeedbackSource.choices],
        levels=[
            (LEVEL_WORDS[level], [(words, given[value]) for value, words in CLARITY])
            for level, given in zip(LEVELS, levels, strict=True)
        ],
        again=[(str(label), again[code]) for code, label in Again.choices],
    )


def commissioners_say(programme: Programme, page: str | None = None) -> CommissionersSay:
    """The accepted answers on a programme with the words that were written; at most four queries.

    page: which page of the comments, `PAGE_SIZE` each.
    """
    counted = answers_on([programme.pk]).get(programme.pk, CommissionersSay(0))
    if not counted.is_shown:
        return counted
    answers = Feedback.objects.filter(invitation__programme=programme)
    words = (
        answers.filter(state="shown").exclude(words="").select_related("reply").order_by("-given_at", "-pk")
    )
    shown = Paginator(words, PAGE_SIZE).get_page(page)
    return replace(
        counted,
        refused=answers.filter(state="refused").count(),
        comments=[_comment(one) for one in shown],
        previous_page=shown.previous_page_number() if shown.has_previous() else None,
        next_page=shown.next_page_number() if shown.has_next() else None,
    )


@dataclass(frozen=True)
class SaidOf:
    """What is said of one programme of a provider."""

    title: str
    slug: str
    said: CommissionersSay


def said_of_provider(provider: Provider) -> list[SaidOf]:
    """The provider's public programmes of which enough commissioners have said something, by name; three queries
    whatever their number.
    """
    public = provider.programmes.filter(public_version__isnull=False)
    shown = {
        pk: said
        for pk, said in answers_on(list(public.values_list("pk", flat=True))).items()
        if said.is_shown
    }
    programmes = Programme.objects.filter(pk__in=shown).select_related("public_version")
    found = [SaidOf(title_of(one), one.slug, shown[one.pk]) for one in programmes]
    return sorted(found, key=lambda one: (one.title, one.slug))


def _comment(feedback: Feedback) -> Comment:
    reply = getattr(feedback, "reply", None)
    public = reply if reply and reply.state == "shown" else None
    return Comment(
        words=feedback.words,
        when=when(feedback.months),
        given_at=feedback.given_at,
        reply=public.words if public else "",
        replied_at=public.written_at if public else None,
    )


def public_feedback_of(provider: Provider) -> QuerySet[Feedback]:
    """What is public of a provider's programmes, newest first, with replies; one query. Who said it is not for the
    provider, so the same fewest hold as in public.
    """
    return (
        Feedback.objects.filter(state__in=ACCEPTED, invitation__programme__in=_public_of(provider))
        .select_related("invitation__programme__public_version", "invitation__programme__provider", "reply")
        .order_by("-given_at", "-pk")
    )


def is_public(feedback: Feedback) -> bool:
    """Whether an answer is accepted and those on its programme are enough to be shown."""
    programme = feedback.invitation.programme
    return feedback.state in ACCEPTED and _public_of(programme.provider).filter(pk=programme.pk).exists()


def _public_of(provider: Provider) -> QuerySet[Programme]:
    accepted = Q(feedback_invitations__answers__state__in=ACCEPTED)
    n = Count("feedback_invitations", filter=accepted, distinct=True)
    shown = Programme.objects.filter(provider=provider).order_by().annotate(n=n)
    return shown.filter(n__gte=FEWEST_EVALUATIONS).values("pk")  # type: ignore[return-value]


def asked_and_answered(programme: Programme) -> dict[int, tuple[int, int]]:
    """For each run of a programme how many commissioners were invited and how many have answered; one query."""
    rows = (
        programme.feedback_invitations.filter(cohort__isnull=False)
        .order_by()
        .values("cohort")
        .annotate(asked=Count("pk", distinct=True), answered=Count("answers__invitation", distinct=True))
        .values_list("cohort", "asked", "answered")
    )
    return {cohort: (asked, answered) for cohort, asked, answered in rows}


_WAITS = Q(state="waiting") | Q(reply__state="waiting")


def to_check() -> QuerySet[Feedback]:
    """Answers and replies that wait for an administrator, the longest first."""
    return _for_checking().filter(_WAITS).order_by("given_at", "pk")


def checked() -> QuerySet[Feedback]:
    """Those that were decided on, newest first."""
    return _for_checking().exclude(_WAITS).order_by("-state_since", "-pk")


def _for_checking() -> QuerySet[Feedback]:
    return Feedback.objects.select_related(
        "invitation__programme__provider", "invitation__programme__public_version", "reply", "decided_by"
    )
