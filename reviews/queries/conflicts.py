"""Conflicts of interest, found from the organisation graph (docs/decisions/conflicts-of-interest.md).

The number of queries is the same for one person and for every assessor there is.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.clock import today
from programmes.models import ProgrammeVersion
from providers.choices import ProviderKind, RelationshipKind
from providers.models import Membership, Provider, Relationship, SpecialistLeader
from reviews.choices import ConflictKind
from reviews.models import Assessment, AssessorProfile, ConflictOverride, Submission, Tie

TIE_MONTHS = 36
# Belonging to the same one of these is no tie: nearly everyone does.
_TOO_WIDE = frozenset({ProviderKind.ASSOCIATION, ProviderKind.LA, ProviderKind.DIOCESE})
_BELONGS = (RelationshipKind.MEMBER_OF, RelationshipKind.PARTNER_IN)


@dataclass(frozen=True)
class Conflict:
    """One reason why a person must not assess a submission; `overridden` where two administrators lifted
    it."""

    kind: str
    explanation: str
    overridden: bool = False


@dataclass
class _Person:
    """What the register knows of a person's organisations: primary key -> how they belong to it."""

    user: User
    own: dict[int, str] = field(default_factory=dict)
    ties: dict[int, str] = field(default_factory=dict)
    employer_name: str = ""


def find_conflicts(*, user: User, submission: Submission, overridden: bool = False) -> list[Conflict]:
    """The conflicts that keep this person from assessing this submission; with `overridden` also those
    lifted."""
    return conflicts_among(users=[user], submission=submission, overridden=overridden)[user.pk]


def conflicts_among(
    *, users: Collection[User], submission: Submission, overridden: bool = False
) -> dict[int, list[Conflict]]:
    """`find_conflicts` for many people at once, by the primary key of the person."""
    on = today()
    people = _people(users, on)
    subject = _subject_organisations(submission)
    everyone = {pk for person in people.values() for pk in person.own}
    graph = _Graph(everyone | set(subject), on)
    rivals = _rivals(submission, everyone - set(subject))
    lifted = set(
        ConflictOverride.objects.filter(submission=submission, assessor__in=users).values_list(
            "assessor_id", "kind"
        )
    )
    declared = defaultdict(list)
    for row in Assessment.objects.filter(submission=submission, assessor__in=users).exclude(conflict_kind=""):
        declared[row.assessor_id].append(
            Conflict(row.conflict_kind, f"They declared it themselves: {row.get_conflict_kind_display()}.")
        )
    found = {}
    for person in people.values():
        conflicts = [
            *_same_organisation(person, submission, subject, graph),
            *_tied(person, subject),
            *(
                Conflict(ConflictKind.COMPETITOR, f"{how} {rivals[pk]}.")
                for pk, how in person.own.items()
                if pk in rivals
            ),
            *declared[person.user.pk],
        ]
        marked = [replace(each, overridden=(person.user.pk, each.kind) in lifted) for each in conflicts]
        found[person.user.pk] = [each for each in marked if overridden or not each.overridden]
    return found


def _people(users: Collection[User], on: dt.date) -> dict[int, _Person]:
    people = {user.pk: _Person(user) for user in users}
    since = _months_before(on, TIE_MONTHS)
    for profile in AssessorProfile.objects.filter(user__in=users):
        person = people[profile.user_id]
        person.employer_name = profile.employer_name
        if profile.employer_id:
            person.own[profile.employer_id] = "They are employed by"
    for membership in Membership.objects.filter(user__in=users):
        person = people[membership.user_id]
        if membership.ended_at is None:
            person.own.setdefault(membership.provider_id, "They are on the team of")
        elif membership.ended_at.date() >= since:
            person.ties.setdefault(membership.provider_id, "were on its team")
    recent = Q(ended_on=None) | Q(ended_on__gte=since)
    for tie in Tie.objects.filter(recent, user__in=users):
        people[tie.user_id].ties[tie.provider_id] = tie.nature
    return people


