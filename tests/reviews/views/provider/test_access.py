"""Who may open which of the provider's pages, and who may write on them."""

import pytest
from django.test import Client
from django.urls import reverse

from lpdqa.accounts.models import Role
from reviews.models import Evidence
from reviews.services.evidence import add_text
from tests.factories import ProviderFactory
from tests.reviews.views.provider.story import Story, member, signed_in, with_role

SUBMISSION_PAGES = [
    ("submission_detail", []),
    ("submission_criterion", ["P1"]),
    ("submission_submit", []),
    ("submission_withdraw", []),
    ("evidence_add", ["file"]),
    ("fact_check", []),
    ("submission_report", []),
    ("appeal_lodge", []),
]
WRITING = [
    ("submission_criterion", ["P1"], {"text": "Changed"}),
    ("submission_submit", [], {}),
    ("submission_withdraw", [], {}),
    (
        "evidence_add",
        ["text"],
        {"title": "T", "text": "T", "criteria": ["P1"], "source": "own", "visibility": "assessors"},
    ),
]


def address(tale: Story, name: str, rest: list[str]) -> str:
    return reverse(name, args=[tale.submission.public_id, *rest])


@pytest.mark.parametrize(("name", "rest"), SUBMISSION_PAGES)
def test_a_visitor_signs_in_first_and_comes_back(
    tale: Story, client: Client, name: str, rest: list[str]
) -> None:
    url = address(tale, name, rest)
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize(("name", "rest"), SUBMISSION_PAGES)
def test_another_providers_team_gets_nothing(tale: Story, name: str, rest: list[str]) -> None:
    stranger = signed_in(member(ProviderFactory(), "owner"))
    assert stranger.get(address(tale, name, rest)).status_code == 403


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.RESEARCHER])
def test_a_role_in_the_scheme_does_not_open_a_draft(tale: Story, role: Role) -> None:
    assert signed_in(with_role(role)).get(address(tale, "submission_detail", [])).status_code == 403


def test_an_assessor_of_the_submission_does_not_use_the_providers_pages(tale: Story) -> None:
    tale.assessing()
    page = signed_in(tale.assessors[0]).get(address(tale, "submission_detail", []))
    assert page.status_code == 403


@pytest.mark.parametrize(("name", "rest", "data"), WRITING)
def test_a_viewer_reads_but_does_not_write(tale: Story, name: str, rest: list[str], data: dict) -> None:
    viewer = signed_in(tale.viewer)
    assert viewer.get(address(tale, "submission_criterion", ["P1"])).status_code == 200
    assert viewer.post(address(tale, name, rest), data).status_code == 403
    tale.submission.refresh_from_db()
    assert tale.submission.state == "draft"
    assert not tale.submission.statements.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(("name", "rest", "data"), WRITING)
def test_an_administrator_reads_but_does_not_write_for_the_provider(
    tale: Story, name: str, rest: list[str], data: dict
) -> None:
    administrator = signed_in(tale.administrators[0])
    assert administrator.get(address(tale, "submission_detail", [])).status_code == 200
    assert administrator.post(address(tale, name, rest), data).status_code == 403
    assert not tale.submission.statements.exists()


def test_evidence_is_for_those_who_may_see_it(tale: Story, client: Client) -> None:
    tale.submitted()
    item = tale.submission.evidence.get()
    url = reverse("evidence_download", args=[item.public_id])
    assert client.get(url).status_code == 302
    assert signed_in(member(ProviderFactory(), "owner")).get(url).status_code == 403
    assert signed_in(tale.third).get(url).status_code == 403
    assert signed_in(tale.viewer).get(url).status_code == 200
    assert signed_in(tale.administrators[0]).get(url).status_code == 200


def test_an_assessor_opens_evidence_only_after_the_declaration(tale: Story) -> None:
    tale.assessing()
    item = tale.submission.evidence.get()
    url = reverse("evidence_download", args=[item.public_id])
    assert signed_in(tale.assessors[0]).get(url).status_code == 200
    tale.submission.assessments.filter(assessor=tale.assessors[0]).update(state="void", void_reason="Left")
    assert signed_in(tale.assessors[0]).get(url).status_code == 403


def test_a_viewer_cannot_take_evidence_back(tale: Story) -> None:
    item = add_text(submission=tale.submission, by=tale.owner, text="T", title="T", criteria=["P1"])
    assert signed_in(tale.viewer).post(reverse("evidence_withdraw", args=[item.public_id])).status_code == 403
    item.refresh_from_db()
    assert item.withdrawn_at is None


@pytest.mark.parametrize("kind", ["programme", "provider"])
def test_only_people_who_write_for_the_provider_start_a_submission(tale: Story, kind: str) -> None:
    slug = tale.submission.version.programme.slug if kind == "programme" else tale.provider.slug
    url = reverse("submission_start", args=[kind, slug])
    assert signed_in(tale.viewer).post(url).status_code == 403
    assert signed_in(tale.administrators[0]).post(url).status_code == 403
    assert signed_in(tale.editor).post(url).status_code == 302
