"""A statement that is made once answers as the query that it was made of would."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lpdqa.audit.models import Entry
from lpdqa.statements import Given, Statement
from programmes.models import Cohort, Programme
from providers.models import Provider
from tests import factories

pytestmark = pytest.mark.django_db


def test_what_is_given_stands_where_the_query_has_room_for_it() -> None:
    spring, summer = dt.date(2027, 3, 1), dt.date(2027, 6, 1)
    first, second, third = (factories.ProgrammeFactory() for _ in range(3))
    factories.CohortFactory(programme=first, starts_on=spring)
    factories.CohortFactory(programme=first, starts_on=summer)
    factories.CohortFactory(programme=second, starts_on=summer)
    factories.CohortFactory(programme=third, starts_on=summer)

    def counted(pks: Any, on: Any) -> QuerySet[Cohort, Any]:
        return (
            Cohort.objects.filter(programme__among=pks)
            .order_by("programme")
            .values_list("programme")
            .annotate(Count("pk"), late=Count("pk", filter=Q(starts_on__gt=on)))
        )

    statement = Statement(lambda: counted(Given("pks"), Given("on")))
    for pks, on in (
        ([first.pk, second.pk], spring),
        ([second.pk], summer),
        ([first.pk, second.pk, third.pk], dt.date(2026, 1, 1)),
    ):
        assert statement.rows(pks=pks, on=on) == list(counted(pks, on))
    assert statement.rows(pks=[], on=spring) == []


def test_values_come_as_the_fields_give_them() -> None:
    entry = Entry.objects.create(action="provider.add", target_type="x", label="x", detail={"why": ["a", 1]})
    provider = factories.ProviderFactory(claimed_at=timezone.now())

    of_entry = Statement(
        lambda: Entry.objects.filter(pk=Given("pk")).values_list(
            "at", "detail", KeyTransform("why", "detail")
        )
    )
    of_provider = Statement(
        lambda: Provider.objects.filter(pk=Given("pk")).values_list("public_id", "claimed_at", "name")
    )

    assert of_entry.rows(pk=entry.pk) == [(entry.at, {"why": ["a", 1]}, ["a", 1])]
    assert of_provider.rows(pk=provider.pk) == [(provider.public_id, provider.claimed_at, provider.name)]


def test_a_union_takes_what_is_given_in_each_part() -> None:
    one, other = factories.ProgrammeFactory(), factories.ProgrammeFactory()
    rows = Programme.objects.order_by().values_list("pk", "provider_id")
    statement = Statement(
        lambda: (
            rows.filter(pk__among=Given("pks"))
            .union(rows.filter(provider__among=Given("providers")), all=True)
            .order_by("-pk")
        )
    )

    assert statement.rows(pks=[one.pk], providers=[other.provider_id]) == [
        (other.pk, other.provider_id),
        (one.pk, one.provider_id),
    ]
    assert statement.rows(pks=[], providers=[]) == []


def test_a_statement_is_made_once_and_asked_once_a_time() -> None:
    made = []
    programme = factories.ProgrammeFactory()

    def build() -> QuerySet[Programme, Any]:
        made.append(True)
        return (
            Programme.objects.filter(pk=Given("pk")).annotate(owner=F("provider__name")).values_list("owner")
        )

    statement = Statement(build)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(3):
            assert statement.rows(pk=programme.pk) == [(programme.provider.name,)]
    assert (len(made), len(asked)) == (1, 3)


def test_what_was_not_given_is_named() -> None:
    statement = Statement(lambda: Programme.objects.filter(pk=Given("pk")).values_list("pk"))
    with pytest.raises(KeyError, match="pk"):
        statement.rows(key=1)


@pytest.mark.django_db(transaction=True)
def test_rows_are_held_in_a_transaction_or_not_at_all() -> None:
    programme = factories.ProgrammeFactory()
    statement = Statement(
        lambda: Programme.objects.filter(pk=Given("pk")).select_for_update().order_by().values_list("pk")
    )
    with transaction.atomic():
        assert statement.rows(pk=programme.pk) == [(programme.pk,)]
    with pytest.raises(transaction.TransactionManagementError, match="in a transaction"):
        statement.rows(pk=programme.pk)
