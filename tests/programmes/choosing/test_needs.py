"""The needs brief: six aspects, a search that follows from them, kept with and without an account."""

from __future__ import annotations

import re
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.choices import Audience, CareerStage, Mode, Topic
from programmes.filters import CatalogueForm
from programmes.forms.needs import address_of
from programmes.models import NeedsBrief
from programmes.ranges import HOURS
from programmes.services.catalogue import refresh_programme
from programmes.services.needs import forget_unowned
from providers.choices import GuskeyLevel, Phase
from tests import factories
from tests.programmes.test_search_page import programme, shown

pytestmark = pytest.mark.django_db

BRIEF = {
    "title": "Curriculum in small schools",
    "topic": ["curriculum", "send"],
    "audience": ["middle"],
    "phase": ["primary"],
    "participants": "3",
    "budget": "£1,350",
    "outcomes": "Plans that colleagues can teach from.",
    "process": "Governors decide in May.",
}


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def write(client: Client, **changes: object) -> str:
    answer = client.post("/needs/new/", {**BRIEF, "budget": "1350", **changes})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_a_brief_becomes_a_search(client: Client) -> None:
    fields = {"version__audience": ["middle"], "version__phases": ["primary"]}
    cheap = programme("Cheap", version__topics=["curriculum"], **fields)
    dear = programme("Dear", version__topics=["send"], **fields)
    programme("Other", version__topics=["finance"], **fields)
    for entry, price in ((cheap, 450), (dear, 451)):
        factories.PriceFactory(programme=entry.programme, per_participant=price)
        refresh_programme(programme=entry.programme)
    page = text(client, write(client))
    for said in (
        "Priority focus",
        "Commissioning process",
        "Resourcing",
        "Governors decide in May.",
        "£1,350",
    ):
        assert said in page
    assert "Not said yet" in page
    search = re.search(r'href="(/find/\?[^"]*)"[^>]*>Find what fits', page)
    assert search
    assert shown(text(client, search[1])) == ["Cheap"]


def test_without_an_account_it_belongs_to_the_browser_and_moves_in_on_signing_in(client: Client) -> None:
    where = write(client)
    assert "Curriculum in small schools" in text(client, "/needs/")
    text(Client(), where, 404)
    client.force_login(factories.UserFactory())
    assert "Curriculum in small schools" in text(client, "/needs/")
    stranger = Client()
    stranger.force_login(factories.UserFactory())
    for address in (where, f"{where}change/"):
        text(stranger, address, 404)
    assert stranger.post(f"{where}delete/").status_code == 404
    client.post(f"{where}change/", {"title": "Phonics"})
    assert "Phonics" in text(client, where)
    client.post(f"{where}delete/")
    assert "No brief yet" in text(client, "/needs/")


def test_bad_input_is_said_and_nothing_typed_is_lost(client: Client) -> None:
    page = unescape(
        client.post(
            "/needs/new/",
            {**BRIEF, "title": "", "place": "Atlantis Academy", "budget": "lots", "participants": "0"},
        ).content.decode()
    )
    for said in (
        "Enter name of this brief",
        "We don’t know a postcode or school like this",
        "lots",
        "Atlantis",
    ):
        assert said in page
    assert "Plans that colleagues can teach from." in page
    assert re.search(r"<title>\s*Error: Write a needs brief", page)
    assert not NeedsBrief.objects.exists()


def test_briefs_of_nobody_are_forgotten_after_a_month(client: Client) -> None:
    with time_machine.travel("2026-03-02 09:00Z", tick=False):
        write(client)
    with time_machine.travel("2026-04-02 09:00Z", tick=False):
        assert forget_unowned() == 1


def test_the_list_takes_the_same_queries_for_one_and_three(client: Client) -> None:
    counts = []
    for _ in range(3):
        write(client)
        with CaptureQueriesContext(connection) as queries:
            text(client, "/needs/")
        counts.append(len(queries))
    assert counts[0] == counts[2]


def several(choices: type) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(choices.values), unique=True, max_size=4)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "topic": several(Topic),
            "audience": several(Audience),
            "stage": several(CareerStage),
            "phase": several(Phase),
            "mode": several(Mode),
            "evidence": st.sampled_from(GuskeyLevel.values),
            "hours": st.sampled_from([code for code, _ in HOURS.choices]),
            "budget": st.decimals(0, 1_000_000, places=2).map(str),
            "participants": st.integers(1, 500),
            "starts": st.lists(st.just("1999-1"), max_size=1),
        },
    )
)
def test_every_brief_is_a_search_without_a_mistake(answers: dict[str, object]) -> None:
    form = CatalogueForm(QueryDict(address_of(answers)))
    assert form.is_valid(), form.errors
    for name in ("topic", "audience", "stage", "phase", "mode"):
        assert set(form.query.chosen.get(name, ())) == set(answers.get(name, []))
