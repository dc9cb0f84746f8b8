"""The start page: what needs a person now, what is under way, what is done; for every role at once."""

from __future__ import annotations

import datetime as dt
import re

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.accounts.models import Role, User
from lpdqa.clock import now
from providers.models import Claim, Invitation
from reviews.queries.my_work import my_work
from reviews.services.appeals import lodge_appeal
from reviews.services.decisions import draft_decision, publish_decision
from reviews.services.requests import answer_request, ask_for_evidence
from reviews.services.submissions import comment_on_facts, start_submission, withdraw_submission
from tests.factories import ProgrammeFactory, ProviderFactory, UserFactory, team_member
from tests.reviews.views.provider.story import Story, in_force, signed_in, story, with_role


def texts(user: User) -> list[str]:
    return [item.text for item in my_work(User.objects.get(pk=user.pk)).needs]


def test_a_visitor_signs_in_first(client: Client, db: None) -> None:
    assert client.get(reverse("my_work"))["Location"].startswith(reverse("account_login"))


def test_a_new_person_is_shown_the_way_to_their_organisation(db: None) -> None:
    page = signed_in(UserFactory()).get(reverse("my_work")).content.decode()
    assert "Find your organisation" in page
    assert reverse("provider_find") in page


def test_an_invitation_and_a_pending_claim(db: None) -> None:
    person = UserFactory()
    Invitation.objects.create(
        provider=ProviderFactory(name="Quillbridge Partnership"),
        email=person.email.upper(),
        role="editor",
        invited_by=UserFactory(),
    )
    Claim.objects.create(provider=ProviderFactory(name="Thornbeck High School"), user=person)
    work = my_work(person)
    assert [item.text for item in work.needs] == ["Join the team of Quillbridge Partnership"]
    assert [item.text for item in work.under_way] == ["Your claim to speak for Thornbeck High School"]


def test_a_draft_waits_for_those_who_write_and_not_for_a_viewer(tale: Story) -> None:
    assert texts(tale.editor) == ["Finish the draft: Leading a team of teachers"]
    assert texts(tale.viewer) == []
    assert [item.text for item in my_work(tale.viewer).under_way] == [
        "Finish the draft: Leading a team of teachers"
    ]


def test_what_is_not_submitted_yet_is_found_again_by_those_who_write(db: None) -> None:
    provider = ProviderFactory()
    editor, viewer = team_member(provider, "editor"), team_member(provider, "viewer")
    assert texts(editor) == ["Describe your first programme or specialist leader"]
    assert texts(viewer) == []
    programme = ProgrammeFactory(provider=provider, version__title="Coaching for new heads")
    assert texts(editor) == []
    (draft,) = my_work(editor).under_way
    assert (draft.text, draft.status) == ("Coaching for new heads", "Draft")
    assert signed_in(editor).get(draft.url).status_code == 200
    assert my_work(viewer).under_way == []
    in_force()
    start_submission(version=programme.versions.get(), by=editor)
    assert texts(editor) == ["Finish the draft: Coaching for new heads"]
    assert my_work(editor).under_way == []


def test_what_has_a_date_comes_first(tale: Story) -> None:
    tale.scored()
    other = story("Another programme", name="Larkmoor Secondary Alliance")
    other.provider.memberships.create(user=tale.owner, role="owner")
    page = signed_in(tale.owner).get(reverse("my_work")).content.decode()
    assert texts(tale.owner) == [
        "Check the facts: Leading a team of teachers",
        "Finish the draft: Another programme",
    ]
    due = tale.submission.fact_check_due_on
    assert f"<strong>{due.day} {due:%B %Y}</strong>" in page


def test_a_question_reaches_the_provider_and_its_answer_the_assessor(tale: Story) -> None:
    tale.assessing()
    assessor = tale.assessors[0]
    assert texts(assessor) == ["Finish scoring: Leading a team of teachers"]
    assessment = tale.submission.assessments.get(assessor=assessor)
    question = ask_for_evidence(
        assessment=assessment,
        criterion=tale.submission.framework.criteria.get(code="D3"),
        by=assessor,
        question="Is there a baseline?",
    )
    assert texts(tale.owner) == ["Answer a question about D3 Impact: Leading a team of teachers"]
    answer_request(request=question, by=tale.owner, answer="Yes, in the survey.")
    assert texts(tale.owner) == []
    assert "Read the answer about D3: Leading a team of teachers" in texts(assessor)
    assert "Read the answer about D3: Leading a team of teachers" not in texts(tale.assessors[1])


def test_the_decision_can_be_appealed_until_a_date(tale: Story) -> None:
    tale.decided()
    work = my_work(tale.owner)
    assert [(item.text, item.due_words) for item in work.under_way] == [
        ("Read the decision: Leading a team of teachers", "appeal possible until")
    ]
    assert work.done == []


