"""Changed words of messages: they are sent from then on, kept in the trail, and never make a letter fail."""

from __future__ import annotations

import pghistory.models
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from structlog.testing import capture_logs

from lpdqa.audit.models import Entry
from lpdqa.notices.models import Notice
from reviews.messages import MESSAGES
from reviews.models import MessageWords
from reviews.queries.message_words import every_message, message_now, messages_now
from reviews.services.message_words import MEANWHILE, back_to_shipped, change_message
from reviews.services.submissions import return_submission
from tests.factories import person
from tests.journeys import Journey

pytestmark = pytest.mark.django_db


def change(name: str, subject: str, body: str = "", reason: str = "Plainer.", by=None) -> None:
    change_message(
        name=name,
        by=by or person("administrator"),
        subject=subject,
        body=body,
        reason=reason,
        seen=message_now(name).stored.digest,
    )


def told(journey: Journey, step: str) -> tuple[str, str]:
    notice = Notice.objects.get(user=journey.owner, key__contains=f":{step}:")
    return notice.subject, notice.body


def test_changed_words_are_sent_and_those_of_other_messages_stay():
    change("team-submit", "We have “{title}”", "Thank you for {title}.\r\n\r\nTwo people score it.")
    journey = Journey()
    journey.to("submitted")
    title = journey.submission.lasting_title
    assert told(journey, "submit") == (
        f"We have “{title}”",
        f"Thank you for {title}.\n\nTwo people score it.",
    )
    screen = Notice.objects.filter(subject=f"Screen “{title}”")
    assert screen.exists()


def test_what_somebody_typed_is_filled_in_as_it_is():
    change("team-return", "“{title}” comes back", "Why: {reason} Do change it.")
    journey = Journey()
    journey.to("submitted")
    return_submission(
        submission=journey.submission, by=person("administrator"), reason="{title} {x} {0} is odd."
    )
    assert told(journey, "return")[1] == "Why: {title} {x} {0} is odd. Do change it."


def test_who_changed_what_and_why_is_in_the_trail_and_the_history():
    by = person("administrator")
    change("invited", "Will you assess “{title}”?", reason="Asks, not tells.", by=by)
    entry = Entry.objects.get(action="message.change")
    row = MessageWords.objects.get()
    assert (entry.actor, entry.reason, entry.label) == (by, "Asks, not tells.", "invited")
    assert (entry.target_id, row.changed_by, row.written_over) == (row.pk, by, MESSAGES["invited"].digest)
    change("invited", "Could you assess “{title}”?", by=by)
    back_to_shipped(name="invited", by=by, reason="No better.", seen=message_now("invited").stored.digest)
    assert not MessageWords.objects.exists()
    assert message_now("invited").message == MESSAGES["invited"]
    restored = Entry.objects.get(action="message.restore")
    assert (restored.target_id, restored.reason) == (row.pk, "No better.")
    events = pghistory.models.Events.objects.filter(pgh_obj_model="reviews.MessageWords").order_by(
        "pgh_created_at"
    )
    assert [event.pgh_label for event in events] == ["insert", "update", "delete"]
    assert events[2].pgh_data["subject"] == "Could you assess “{title}”?"


def test_the_shipped_words_typed_again_end_the_change():
    shipped = MESSAGES["invited"]
    change("invited", "Will you assess “{title}”?")
    change("invited", shipped.subject, shipped.body)
    assert not MessageWords.objects.exists()
    with pytest.raises(ValidationError, match="as shipped already"):
        change("invited", shipped.subject, shipped.body)


@pytest.mark.parametrize(
    ("subject", "body", "reason", "field"),
    [
        ("{titel}", "", "Why", "subject"),
        ("{title.__class__}", "", "Why", "subject"),
        ("“{title}”", "{nothing}", "Why", "body"),
        ("“{title}”", "", "  ", "reason"),
    ],
)
def test_what_would_not_do_is_refused_and_nothing_remains(subject, body, reason, field):
    with pytest.raises(ValidationError) as refusal:
        change("invited", subject, body, reason)
    assert set(refusal.value.message_dict) >= {field}
    assert not MessageWords.objects.exists()
    assert not Entry.objects.filter(action__startswith="message.").exists()


def test_nobody_writes_over_words_they_never_saw():
    seen = message_now("invited").stored.digest
    change("invited", "Will you assess “{title}”?")
    late = {"name": "invited", "by": person("administrator"), "reason": "Shorter.", "seen": seen}
    with pytest.raises(ValidationError) as refusal:
        change_message(subject="Assess “{title}”", body="", **late)
    assert refusal.value.code == MEANWHILE
    with pytest.raises(ValidationError, match="Somebody else"):
        back_to_shipped(**late)
    assert MessageWords.objects.get().subject == "Will you assess “{title}”?"
    with pytest.raises(ValidationError, match="words already"):
        change("invited", "Will you assess “{title}”?")


def test_words_that_a_later_release_cannot_fill_are_left_aside_and_logged():
    MessageWords.objects.create(
        name="team-submit",
        subject="We have “{name}”",
        written_over="0" * 64,
        changed_by=person("administrator"),
    )
    journey = Journey()
    with capture_logs() as logs:
        journey.to("submitted")
    shipped = MESSAGES["team-submit"]
    assert told(journey, "submit") == shipped.filled({"title": journey.submission.lasting_title})
    (line,) = (line for line in logs if line["event"] == "changed_words_left_aside")
    assert line["message"] == "team-submit"
    assert line["faults"][0].startswith("“{name}” is nothing")
    now_reads = message_now("team-submit")
    assert (now_reads.message, now_reads.stored.subject) == (shipped, "We have “{name}”")


def test_changed_words_are_marked_where_the_shipped_ones_are_new():
    change("invited", "Will you assess “{title}”?")
    assert not message_now("invited").is_shipped_anew
    MessageWords.objects.update(written_over="0" * 64)
    assert message_now("invited").is_shipped_anew
    assert message_now("invited").message.subject == "Will you assess “{title}”?"
    # Saved again as they are, they count as looked at.
    change("invited", "Will you assess “{title}”?")
    assert not message_now("invited").is_shipped_anew


def test_one_query_reads_a_set_of_messages(django_assert_num_queries):
    change("invited", "Will you assess “{title}”?")
    MessageWords.objects.create(
        name="gone", subject="x", written_over="0" * 64, changed_by=person("administrator")
    )
    with django_assert_num_queries(1):
        found = messages_now(["team-submit", "invited", "board-submit"])
    assert [each.changed is not None for each in found.values()] == [False, True, False]
    with django_assert_num_queries(1):
        every, left_over = every_message()
        assert {each.changed.changed_by.name for each in every if each.changed}
    assert ([each.name for each in every], [row.name for row in left_over]) == (list(MESSAGES), ["gone"])
    with django_assert_num_queries(0):
        assert messages_now([]) == {}


def test_the_database_keeps_one_row_a_message_with_a_subject():
    row = {"body": "", "written_over": "0" * 64, "changed_by": person("administrator")}
    MessageWords.objects.create(name="invited", subject="x", **row)
    for name, subject in (("invited", "y"), ("request", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            MessageWords.objects.create(name=name, subject=subject, **row)
