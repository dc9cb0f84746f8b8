"""Lists of parts for an organisation and a specialist leader: what is complete, what is left, and how long it takes."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from lpdqa.drafts.models import WorkingCopy
from providers.forms.leaders import LEADER_SECTIONS
from providers.forms.organisations import PROVIDER_SECTIONS
from providers.forms.parts import Part
from tests.factories import SpecialistLeaderFactory, UserFactory
from tests.providers.pages import main, signed_in
from tests.providers.people import team_of

pytestmark = pytest.mark.django_db


def left(page: str) -> int:
    found = re.search(r"About (\d+) minutes? left", page)
    return int(found[1]) if found else 0


def test_an_organisation_is_described_part_by_part_and_the_time_left_falls():
    provider, owner, _, viewer = team_of(summary="", purpose_statement="", postcode="")
    client, address = signed_in(owner), reverse("provider_describe", args=[provider.slug])
    before = main(client.get(address))
    assert "0 of 3 parts are complete." in before
    assert left(before) == sum(Part(section, provider).minutes for section in PROVIDER_SECTIONS) > 0
    saved = client.post(
        reverse("provider_edit", args=[provider.slug, "oversight"]),
        {"governance_body": "Board", "accountable_lead": "N. Ashdown", "client_voice": "Four heads."},
    )
    assert saved.url == address
    after = main(client.get(address))
    assert "1 of 3 parts are complete." in after
    assert left(after) < left(before)
    assert f"about {left(after)} minutes left" in main(
        client.get(reverse("provider_manage", args=[provider.slug]))
    )
    assert signed_in(viewer).get(address).status_code == 403


def test_a_part_left_unsaved_is_said():
    provider, owner, *_ = team_of()
    client = signed_in(owner)
    client.post(
        reverse("provider_edit", args=[provider.slug, "oversight"]),
        {"governance_body": "Bo", "then": "later"},
    )
    assert WorkingCopy.objects.count() == 1
    page = main(client.get(reverse("provider_describe", args=[provider.slug])))
    assert "You left something unsaved here" in page


def test_of_a_leaders_home_school_one_answer_is_enough():
    provider, owner, *_ = team_of()
    leader = SpecialistLeaderFactory(designator=provider, home_school=None, home_school_name="")
    about = LEADER_SECTIONS[0]
    assert "home_school" in Part(about, leader).open_questions
    client = signed_in(owner)
    address = reverse("leader_describe", args=[leader.slug])
    before = left(main(client.get(address)))
    leader.home_school_name = "A school in Wales"
    leader.save()
    assert "home_school" not in Part(about, leader).open_questions
    assert left(main(client.get(address))) < before


def test_the_team_sees_what_the_public_will_and_nobody_else_does():
    provider, owner, _, viewer = team_of(summary="Coaching for heads.", listed_at=None)
    leader = SpecialistLeaderFactory(
        designator=provider, name="Rosalind Ketteridge", summary="Rosalind Ketteridge helps.", listed_at=None
    )
    pages = {
        reverse("provider_preview", args=[provider.slug]): "Coaching for heads.",
        reverse("leader_preview", args=[leader.slug]): f"{leader.code} helps.",
    }
    for address, said in pages.items():
        for reader in (owner, viewer):
            page = main(signed_in(reader).get(address))
            assert said in page
            assert "This is a preview for your team." in page
            assert "Ketteridge" not in page
        assert signed_in(UserFactory()).get(address).status_code == 403
    assert (
        reverse("leader_preview", args=[leader.slug])
        in signed_in(owner).get(reverse("leader_describe", args=[leader.slug])).content.decode()
    )
