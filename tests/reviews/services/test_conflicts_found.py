"""A conflict that comes to light once the file is open: it closes, the scores don't count, somebody else is asked."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from lpdqa.clock import today
from providers.models import Membership, Relationship
from reviews.models import Affiliation
from reviews.queries.conflicts import find_conflicts
from reviews.queries.consensus import preview
from reviews.queries.my_work import my_work
from reviews.services import assessments, assessor_profiles, conflicts
from tests.factories import ProviderFactory, person
from tests.journeys import Journey, all_at
from tests.reviews.views.people import page_of, signed_in

pytestmark = pytest.mark.django_db
THREES = dict.fromkeys(all_at(3), 3)


def states(journey: Journey) -> list[str]:
    return list(journey.submission.assessments.order_by("id").values_list("state", flat=True))


def test_a_new_affiliation_closes_the_file_at_once_and_leaves_the_scores_out():
    journey = Journey()
    submission = journey.to("assessing")
    first, second = journey.blind()
    journey.score(first, THREES)
    browser = signed_in(first.assessor)
    assert browser.get(page_of(first)).status_code == 200
    assessor_profiles.add_affiliation(
        user=first.assessor, by=first.assessor, organisation=journey.provider.name.upper(), kind="consultant",
        started_on=today() - dt.timedelta(days=200),
    )  # fmt: skip
    first.refresh_from_db()
    assert (first.state, first.locked_at is None) == ("void", False)
    assert journey.provider.name in first.void_reason
    assert browser.get(page_of(first)).status_code == 403
    assert browser.get(page_of(first, "P1")).status_code == 403
    assert first.scores.count() == 17, "kept"
    journey.score(second, THREES)
    submission.refresh_from_db()
    assert submission.state == "assessing", "two are needed"
    another = assessments.assign_assessor(
        submission=submission, assessor=person("assessor"), by=journey.administrator
    )
    journey.score(another, THREES)
    submission.refresh_from_db()
    assert submission.state == "fact_check"


@pytest.mark.parametrize("state", ["fact_check", "deciding"])
def test_settled_scores_are_taken_up_again(state):
    journey = Journey()
    submission = journey.to(state, all_at(3))
    first, second = journey.blind()
    relation = ProviderFactory()
    profile = first.assessor.assessor_profile
    profile.employer = relation
    profile.save()
    assert conflicts.recheck() == 0
    Relationship.objects.create(subject=relation, kind="member_of", object=journey.provider)
    assert conflicts.recheck() == 1
    submission.refresh_from_db()
    assert (submission.state, submission.settled_at) == ("assessing", None)
    assert states(journey) == ["void", "submitted"]
    another = assessments.assign_assessor(
        submission=submission, assessor=person("assessor"), by=journey.administrator
    )
    # One apart from the scores that stand: near enough everywhere, so nobody has to adjudicate.
    journey.score(another, dict.fromkeys(THREES, 4))
    submission.refresh_from_db()
    assert submission.state == "fact_check"
    assert {score.assessor for score in preview(submission).rows[0].scores.blind} == {
        second.assessor.assessor_profile.pseudonym, another.assessor.assessor_profile.pseudonym
    }  # fmt: skip


def test_a_third_with_a_conflict_is_replaced():
    journey = Journey()
    submission = journey.to("fact_check")
    third = submission.assessments.get(role="adjudication")
    conflicts.declare_conflict_found(
        assessment=third, by=third.assessor, kind="tie", note="We are writing a book together."
    )
    submission.refresh_from_db()
    assert submission.state == "adjudicating"
    again = assessments.assign_adjudicator(
        submission=submission, assessor=person("assessor"), by=journey.administrator
    )
    journey.score(again, {"R2": 3, "D3": 3})
    submission.refresh_from_db()
    assert submission.state == "fact_check"


def test_once_it_is_decided_the_rating_stands_the_file_closes_and_administrators_are_told():
    journey = Journey()
    submission = journey.to("published", all_at(3))
    first = journey.blind()[0]
    assert conflicts.recheck() == 0
    with pytest.raises(ValidationError, match="Say in a sentence"):
        conflicts.declare_conflict_found(assessment=first, by=first.assessor, kind="tie", note=" ")
    with pytest.raises(ValidationError, match="somebody else’s"):
        conflicts.declare_conflict_found(assessment=first, by=journey.owner, kind="tie", note="x")
    conflicts.declare_conflict_found(assessment=first, by=first.assessor, kind="tie", note="They paid me.")
    submission.refresh_from_db()
    assert (submission.state, states(journey)) == ("published", ["submitted", "submitted"])
    assert signed_in(first.assessor).get(page_of(first)).status_code == 403
    said = [item.text for item in my_work(person("administrator")).needs]
    assert f"Look at a conflict of interest: {submission.title}" in said
    assert (
        "They declared it themselves"
        in find_conflicts(user=first.assessor, submission=submission)[0].explanation
    )
    with pytest.raises(ValidationError, match="closed already"):
        conflicts.declare_conflict_found(assessment=first, by=first.assessor, kind="tie", note="Again.")


def test_a_lifted_conflict_closes_nothing_and_a_change_of_the_team_asks_for_a_look(
    django_capture_on_commit_callbacks,
):
    journey = Journey()
    submission = journey.to("assessing")
    first = journey.blind()[0]
    request = conflicts.ask_to_lift(
        submission=submission, assessor=first.assessor, kind="same_organisation", reason="A namesake.",
        by=journey.administrator,
    )  # fmt: skip
    conflicts.answer_lift(request=request, by=journey.outsider, confirm=True)
    with django_capture_on_commit_callbacks() as asked:
        Membership.objects.create(provider=journey.provider, user=first.assessor, role="viewer")
    assert len(asked) == 1
    assert conflicts.recheck() == 0
    assert states(journey)[0] == "invited"


def test_affiliations_count_while_they_stand_and_as_ties_afterwards():
    journey = Journey()
    user = journey.assessors[0]
    assessments.ensure_profile(user=user)
    long_ago, lately = today() - dt.timedelta(days=1300), today() - dt.timedelta(days=300)

    def kinds() -> list[str]:
        return [each.kind for each in find_conflicts(user=user, submission=journey.submission)]

    row = Affiliation.objects.create(user=user, provider=journey.provider, kind="board")
    assert kinds() == ["same_organisation"]
    for ended, expected in ((lately, ["tie"]), (long_ago, [])):
        row.ended_on = ended
        row.save()
        assert kinds() == expected
    Affiliation.objects.create(user=user, name=f" {journey.provider.name.lower()}", kind="other")
    assert kinds() == ["same_organisation"]
