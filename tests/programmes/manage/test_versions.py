"""What a new version says differently, and whether that is material; the preview before anybody sees it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lpdqa.clock import now
from programmes.models import ProgrammeVersion
from programmes.queries.versions import differences
from programmes.services.programmes import create_programme, start_new_version, update_version
from tests.factories import UserFactory
from tests.providers.pages import main, signed_in
from tests.providers.people import team_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    provider, owner, _, viewer = team_of(name="Larkmoor Alliance")
    first = create_programme(
        provider=provider, by=owner, kind="course", title="First headship", content="Six days in pairs",
        suits="Small schools", audience=["new_head"],
    )  # fmt: skip
    ProgrammeVersion.objects.filter(pk=first.pk).update(published_at=now())
    second = start_new_version(programme=first.programme, by=owner, change_note="Coaching added")
    return first, second, owner, viewer


def test_a_small_change_is_told_from_a_material_one(two):
    first, second, owner, viewer = two
    assert differences(first, second) == []
    update_version(version=second, by=owner, suits="Small and middling schools")
    changes = reverse("version_changes", args=[second.programme.slug, 2])
    page = main(signed_in(viewer).get(changes))
    assert "Nothing here is material" in page
    update_version(version=second, by=owner, content="Eight days in pairs", audience=["new_head", "ceo"])
    found = {change.question: change for change in differences(first, second)}
    content = found["What happens in it"]
    assert content.pieces == [("gone", "Six "), ("new", "Eight "), ("same", "days in pairs")]
    assert content.material
    assert not found["Who and where it suits"].material
    page = main(signed_in(viewer).get(changes))
    assert "This is a material change: What happens in it; Who is it for?" in page
    assert "Removed: Six" in page


def test_only_the_team_sees_changes_and_preview(two):
    _, second, owner, _ = two
    slug = second.programme.slug
    for name in ("version_changes", "programme_preview"):
        address = reverse(name, args=[slug, 2])
        assert signed_in(UserFactory()).get(address).status_code == 403
        assert signed_in(owner).get(address).status_code == 200
        assert signed_in(owner).get(reverse(name, args=[slug, 9])).status_code == 404
    assert signed_in(owner).get(reverse("version_changes", args=[slug, 1])).status_code == 404


def test_the_preview_looks_like_the_public_page_and_says_that_it_is_none(two):
    _, second, owner, _ = two
    page = signed_in(owner).get(reverse("programme_preview", args=[second.programme.slug, 2]))
    assert "This is a preview for your team" in main(page)
    assert "Small schools" in main(page)
    assert 'name="robots" content="noindex"' in page.content.decode()
