"""Agreement, severity and the moderation queue from the register's own scores."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lpdqa.accounts.models import User
from lpdqa.audit.models import Entry
from lpdqa.clock import now
from reviews.choices import RunState
from reviews.models import ModerationItem, Rating, SeverityMeasure, StatisticsRun, Submission
from reviews.queries.blind_scores import blind_scores
from reviews.queries.score_pairs import own_pairs, pair_tables
from reviews.queries.statistics_runs import consistency_of
from reviews.services.moderation import look_at
from reviews.services.statistics import ask_for_run, ask_where_scores_are_new, work_out_due
from tests.factories import person, team_member
from tests.journeys import Journey, framework
from tests.reviews.statistics_story import assessors, journeys, run_now, story, told

__all__ = ["assessors", "journeys", "told"]  # fixtures

pytestmark = pytest.mark.django_db


def test_a_run_tells_agreement_and_severity_and_a_second_one_is_not_needed(
    journeys: list[Journey], assessors: list[User]
) -> None:
    run = run_now(journeys[0].administrator)
    assert (run.n_submissions, run.n_pairs, run.n_scores) == (3, 3 * 17, 3 * 34)
    assert run.agreement["all"]["n"] == 51
    assert {row["n"] for row in run.agreement["criteria"] if row["n"]} == {3}
    assert all("exact" not in row for row in run.agreement["criteria"])  # three pairs are too few
    a, b, c = (user.assessor_profile.pseudonym for user in assessors)
    assert {row["label"]: row["n"] for row in run.agreement["pairs"]} == {
        " and ".join(sorted(pair)): 17 for pair in ((a, b), (a, c), (b, c))
    }
    assert 0.3 < run.agreement["all"]["exact"][0] < 0.7
    measures = {m.assessor_id: m for m in SeverityMeasure.objects.filter(run=run, facet="assessor")}
    most_severe = max(measures.values(), key=lambda m: m.measure or -99)
    assert most_severe.assessor_id == assessors[2].pk
    assert Entry.objects.filter(action="statistics.ask").count() == 1
    assert ask_where_scores_are_new() == 0
    assert work_out_due() == 0


def test_files_that_are_being_scored_are_not_counted(journeys: list[Journey], assessors: list[User]) -> None:
    a, b, c = assessors
    open_file = story([a, b], 3, state="adjudicating")
    assert open_file.submission.state == "adjudicating"
    scores = blind_scores(framework())
    assert open_file.submission.pk not in scores.submission
    assert sum(pair_tables(framework()).all.values()) == 3 * 17
    assert sum(own_pairs(a.pk, framework()).all.values()) == 2 * 17
    assert consistency_of(c, framework()).compared["higher"] == 0


def test_the_commands_read_the_registers_own_scores(
    journeys: list[Journey], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("agreement", framework="lpd-qa-1.0")
    found = json.loads(capsys.readouterr().out)
    assert (found["n_pairs"], found["n_raters"]) == (51, 3)
    call_command("severity", framework="LPD-QA-1.0")
    labels = {element["label"] for element in json.loads(capsys.readouterr().out)["facets"]["assessor"]}
    assert all(label.startswith("A-") for label in labels)


def test_asking_twice_gives_the_same_run_and_a_lost_one_is_taken_up(journeys: list[Journey]) -> None:
    run = ask_for_run(framework=framework(), by=None)
    assert ask_for_run(framework=framework(), by=None) == run
    StatisticsRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, started_at=now())
    assert work_out_due() == 0
    StatisticsRun.objects.filter(pk=run.pk).update(started_at=now() - timedelta(hours=2))
    assert work_out_due() == 1


def test_without_scores_a_run_says_so(journeys: list[Journey]) -> None:
    Submission.objects.update(settled_at=None)
    run = run_now()
    assert run.agreement["all"] == {"label": "All criteria", "n": 0}
    assert "no scores yet" in run.problem


def test_assessors_who_share_no_file_are_named(assessors: list[User], journeys: list[Journey]) -> None:
    others = [person("assessor"), person("assessor")]
    story(others, 1, seed=1, state="fact_check")
    run = run_now()
    assert "2 subsets" in run.problem
    assert all(user.assessor_profile.pseudonym in run.problem for user in (*assessors, *others))
    assert run.agreement["all"]["n"] == 68


def test_the_number_of_queries_does_not_grow_with_files(
    assessors: list[User], journeys: list[Journey]
) -> None:
    def queries() -> int:
        ask_for_run(framework=framework(), by=None)
        with CaptureQueriesContext(connection) as found:
            work_out_due()
        return len(found)

    first = queries()
    few = queries()
    story(assessors[1:], 1, state="fact_check", seed=4)
    assert queries() == few
    assert few <= first + 1  # the subjects of the run before are removed


# --- Moderation ---


@pytest.fixture
def queued(journeys: list[Journey]) -> list[ModerationItem]:
    run_now()
    return list(ModerationItem.objects.select_related("submission__provider"))


def journey_of(item: ModerationItem, journeys: list[Journey]) -> Journey:
    return next(each for each in journeys if each.submission.pk == item.submission_id)


def test_ratings_that_severity_told_on_are_queued(
    queued: list[ModerationItem], journeys: list[Journey], assessors: list[User]
) -> None:
    assert queued
    for item in queued:
        assert abs(item.difference) >= 0.3 or item.band != item.fair_band
        severe = assessors[2] in journey_of(item, journeys).assessors
        assert (item.difference > 0) == severe
    before = Rating.objects.count()
    run_now()
    assert ModerationItem.objects.count() == len(queued)
    assert Rating.objects.count() == before


def test_somebody_without_a_part_notes_what_they_found_once(
    queued: list[ModerationItem], journeys: list[Journey]
) -> None:
    item, outsider = queued[0], person("administrator")
    look_at(item=item, by=outsider, outcome="brief", found="The third assessor reads D3 too narrowly.")
    entry = Entry.objects.get(action="moderation.look")
    assert (entry.actor, entry.target_id, entry.detail) == (outsider, item.pk, {"outcome": "brief"})
    with pytest.raises(ValidationError, match="already"):
        look_at(item=item, by=outsider, outcome="stands", found="Again.")
    run_now()
    item.refresh_from_db()
    assert item.outcome == "brief"


@pytest.mark.parametrize(
    "who",
    [
        lambda journey: journey.assessors[0],
        lambda journey: journey.drafter,
        lambda journey: journey.approver,
        lambda journey: team_member(journey.provider),
    ],
    ids=["assessor", "drafter", "approver", "team"],
)
def test_who_had_a_part_may_not_look(
    who: Callable[[Journey], User], queued: list[ModerationItem], journeys: list[Journey]
) -> None:
    item = queued[0]
    user = who(journey_of(item, journeys))
    assert not user.has_perm("reviews.moderate", item)
    with pytest.raises(ValidationError, match="Somebody else"):
        look_at(item=item, by=user, outcome="stands", found="Fine.")


def test_the_database_refuses_it_too(queued: list[ModerationItem], journeys: list[Journey]) -> None:
    assessor = journey_of(queued[0], journeys).assessors[0]
    fields = {"looked_by": assessor, "looked_at": now(), "outcome": "stands", "found": "Fine."}
    with pytest.raises(InternalError, match="without a part"), transaction.atomic():
        ModerationItem.objects.filter(pk=queued[0].pk).update(**fields)


@pytest.mark.parametrize(("outcome", "found", "field"), [("", "x", "outcome"), ("stands", " ", "found")])
def test_outcome_and_reason_are_needed(
    outcome: str, found: str, field: str, queued: list[ModerationItem]
) -> None:
    with pytest.raises(ValidationError) as caught:
        look_at(item=queued[0], by=person("administrator"), outcome=outcome, found=found)
    assert field in caught.value.message_dict
