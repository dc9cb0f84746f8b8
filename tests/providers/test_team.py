"""Inviting people, joining, changing roles and leaving."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from lpdqa import clock
from lpdqa.clock import now
from providers.models import Membership
from providers.services.team import (
    accept_invitation,
    change_role,
    end_membership,
    invite,
    withdraw_invitation,
)
from tests.providers.people import join, person, team_of

pytestmark = pytest.mark.django_db


def test_an_invited_person_joins_with_the_role_they_were_offered():
    provider, owner, _, _ = team_of()
    bea = person("bea@school.example")

    invitation = invite(provider=provider, by=owner, email=" Bea@School.example ", role="editor")
    membership = accept_invitation(invitation=invitation, by=bea)

    assert (membership.provider, membership.user, membership.role) == (provider, bea, "editor")
    assert bea.has_perm("providers.edit_provider", provider)
    assert not bea.has_perm("providers.own_provider", provider)


def test_an_invitation_is_for_one_address_and_works_once():
    provider, owner, _, _ = team_of()
    invitation = invite(provider=provider, by=owner, email="bea@school.example", role="viewer")

    with pytest.raises(ValidationError, match="another email address"):
        accept_invitation(invitation=invitation, by=person("eve@school.example"))
    accept_invitation(invitation=invitation, by=person("bea@school.example"))
    with pytest.raises(ValidationError, match="used already"):
        accept_invitation(invitation=invitation, by=person("bea2@school.example"))


def test_a_withdrawn_or_old_invitation_no_longer_works_and_a_new_one_can_be_sent():
    provider, owner, _, _ = team_of()
    bea = person("bea@school.example")
    first = invite(provider=provider, by=owner, email=bea.email, role="viewer")
    withdraw_invitation(invitation=first, by=owner)
    second = invite(provider=provider, by=owner, email=bea.email, role="viewer")

    with pytest.raises(ValidationError, match="withdrawn"):
        accept_invitation(invitation=first, by=bea)
    with clock.at(now() + dt.timedelta(days=31)):
        with pytest.raises(ValidationError, match="30 days old"):
            accept_invitation(invitation=second, by=bea)
        third = invite(provider=provider, by=owner, email=bea.email, role="viewer")
    accept_invitation(invitation=third, by=bea)

    assert Membership.objects.filter(provider=provider, user=bea).count() == 1


@pytest.mark.parametrize(
    ("email", "role", "field"),
    [("not an address", "viewer", "email"), ("new@school.example", "king", "role")],
)
def test_an_invitation_needs_an_address_and_a_role(email, role, field):
    provider, owner, _, _ = team_of()

    with pytest.raises(ValidationError) as refusal:
        invite(provider=provider, by=owner, email=email, role=role)

    assert field in refusal.value.message_dict


def test_nobody_is_invited_twice_or_while_on_the_team():
    provider, owner, editor, _ = team_of()
    invite(provider=provider, by=owner, email="bea@school.example", role="viewer")

    with pytest.raises(ValidationError, match="has an invitation already"):
        invite(provider=provider, by=owner, email="BEA@school.example", role="editor")
    with pytest.raises(ValidationError, match="on the team already"):
        invite(provider=provider, by=owner, email=editor.email, role="viewer")


def test_the_last_owner_can_neither_leave_nor_step_down_until_there_is_another():
    provider, owner, editor, _ = team_of()
    last = Membership.objects.get(user=owner)

    with pytest.raises(ValidationError, match="needs an owner"):
        end_membership(membership=last, by=owner)
    with pytest.raises(ValidationError, match="needs an owner"):
        change_role(membership=last, by=owner, role="viewer")
    change_role(membership=Membership.objects.get(user=editor), by=owner, role="owner")
    end_membership(membership=last, by=owner)

    assert not owner.has_perm("providers.view_team", provider)
    assert editor.has_perm("providers.own_provider", provider)


def test_an_invitation_to_a_higher_role_raises_a_member_and_a_lower_one_does_not():
    provider, owner, _, _ = team_of()
    second = person("viewer2@school.example")
    higher = invite(provider=provider, by=owner, email=second.email, role="owner")
    join(provider, "viewer", second)
    accept_invitation(invitation=higher, by=second)
    third = person("owner3@school.example")
    lower = invite(provider=provider, by=owner, email=third.email, role="viewer")
    join(provider, "owner", third)
    accept_invitation(invitation=lower, by=third)

    assert provider.memberships.get(user=second).role == "owner"
    assert provider.memberships.get(user=third).role == "owner"
