"""Synthetic data to measure with: labelled, the same every time, and never beside real reviews."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from programmes.models import CatalogueEntry
from providers.models import Provider
from reviews.models import Decision, Rating, Score, Submission
from reviews.services.load import load_subjects
from reviews.services.ratings import rate_all_stale
from tests.journeys import Journey, framework

pytestmark = pytest.mark.django_db


def scores() -> list[tuple[object, ...]]:
    return list(
        Score.objects.order_by(
            "assessment__submission__public_id", "assessment_id", "criterion_id"
        ).values_list(
            "assessment__submission__public_id",
            "assessment__role",
            "criterion__code",
            "value",
            "not_applicable",
        )
    )


def test_subjects_are_labelled_scored_twice_and_rated_as_their_decision_says():
    framework()
    report = load_subjects(number=40)
    assert report.added == 40
    assert report.scores == Score.objects.count() >= 40 * 34
    assert 0.02 < report.discordance < 0.2
    assert not Provider.objects.filter(is_example=False).exists()
    rate_all_stale()
    assert Rating.objects.count() == 40
    decided = dict(Decision.objects.values_list("submission", "expected_band"))
    assert dict(Rating.objects.values_list("submission", "band")) == decided
    shown = CatalogueEntry.objects.filter(kind="programme")
    assert shown.count() == Submission.objects.filter(state="published").count()
    assert not shown.filter(is_example=False).exists()


def test_the_same_every_time_and_made_at_once_or_bit_by_bit():
    framework()
    with transaction.atomic():
        load_subjects(number=12)
        at_once = scores()
        transaction.set_rollback(True)
    load_subjects(number=5)
    load_subjects(number=12)
    assert load_subjects(number=12).added == 0
    assert scores() == at_once


def test_afterwards_the_triggers_hold_again():
    framework()
    load_subjects(number=1)
    with pytest.raises(DatabaseError, match="scores can only change"), transaction.atomic():
        Score.objects.update(value=4)
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Submission.objects.update(state="draft")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone()[0] == 0


def test_it_is_refused_beside_real_submissions_and_without_a_framework():
    with pytest.raises(CommandError, match="No framework"):
        call_command("make_load", subjects=1)
    with pytest.raises(CommandError, match="Say what to make"):
        call_command("make_load")
    Journey().to("draft")
    with pytest.raises(CommandError, match="real submissions"):
        call_command("make_load", subjects=1)
