"""Adding evidence of each kind, taking it back, and getting a file out again."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from providers.models import Deployment
from reviews.models import Evidence, Submission
from reviews.services.submissions import start_submission
from tests.factories import SpecialistLeaderFactory
from tests.reviews.views.provider.story import Story, signed_in

ABOUT = {
    "title": "Evaluation of cohort 3",
    "criteria": ["P1", "D3"],
    "source": "outside",
    "visibility": "assessors",
}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def add_url(submission: Submission, kind: str) -> str:
    return reverse("evidence_add", args=[submission.public_id, kind]) + "?criterion=P1"


def pdf(name: str = "evaluation.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def test_a_file_supports_several_criteria(tale: Story) -> None:
    response = signed_in(tale.editor).post(add_url(tale.submission, "file"), {**ABOUT, "upload": pdf()})
    criterion = reverse("submission_criterion", args=[tale.submission.public_id, "P1"])
    assert response["Location"] == f"{criterion}#evidence"
    item = Evidence.objects.get()
    assert (item.kind, item.file_name, item.independent, item.confidential) == (
        "file",
        "evaluation.pdf",
        True,
        True,
    )
    assert {criterion.code for criterion in item.criteria.all()} == {"P1", "D3"}
    page = signed_in(tale.viewer).get(response["Location"]).content.decode()
    assert "evaluation.pdf" in page
    assert "Withdraw" not in page


def test_the_script_that_sends_a_file_is_told_where_to_go(tale: Story) -> None:
    client, page = signed_in(tale.editor), add_url(tale.submission, "file")
    by_script = {"Accept": "application/json"}
    refused = client.post(page, {**ABOUT, "upload": pdf("evaluation.exe")}, headers=by_script)
    assert "not of a kind we take" in refused.content.decode()
    answer = client.post(page, {**ABOUT, "upload": pdf()}, headers=by_script)
    criterion = reverse("submission_criterion", args=[tale.submission.public_id, "P1"])
    assert answer.json() == {"next": f"{criterion}#evidence"}
    assert "“Evaluation of cohort 3” is added." in client.get(answer.json()["next"]).content.decode()


def test_the_limit_is_said_before(tale: Story) -> None:
    assert "Up to 20 MB" in signed_in(tale.editor).get(add_url(tale.submission, "file")).content.decode()


def test_the_criterion_one_comes_from_is_ticked(tale: Story) -> None:
    page = signed_in(tale.editor).get(add_url(tale.submission, "link")).content.decode()
    ticked = [line for line in page.split("<input") if 'value="P1"' in line]
    assert ticked
    assert "checked" in ticked[0].split(">")[0]


def macros() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("word/vbaProject.bin", b"\x00")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "The file is empty"),
        ("page.html", b"<script>alert(1)</script>", "not of a kind we take"),
        ("really.pdf", b"MZ\x90\x00 this is a program", "really.pdf"),
        ("plan.docx", macros(), "macros"),
    ],
)
def test_a_refused_file_is_explained_at_its_field(tale: Story, name: str, content: bytes, words: str) -> None:
    page = signed_in(tale.editor).post(
        add_url(tale.submission, "file"), {**ABOUT, "upload": SimpleUploadedFile(name, content)}
    )
    html = page.content.decode()
    assert page.status_code == 200
    assert 'href="#id_upload"' in html
    assert words in html
    assert "Evaluation of cohort 3" in html
    assert not Evidence.objects.exists()


def test_a_file_chosen_beside_another_mistake_has_to_be_chosen_again(tale: Story) -> None:
    page = signed_in(tale.editor).post(
        add_url(tale.submission, "file"), {**ABOUT, "title": "", "upload": pdf()}
    )
    html = page.content.decode()
    assert "Say what it is" in html
    assert "Choose the file again" in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org/a", "not an address"])
def test_only_web_addresses_are_links(tale: Story, address: str) -> None:
    page = signed_in(tale.editor).post(add_url(tale.submission, "link"), {**ABOUT, "url": address})
    assert 'href="#id_url"' in page.content.decode()
    assert not Evidence.objects.exists()


def test_a_link_and_a_text(tale: Story) -> None:
    client = signed_in(tale.editor)
    client.post(add_url(tale.submission, "link"), {**ABOUT, "url": "https://www.example.org/report"})
    client.post(
        add_url(tale.submission, "text"),
        {
            **ABOUT,
            "text": "Of 40 heads, 31 stayed.",
            "source": "own",
            "visibility": "everyone",
            "evaluation_level": "4",
        },
    )
    link, text = Evidence.objects.order_by("id")
    assert link.url == "https://www.example.org/report"
    assert (text.independent, text.confidential, text.evaluation_level) == (False, False, "4")
    page = client.get(reverse("evidence_download", args=[text.public_id])).content.decode()
    assert "Of 40 heads, 31 stayed." in page


def test_a_closed_deployment_is_evidence_for_its_specialist_leader(tale: Story) -> None:
    leader = SpecialistLeaderFactory(designator=tale.provider)
    submission = start_submission(by=tale.owner, leader=leader)
    closed = {
        "leader": leader,
        "supported_school_name": "Netherby Cross High School",
        "requested_on": dt.date(2026, 1, 12),
    }
    deployment = Deployment.objects.create(focus="Reading across the curriculum", **closed)
    for state in ("matched", "confirmed", "planned", "visiting", "reviewed", "evaluated", "closed"):
        Deployment.objects.filter(pk=deployment.pk).update(
            state=state,
            evaluated_at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
            evaluation="Staff teach vocabulary in every subject now.",
            evaluation_level="4",
            evaluator_name="Jo Head",
            closed_on=dt.date(2026, 7, 10),
        )
    Deployment.objects.create(focus="Still under way", **closed)

    client = signed_in(tale.editor)
    page = client.get(add_url(submission, "deployment")).content.decode()
    assert "Reading across the curriculum" in page
    assert "Still under way" not in page
    client.post(
        add_url(submission, "deployment"),
        {
            "title": "Deployment to Netherby Cross",
            "criteria": ["P1"],
            "deployment": str(deployment.public_id),
            "visibility": "assessors",
        },
    )
    item = Evidence.objects.get()
    assert (item.deployment, item.independent, item.evaluation_level) == (deployment, True, "4")
    shown = client.get(reverse("evidence_download", args=[item.public_id])).content.decode()
    assert "Staff teach vocabulary" in shown
    assert "Jo Head" not in shown


def test_a_programme_has_no_deployments(tale: Story) -> None:
    assert signed_in(tale.editor).get(add_url(tale.submission, "deployment")).status_code == 404


def test_a_file_is_handed_out_so_that_it_cannot_act_in_our_name(tale: Story) -> None:
    client = signed_in(tale.editor)
    client.post(add_url(tale.submission, "file"), {**ABOUT, "upload": pdf()})
    response = client.get(reverse("evidence_download", args=[Evidence.objects.get().public_id]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="evaluation.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]


def test_evidence_is_withdrawn_after_a_question_and_stays_on_record(tale: Story) -> None:
    client = signed_in(tale.editor)
    client.post(add_url(tale.submission, "link"), {**ABOUT, "url": "https://www.example.org/report"})
    item = Evidence.objects.get()
    address = reverse("evidence_withdraw", args=[item.public_id])
    assert "will no longer be part" in client.get(address).content.decode()
    client.post(address)
    item.refresh_from_db()
    assert item.withdrawn_at is not None
    criterion = reverse("submission_criterion", args=[tale.submission.public_id, "P1"])
    assert client.get(address).status_code == 404
    assert "None yet" in client.get(criterion).content.decode()


def test_evidence_of_a_sent_submission_stands(tale: Story) -> None:
    tale.submitted()
    client = signed_in(tale.editor)
    page = client.get(add_url(tale.submission, "link"), follow=True).content.decode()
    assert "added to this submission any more" in page
    client.post(reverse("evidence_withdraw", args=[tale.submission.evidence.get().public_id]))
    assert tale.submission.evidence.get().withdrawn_at is None
