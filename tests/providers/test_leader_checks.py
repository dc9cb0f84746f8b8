"""Once a year a provider says whether its specialist leaders still take deployments; silence has one effect only."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from lpdqa import clock
from lpdqa.notices.models import Notice
from programmes.queries.leaders import availability_of
from providers.models import LeaderCheck, SpecialistLeader
from providers.services.leader_checks import answer_check, open_due_checks
from tests.factories import SpecialistLeaderFactory, team_member
from tests.providers.pages import main, queries, signed_in

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


def designated(**fields: object) -> SpecialistLeader:
    fields = {"status": "designated", "designated_on": dt.date(2025, 3, 2), **fields}
    return SpecialistLeaderFactory(**fields)


def days(number: int) -> clock.at:  # type: ignore[valid-type]
    return clock.at(START + dt.timedelta(days=number))


def test_each_public_designated_leader_is_asked_about_once_a_year() -> None:
    leader = designated()
    designated(designator=leader.designator, designated_on=dt.date(2025, 3, 3))
    designated(listed_at=None)
    designated(status="withdrawn")
    owner = team_member(leader.designator)
    team_member(leader.designator, "viewer")
    with days(0):
        assert open_due_checks() == 1
        assert open_due_checks() == 0
    check = LeaderCheck.objects.get()
    assert check.leader == leader
    notice = Notice.objects.get()
    assert notice.user == owner
    assert leader.name not in notice.subject + notice.body
    with days(20):
        answer_check(check=check, by=owner, answer="limited", note="From September")
        with pytest.raises(ValidationError, match="answered already"):
            answer_check(check=check, by=owner, answer="yes")
        assert availability_of(leader) == "Takes few deployments, said on 22 March 2026: From September"
    with days(364):
        assert open_due_checks() == 1  # the other one
    with days(365):
        assert open_due_checks() == 1


def test_no_answer_in_time_is_said_in_public_and_changes_nothing_else() -> None:
    leader = designated()
    before = SpecialistLeader.objects.filter(pk=leader.pk).values().get()
    with days(0):
        open_due_checks()
    with days(60):
        assert availability_of(leader) == ""
    with days(61):
        assert availability_of(leader) == "Not confirmed by the provider since it was asked on 2 March 2026"
    with days(800):
        assert open_due_checks() == 0  # still open
    assert SpecialistLeader.objects.filter(pk=leader.pk).values().get() == before


def test_the_page_is_for_those_who_write_for_the_provider() -> None:
    leader = designated(name="Robin Hollow")
    with days(0):
        open_due_checks()
    check = LeaderCheck.objects.get()
    address = f"/manage/leader-checks/{check.public_id}/"
    editor = signed_in(team_member(leader.designator, "editor"))
    assert "Say whether they still take deployments" in main(editor.get("/my-work/"))
    one = queries(editor, "/my-work/")
    for _ in range(2):
        designated(designator=leader.designator)
    with days(0):
        open_due_checks()
    assert queries(editor, "/my-work/") == one
    assert "Choose one of these" in main(editor.post(address, {}))
    for stranger in (team_member(leader.designator, "viewer"), team_member(designated().designator)):
        assert signed_in(stranger).get(address).status_code == 403
        assert signed_in(stranger).post(address, {"answer": "no"}).status_code == 403
    assert Client().post(address, {"answer": "no"}).status_code == 302
    assert LeaderCheck.objects.filter(answered_on=None).count() == 3
    editor.post(address, {"answer": "no", "note": "Ask Robin Hollow in May"})
    assert "Robin Hollow" not in availability_of(leader)
    assert "Takes no deployments now" in availability_of(leader)