def _months_before(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(years, month + 1, min(day.day, 28))


def _subject_organisations(submission: Submission) -> dict[int, str]:
    """The organisations under review: primary key -> name. Of a specialist leader also the home school's
    own."""
    found = {submission.provider_id: submission.provider.name}
    leader = submission.leader
    if leader is not None and leader.home_school_id:
        home = Q(school=leader.home_school_id) | Q(trust_schools=leader.home_school_id)
        found |= dict(Provider.objects.filter(home).values_list("pk", "name"))
    return found


class _Graph:
    """What organisations belong to: member of, partner in, and the trust of an organisation's school."""

    def __init__(self, pks: set[int], on: dt.date) -> None:
        self.above: dict[int, set[int]] = defaultdict(set)
        self.names: dict[int, str] = {}
        self.wide: set[int] = set()
        for each in Provider.objects.filter(pk__in=pks).select_related("school__trust"):
            self._note(each)
            if each.school and each.school.trust:
                self.above[each.pk].add(each.school.trust.pk)
                self._note(each.school.trust)
        standing = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))
        ties = Relationship.objects.filter(
            standing, subject__in=pks, kind__in=_BELONGS, object__isnull=False
        ).select_related("object")
        for tie in ties:
            if tie.object is not None:
                self.above[tie.subject_id].add(tie.object.pk)
                self._note(tie.object)

    def _note(self, provider: Provider) -> None:
        self.names[provider.pk] = provider.name
        if provider.kind in _TOO_WIDE:
            self.wide.add(provider.pk)

    def shared(self, own: int, theirs: int) -> int | None:
        """The organisation through which two are one: either of them, or one that both belong to."""
        if theirs in self.above[own]:
            return theirs
        if own in self.above[theirs]:
            return own
        return min((self.above[own] & self.above[theirs]) - self.wide, default=None)


def _same_organisation(
    person: _Person, submission: Submission, subject: dict[int, str], graph: _Graph
) -> Iterable[Conflict]:
    leader = submission.leader
    if leader is not None and leader.user_id == person.user.pk:
        yield Conflict(ConflictKind.SAME_ORGANISATION, "They are the person under review.")
    names = {name.casefold() for name in subject.values()}
    if person.employer_name.strip() and person.employer_name.strip().casefold() in names:
        yield Conflict(
            ConflictKind.SAME_ORGANISATION, f"They are employed by {person.employer_name.strip()}."
        )
    for own, how in person.own.items():
        if own in subject:
            designator = leader is not None and own == leader.designator_id
            kind = ConflictKind.DESIGNATOR if designator else ConflictKind.SAME_ORGANISATION
            why = ", which designates this specialist leader" if designator else ""
            yield Conflict(kind, f"{how} {subject[own]}{why}.")
            continue
        for theirs, name in subject.items():
            through = graph.shared(own, theirs)
            if through is not None:
                mine = graph.names.get(own, "their organisation")
                tie = (
                    f"which belongs to {name}" if through == theirs
                    else f"to which {name} belongs" if through == own
                    else f"which belongs, with {name}, to {graph.names[through]}"
                )  # fmt: skip
                yield Conflict(ConflictKind.SAME_ORGANISATION, f"{how} {mine}, {tie}.")


def _tied(person: _Person, subject: dict[int, str]) -> Iterable[Conflict]:
    for pk, nature in person.ties.items():
        if pk in subject:
            yield Conflict(ConflictKind.TIE, f"A tie to {subject[pk]} within {TIE_MONTHS} months: {nature}.")


def _rivals(submission: Submission, candidates: set[int]) -> dict[int, str]:
    """Organisations in the same authority that offer the same: primary key -> in words.

    The same: a topic of a programme in common; for a specialist leader an area of expertise.
    """
    authority = submission.provider.authority_id or (
        submission.provider.school.authority_id if submission.provider.school else None
    )
    if not authority or not candidates:
        return {}
    near = dict(
        Provider.objects.filter(pk__in=candidates)
        .filter(Q(authority=authority) | Q(authority=None, school__authority=authority))
        .values_list("pk", "name")
    )
    offers: Iterable[tuple[int, list[str]]]
    if submission.leader is not None:
        ours = set(submission.leader.expertise)
        offers = SpecialistLeader.objects.filter(designator__in=near).values_list(
            "designator_id", "expertise"
        )
    else:
        ours = _topics(submission)
        offers = ProgrammeVersion.objects.filter(programme__provider__in=near).values_list(
            "programme__provider_id", "topics"
        )
    shared: dict[int, set[str]] = defaultdict(set)
    for pk, topics in offers:
        shared[pk] |= ours & set(topics)
    return {
        pk: f"{name}, which offers the same in the same local authority"
        for pk, name in near.items()
        if shared[pk]
    }


def _topics(submission: Submission) -> set[str]:
    if submission.version is not None:
        return set(submission.version.topics)
    versions = ProgrammeVersion.objects.filter(programme__provider=submission.provider_id)
    return {topic for topics in versions.values_list("topics", flat=True) for topic in topics}
