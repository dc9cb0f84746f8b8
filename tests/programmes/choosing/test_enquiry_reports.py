"""Enquiries that are abuse: reported by a provider, decided on by an administrator, and nothing else is read."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from lpdqa.accounts.models import User
from lpdqa.audit.models import Entry
from lpdqa.clock import now
from programmes.models import CatalogueEntry, Enquiry, EnquiryRecipient, EnquiryReport
from programmes.services import enquiries, enquiry_reports
from programmes.services.catalogue import refresh_programme
from tests import factories

pytestmark = pytest.mark.django_db


def offer(title: str) -> tuple[CatalogueEntry, User]:
    provider = factories.ProviderFactory(name=f"{title} Partnership", claimed_at=now())
    programme = factories.ProgrammeFactory(public=True, provider=provider, version__title=title)
    entry = refresh_programme(programme=programme)
    assert entry
    return entry, factories.team_member(provider)


def asked(sender: User, *entries: CatalogueEntry) -> list[EnquiryRecipient]:
    enquiry = enquiries.send(
        sender=sender, name="Ada Quill", organisation="Larkspur", message="Buy my pencils.", entries=entries
    )
    return list(enquiry.recipients.order_by("pk"))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_a_reported_enquiry_is_read_blocked_and_stopped_everywhere() -> None:
    (first, owner), (second, other) = offer("Phonics"), offer("Coaching")
    sender, board = factories.UserFactory(), client_of(factories.person("administrator"))
    here, there = asked(sender, first, second)
    team = client_of(owner)
    page, address = f"/manage/enquiries/{here.public_id}/", f"/manage/enquiries/{here.public_id}/report/"
    assert board.get(page).status_code == 403  # not theirs to read
    assert address in text(team, page)
    refused = team.post(address, {"reason": ""}).content.decode()
    assert "Choose what is wrong with it" in refused
    assert (
        "Say what is wrong with it" in team.post(address, {"reason": "other", "words": " "}).content.decode()
    )
    assert team.post(address, {"reason": "selling", "words": "Sent to us all."}).status_code == 302
    assert "waits for a decision" in text(team, page)
    assert "reported already" in team.post(address, {"reason": "selling"}).content.decode()

    report = EnquiryReport.objects.get()
    assert "Check 1 reported enquiry" in text(board, "/my-work/")
    assert "Phonics Partnership" in text(board, "/board/enquiries/")
    decide = f"/board/enquiries/{report.public_id}/"
    read = text(board, decide)
    assert "Buy my pencils." in read
    assert "went to 1 other provider" in read
    assert sender.email not in read
    assert board.get(f"/manage/enquiries/{there.public_id}/").status_code == 403
    assert board.post(decide, {"decision": "block"}).status_code == 302

    for recipient, user in ((here, owner), (there, other)):
        recipient.refresh_from_db()
        assert recipient.state == "blocked"
        assert "blocked this enquiry" in text(client_of(user), f"/manage/enquiries/{recipient.public_id}/")
    assert enquiries.tell_teams() == 0
    page = text(client_of(sender), f"/enquiries/at/{here.enquiry.code}/")
    assert "Blocked by the register" in page
    assert "Write again" not in page
    with pytest.raises(ValidationError, match="was blocked"):
        asked(sender, second)
    assert "Enquiry blocked" in text(board, "/board/enquiries/?show=decided")
    done = Entry.objects.filter(action__in=["enquiry.report", "enquiry.block"]).order_by("pk")
    assert [(entry.action, entry.reason) for entry in done] == [
        ("enquiry.report", "selling"),
        ("enquiry.block", "selling"),
    ]
    assert not any("pencils" in str(entry.detail) for entry in Entry.objects.all())


def test_nothing_wrong_leaves_the_enquiry_as_it_was() -> None:
    entry, owner = offer("Phonics")
    sender, administrator = factories.UserFactory(), factories.person("administrator")
    [recipient] = asked(sender, entry)
    report = enquiry_reports.report(recipient=recipient, by=owner, reason="abusive")
    client_of(administrator).post(f"/board/enquiries/{report.public_id}/", {"decision": "keep"})
    recipient.refresh_from_db()
    assert recipient.state == "sent"
    report.refresh_from_db()
    assert (report.decision, report.decided_by) == ("kept", administrator)
    asked(sender, entry)  # may go on
    with pytest.raises(ValidationError, match="decided already"):
        enquiry_reports.block(report=report, by=administrator)


def test_reports_and_decisions_are_for_those_they_concern() -> None:
    entry, owner = offer("Phonics")
    sender = factories.UserFactory()
    [recipient] = asked(sender, entry)
    address = f"/manage/enquiries/{recipient.public_id}/report/"
    viewer = factories.team_member(entry.provider, "viewer")
    administrator = factories.person("administrator")
    for user in (viewer, sender, administrator):
        assert client_of(user).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    report = enquiry_reports.report(recipient=recipient, by=owner, reason="abusive")
    for user in (owner, viewer, sender):
        assert client_of(user).get(f"/board/enquiries/{report.public_id}/").status_code == 403
    factories.Membership.objects.create(provider=entry.provider, user=administrator, role="viewer")
    with pytest.raises(ValidationError, match="somebody else has to decide"):
        enquiry_reports.block(report=report, by=administrator)
    assert not Enquiry.objects.exclude(blocked_at=None).exists()
