"""Conflicts of interest, found from the organisation graph (docs/decisions/conflicts-of-interest.md).

The number of queries is the same for one person and one submission and for every pair of them there is.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.clock import months_before, today
from programmes.models import ProgrammeVersion
from providers.choices import ProviderKind, RelationshipKind
from providers.models import Membership, Provider, Relationship, SpecialistLeader
from reviews.choices import ConflictKind
from reviews.models import Affiliation, Assessment, AssessorProfile, ConflictOverride, Submission, Tie

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
    """What the register knows of a person's organisations: primary key -> how they belong to it.

    names  organisations that are no row here, as they gave them: in small letters -> how they belong to it
    """

    user: User
    own: dict[int, str] = field(default_factory=dict)
    ties: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def find_conflicts(*, user: User, submission: Submission, overridden: bool = False) -> list[Conflict]:
    """The conflicts that keep this person from assessing this submission; with `overridden` also those
    lifted."""
    return conflicts_among(users=[user], submission=submission, overridden=overridden)[user.pk]


def conflicts_among(
    *, users: Collection[User], submission: Submission, overridden: bool = False
) -> dict[int, list[Conflict]]:
    """`find_conflicts` for many people at once, by the primary key of the person."""
    found = all_conflicts(users=users, submissions=[submission], overridden=overridden)
    return {user.pk: found.get((submission.pk, user.pk), []) for user in users}


def all_conflicts(
    *, users: Collection[User], submissions: Collection[Submission], overridden: bool = False
) -> dict[tuple[int, int], list[Conflict]]:
    """`find_conflicts` for every pair there is a conflict in, by the primary keys of submission and person."""
    on = today()
    people = _people(users, on)
    everyone = {pk for person in people.values() for pk in person.own}
    subjects = _subject_organisations(submissions)
    graph = _Graph(everyone.union(*subjects.values()), on)
    rivals = _Rivals(submissions, everyone)
    lifted, declared = _lifted(users, submissions), _declared(users, submissions)
    near = _Near(people, graph)
    found: dict[tuple[int, int], list[Conflict]] = {}
    for submission in submissions:
        subject = subjects[submission.pk]
        competing = rivals.of(submission, subject)
        suspects = near.of(submission, subject, competing)
        suspects |= {user for about, user in declared if about == submission.pk}
        for person in (people[pk] for pk in sorted(suspects & people.keys())):
            key = (submission.pk, person.user.pk)
            conflicts = [
                *_same_organisation(person, submission, subject, graph),
                *_tied(person, subject),
                *(
                    Conflict(ConflictKind.COMPETITOR, f"{how} {competing[pk]}.")
                    for pk, how in person.own.items()
                    if pk in competing
                ),
                *declared.get(key, ()),
            ]
            marked = [replace(each, overridden=(*key, each.kind) in lifted) for each in conflicts]
            if standing := [each for each in marked if overridden or not each.overridden]:
                found[key] = standing
    return found


def _lifted(users: Collection[User], submissions: Collection[Submission]) -> set[tuple[int, int, str]]:
    rows = ConflictOverride.objects.filter(submission__in=submissions, assessor__in=users)
    return set(rows.values_list("submission_id", "assessor_id", "kind"))


def _declared(
    users: Collection[User], submissions: Collection[Submission]
) -> dict[tuple[int, int], list[Conflict]]:
    found = defaultdict(list)
    rows = Assessment.objects.filter(submission__in=submissions, assessor__in=users)
    for row in rows.exclude(conflict_kind="").order_by("id"):
        words = f"They declared it themselves: {row.get_conflict_kind_display()}."
        found[row.submission_id, row.assessor_id].append(Conflict(row.conflict_kind, words))
    return found


class _Near:
    """Who can have a conflict at all: the rules are asked only about them. It may name too many, never too few."""

    def __init__(self, people: dict[int, _Person], graph: _Graph) -> None:
        self.graph = graph
        self.linked: dict[int, set[int]] = defaultdict(set)
        self.named: dict[str, set[int]] = defaultdict(set)
        self.through: dict[int, set[int]] = defaultdict(set)
        for pk, person in people.items():
            for organisation in (*person.own, *person.ties):
                self.linked[organisation].add(pk)
            for organisation in person.own:
                for above in graph.above[organisation]:
                    self.through[above].add(pk)
            for name in person.names:
                self.named[name].add(pk)

    def of(self, submission: Submission, subject: dict[int, str], competing: dict[int, str]) -> set[int]:
        """Primary keys of people."""
        found = {submission.leader.user_id} if submission.leader is not None else set()
        for pk in competing:
            found |= self.linked[pk]
        for pk, name in subject.items():
            found |= self.linked[pk] | self.through[pk] | self.named[name.casefold()]
            for above in self.graph.above[pk]:
                found |= self.linked[above]
                if above not in self.graph.wide:
                    found |= self.through[above]
        return {person for person in found if person is not None}


def _people(users: Collection[User], on: dt.date) -> dict[int, _Person]:
    people = {user.pk: _Person(user) for user in users}
    since = months_before(on, TIE_MONTHS)
    for profile in AssessorProfile.objects.filter(user__in=users):
        person = people[profile.user_id]
        if profile.employer_name.strip():
            person.names[profile.employer_name.strip().casefold()] = (
                f"They are employed by {profile.employer_name.strip()}."
            )
        if profile.employer_id:
            person.own[profile.employer_id] = "They are employed by"
    lately = Q(ended_on=None) | Q(ended_on__gte=since)
    for affiliation in Affiliation.objects.filter(lately, user__in=users).order_by("id"):
        _note_affiliation(people[affiliation.user_id], affiliation, on)
    for membership in Membership.objects.filter(user__in=users):
        person = people[membership.user_id]
        if membership.ended_at is None:
            person.own.setdefault(membership.provider_id, "They are on the team of")
        elif membership.ended_at.date() >= since:
            person.ties.setdefault(membership.provider_id, "were on its team")
    for tie in Tie.objects.filter(lately, user__in=users):
        people[tie.user_id].ties[tie.provider_id] = tie.nature
    return people


def _note_affiliation(person: _Person, affiliation: Affiliation, on: dt.date) -> None:
    """One that stands counts as the employer does; one that ended is a tie. What is no row here counts by its name."""
    stands = affiliation.ended_on is None or affiliation.ended_on >= on
    how = affiliation.get_kind_display().lower()
    if affiliation.provider_id:
        if stands:
            person.own.setdefault(affiliation.provider_id, "They are affiliated to")
        else:
            person.ties.setdefault(affiliation.provider_id, how)
    elif affiliation.name.strip():
        words = "They are affiliated to" if stands else f"A tie within {TIE_MONTHS} months to"
        person.names.setdefault(affiliation.name.strip().casefold(), f"{words} {affiliation.name.strip()}.")


def _subject_organisations(submissions: Collection[Submission]) -> dict[int, dict[int, str]]:
    """The organisations under review by submission: primary key -> name. Of a specialist leader also the home
    school's own."""
    found = {each.pk: {each.provider_id: each.provider.name} for each in submissions}
    homes: dict[int, list[int]] = defaultdict(list)
    for each in submissions:
        if each.leader is not None and each.leader.home_school_id:
            homes[each.leader.home_school_id].append(each.pk)
    rows = Provider.objects.filter(Q(school__in=homes) | Q(trust_schools__in=homes))
    for pk, name, school, of_trust in rows.values_list("pk", "name", "school_id", "trust_schools").order_by(
        "pk"
    ):
        for home in {school, of_trust} & homes.keys():
            for submission in homes[home]:
                found[submission][pk] = name
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
    for name in subject.values():
        if words := person.names.get(name.casefold()):
            yield Conflict(ConflictKind.SAME_ORGANISATION, words)
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


