"""Saying how organisations are tied, confirming it from the other side, refusing it, ending it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from lpdqa.audit.models import Entry
from lpdqa.clock import today
from providers.models import Relationship
from providers.services.relationships import (
    confirm_relationship,
    end_relationship,
    refuse_relationship,
    relate,
)
from tests.factories import ProviderFactory, SchoolFactory
from tests.providers.people import join, team_of

pytestmark = pytest.mark.django_db


def test_a_tie_counts_for_the_side_that_says_it_until_the_other_confirms():
    school, head, _, _ = team_of()
    alliance, director, _, _ = team_of()

    tie = relate(subject=school, kind="member_of", by=head, object=alliance, valid_from=dt.date(2024, 9, 1))
    assert tie.confirmed_by_subject_at is not None
    assert tie.confirmed_by_object_at is None

    confirm_relationship(relationship=tie, by=director)
    assert tie.confirmed_by_object_at is not None


def test_somebody_on_both_teams_confirms_for_both():
    school, head, _, _ = team_of()
    alliance = ProviderFactory()
    join(alliance, "editor", head)

    tie = relate(subject=school, kind="partner_in", by=head, object=alliance)

    assert tie.confirmed_by_subject_at is not None
    assert tie.confirmed_by_object_at is not None


def test_a_tie_to_a_school_that_is_no_provider():
    trust, owner, _, _ = team_of()

    tie = relate(subject=trust, kind="serves", by=owner, school=SchoolFactory(name="Hollin Edge School"))

    assert str(tie).endswith("Serves Hollin Edge School")


def test_what_can_not_be_a_tie():
    trust, owner, _, _ = team_of()
    other, school = ProviderFactory(), SchoolFactory()

    with pytest.raises(ValidationError, match="one organisation or one school"):
        relate(subject=trust, kind="serves", by=owner)
    with pytest.raises(ValidationError, match="one organisation or one school"):
        relate(subject=trust, kind="serves", by=owner, object=other, school=school)
    with pytest.raises(ValidationError, match="to itself"):
        relate(subject=trust, kind="serves", by=owner, object=trust)
    with pytest.raises(ValidationError, match="Choose how"):
        relate(subject=trust, kind="hates", by=owner, object=other)
    with pytest.raises(ValidationError, match="before the start"):
        relate(
            subject=trust,
            kind="serves",
            by=owner,
            object=other,
            valid_from=dt.date(2026, 1, 2),
            valid_to=dt.date(2026, 1, 1),
        )
    assert not Relationship.objects.exists()


def test_the_same_tie_can_be_said_again_once_it_has_ended():
    trust, owner, _, _ = team_of()
    other = ProviderFactory()
    tie = relate(subject=trust, kind="partner_in", by=owner, object=other, valid_from=dt.date(2020, 9, 1))

    with pytest.raises(ValidationError, match="on the register already"):
        relate(subject=trust, kind="partner_in", by=owner, object=other, valid_from=dt.date(2025, 9, 1))
    end_relationship(relationship=tie, by=owner, on=dt.date(2023, 7, 31))
    relate(subject=trust, kind="partner_in", by=owner, object=other, valid_from=dt.date(2025, 9, 1))

    assert trust.relationships.count() == 2


def test_a_tie_ends_once_and_not_before_it_began():
    trust, owner, _, _ = team_of()
    tie = relate(
        subject=trust, kind="serves", by=owner, object=ProviderFactory(), valid_from=dt.date(2025, 9, 1)
    )

    with pytest.raises(ValidationError, match="before the start"):
        end_relationship(relationship=tie, by=owner, on=dt.date(2025, 8, 31))
    end_relationship(relationship=tie, by=owner)
    with pytest.raises(ValidationError, match="ended already"):
        end_relationship(relationship=tie, by=owner)

    assert tie.valid_to == today()


def test_the_other_side_refuses_a_tie_that_never_was_and_only_the_trail_remembers():
    stranger, owner, _, _ = team_of()
    alliance, director, _, _ = team_of()
    tie = relate(subject=stranger, kind="accredits", by=owner, object=alliance)

    refuse_relationship(relationship=tie, by=director, reason="We never worked together.")

    assert not Relationship.objects.exists()
    entry = Entry.objects.get(action="relationship.refuse")
    assert (entry.actor, entry.reason) == (director, "We never worked together.")


def test_a_confirmed_tie_can_not_be_made_undone():
    school, head, _, _ = team_of()
    alliance, director, _, _ = team_of()
    tie = relate(subject=school, kind="member_of", by=head, object=alliance)
    confirm_relationship(relationship=tie, by=director)

    with pytest.raises(ValidationError, match="End it instead"):
        refuse_relationship(relationship=tie, by=director)
