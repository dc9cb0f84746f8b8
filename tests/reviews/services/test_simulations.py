"""What published ratings would be under a draft, against rating each one by hand."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.clock import now, today
from lpdqa.workflow import WorkflowError
from programmes.models import CatalogueEntry
from reviews.framework_document import parts
from reviews.models import Rating, Simulation, Submission
from reviews.queries.framework_drafts import sources_of_draft
from reviews.queries.ratings import current_ratings
from reviews.queries.simulation import in_short, simulate
from reviews.rating import RatingInputs, Scheme, display, rate_one
from reviews.services import framework_editor as editor
from reviews.services import simulations
from reviews.services.frameworks import move_framework
from reviews.services.ratings import rate_all_stale
from reviews.services.simulations import run_waiting, start_simulation
from reviews.tasks import run_simulations
from tests.factories import RegionFactory, person
from tests.journeys import WORKED_EXAMPLE, Journey, all_at
from tests.reviews.views.people import signed_in, take, text

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def rated(django_db_setup, django_db_blocker):
    """Four published ratings of three kinds; nothing of them stays."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        Journey(version__phases=["primary", "secondary"]).to("published", WORKED_EXAMPLE)
        strong = {**all_at(4), "R5": (3, 3), "V3": (2, 3)}
        Journey("provider", region=RegionFactory(name="East of England")).to("published", strong)
        Journey("sle").to("published", all_at(3))
        Journey("provider").to("suspended", all_at(4))
        rate_all_stale()
        yield {rating.subject_kind: rating for rating in Rating.objects.exclude(band="").order_by("id")}
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture
def ines():
    return person("administrator")


@pytest.fixture
def draft(rated, ines):
    return editor.start_draft(base=rated["sle"].framework, version="1.1", by=ines)


def edit(draft, by, kind, old="", **values):
    seen = parts.read_part(draft.document, kind, old)
    return editor.save_part(framework=draft, kind=kind, code=old, values=values, seen=seen, by=by)


def run(draft, by):
    return start_simulation(framework=draft, by=by)


def matrix(simulation):
    return {(old, new): number for old, new, number in simulation.results["matrix"]}


def test_an_unchanged_draft_moves_nothing(draft, ines):
    done = run(draft, ines)
    assert (done.state, done.results["number"], done.results["suspended"]) == ("done", 3, 1)
    assert done.results["directions"] == {"same": 3}
    assert done.results["movers"] == []
    assert in_short(done.results) == "0 of 3 published ratings would move to another band."


def test_a_simulation_is_what_rating_each_by_hand_gives_and_changes_nothing(rated, draft, ines):
    edit(draft, ines, "scheme", working_overall=3.25, exemplary_overall=3.25, exemplary_count=1)
    edit(draft, ines, "criterion", "D3", weight=1, essential_for=["provider"], exemplary_from=None)
    edit(draft, ines, "criterion", "V3", weight=9)
    before = list(Rating.objects.order_by("pk").values())
    entries = list(CatalogueEntry.objects.order_by("pk").values())
    done = run(draft, ines)
    scheme = Scheme.from_document(draft.document)
    expected: dict[tuple[str, str], int] = {}
    overalls = {}
    for submission in Submission.objects.filter(state="published"):
        rating = current_ratings([submission.pk])[submission.pk]
        result = rate_one(scheme, RatingInputs.from_dict(rating.inputs))
        expected[rating.band, result.band] = expected.get((rating.band, result.band), 0) + 1
        if (rating.band, f"{rating.overall:.4f}") != (result.band, f"{result.overall:.4f}"):
            overalls[str(rating.public_id)] = display(result.overall)
    assert matrix(done) == expected
    assert {mover["rating"]: mover["new_overall"] for mover in done.results["movers"]} == overalls
    assert done.results["directions"]["down"] > 0
    assert list(Rating.objects.order_by("pk").values()) == before
    assert list(CatalogueEntry.objects.order_by("pk").values()) == entries
    order = ["not_yet", "working_towards", "quality_assured", "exemplary"]
    steps = [abs(order.index(mover["old"]) - order.index(mover["new"])) for mover in done.results["movers"]]
    assert steps == sorted(steps, reverse=True)
    first = done.results["movers"][0]
    assert first["before"]["headings"][0][1] != ""
    assert any("Value" in title for title, _ in first["after"]["headings"])


def test_what_has_no_scores_is_left_out_and_said(draft, ines):
    new = {**parts.empty_part("criterion"), "code": "V9", "title": "Cost over time", "heading": "value",
           "question": "What?", "evidence_expected": "Prices", "applies_to": ["provider", "programme"],
           "essential_for": ["provider"], "weight": 3, **{f"level_{n}": "Level" for n in range(1, 5)}}  # fmt: skip
    editor.add_part(framework=draft, kind="criterion", values=new, by=ines)
    edit(draft, ines, "criterion", "R5", applies_to=["provider", "sle"])
    editor.remove_part(framework=draft, kind="criterion", code="V2", by=ines)
    edit(draft, ines, "criterion", "P1", code="P8")
    done = run(draft, ines)
    assert done.results["assumed"] == [
        "R5 Assurance of delivery was not asked of specialist leaders before, so nobody has scored it. "
        "It is left out of every sum and gate for specialist leaders.",
        "V9 Cost over time is new, so nobody has scored it. It is left out of every sum and gate for providers and "
        "programmes.",
        "V2 is not carried on: scores are not used.",
    ]
    # A renamed criterion keeps its scores: only the loss of V2 moves anything.
    assert done.results["directions"].get("no_band", 0) == 0


