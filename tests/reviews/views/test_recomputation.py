"""An administrator recomputes every rating, watches it and stops it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Rating, Recomputation
from reviews.services.load import load_subjects
from reviews.services.recomputation import start_recomputation, work_chunk
from tests.factories import person
from tests.journeys import framework

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client: Client):
    user = person("administrator", name="Ada Chief")
    client.force_login(user)
    return user


def test_from_the_button_to_the_end(client: Client, chief):
    framework()
    load_subjects(number=12)
    assert "None yet" in client.get(reverse("recompute")).text
    answer = client.post(reverse("recompute"), {"framework": "", "reason": "A new algorithm"}, follow=True)
    run = Recomputation.objects.get()
    assert run.started_by == chief
    assert answer.redirect_chain[-1][0] == reverse("recomputation", args=[run.public_id])
    assert "0 of 12" in answer.text
    assert "waiting for a worker" in answer.text
    assert "A recomputation is under way" in client.get(reverse("recompute")).text

    work_chunk(run=run)
    page = client.get(reverse("recomputation", args=[run.public_id]))
    assert "12 of 12" in page.text
    assert "Ada Chief" in page.text
    assert "data-progress=" not in page.text
    said = client.get(reverse("recomputation_progress", args=[run.public_id])).json()
    assert (said["running"], said["done"], said["added"]) == (False, 12, 12)
    assert Rating.objects.count() == 12
    assert "12 of 12" in client.get(reverse("recompute")).text


def test_cancelling_and_cancelling_too_late(client: Client, chief):
    framework()
    run = start_recomputation(by=None)
    cancel = reverse("recomputation_cancel", args=[run.public_id])
    assert "What was worked out stays" in client.post(cancel, follow=True).text
    assert "has ended already" in client.post(cancel, follow=True).text
    page = client.get(reverse("recomputation", args=[run.public_id])).text
    assert "Cancelled" in page
    assert "the command line" in page


def test_a_second_one_and_a_missing_reason_say_what_is_wrong(client: Client, chief):
    framework()
    start_recomputation(by=None)
    page = client.post(reverse("recompute"), {"reason": "Once more"})
    assert "being recomputed already" in page.text
    assert "Once more" in page.text
    Recomputation.objects.all().delete()
    assert "Enter why" in client.post(reverse("recompute"), {"reason": " "}).text
    assert not Recomputation.objects.exists()


def test_only_administrators(client: Client):
    framework()
    run = start_recomputation(by=None)
    client.force_login(person("assessor"))
    for address in (
        reverse("recompute"),
        reverse("recomputation", args=[run.public_id]),
        reverse("recomputation_progress", args=[run.public_id]),
    ):
        assert client.get(address).status_code == 403
    assert client.post(reverse("recomputation_cancel", args=[run.public_id])).status_code == 403


def test_the_list_costs_the_same_with_one_run_and_with_three(
    client: Client, chief, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    framework()

    def runs(number: int) -> None:
        for _ in range(number):
            work_chunk(run=start_recomputation(by=chief))

    runs(1)
    client.get(reverse("recompute"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(reverse("recompute"))
    runs(2)
    with django_assert_num_queries(len(for_one)):
        client.get(reverse("recompute"))