class _Rivals:
    """Organisations in the same authority that offer the same.

    The same: a topic of a programme in common; for a specialist leader an area of expertise.
    """

    def __init__(self, submissions: Collection[Submission], candidates: set[int]) -> None:
        self.near: dict[str, list[tuple[int, str]]] = defaultdict(list)
        rows = Provider.objects.filter(pk__in=candidates).values_list(
            "pk", "name", "authority_id", "school__authority_id"
        )
        for pk, name, authority, of_school in rows.order_by("pk"):
            if authority or of_school:
                self.near[authority or of_school].append((pk, name))
        # A provider that is put forward itself is about all its programmes.
        whole = {each.provider_id for each in submissions if each.version is None and each.leader is None}
        self.topics: dict[int, set[str]] = defaultdict(set)
        versions = ProgrammeVersion.objects.filter(programme__provider__in=candidates | whole)
        for pk, topics in versions.values_list("programme__provider_id", "topics"):
            self.topics[pk] |= set(topics)
        self.expertise: dict[int, set[str]] = defaultdict(set)
        leaders = SpecialistLeader.objects.filter(designator__in=candidates)
        for pk, expertise in leaders.values_list("designator_id", "expertise"):
            self.expertise[pk] |= set(expertise)

    def of(self, submission: Submission, subject: dict[int, str]) -> dict[int, str]:
        """Rivals of a submission: primary key -> in words."""
        provider = submission.provider
        authority = provider.authority_id or (provider.school.authority_id if provider.school else None)
        if submission.leader is not None:
            ours, offers = set(submission.leader.expertise), self.expertise
        else:
            version = submission.version
            ours = set(version.topics) if version is not None else self.topics[provider.pk]
            offers = self.topics
        return {
            pk: f"{name}, which offers the same in the same local authority"
            for pk, name in self.near.get(authority or "", ())
            if pk not in subject and ours & offers[pk]
        }
