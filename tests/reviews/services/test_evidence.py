"""Evidence: the private store, what comes in and what doesn't, and what it says of impact."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from lpdqa import clock
from providers.models import Deployment
from reviews.models import Evidence, StoredFile
from reviews.queries.evidence import open_evidence
from reviews.services import evidence, submissions
from reviews.services.ratings import rate_all_stale
from reviews.tasks import nightly
from tests.factories import SpecialistLeaderFactory
from tests.journeys import Journey, all_at

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


def archive(**parts: bytes) -> bytes:
    """A zip with these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", **more})


def odt(**more: bytes) -> bytes:
    return archive(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<o/>", **more})


@pytest.fixture
def journey(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return Journey()


def add(journey: Journey, name: str, content: bytes, **fields) -> Evidence:
    return evidence.add_file(
        submission=journey.submission,
        by=journey.owner,
        upload=SimpleUploadedFile(name, content),
        title="Evaluation",
        criteria=["D3"],
        **fields,
    )


def kept() -> list[Path]:
    return [path for path in Path(django_settings.EVIDENCE_DIR).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("report.pdf", PDF, "application/pdf"),
        ("Report.PDF", PDF, "application/pdf"),
        ("photo.png", PNG, "image/png"),
        ("notes.txt", "Größe £5".encode(), "text/plain"),
        ("scores.csv", b"school,score\nA,3\n", "text/csv"),
        ("report.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("report.odt", odt(), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_a_file_is_kept_by_its_content_out_of_sight(journey, name, content, content_type):
    item = add(journey, name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    assert (item.file.sha256, item.file.size, item.file.content_type) == (sha256, len(content), content_type)
    assert kept() == [Path(django_settings.EVIDENCE_DIR) / sha256[:2] / sha256]
    assert kept()[0].stat().st_mode & 0o077 == 0
    with open_evidence(item) as file:
        assert file.read() == content
    assert item.confidential


def test_the_same_content_twice_is_kept_once(journey):
    first, second = add(journey, "a.pdf", PDF), add(journey, "b.pdf", PDF)
    assert first.file == second.file
    assert (len(kept()), StoredFile.objects.count(), second.file_name) == (1, 1, "b.pdf")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.pdf", b"", "is empty"),
        ("disguised.pdf", b"MZ\x90\x00\x03\x00\x00\x00", "not what its name says"),
        ("macro.docx", docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    ],
)
def test_what_we_do_not_take_is_refused_with_the_reason_and_leaves_nothing(journey, name, content, reason):
    with pytest.raises(ValidationError) as refusal:
        add(journey, name, content)
    assert reason in refusal.value.message_dict["upload"][0]
    assert (kept(), Evidence.objects.count(), StoredFile.objects.count()) == ([], 0, 0)


def test_a_file_that_is_too_large_is_refused(journey, settings):
    settings.EVIDENCE_MAX_BYTES = 100
    with pytest.raises(ValidationError, match="larger than 100"):
        add(journey, "large.pdf", PDF + b"x" * 100)
    assert kept() == []


def test_a_path_in_a_files_name_is_dropped(journey):
    upload = SimpleUploadedFile("x.pdf", PDF)
    upload._name = "..\\..\\secret/report.pdf"  # what a client may send before Django tidies it
    item = evidence.add_file(
        submission=journey.submission, by=journey.owner, upload=upload, title="t", criteria=["P1"]
    )
    assert item.file_name == "report.pdf"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/x", "example.org", ""])
def test_links_are_to_web_pages_only(journey, url):
    with pytest.raises(ValidationError) as refusal:
        evidence.add_link(
            submission=journey.submission, by=journey.owner, url=url, title="t", criteria=["P1"]
        )
    assert "url" in refusal.value.message_dict


def test_an_item_supports_criteria_of_this_subject_and_is_valid_now(journey):
    give = {"submission": journey.submission, "by": journey.owner, "title": "t", "text": "x"}
    for criteria in ([], ["R5"], ["nonsense"]):
        with pytest.raises(ValidationError) as refusal:
            evidence.add_text(**give, criteria=criteria)
        assert "criteria" in refusal.value.message_dict
    with pytest.raises(ValidationError, match="out of date"):
        evidence.add_text(**give, criteria=["P1"], expires_on=clock.today() - dt.timedelta(days=1))


def test_a_deployment_is_evidence_once_it_is_closed_and_only_for_its_own_leader():
    journey = Journey("sle")
    other = SpecialistLeaderFactory(designator=journey.provider)

    def deployment(leader):
        return Deployment(
            leader=leader, supported_school_name="A school", focus="Fractions", requested_on=clock.today()
        )

    open_one = deployment(journey.leader)
    open_one.save()
    with pytest.raises(ValidationError, match="Only a closed deployment"):
        evidence.add_deployment(
            submission=journey.submission, by=journey.owner, deployment=open_one, criteria=["D3"]
        )
    of_another = deployment(other)
    of_another.state = "closed"
    with pytest.raises(ValidationError, match="not of this submission"):
        evidence.add_deployment(
            submission=journey.submission, by=journey.owner, deployment=of_another, criteria=["D3"]
        )


# --- What it says of impact ---


def test_impact_that_nothing_verified_bears_out_caps_the_band():
    journey = Journey()
    journey.to("fact_check", all_at(4))
    submission = journey.submission
    assert submission.unverified_impact_claim
    item = submission.evidence.get(criteria__code="D3")
    evidence.check_evidence(evidence=item, by=journey.administrator, result="not_verified")
    submission.refresh_from_db()
    assert submission.unverified_impact_claim
    evidence.check_evidence(evidence=item, by=journey.administrator, result="verified")
    submission.refresh_from_db()
    assert not submission.unverified_impact_claim


def test_a_declared_gap_claims_no_impact():
    journey = Journey()
    journey.describe()
    evidence.withdraw_evidence(
        evidence=journey.submission.evidence.get(criteria__code="D3"), by=journey.owner
    )
    submissions.save_statement(
        submission=journey.submission, criterion=journey.criterion("D3"), by=journey.owner, declared_gap=True
    )
    submissions.submit_submission(submission=journey.submission, by=journey.owner)
    assert not journey.submission.unverified_impact_claim


def test_evidence_that_expires_takes_exemplary_with_it():
    journey = Journey()
    journey.to("draft")
    journey.describe()
    item = journey.submission.evidence.get(criteria__code="D3")
    item.expires_on = clock.today() + dt.timedelta(days=30)
    item.save()
    submissions.submit_submission(submission=journey.submission, by=journey.owner)
    journey.to("published", all_at(4))
    rate_all_stale()
    assert journey.submission.ratings.get().band == "exemplary"
    with clock.at(clock.now() + dt.timedelta(days=31)):
        assert nightly()["evidence_expired"] == 1
    newest = journey.submission.ratings.first()
    assert (newest.band, newest.results["limiters"]) == ("quality_assured", ["unverified_impact_claim"])
    assert newest.inputs["evidence"]["verified"] == 16
