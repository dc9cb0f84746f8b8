"""Allocating assessors through the services and on the pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.clock import today
from reviews.models import AllocationFile, AllocationRun, Assessment
from reviews.queries.allocation import read_waiting, waiting_submissions
from reviews.queries.conflicts import all_conflicts, find_conflicts
from reviews.services import allocation, assessments
from reviews.services.assessments import ensure_profile
from tests.factories import LocalAuthorityFactory, ProgrammeFactory, ProviderFactory, person
from tests.journeys import Journey
from tests.reviews.views.people import signed_in, text

pytestmark = pytest.mark.django_db


def assessor(**fields):
    user = person("assessor")
    profile = ensure_profile(user=user)
    for name, value in fields.items():
        setattr(profile, name, value)
    profile.save()
    return user


def submitted(number: int = 1, **fields) -> list[Journey]:
    """Journeys whose submissions wait; the two assessors each brings with it have no profile, so no room."""
    journeys = [Journey(**fields) for _ in range(number)]
    for each in journeys:
        each.to("submitted")
    return journeys


def proposal(administrator, **kw) -> AllocationRun:
    run = allocation.ask_for_allocation(by=administrator, **kw)
    assert run.state == "proposed", run.failure
    return run


def names(run: AllocationRun) -> dict[int, set[int]]:
    return {file.submission_id: {seat.assessor_id for seat in file.seats.all()} for file in run.files.all()}


def test_a_proposal_invites_nobody_until_it_is_confirmed():
    journeys = submitted(2)
    people = [assessor(), assessor(), assessor(topics=["curriculum"])]
    run = proposal(journeys[0].administrator, seed=5)
    assert not Assessment.objects.exists()
    assert all(len(seated) == 2 for seated in names(run).values())
    assert {pk for seated in names(run).values() for pk in seated} <= {each.pk for each in people}
    assert names(proposal(journeys[0].administrator, seed=5)) == names(run)
    run.refresh_from_db()
    assert run.state == "set_aside"
    run = AllocationRun.objects.first()
    allocation.confirm_allocation(run=run, by=journeys[0].administrator)
    run.refresh_from_db()
    assert run.state == "done"
    for journey in journeys:
        journey.submission.refresh_from_db()
        assert journey.submission.state == "assessing"
        invited = journey.submission.assessments.values_list("assessor_id", flat=True)
        assert set(invited) == names(run)[journey.submission.pk]
    assert not waiting_submissions().exists()
    with pytest.raises(ValidationError, match="No submission waits"):
        allocation.ask_for_allocation(by=journeys[0].administrator)


def test_expertise_is_given_first_and_conflicts_pauses_and_full_desks_are_kept_out():
    (journey,) = submitted(version__topics=["curriculum"])
    employed = assessor(employer=journey.provider)
    paused = assessor(paused_until=today())
    later = assessor(
        topics=["curriculum"], subject_kinds=["programme"],
        paused_from=today() + dt.timedelta(days=9), paused_until=today() + dt.timedelta(days=20),
    )  # fmt: skip
    full = assessor(capacity_a_month=0)
    others = [assessor(), assessor()]
    run = proposal(journey.administrator)
    seated = names(run)[journey.submission.pk]
    assert later.pk in seated
    assert len(seated & {each.pk for each in others}) == 1
    file = run.files.get()
    for refused, why in ((employed, "conflict"), (paused, "takes no work"), (full, "no room")):
        with pytest.raises(ValidationError, match=why):
            allocation.change_seats(file=file, assessors=[later, refused], by=journey.administrator)
    allocation.change_seats(file=file, assessors=others, by=journey.administrator)
    assert names(run)[journey.submission.pk] == {each.pk for each in others}
    assert set(file.seats.values_list("by_hand", flat=True)) == {True, False}


def test_a_gap_says_why():
    (journey,) = submitted()
    assessor(employer=journey.provider)
    assessor()
    run = proposal(journey.administrator)
    page = text(signed_in(journey.administrator).get(reverse("allocation_run", args=[run.public_id])))
    assert "Only one person may assess this." not in page  # the journey's own assessors may, without room
    assert "may assess this, but only one has room left this month" in page
    assert "1 has a conflict of interest" in page


def test_who_declines_is_replaced_and_what_was_accepted_never_moves(django_capture_on_commit_callbacks):
    (journey,) = submitted()
    people = [assessor() for _ in range(3)]
    run = proposal(journey.administrator)
    allocation.confirm_allocation(run=run, by=journey.administrator)
    first, second = journey.submission.assessments.order_by("id")
    assessments.declare_no_conflict(assessment=first, by=first.assessor)
    with pytest.raises(ValidationError, match="why you can’t"):
        assessments.decline_assessment(assessment=second, by=second.assessor, note=" ")
    with django_capture_on_commit_callbacks() as asked:
        assessments.decline_assessment(assessment=second, by=second.assessor, note="In hospital.")
    assert len(asked) == 1
    again = allocation.reallocate(submission=journey.submission)
    assert again is not None
    assert (again.state, again.cause, again.made_by) == ("done", "declined", None)
    third = journey.submission.assessments.order_by("id").last()
    assert third.assessor_id not in {first.assessor_id, second.assessor_id}
    assert {first.assessor, second.assessor, third.assessor} == set(people)
    first.refresh_from_db()
    assert first.state == "scoring"
    assert allocation.reallocate(submission=journey.submission) is None


def test_what_changed_since_is_refused_by_itself_and_the_rest_goes_on():
    journeys = submitted(2)
    for _ in range(4):
        assessor()
    administrator = journeys[0].administrator
    run = proposal(administrator)
    moved = run.files.get(submission=journeys[0].submission)
    profile = moved.seats.first().assessor.assessor_profile
    profile.employer = journeys[0].provider
    profile.save()
    allocation.confirm_allocation(run=run, by=administrator)
    moved.refresh_from_db()
    assert "conflict of interest" in moved.refusal
    journeys[0].submission.refresh_from_db()
    assert journeys[0].submission.state == "submitted"
    assert not journeys[0].submission.assessments.exists()
    assert AllocationFile.objects.get(run=run, submission=journeys[1].submission).invited_at


def test_the_pages_without_a_script():
    journeys = submitted(2)
    people = [assessor() for _ in range(4)]
    browser = signed_in(journeys[0].administrator)
    assert "2, 4 seats to fill" in text(browser.get(reverse("allocation")))
    answer = browser.post(reverse("allocation"))
    page = text(browser.get(answer["Location"]))
    assert "2 submissions; every one has its assessors" in page
    run = AllocationRun.objects.get()
    one, other = run.files.all()
    change = reverse("allocation_change", args=[run.public_id, one.pk])
    form = text(browser.get(change))
    assert all(each.name in form for each in people)
    assert "has no room left this month" in form
    refused = browser.post(change, {"assessors": [people[0].pk]})
    assert "Choose two assessors" in text(refused)
    assert "Choose who is to assess this" in text(browser.post(change, {}))
    both = names(run)[one.submission_id] & names(run)[other.submission_id]
    taken, free = (file.seats.exclude(assessor__in=both).first() for file in (one, other))
    swapped = browser.post(
        reverse("allocation_swap", args=[run.public_id]), {"seat": taken.pk, "other": free.pk}, follow=True
    )
    assert "changed places" in text(swapped)
    assert free.assessor_id in names(run)[one.submission_id]
    browser.post(reverse("allocation_leave_out", args=[run.public_id, one.pk]), {"out": "yes"})
    page = text(browser.post(reverse("allocation_confirm", args=[run.public_id]), follow=True))
    assert "1 invited" in page
    assert "Left out" in page
    assert Assessment.objects.count() == 2
    gone = browser.post(reverse("allocation_confirm", args=[run.public_id]), follow=True)
    assert "Only a proposal can be confirmed" in text(gone)
    assert browser.post(reverse("allocation_swap", args=[run.public_id]), {"seat": "x"}).status_code == 404
    assert signed_in(people[0]).get(reverse("allocation")).status_code == 403


@pytest.mark.parametrize("mode", ["no", "propose", "invite"])
def test_the_nightly_job_does_what_the_setting_says(settings, mode):
    settings.ALLOCATION_NIGHTLY = mode
    submitted()
    for _ in range(2):
        assessor()
    assert allocation.allocate_nightly() == (0 if mode == "no" else 1)
    assert Assessment.objects.count() == (2 if mode == "invite" else 0)
    states = {"no": [], "propose": ["proposed"], "invite": ["done"]}
    assert list(AllocationRun.objects.values_list("state", flat=True)) == states[mode]


def test_everything_is_read_with_the_same_number_of_queries():
    administrator = person("administrator")
    assessor()
    counts = []
    for _ in range(2):
        submitted(2)
        assessor()
        with CaptureQueriesContext(connection) as queries:
            read_waiting(seed=1)
        run = proposal(administrator)
        with CaptureQueriesContext(connection) as page:
            signed_in(administrator).get(reverse("allocation_run", args=[run.public_id]))
        counts.append((len(queries), len(page)))
    assert counts[0] == counts[1]


def test_conflicts_of_all_pairs_are_those_of_each():
    authority = LocalAuthorityFactory()
    organisations = [ProviderFactory(authority=authority) for _ in range(3)]
    journeys = [
        Journey(version=ProgrammeFactory(provider=each, version__topics=["send"]).versions.get())
        for each in organisations
    ]
    people = [assessor(employer=each) for each in organisations[:2]] + [assessor(), journeys[0].owner]
    submissions = [each.submission for each in journeys]
    found = all_conflicts(users=people, submissions=submissions)
    for submission in submissions:
        for user in people:
            alone = find_conflicts(user=user, submission=submission)
            assert found.get((submission.pk, user.pk), []) == alone
    assert len(found) == 2 * 3 + 3
