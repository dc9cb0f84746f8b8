"""Two owners who leave at the same moment: one of them stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from providers.models import Membership
from providers.services.team import end_membership
from tests.factories import ProviderFactory
from tests.providers.people import join

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_team_keeps_an_owner_when_both_leave_at_once():
    provider = ProviderFactory()
    owners = [join(provider), join(provider)]
    together = Barrier(2)

    def leave(owner) -> str:
        try:
            membership = Membership.objects.get(provider=provider, user=owner)
            together.wait(timeout=10)
            end_membership(membership=membership, by=owner)
        except ValidationError as refusal:
            return refusal.messages[0]
        finally:
            connection.close()
        return "left"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(leave, owners))

    assert said == ["A team needs an owner. Make somebody else an owner first.", "left"]
    assert provider.memberships.filter(ended_at=None).count() == 1
