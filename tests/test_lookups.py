"""A long list of keys goes to the database as one array, and finds what it finds one by one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Programme
from providers.models import Provider
from tests import factories

pytestmark = pytest.mark.django_db


def test_among_finds_what_in_finds() -> None:
    programmes = [factories.ProgrammeFactory() for _ in range(3)]
    keys = [programmes[0].pk, programmes[2].pk, 10**9]
    owners = {programmes[0].provider_id, programmes[2].provider_id}

    assert set(Programme.objects.filter(pk__among=keys)) == set(Programme.objects.filter(pk__in=keys))
    assert set(Programme.objects.filter(provider__among=owners)) == {programmes[0], programmes[2]}
    assert set(Provider.objects.filter(programmes__pk__among=keys).distinct()) == {
        programmes[0].provider, programmes[2].provider
    }  # fmt: skip
    assert set(Programme.objects.exclude(pk__among=keys)) == {programmes[1]}


def test_more_keys_are_no_longer_statement() -> None:
    def statement(keys: list[int]) -> str:
        return str(Programme.objects.filter(pk__among=keys).query.sql_with_params()[0])

    assert statement([1]) == statement(list(range(5000)))


def test_no_keys_are_no_question() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert list(Programme.objects.filter(pk__among=[])) == []
    assert len(asked) == 0
