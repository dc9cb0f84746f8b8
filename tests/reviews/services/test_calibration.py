"""Calibration: examples scored blind, feedback, release, renewal, retry."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.utils import Error
from django.urls import reverse

from lpdqa.clock import today
from reviews.examples.calibration import MARKED, calibrate, make_examples
from reviews.models import CalibrationAnswer, CalibrationExample
from reviews.queries.assessors import assessor_candidates, eligible_assessors
from reviews.queries.calibration import is_required, released_among, standing_of
from reviews.services import calibration as services
from reviews.services.assessments import accept_submission
from tests.factories import person
from tests.journeys import Journey, framework
from tests.reviews.views.people import signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return framework()


@pytest.fixture
def whole(version):
    """The version with the ten examples of the example data."""
    make_examples(version, person("administrator"))
    return version


def answers_of(attempt):
    return list(attempt.answers.select_related("example"))


def attempt(user, version, apart: list[int]):
    """Score all examples, each so far from the agreed score (towards the middle)."""
    made = services.start_attempt(framework=version, by=user)
    for answer, distance in zip(answers_of(made), apart, strict=True):
        agreed = answer.example.agreed
        value = agreed + distance if agreed <= 2 else agreed - distance
        services.score_example(answer=answer, by=user, value=value, rationale="Seen.")
    made.refresh_from_db()
    return made


@pytest.mark.parametrize(
    ("apart", "released"),
    [
        ([0] * 6 + [1] * 4, True),
        ([0] * 5 + [1] * 5, False),
        ([0] * 9 + [2], False),
        ([0] * 10, True),
    ],
)
def test_released_at_60_percent_exact_and_95_within_one(whole, apart, released):
    user = person("assessor")
    made = attempt(user, whole, apart)
    assert (made.released_to is not None) == released
    assert made.exact == apart.count(0) / 10
    assert bool(released_among(users=[user], framework=whole)) == released


def test_a_set_is_asked_for_once_it_is_whole_and_only_while_the_setting_says_so(version, settings):
    by, user = person("administrator"), person("assessor")
    criterion = version.criteria.first()
    for number in range(9):
        services.save_example(
            framework=version, criterion=criterion, title=f"Example {number}", evidence="What we found.",
            agreed=2, explanation="Because.", by=by,
        )  # fmt: skip
    assert not is_required(version)
    assert released_among(users=[user], framework=version) == {user.pk}
    with pytest.raises(ValidationError, match="9 of the 10"):
        services.start_attempt(framework=version, by=user)
    services.save_example(
        framework=version,
        criterion=criterion,
        title="The tenth",
        evidence="e",
        agreed=2,
        explanation="x",
        by=by,
    )
    assert is_required(version)
    assert released_among(users=[user], framework=version) == set()
    settings.CALIBRATION_REQUIRED = False
    assert released_among(users=[user], framework=version) == {user.pk}


def test_only_who_is_released_is_assigned_and_a_release_runs_out_after_a_year():
    journey = Journey()
    submission = journey.to("submitted")
    make_examples(journey.framework, journey.administrator)
    with pytest.raises(ValidationError, match="is not released"):
        accept_submission(submission=submission, assessors=journey.assessors, by=journey.administrator)
    reasons = {each.user.pk: each.reason for each in assessor_candidates(submission)}
    assert all("not released" in reasons[each.pk] for each in journey.assessors)
    for number, each in enumerate(journey.assessors):
        calibrate(journey.framework, each, number)
    assert {each.user for each in eligible_assessors(submission)} == set(journey.assessors)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=366)):
        assert eligible_assessors(submission) == []
    journey.to("assessing")


def test_a_failed_attempt_waits_a_week_unless_there_is_enough_that_was_not_seen(whole):
    user = person("assessor")
    attempt(user, whole, [1] * 10)
    standing = standing_of(user, whole)
    assert not standing.may_start
    with pytest.raises(ValidationError, match="start again on"):
        services.start_attempt(framework=whole, by=user)
    seen = set(CalibrationExample.objects.values_list("pk", flat=True))
    make_examples(whole, person("administrator"))
    again = services.start_attempt(framework=whole, by=user)
    assert {each.example_id for each in answers_of(again)}.isdisjoint(seen)
    assert services.start_attempt(framework=whole, by=user) == again, "one at a time"


def test_after_the_wait_all_are_asked_again_in_another_order_and_a_release_is_renewed_near_its_end(whole):
    user = person("assessor")
    first = attempt(user, whole, [1] * 10)
    now = dt.datetime.now(dt.UTC)
    with time_machine.travel(now + dt.timedelta(days=8)):
        second = attempt(user, whole, [0] * 10)
    assert [each.example_id for each in answers_of(first)] != [each.example_id for each in answers_of(second)]
    with time_machine.travel(now + dt.timedelta(days=9)):
        assert standing_of(user, whole).released_to == today() + dt.timedelta(days=364)
        with pytest.raises(ValidationError, match="start again on"):
            services.start_attempt(framework=whole, by=user)
    with time_machine.travel(now + dt.timedelta(days=340)):
        assert standing_of(user, whole).may_start


def test_what_was_scored_stays(whole):
    user = person("assessor")
    made = services.start_attempt(framework=whole, by=user)
    first, second = answers_of(made)[:2]
    for wrong in ({"value": 0, "rationale": "x"}, {"value": 3, "rationale": "  "}):
        with pytest.raises(ValidationError):
            services.score_example(answer=first, by=user, **wrong)
    services.score_example(answer=first, by=user, value=2, rationale="Seen.")
    with pytest.raises(ValidationError, match="scored this example already"):
        services.score_example(answer=first, by=user, value=3, rationale="Now I know.")
    with pytest.raises(ValidationError, match="somebody else’s"):
        services.score_example(answer=second, by=person("assessor"), value=3, rationale="x")
    with pytest.raises(Error), transaction.atomic():
        CalibrationAnswer.objects.filter(pk=first.pk).update(value=4)
    with pytest.raises(ValidationError, match="it stays"):
        services.save_example(
            framework=whole, criterion=first.example.criterion, title="t", evidence="e", agreed=1,
            explanation="x", by=person("administrator"), example=first.example,
        )  # fmt: skip


def test_the_agreed_score_is_nowhere_before_it_is_asked_for(whole):
    user = person("assessor")
    browser = signed_in(user)
    assert "no file can be sent to you" in text(browser.get(reverse("calibration")))
    answer = browser.post(reverse("calibration"))
    made = user.calibration_attempts.get()
    page = reverse("calibration_answer", args=[made.public_id, 1])
    assert browser.get(answer["Location"])["Location"] == page
    first, second = answers_of(made)[:2]
    before = browser.get(page).content.decode()
    assert first.example.title in before
    assert first.example.explanation not in before
    assert "Choose a score" in text(browser.post(page, {"rationale": "x"}))
    assert "Say what led you" in text(browser.post(page, {"value": "2"}))
    browser.post(page, {"value": str(first.example.agreed), "rationale": "As it says."})
    after = text(browser.get(page))
    assert "You agree with the panel" in after
    assert first.example.explanation in browser.get(page).content.decode().replace("&#x27;", "'")
    other = browser.get(reverse("calibration_answer", args=[made.public_id, 2])).content.decode()
    assert second.example.explanation not in other
    assert browser.get(reverse("calibration_answer", args=[made.public_id, 11])).status_code == 404
    stranger = signed_in(person("assessor"))
    assert stranger.get(page).status_code == 404
    # Whoever assesses never opens the set itself, administrator or not.
    for each in (user, person("assessor", "administrator")):
        assert signed_in(each).get(reverse("calibration_examples")).status_code == 403


def test_the_result_and_the_administrators_pages(whole):
    user, by = person("assessor"), person("administrator")
    made = attempt(user, whole, [0] * 10)
    page = text(signed_in(user).get(reverse("calibration_attempt", args=[made.public_id])))
    assert "You are released to assess" in page
    assert "100% of your scores are the agreed ones" in page
    browser = signed_in(by)
    assert f"{user.name} – 0 0 of" in text(browser.get(reverse("assessors")))
    page = text(browser.get(reverse("calibration_examples")))
    assert all(row.title in page for row in MARKED)
    refused = browser.post(reverse("calibration_example_new"), {"title": "T"})
    assert "Choose a criterion" in text(refused)
    added = browser.post(
        reverse("calibration_example_new"),
        {
            "title": "T",
            "criterion": whole.criteria.first().pk,
            "evidence": "e",
            "agreed": "2",
            "explanation": "x",
        },
        follow=True,
    )
    assert "11 in use" in text(added)
    example = CalibrationExample.objects.get(title="T")
    out = browser.post(
        reverse("calibration_example_use", args=[example.public_id]), {"in_use": "no"}, follow=True
    )
    assert "10 in use" in text(out)
    used = CalibrationExample.objects.filter(in_use=True).first()
    assert "so it stays as it is" in text(browser.get(reverse("calibration_example", args=[used.public_id])))


def test_the_profile_page_of_oneself_and_of_the_administrators():
    journey = Journey()
    user, by = journey.assessors[0], journey.administrator
    browser = signed_in(user)
    page = reverse("own_profile")
    assert "None recorded." in text(browser.get(page))
    typed = {
        "what": "profile",
        "topics": ["send"],
        "areas": ["music"],
        "capacity_a_month": "3",
        "employer": "X School",
    }
    assert "Saved." in text(browser.post(page, typed, follow=True))
    profile = user.assessor_profile
    profile.refresh_from_db()
    assert (profile.topics, profile.employer_name, profile.capacity_a_month) == (
        ["send", "music"],
        "X School",
        3,
    )
    wrong = browser.post(page, {**typed, "paused_from": "2026-05-02", "paused_until": "2026-05-01"})
    assert "ends before it begins" in text(wrong)
    assert "Give a number from 0 to 60" in text(browser.post(page, {**typed, "capacity_a_month": "61"}))
    browser.post(page, {**typed, "employer": ""})
    assert [row.organisation for row in user.affiliations.all()] == ["X School"], (
        "the former employer is kept"
    )
    tie = {"what": "affiliation", "kind": "family", "organisation": journey.provider.name.upper()}
    assert journey.provider.name in text(browser.post(page, tie, follow=True))
    assert "No organisation of the register" in text(browser.post(page, {**tie, "organisation": "Nowhere"}))
    assert "Choose how you belong" in text(browser.post(page, {**tie, "kind": ""}))
    browser.post(page, {**tie, "kind": "board", "organisation": "A Trust"})
    row = user.affiliations.get(name="A Trust")
    browser.post(page, {"what": "end", "affiliation": row.pk})
    row.refresh_from_db()
    assert row.ended_on == today()
    office = signed_in(by)
    theirs = reverse("assessor_profile", args=[user.pk])
    assert "A Trust" in text(office.get(theirs))
    assert "Saved." in text(office.post(theirs, typed, follow=True))
    assert office.get(reverse("own_profile")).status_code == 403
    assert browser.get(theirs).status_code == 403
    assert office.get(reverse("assessor_profile", args=[by.pk])).status_code == 404
