"""Forms that lose nothing: kept as typed, taken up elsewhere, merged with what a colleague wrote."""

from __future__ import annotations

import json
import re

import pytest
import time_machine
from django.urls import reverse

from lpdqa.drafts.models import TimeSpent, WorkingCopy
from lpdqa.drafts.services import forget_old
from programmes.models import ProgrammeVersion
from programmes.services.programmes import create_programme
from providers.models import Provider
from tests.factories import UserFactory
from tests.providers.pages import main, signed_in
from tests.providers.people import join, team_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    provider, owner, editor, viewer = team_of(name="Larkmoor Alliance")
    return provider, owner, editor, viewer


@pytest.fixture
def version(team) -> ProgrammeVersion:
    return create_programme(
        provider=team[0], by=team[1], kind="course", title="First headship", content="Six days", aims="Lead"
    )


def about(version, code="about"):
    return reverse("programme_section", args=[version.programme.slug, version.number, code])


def opened(response) -> str:
    found = re.search(r'name="opened" value="([^"]*)"', response.content.decode())
    assert found
    return found[1].replace("&quot;", '"')


TYPED = {"title": "First headship", "summary": "", "aims": "Lead", "content": "Six days"}


def test_what_is_typed_is_kept_apart_and_taken_up_on_another_device(team, version):
    _, owner, editor, _ = team
    client = signed_in(owner)
    mark = opened(client.get(about(version)))
    typed = {**TYPED, "title": "", "aims": "Lead a small sch", "opened": mark, "then": "keep"}
    said = client.post(about(version), typed)
    assert "Kept at" in said.content.decode()
    # The row, and so the public page, says what it said.
    version.refresh_from_db()
    assert (version.title, version.aims) == ("First headship", "Lead")

    elsewhere = signed_in(owner).get(about(version))
    assert "You left this unsaved" in main(elsewhere)
    assert "Lead a small sch" in elsewhere.content.decode()
    # What is still empty is no fault before the person says that they are done.
    assert "There is a problem" not in main(elsewhere)
    page = main(signed_in(owner).get(reverse("programme_edit", args=[version.programme.slug, 1])))
    assert "You left something unsaved here" in page
    # A colleague is told, and sees the row as it is saved.
    colleague = signed_in(editor).get(about(version))
    assert f"{owner.name} has been writing here" in main(colleague)
    assert "Lead a small sch" not in colleague.content.decode()

    client.post(about(version), {**TYPED, "aims": "Lead a small school", "opened": mark})
    version.refresh_from_db()
    assert version.aims == "Lead a small school"
    assert not WorkingCopy.objects.exists()


def test_answers_that_are_refused_are_kept_without_scripts_too(team, version):
    client = signed_in(team[1])
    page = client.post(about(version, "delivery"), {"hours": "forty", "deliverers": "Serving heads"})
    assert "There is a problem" in main(page)
    again = client.get(about(version, "delivery")).content.decode()
    assert "forty" in again
    assert "Serving heads" in again
    assert "You left this unsaved" in again
    client.post(about(version, "delivery"), {"then": "discard"})
    assert "forty" not in client.get(about(version, "delivery")).content.decode()


def test_keep_for_later_keeps_and_goes_back_to_the_list(team, version):
    client = signed_in(team[1])
    sent = client.post(about(version), {**TYPED, "title": "", "then": "later"})
    assert sent.url == reverse("programme_edit", args=[version.programme.slug, 1])
    assert WorkingCopy.objects.get().data["title"] == [""]


def test_two_editors_who_change_different_answers_both_keep_theirs(team, version):
    _, owner, editor, _ = team
    first, second = signed_in(owner), signed_in(editor)
    mark = opened(first.get(about(version)))
    opened(second.get(about(version)))
    first.post(about(version), {**TYPED, "content": "Eight days", "opened": mark})
    page = main(second.post(about(version), {**TYPED, "aims": "Lead well", "opened": mark}, follow=True))
    assert "Somebody else changed “What happens in it” meanwhile" in page
    version.refresh_from_db()
    assert (version.content, version.aims) == ("Eight days", "Lead well")


def test_two_editors_of_one_answer_are_told_and_lose_nothing(team, version):
    _, owner, editor, _ = team
    first, second = signed_in(owner), signed_in(editor)
    mark = opened(first.get(about(version)))
    first.post(about(version), {**TYPED, "aims": "Mine: set direction", "opened": mark})
    answer = second.post(about(version), {**TYPED, "aims": "Theirs: build teams", "opened": mark})
    page = main(answer)
    assert f"{owner.name} changed this" in page
    assert "“Mine: set direction”" in page
    assert "Theirs: build teams" in answer.content.decode()
    version.refresh_from_db()
    assert version.aims == "Mine: set direction"
    # The second one has read it: saving again is their decision.
    second.post(about(version), {**TYPED, "aims": "Theirs: build teams", "opened": opened(answer)})
    version.refresh_from_db()
    assert version.aims == "Theirs: build teams"


