"""The trail as administrators read it, and what waits for a second one of them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse

from lpdqa.accounts.models import Role, RoleGrant
from lpdqa.accounts.services import grant_role, revoke_role
from lpdqa.audit.models import Acknowledgement, Entry, Proposal
from lpdqa.audit.services import act
from reviews.queries.trail import waiting
from reviews.services.second_person import acknowledge
from tests.factories import person, team_member
from tests.journeys import Journey
from tests.reviews.views.people import signed_in, take, text

pytestmark = pytest.mark.django_db


def export(client: Client, form: str, **filters: str) -> str:
    answer = client.get(reverse("trail_export", args=[form]), filters)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_giving_the_administrator_role_takes_two():
    ada, bo, cy = person("administrator"), person("administrator"), person()
    url = reverse("person_role", args=[cy.pk])
    assert "Proposed" in take(signed_in(ada), url, role="administrator", give="on", reason="Joins us")
    assert not RoleGrant.objects.filter(user=cy).exists()
    decide = reverse("proposal_decide", args=[Proposal.objects.get().pk])
    assert "somebody else has to confirm it" in take(signed_in(ada), decide, what="confirm")
    assert "wait" in text(signed_in(bo).get(reverse("my_work")))
    assert cy.name in text(signed_in(bo).get(reverse("second_person")))
    assert "Confirmed and done" in take(signed_in(bo), decide, what="confirm")
    grant = RoleGrant.objects.get(user=cy)
    assert (grant.role, grant.granted_by) == (Role.ADMINISTRATOR, ada)
    assert "decided already" in take(signed_in(bo), decide, what="confirm")
    # Another role is given at once, and looked at afterwards.
    take(
        signed_in(ada),
        reverse("person_role", args=[person().pk]),
        role="assessor",
        give="on",
        reason="Trained",
    )
    assert RoleGrant.objects.filter(role=Role.ASSESSOR, granted_by=ada).exists()


def test_a_proposal_can_be_declined_and_made_again():
    ada, bo, cy = person("administrator"), person("administrator"), person()
    url = reverse("person_role", args=[cy.pk])
    for _ in range(2):
        take(signed_in(ada), url, role="administrator", give="on", reason="Joins us")
        assert "proposed already" in take(signed_in(bo), url, role="administrator", give="on", reason="Too")
        decide = reverse("proposal_decide", args=[Proposal.objects.get(decided_at=None).pk])
        assert "Choose whether" in take(signed_in(bo), decide)
        assert "Declined" in take(signed_in(bo), decide, what="decline")
    assert not RoleGrant.objects.filter(user=cy).exists()


def test_what_lifts_a_rule_waits_until_somebody_without_a_part_acknowledges_it():
    ada, bo, cy = person("administrator"), person("administrator"), person()
    grant_role(user=cy, role=Role.RESEARCHER, by=ada, reason="Studies the system")
    revoke_role(user=cy, role=Role.RESEARCHER, by=ada, reason="Has finished")
    granted = Entry.objects.get(action="role.grant", actor=ada)
    assert not waiting(ada).exists()
    assert waiting(bo).count() == 2
    with pytest.raises(ValidationError, match="Somebody else"):
        acknowledge(entry=granted, by=ada)
    with pytest.raises(InternalError, match="without a part"), transaction.atomic():
        Acknowledgement.objects.create(entry=granted, by=ada)
    with pytest.raises(InternalError, match="without a part"), transaction.atomic():
        Acknowledgement.objects.create(entry=granted, by=cy)
    page = text(signed_in(bo).get(reverse("second_person")))
    assert "Studies the system" in page
    done = take(signed_in(bo), reverse("entry_acknowledge", args=[granted.pk]), note="Seen the contract")
    assert "Acknowledged" in done
    assert "Studies the system" not in done
    entry = text(signed_in(ada).get(reverse("trail_entry", args=[granted.pk])))
    assert f"by {bo.name}: Seen the contract" in entry
    assert "has done so already" in take(signed_in(bo), reverse("entry_acknowledge", args=[granted.pk]))


def test_the_trail_is_searched_and_exported_the_same_way():
    ada, bo = person("administrator", name="Ada Quillon"), person("administrator")
    for number in range(60):
        with act("thing.do", by=ada if number % 2 else bo, reason=f"Reason {number}"):
            pass
    client = signed_in(bo)
    page = text(client.get(reverse("trail_all"), {"who": "quillon", "what": "thing"}))
    assert "Reason 59" in page
    assert "Reason 58" not in page
    first = client.get(reverse("trail_all"), {"what": "thing: do"})
    assert "Older entries" in text(first)
    second = text(client.get(f"{reverse('trail_all')}?{first.context['older']}"))
    assert "Reason 9" in second
    assert "Reason 10" not in second
    assert "isn’t before" in text(
        client.get(reverse("trail_all"), {"since": "2026-02-01", "until": "2026-01-01"})
    )
    rows = list(csv.DictReader(io.StringIO(export(client, "csv", who="quillon", what="thing"))))
    assert [row["reason"] for row in rows] == [f"Reason {n}" for n in range(1, 60, 2)]
    assert {row["actor"] for row in rows} == {str(ada.pk)}
    lines = [json.loads(line) for line in export(client, "jsonl", words="Reason 58").splitlines()]
    assert [line["reason"] for line in lines] == ["Reason 58"]
    assert "Ada" not in export(client, "jsonl", what="thing")
    assert Entry.objects.filter(action="trail.export", actor=bo).count() == 3
    assert client.get(reverse("trail_export", args=["xml"])).status_code == 404


def test_a_cell_can_not_start_a_formula():
    ada = person("administrator")
    with act("thing.do", by=ada, reason="=1+1"):
        pass
    (row,) = csv.DictReader(io.StringIO(export(signed_in(ada), "csv", what="thing")))
    assert row["reason"] == "'=1+1"


def test_an_entry_shows_from_and_to_row_by_row_but_no_score():
    journey = Journey()
    journey.to("assessing")
    journey.score(journey.blind()[0], _all(journey))
    client = signed_in(journey.outsider)
    accepted = Entry.objects.get(action="submission.accept")
    page = text(client.get(reverse("trail_entry", args=[accepted.pk])))
    assert "submitted" in page
    assert "assessing" in page
    scored = Entry.objects.filter(action="assessment.score").first()
    page = client.get(reverse("trail_entry", args=[scored.pk])).content.decode()
    assert "kept, and not shown here" in page
    assert "Seen in P1" not in page


def _all(journey: Journey) -> dict[str, int]:
    return {criterion.code: 4 for criterion in journey.criteria}


def test_nobody_reads_the_trail_of_what_they_are_a_part_of():
    journey = Journey()
    own = team_member(journey.provider)
    grant_role(user=own, role=Role.ADMINISTRATOR, by=None)
    grant_role(user=journey.assessors[0], role=Role.ADMINISTRATOR, by=None)
    journey.to("assessing")
    entry = Entry.objects.get(action="submission.accept")
    assigned = Entry.objects.filter(action="assessment.assign").first()
    for user, status in ((own, 404), (journey.assessors[0], 404), (journey.administrator, 200)):
        client = signed_in(user)
        assert client.get(reverse("trail_entry", args=[entry.pk])).status_code == status
        assert client.get(reverse("trail_entry", args=[assigned.pk])).status_code == status
        assert ("submission.accept" in export(client, "csv")) is (status == 200)


def test_the_pages_take_the_same_number_of_queries_with_one_row_and_with_three(django_assert_max_num_queries):
    ada, bo = person("administrator"), person("administrator")
    client, counts = signed_in(bo), {"trail_all": [], "second_person": []}
    for rows in (1, 2):
        for _ in range(rows):
            grant_role(user=person(), role=Role.RESEARCHER, by=ada, reason="Studies")
            Proposal.objects.create(
                kind="role.administrator", target_id=person().pk, label="Person", proposed_by=ada
            )
        for name, found in counts.items():
            with django_assert_max_num_queries(10) as captured:
                client.get(reverse(name))
            found.append(len(captured))
    assert all(len(set(found)) == 1 for found in counts.values()), counts