def test_a_decision_is_told_once(tale: Story) -> None:
    """A published rating that can be appealed against is under way, and done only afterwards."""
    tale.decided()
    publish_decision(submission=tale.submission, by=tale.administrators[0])
    work = my_work(tale.owner)
    assert len(work.under_way) == 1
    assert work.done == []
    with time_machine.travel(now() + dt.timedelta(days=40)):
        later = my_work(tale.owner)
    assert later.under_way == []
    assert [(item.text, item.status) for item in later.done] == [("Leading a team of teachers", "Rated")]


def test_a_withdrawn_submission_is_done(tale: Story) -> None:
    withdraw_submission(submission=tale.submission, by=tale.owner)
    work = my_work(tale.owner)
    assert work.needs == []
    assert [(item.text, item.status) for item in work.done] == [("Leading a team of teachers", "Withdrawn")]


def test_an_administrator_screens_what_is_submitted_and_not_drafts(tale: Story) -> None:
    assert texts(tale.administrators[0]) == []
    tale.submitted()
    assert texts(tale.administrators[0]) == ["Screen: Leading a team of teachers"]


def test_an_administrator_assigns_when_an_assessor_is_lacking(tale: Story) -> None:
    tale.assessing()
    assert texts(tale.administrators[0]) == []
    tale.submission.assessments.filter(assessor=tale.assessors[0]).update(state="void", void_reason="Left")
    assert texts(tale.administrators[0]) == ["Assign another assessor: Leading a team of teachers"]


def test_an_administrator_assigns_an_adjudicator(tale: Story) -> None:
    tale.scored(second={"R2": 1})
    assert texts(tale.administrators[0]) == ["Assign an adjudicator: Leading a team of teachers"]


def test_corrections_are_answered_before_the_decision_is_drafted(tale: Story) -> None:
    tale.scored()
    comment_on_facts(submission=tale.submission, by=tale.owner, text="It is 12 schools, not 10.")
    assert texts(tale.administrators[0]) == ["Answer corrections of facts: Leading a team of teachers"]


def test_a_draft_decision_waits_for_another_person(tale: Story) -> None:
    tale.deciding()
    first, second = tale.administrators
    assert texts(first) == ["Draft the decision: Leading a team of teachers"]
    draft_decision(submission=tale.submission, by=first, strengths="S", improvements="I")
    assert texts(first) == []
    assert [item.status for item in my_work(first).under_way] == ["Waits for another person’s approval"]
    assert texts(second) == ["Approve the decision: Leading a team of teachers"]


def test_an_appeal_waits_for_somebody_without_a_part_in_it(tale: Story) -> None:
    decision = tale.decided()
    lodge_appeal(decision=decision, by=tale.owner, grounds="The minutes were misread.")
    assert [texts(person) for person in tale.administrators] == [[], []]
    assert texts(with_role(Role.ADMINISTRATOR)) == ["Decide an appeal: Leading a team of teachers"]


def test_an_administrator_is_not_asked_to_decide_on_their_own_organisation(tale: Story) -> None:
    tale.deciding()
    administrator = with_role(Role.ADMINISTRATOR)
    tale.provider.memberships.create(user=administrator, role="viewer")
    assert texts(administrator) == []


def everything_for(person: User, number: int) -> None:
    """Put work of every kind before one person who is on the team, and others before administrators."""
    for index in range(number):
        draft = story(f"Draft {index}", name=f"Provider A {index}")
        asked = story(f"Asked {index}", name=f"Provider B {index}").assessing()
        ask_for_evidence(
            assessment=asked.submission.assessments.get(assessor=asked.assessors[0]),
            criterion=asked.submission.framework.criteria.get(code="D3"),
            by=asked.assessors[0],
            question="Is there a baseline?",
        )
        checked = story(f"Checked {index}", name=f"Provider C {index}").scored()
        decided = story(f"Decided {index}", name=f"Provider D {index}")
        decided.decided()
        for tale in (draft, asked, checked, decided):
            tale.provider.memberships.create(user=person, role="owner")


def test_the_page_costs_the_same_with_more_work(db: None) -> None:
    person = with_role(Role.ADMINISTRATOR)
    client = signed_in(person)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("my_work")).content.decode()
        cost.items = len(re.findall('class="app-work__item"', page))  # type: ignore[attr-defined]
        return len(queries)

    everything_for(person, 1)
    client.get(reverse("my_work"))
    before, few = cost(), cost.items  # type: ignore[attr-defined]
    everything_for(person, 2)
    assert cost() == before
    assert cost.items > few  # type: ignore[attr-defined]