def test_a_mark_that_somebody_made_up_changes_nothing(team, version):
    client = signed_in(team[1])
    for mark in ("[]", "{", json.dumps({"aims": 3}), json.dumps(dict.fromkeys(map(str, range(500)), "a"))):
        assert client.post(about(version), {**TYPED, "opened": mark, "then": "keep"}).status_code == 200


def test_nobody_else_gets_at_what_was_typed(team, version):
    provider, owner, _, viewer = team
    client = signed_in(owner)
    client.post(about(version), {**TYPED, "aims": "A secret draft", "then": "keep"})
    stranger, other = UserFactory(), UserFactory()
    join(Provider.objects.create(slug="other", name="Other", kind="charity"), "owner", other)
    for person in (viewer, stranger, other):
        assert signed_in(person).get(about(version)).status_code == 403
        assert signed_in(person).post(about(version), {**TYPED, "then": "keep"}).status_code == 403
    assert WorkingCopy.objects.count() == 1
    assert provider.pk


def test_a_question_another_answer_rules_out_has_no_answer(team, version):
    client = signed_in(team[1])
    typed = {"reach": ["online"], "venue_postcode": "LE1 6TP", "travels_miles": "20", "modes": ["online"]}
    page = client.get(about(version, "delivery")).content.decode()
    assert 'data-shown-when="reach=comes_to_you"' in page
    client.post(about(version, "delivery"), typed)
    version.refresh_from_db()
    assert (version.reach, version.venue_postcode, version.travels_miles) == (["online"], "", None)


def test_what_is_free_is_not_asked_for_a_price(team, version):
    client = signed_in(team[1])
    price = reverse("programme_price", args=[version.programme.slug])
    client.post(price, {"funding_model": "free", "valid_from": "2026-11-20", "cover_days": "2"})
    made = version.programme.prices.get()
    assert (made.per_participant, made.per_school, made.cover_days) == (0, None, 2)


def test_the_picture_follows_what_is_typed(team, version):
    client = signed_in(team[1])
    typed = {
        "protect_share": "0", "sell_share": "0", "share_share": "100", "openness": "100",
        "joint_practice_share": "100", "participant_role": "co_designer", "then": "keep",
    }  # fmt: skip
    said = client.post(about(version, "knowledge"), typed).content.decode()
    assert "Still needed: exchanged without payment" in said
    said = client.post(about(version, "knowledge"), {**typed, "unpaid_share": "100"}).content.decode()
    assert "100 of 100: collaborative" in said
    said = client.post(about(version, "knowledge"), {**typed, "unpaid_share": "many"}).content.decode()
    assert "Before you save" in said
    assert "100 of 100" not in said


def test_the_essentials_come_first_and_stand_in_the_other_parts(team, version):
    client = signed_in(team[1])
    overview = reverse("programme_edit", args=[version.programme.slug, 1])
    assert "Begin with 6 essential questions" in main(client.get(overview))
    essentials = {**TYPED, "summary": "A year of pairs", "audience": ["new_head"], "phases": ["primary"],
                  "modes": ["online"], "hours": "40", "deliverers": "Serving heads"}  # fmt: skip
    del essentials["content"]
    page = main(client.post(about(version, "essentials"), essentials, follow=True))
    assert "essential question" not in page
    version.refresh_from_db()
    # What the page doesn't ask stays.
    assert (version.content, version.deliverers) == ("Six days", "Serving heads")


def test_the_time_spent_counts_work_and_not_pauses(team, version):
    client = signed_in(team[1])
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        client.get(about(version))
        clock.shift(120)
        client.post(about(version), {**TYPED, "then": "keep"})
        clock.shift(3600)
        client.get(about(version))
        clock.shift(60)
        client.get(about(version, "audience"))
    spent = TimeSpent.objects.get(about=f"programme:{version.programme_id}")
    assert (spent.seconds, spent.pages) == (180, 3)


def test_what_nobody_comes_back_to_is_forgotten(team, version):
    client = signed_in(team[1])
    with time_machine.travel("2026-09-01T09:00:00Z", tick=False):
        client.post(about(version), {**TYPED, "then": "keep"})
    with time_machine.travel("2026-09-20T09:00:00Z", tick=False):
        assert forget_old() == 0
    with time_machine.travel("2026-10-05T09:00:00Z", tick=False):
        assert forget_old() == 1
