"""A draft of a framework version from its start to its end, by one administrator and by two at once."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from lpdqa.audit.models import Entry
from lpdqa.workflow import WorkflowError
from reviews.framework_document import parts
from reviews.framework_document.shape import write_document
from reviews.models import Criterion, FrameworkVersion
from reviews.queries.framework_drafts import compare, crosswalk_between, faults_of
from reviews.services import framework_editor as editor
from reviews.services.framework_editor import ChangedMeanwhile
from reviews.services.frameworks import content_hash, move_framework
from tests.factories import person
from tests.journeys import FRAMEWORK, framework
from tests.reviews.test_database_guards import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines():
    return person("administrator", name="Ines Farrow")


@pytest.fixture
def draft(ines):
    return editor.start_draft(base=framework(), version="1.1", by=ines)


def edit(draft, by, code="P1", seen=None, **values):
    now = parts.read_part(FrameworkVersion.objects.get(pk=draft.pk).document, "criterion", code)
    return editor.save_part(
        framework=draft, kind="criterion", code=code, values={**now, **values}, seen=seen or now, by=by
    )


def test_a_draft_begins_as_the_version_it_is_started_from(draft, ines):
    shipped = json.loads(FRAMEWORK.read_text())
    assert (draft.state, draft.based_on.version, draft.criteria.count()) == ("draft", "1.0", 18)
    assert json.loads(write_document(FrameworkVersion.objects.get(pk=draft.pk).document)) == {
        **shipped,
        "version": "1.1",
    }
    assert draft.content_hash == content_hash({**shipped, "version": "1.1"})
    with pytest.raises(ValidationError, match=r"There is a version 1\.1 of LPD-QA already"):
        editor.start_draft(base=draft, version="1.1", by=ines)


def test_a_draft_is_kept_while_it_is_incomplete_and_has_rows_when_it_is_whole(draft, ines):
    edit(draft, ines, weight=None, question="")
    assert [fault.line.split(":")[0] for fault in faults_of(draft.document)] == [
        "Criterion P1, question",
        "Criterion P1, weight",
    ]
    assert not draft.criteria.exists()
    edit(draft, ines, weight=2.5, question="Is it clear?")
    assert faults_of(draft.document) == []
    row = draft.criteria.get(code="P1")
    assert (row.weight, row.question) == (2.5, "Is it clear?")


def test_two_people_who_edit_different_parts_both_save(draft, ines):
    opened = parts.read_part(draft.document, "criterion", "P2")
    other = FrameworkVersion.objects.get(pk=draft.pk)
    edit(draft, ines, title="Outcomes")
    edit(other, person("administrator"), code="P2", seen=opened, title="Growth")
    document = FrameworkVersion.objects.get(pk=draft.pk).document
    assert [row["title"] for row in document["criteria"][:2]] == ["Outcomes", "Growth"]


def test_who_saves_over_anothers_work_is_told_and_nothing_is_written(draft, ines):
    opened = parts.read_part(draft.document, "criterion", "P1")
    edit(draft, ines, title="Outcomes")
    before = FrameworkVersion.objects.get(pk=draft.pk).content_hash
    with pytest.raises(ChangedMeanwhile) as told:
        edit(draft, person("administrator"), seen=opened, title="Aims")
    assert (told.value.values["title"], told.value.by) == ("Outcomes", "Ines Farrow")
    assert FrameworkVersion.objects.get(pk=draft.pk).content_hash == before
    editor.remove_part(framework=draft, kind="criterion", code="P1", by=ines)
    with pytest.raises(ChangedMeanwhile) as told:
        editor.save_part(
            framework=draft,
            kind="criterion",
            code="P1",
            values=opened,
            seen=opened,
            by=person("administrator"),
        )
    assert told.value.values is None


def test_a_file_takes_the_place_of_the_draft_it_was_made_from_only(draft, ines):
    seen, file = draft.content_hash, {**draft.document, "title": "Another title"}
    edit(draft, ines, title="Outcomes")
    with pytest.raises(ChangedMeanwhile):
        editor.replace_document(framework=draft, document=file, seen=seen, by=ines)
    editor.replace_document(framework=draft, document=file, seen=draft.content_hash, by=ines)
    assert FrameworkVersion.objects.get(pk=draft.pk).title == "Another title"
    with pytest.raises(ValidationError, match=r"This file is for LPD-QA 2\.0"):
        editor.replace_document(
            framework=draft, document={**file, "version": "2.0"}, seen=draft.content_hash, by=ines
        )


def test_codes_and_numbers_are_given_once(draft, ines):
    with pytest.raises(ValidationError, match="There is a criterion P2 already"):
        editor.save_part(
            framework=draft,
            kind="criterion",
            code="P1",
            values={"code": "P2"},
            seen=parts.read_part(draft.document, "criterion", "P1"),
            by=ines,
        )
    about = parts.read_part(draft.document, "about")
    with pytest.raises(ValidationError, match=r"There is a version 1\.0"):
        editor.save_part(framework=draft, kind="about", values={"version": "1.0"}, seen=about, by=ines)
    with pytest.raises(ValidationError, match="still has criteria"):
        editor.remove_part(framework=draft, kind="heading", code="value", by=ines)


def test_a_renamed_criterion_is_followed_through_two_versions(draft, ines):
    rename = {"kind": "criterion", "by": ines}
    editor.save_part(
        framework=draft,
        code="P1",
        values={"code": "P8"},
        seen=parts.read_part(draft.document, "criterion", "P1"),
        **rename,
    )
    newest = editor.start_draft(base=draft, version="1.2", by=ines)
    editor.save_part(
        framework=newest,
        code="P8",
        values={"code": "P9"},
        seen=parts.read_part(newest.document, "criterion", "P8"),
        **rename,
    )
    walk = crosswalk_between(draft.based_on, newest)
    assert walk["P9"] == ("P1",)
    (change,) = compare(draft.based_on, newest).criteria
    assert (change.code, change.old_code, change.changes) == ("P9", "P1", ())


def test_the_crosswalk_takes_only_codes_that_there_are(draft, ines):
    with pytest.raises(ValidationError, match=r"LPD-QA 1\.0 has no criterion X1"):
        editor.save_crosswalk(framework=draft, crosswalk={"P1": ["X1"]}, by=ines)
    editor.save_crosswalk(framework=draft, crosswalk={"P1": ["P1"], "P2": [], "P3": ["P2", "P3"]}, by=ines)
    draft.refresh_from_db()
    assert draft.crosswalk == {"P2": [], "P3": ["P2", "P3"]}


def test_every_change_is_in_the_trail_with_the_hash_of_what_came_out(draft, ines):
    edit(draft, ines, title="Outcomes")
    entry = Entry.objects.filter(action="framework.edit").first()
    assert (entry.actor, entry.detail["part"], entry.detail["sha256"]) == (
        ines,
        "criterion P1",
        draft.content_hash,
    )


def test_only_a_draft_is_edited_or_deleted(draft, ines):
    published = draft.based_on
    with pytest.raises(WorkflowError, match="it is no draft any more"):
        edit(published, ines, title="Other")
    with pytest.raises(WorkflowError):
        editor.delete_draft(framework=published, by=ines)
    editor.delete_draft(framework=draft, by=ines)
    assert list(FrameworkVersion.objects.values_list("version", flat=True)) == ["1.0"]


def test_sql_can_not_change_what_a_published_version_says_in_any_way(draft):
    published = draft.based_on
    ours, theirs = published.pk, draft.pk
    heading = draft.headings.first().pk
    for sql in (
        "UPDATE reviews_frameworkversion SET document = '{}' WHERE id = %s",
        "UPDATE reviews_frameworkversion SET crosswalk = '{\"P1\": []}' WHERE id = %s",
        "UPDATE reviews_frameworkversion SET state = 'draft' WHERE id = %s",
        "DELETE FROM reviews_frameworkversion WHERE id = %s",
        "DELETE FROM reviews_criterion WHERE framework_id = %s",
        "UPDATE reviews_heading SET title = 'other' WHERE framework_id = %s",
        # Out of the published version into the draft, and back into it.
        f"UPDATE reviews_criterion SET framework_id = {theirs}, heading_id = {heading}, code = 'X' || code "  # noqa: S608
        "WHERE framework_id = %s",
    ):
        assert refused(sql, ours), sql
    assert refused(
        "UPDATE reviews_criterion SET framework_id = %s, code = 'X' || code WHERE framework_id = %s",
        ours,
        theirs,
    )
    assert refused(
        "INSERT INTO reviews_heading (framework_id, \"order\", code, title, question) VALUES (%s, 9, 'x', 'x', 'x')",
        ours,
    )
    assert Criterion.objects.filter(framework=published).count() == 18
    assert not refused("UPDATE reviews_frameworkversion SET title = 'other' WHERE id = %s", theirs)
    assert connection.in_atomic_block


def test_a_version_open_for_comments_is_not_edited(draft, ines):
    move_framework(framework=draft, name="consult", by=ines)
    with pytest.raises(WorkflowError, match=r"no draft any more \(consultation\)"):
        edit(draft, ines, title="Other")