def test_where_no_band_can_be_given_that_is_said(draft, ines):
    # Scores one apart become discordant, and nobody has given a third one.
    edit(draft, ines, "scheme", gap=1)
    done = run(draft, ines)
    assert matrix(done)["quality_assured", "awaiting"] >= 1
    assert "no band can be given" in in_short(done.results)


def test_ratings_are_counted_by_provider_kind_region_and_phase(draft, ines):
    groups = run(draft, ines).results["groups"]
    assert [label for label, _ in groups["region"]] == ["East of England", "Not recorded"]
    assert [label for label, _ in groups["phase"]] == ["Primary", "Secondary", "Not recorded"]
    assert sum(sum(found.values()) for _, found in groups["provider_kind"]) == 3
    assert [label for label, _ in groups["kind"]] == ["Programme", "Provider", "Specialist leader"]


def test_a_result_keeps_the_draft_it_is_about_and_says_when_that_changed(draft, ines):
    done = run(draft, ines)
    assert (done.content_hash, done.is_stale(draft)) == (draft.content_hash, False)
    edit(draft, ines, "criterion", "P1", title="Outcomes")
    assert done.is_stale(draft)
    client = signed_in(ines)
    assert "The draft changed after this was worked out" in text(
        client.get(reverse("simulation", args=[done.public_id]))
    )
    assert "The draft changed since" in text(client.get(reverse("framework_simulation", args=[draft.pk])))


def test_an_incomplete_draft_and_a_published_version_are_not_simulated(rated, draft, ines):
    edit(draft, ines, "criterion", "P1", weight=None)
    with pytest.raises(ValidationError, match="Criterion P1, weight"):
        run(draft, ines)
    with pytest.raises(WorkflowError):
        run(rated["sle"].framework, ines)
    assert not Simulation.objects.exists()


def test_many_are_left_to_the_worker_and_a_dead_worker_is_followed_by_another(draft, ines, monkeypatch):
    monkeypatch.setattr(simulations, "AT_ONCE", 2)
    waiting = run(draft, ines)
    assert (waiting.state, waiting.total) == ("waiting", 3)
    page = text(signed_in(ines).get(reverse("simulation", args=[waiting.public_id])))
    assert "It waits for a worker" in page
    # One worker has taken it and says nothing any more.
    Simulation.objects.update(state="running", updated_at=now())
    assert run_waiting() == 0
    Simulation.objects.update(updated_at=now() - dt.timedelta(minutes=6))
    assert run_simulations() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done, waiting.results["number"]) == ("done", 3, 3)
    assert run_simulations() == 0


def test_the_queries_do_not_grow_with_the_ratings(draft):
    def count(hidden) -> int:
        document = copy.deepcopy(draft.document)
        document["criteria"][0]["weight"] = 9
        with transaction.atomic():
            Submission.objects.filter(pk__in=hidden).update(state="suspended")
            with CaptureQueriesContext(connection) as queries:
                found = simulate(document, sources_of_draft(draft, document, {}), on=today())
            assert found["number"] == 3 - len(hidden)
            transaction.set_rollback(True)
        return len(queries)

    published = list(Submission.objects.filter(state="published").values_list("pk", flat=True))
    assert count(published[:2]) == count([])


def test_the_pages_of_a_simulation(rated, draft, ines):
    edit(draft, ines, "scheme", working_overall=3.25)
    client = signed_in(ines)
    url = reverse("framework_simulation", args=[draft.pk])
    assert "3 published ratings will be worked out" in text(client.get(url))
    said = take(client, url)
    assert "of 3 published ratings would move to another band" in said
    assert "What assessors would have given by new words nobody knows" in said
    assert "The arithmetic" in said
    done = Simulation.objects.get()
    page = reverse("simulation", args=[done.public_id])
    for key, head in {
        "matrix": "Band now,Exemplary,Quality assured,Working towards,Not yet,All",
        "movers": "Rating,Title,Provider",
        "bands": "Band,",
        "region": "Region,",
        "provider_kind": "Kind of provider",
        "phase": "Phase,",
    }.items():
        answer = client.get(page, {"csv": key})
        content = b"".join(answer) if answer.streaming else answer.content
        assert head in content.decode(), key
    for client in (Client(), signed_in(person("assessor"))):
        assert client.get(page).status_code in (302, 403)
        assert client.post(url).status_code in (302, 403)
    assert Simulation.objects.count() == 1
    move_framework(framework=draft, name="publish", by=ines)
    assert "nothing left to simulate" in text(signed_in(ines).get(url))


def test_without_ratings_there_is_nothing_to_simulate(db, draft, ines):
    Submission.objects.filter(state="published").update(state="suspended")
    assert "There are no published ratings yet" in text(
        signed_in(ines).get(reverse("framework_simulation", args=[draft.pk]))
    )
    assert run(draft, ines).results["number"] == 0
