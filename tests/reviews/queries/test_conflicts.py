"""Conflicts of interest from the organisation graph."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lpdqa.clock import today
from providers.models import Membership, Relationship
from reviews.models import AssessorProfile, Tie
from reviews.queries.assessors import assessor_candidates, eligible_assessors
from reviews.queries.conflicts import find_conflicts
from tests.factories import (
    LocalAuthorityFactory,
    ProgrammeFactory,
    ProviderFactory,
    SchoolFactory,
    SpecialistLeaderFactory,
    person,
)
from tests.journeys import Journey

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    return Journey(provider=ProviderFactory(name="Larkmoor Alliance", kind="tsa"))


@pytest.fixture
def assessor():
    user = person("assessor")
    AssessorProfile.objects.create(user=user)
    return user


def employ(user, provider=None, name=""):
    AssessorProfile.objects.filter(user=user).update(employer=provider, employer_name=name)


def relate(subject, kind, organisation, **fields):
    Relationship.objects.create(subject=subject, kind=kind, object=organisation, **fields)


def kinds(user, journey):
    return [conflict.kind for conflict in find_conflicts(user=user, submission=journey.submission)]


def words(user, journey):
    return [conflict.explanation for conflict in find_conflicts(user=user, submission=journey.submission)]


def test_somebody_with_nothing_in_common_has_none(journey, assessor):
    employ(assessor, ProviderFactory())
    assert kinds(assessor, journey) == []


def test_the_same_employer_by_row_or_by_name(journey, assessor):
    employ(assessor, journey.provider)
    assert words(assessor, journey) == ["They are employed by Larkmoor Alliance."]
    employ(assessor, name=" larkmoor alliance")
    assert kinds(assessor, journey) == ["same_organisation"]


def test_a_place_on_the_team_is_one_and_a_past_one_is_a_tie_for_36_months(journey, assessor):
    membership = Membership.objects.create(provider=journey.provider, user=assessor, role="viewer")
    assert words(assessor, journey) == ["They are on the team of Larkmoor Alliance."]
    membership.ended_at = timezone.now() - dt.timedelta(days=400)
    membership.save()
    assert kinds(assessor, journey) == ["tie"]
    membership.ended_at = timezone.now() - dt.timedelta(days=37 * 31)
    membership.save()
    assert kinds(assessor, journey) == []


@pytest.mark.parametrize("kind", ["member_of", "partner_in"])
def test_belonging_to_each_other_or_to_the_same_alliance(journey, assessor, kind):
    school = ProviderFactory(name="Hill School", kind="school")
    employ(assessor, school)
    relate(school, kind, journey.provider)
    assert words(assessor, journey) == [
        "They are employed by Hill School, which belongs to Larkmoor Alliance."
    ]
    Relationship.objects.all().delete()
    relate(journey.provider, kind, school)
    assert words(assessor, journey) == [
        "They are employed by Hill School, to which Larkmoor Alliance belongs."
    ]
    Relationship.objects.all().delete()
    hub = ProviderFactory(name="Vale Hub", kind="hub")
    relate(school, kind, hub)
    relate(journey.provider, kind, hub)
    assert words(assessor, journey) == [
        "They are employed by Hill School, which belongs, with Larkmoor Alliance, to Vale Hub."
    ]


def test_ended_ties_between_organisations_and_other_kinds_of_tie_do_not_count(journey, assessor):
    school = ProviderFactory(kind="school")
    employ(assessor, school)
    relate(school, "member_of", journey.provider, valid_to=today() - dt.timedelta(days=1))
    relate(school, "subscribes_to", journey.provider)
    assert kinds(assessor, journey) == []


def test_the_same_wide_association_is_no_tie(journey, assessor):
    school = ProviderFactory(kind="school")
    employ(assessor, school)
    association = ProviderFactory(kind="association")
    relate(school, "member_of", association)
    relate(journey.provider, "member_of", association)
    assert kinds(assessor, journey) == []


def test_schools_of_the_same_trust(assessor):
    trust = ProviderFactory(name="Oak Trust", kind="mat")
    ours = ProviderFactory(kind="school", school=SchoolFactory(trust=trust))
    theirs = ProviderFactory(kind="school", school=SchoolFactory(trust=trust))
    journey = Journey("provider")
    journey.submission.provider = theirs
    employ(assessor, ours)
    assert "Oak Trust" in words(assessor, journey)[0]


def test_who_designated_the_specialist_leader_and_the_leaders_own_school(assessor):
    home = SchoolFactory()
    journey = Journey("sle", home_school=home, user=person())
    employ(assessor, journey.provider)
    assert kinds(assessor, journey) == ["designator"]
    employ(assessor, ProviderFactory(kind="school", school=home))
    assert kinds(assessor, journey) == ["same_organisation"]
    assert kinds(journey.leader.user, journey) == ["same_organisation"]


def test_a_paid_or_family_tie_counts_for_36_months(journey, assessor):
    tie = Tie.objects.create(user=assessor, provider=journey.provider, nature="paid consultancy")
    assert words(assessor, journey) == ["A tie to Larkmoor Alliance within 36 months: paid consultancy."]
    tie.ended_on = today() - dt.timedelta(days=37 * 31)
    tie.save()
    assert kinds(assessor, journey) == []


def test_a_competitor_is_in_the_same_authority_and_offers_the_same():
    authority = LocalAuthorityFactory()
    journey = Journey(provider=ProviderFactory(authority=authority), version__topics=["send", "coaching"])
    assessor = person("assessor")
    AssessorProfile.objects.create(user=assessor)
    rival = ProgrammeFactory(provider__authority=authority, version__topics=["coaching"])
    employ(assessor, rival.provider)
    assert kinds(assessor, journey) == ["competitor"]
    for other in (
        ProgrammeFactory(provider__authority=authority, version__topics=["finance"]),
        ProgrammeFactory(provider__authority=LocalAuthorityFactory(), version__topics=["coaching"]),
    ):
        employ(assessor, other.provider)
        assert kinds(assessor, journey) == []


def test_a_competitor_of_a_specialist_leader_offers_the_same_expertise():
    authority = LocalAuthorityFactory()
    journey = Journey("sle", designator=ProviderFactory(authority=authority), expertise=["phonics"])
    assessor = person("assessor")
    AssessorProfile.objects.create(user=assessor)
    rival = SpecialistLeaderFactory(designator__authority=authority, expertise=["phonics", "art"])
    employ(assessor, rival.designator)
    assert kinds(assessor, journey) == ["competitor"]


def test_the_list_of_assessors_costs_the_same_for_one_and_for_many(journey, django_assert_num_queries):
    def add_assessor():
        user = person("assessor")
        AssessorProfile.objects.create(user=user, employer=ProviderFactory(kind="school"))
        relate(user.assessor_profile.employer, "member_of", journey.provider)

    journey.submission.refresh_from_db()
    add_assessor()
    assessor_candidates(journey.submission)  # the submission's own provider and version are read once
    with CaptureQueriesContext(connection) as few:
        assert len(assessor_candidates(journey.submission)) == 3
    for _ in range(3):
        add_assessor()
    with django_assert_num_queries(len(few)):
        candidates = assessor_candidates(journey.submission)
    assert [c.can_be_assigned for c in candidates] == [True, True, False, False, False, False]


def test_the_best_fit_and_the_least_busy_come_first(journey):
    journey.version.topics = ["send"]
    journey.version.save()
    expert, other, member = person("assessor"), person("assessor"), person("assessor")
    AssessorProfile.objects.create(user=expert, topics=["send"], subject_kinds=["programme"])
    AssessorProfile.objects.create(user=other)
    AssessorProfile.objects.create(user=member, employer=journey.provider)
    found = eligible_assessors(journey.submission)
    assert found[0].user == expert
    assert found[0].fit == ("Programme", "SEND and inclusion")
    assert member not in [candidate.user for candidate in found]
