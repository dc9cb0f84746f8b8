"""A draft opened for comments, commented on, answered and published, now or on a day."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lpdqa.clock import now, today
from lpdqa.workflow import WorkflowError
from reviews.framework_document import parts
from reviews.models import FrameworkComment, FrameworkVersion
from reviews.queries.consultation import bars_to_publication, by_criterion, capacities_of, published_comments
from reviews.queries.frameworks import current_framework
from reviews.services import framework_editor as editor
from reviews.services.consultation import add_comment, answer_comment, open_consultation, withdraw_comment
from reviews.services.framework_publication import publish_due, schedule_publication
from reviews.services.frameworks import move_framework
from reviews.tasks import nightly
from tests.factories import ProviderFactory, person, team_member
from tests.journeys import framework
from tests.reviews.test_database_guards import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines():
    return person("administrator")


@pytest.fixture
def draft(ines):
    return editor.start_draft(base=framework(), version="1.1", by=ines)


def in_days(number: int) -> dt.date:
    return today() + dt.timedelta(days=number)


def rename(draft, by, old, **values):
    seen = parts.read_part(draft.document, "criterion", old)
    return editor.save_part(framework=draft, kind="criterion", code=old, values=values, seen=seen, by=by)


def say(draft, by=None, criterion="P1", text="Too narrow.", capacity="other"):
    return add_comment(framework=draft, criterion=criterion, capacity=capacity, text=text, by=by or person())


def test_a_consultation_from_its_opening_to_the_published_version(draft, ines):
    open_consultation(framework=draft, closes_on=in_days(14), by=ines)
    first, whole = say(draft), say(draft, criterion="", text="Well made.")
    assert bars_to_publication(draft, today())[1] == "2 comments wait for an answer."
    with pytest.raises(
        WorkflowError, match=r"It is open for comments until .* 2 comments wait for an answer"
    ):
        move_framework(framework=draft, name="publish", by=ines)
    with time_machine.travel(now() + dt.timedelta(days=15)):
        with pytest.raises(WorkflowError, match="isn’t open for comments any more"):
            say(draft)
        answer_comment(comment=first, answer="We made it wider.", publish=True, by=ines)
        assert list(published_comments(draft)) == [first]
        answer_comment(comment=whole, answer="Thank you.", publish=False, by=ines)
        assert list(published_comments(draft)) == [first]
        move_framework(framework=draft, name="publish", by=ines)
        assert current_framework() == draft
        with pytest.raises(WorkflowError, match="is published: its answers can’t change"):
            answer_comment(comment=first, answer="Other.", publish=True, by=ines)


def test_only_a_sound_draft_is_opened_and_only_until_a_day_to_come(draft, ines):
    with pytest.raises(ValidationError, match="still to come"):
        open_consultation(framework=draft, closes_on=in_days(-1), by=ines)
    rename(draft, ines, "P1", question="")
    with pytest.raises(ValidationError, match="Criterion P1, question: is empty"):
        open_consultation(framework=draft, closes_on=in_days(3), by=ines)
    draft.refresh_from_db()
    assert (draft.state, draft.consultation_closes_on) == ("draft", None)


def test_a_closing_day_can_be_put_off_and_counts_itself(draft, ines):
    open_consultation(framework=draft, closes_on=in_days(1), by=ines)
    open_consultation(framework=draft, closes_on=in_days(2), by=ines)
    with time_machine.travel(now() + dt.timedelta(days=2)):
        assert say(draft).pk


def test_people_speak_as_what_they_are(draft, ines):
    open_consultation(framework=draft, closes_on=in_days(14), by=ines)
    assessor, owner = person("assessor"), team_member(ProviderFactory())
    assert [code for code, _ in capacities_of(assessor)] == ["school_leader", "assessor", "other"]
    assert [code for code, _ in capacities_of(owner)] == ["school_leader", "provider", "other"]
    with pytest.raises(ValidationError):
        say(draft, by=owner, capacity="assessor")
    with pytest.raises(ValidationError, match="has no criterion X1"):
        say(draft, criterion="X1")
    assert say(draft, by=assessor, capacity="assessor").get_capacity_display() == "Assessor"


def test_a_comment_is_taken_back_until_it_is_answered(draft, ines):
    open_consultation(framework=draft, closes_on=in_days(14), by=ines)
    first, second = say(draft), say(draft)
    withdraw_comment(comment=first, by=first.author)
    with pytest.raises(WorkflowError, match="was taken back"):
        answer_comment(comment=first, answer="Why?", publish=True, by=ines)
    answer_comment(comment=second, answer="Yes.", publish=True, by=ines)
    with pytest.raises(WorkflowError, match="has its answer already"):
        withdraw_comment(comment=second, by=second.author)
    assert bars_to_publication(draft, in_days(20)) == []


def test_comments_stay_with_a_criterion_that_gets_another_code(draft, ines):
    open_consultation(framework=draft, closes_on=in_days(14), by=ines)
    comment = say(draft)
    move_framework(framework=draft, name="redraft", by=ines)
    rename(draft, ines, "P1", code="P8")
    with pytest.raises(WorkflowError, match="kept with what they said"):
        editor.delete_draft(framework=draft, by=ines)
    comment.refresh_from_db()
    assert comment.criterion == "P8"
    ((code, title, comments),) = by_criterion(draft, FrameworkComment.objects.all())
    assert (code, title, comments) == ("P8", "Intended outcomes", [comment])


def test_what_was_said_is_kept_as_it_was_said(draft, ines):
    open_consultation(framework=draft, closes_on=in_days(14), by=ines)
    comment = say(draft)
    for sql in ("UPDATE reviews_frameworkcomment SET text = 'other'", "DELETE FROM reviews_frameworkcomment"):
        assert refused(sql)
    with pytest.raises(IntegrityError, match="comment_answered"), transaction.atomic():
        FrameworkComment.objects.filter(pk=comment.pk).update(is_published=True)


def test_a_version_is_published_on_its_day_by_the_nightly_job(draft, ines):
    schedule_publication(framework=draft, on=in_days(3), by=ines)
    assert publish_due(on=today()) == 0
    with time_machine.travel(now() + dt.timedelta(days=3)):
        assert nightly()["frameworks_published"] == 1
        assert nightly()["frameworks_published"] == 0
    version = FrameworkVersion.objects.get(version="1.1")
    assert (version.state, version.publish_on, current_framework()) == ("published", None, version)


def test_a_version_whose_comments_have_no_answer_waits_for_the_next_night(draft, ines):
    open_consultation(framework=draft, closes_on=in_days(1), by=ines)
    comment = say(draft)
    with pytest.raises(ValidationError, match="after comments close"):
        schedule_publication(framework=draft, on=in_days(1), by=ines)
    schedule_publication(framework=draft, on=in_days(2), by=ines)
    assert publish_due(on=in_days(2)) == 0
    answer_comment(comment=comment, answer="Yes.", publish=True, by=ines)
    with time_machine.travel(now() + dt.timedelta(days=3)):
        assert publish_due(on=today()) == 1


def test_a_changed_draft_loses_its_day(draft, ines):
    schedule_publication(framework=draft, on=in_days(3), by=ines)
    rename(draft, ines, "P1")
    assert FrameworkVersion.objects.get(pk=draft.pk).publish_on == in_days(3)
    rename(draft, ines, "P1", title="Outcomes")
    assert FrameworkVersion.objects.get(pk=draft.pk).publish_on is None
    with pytest.raises(ValidationError, match="still to come"):
        schedule_publication(framework=draft, on=today(), by=ines)


def test_an_incomplete_draft_is_published_neither_now_nor_later(draft, ines):
    rename(draft, ines, "P1", weight=None)
    with pytest.raises(ValidationError, match="Criterion P1, weight"):
        move_framework(framework=draft, name="publish", by=ines)
    with pytest.raises(ValidationError, match="Criterion P1, weight"):
        schedule_publication(framework=draft, on=in_days(3), by=ines)
