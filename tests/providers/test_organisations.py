"""Making an organisation, claiming one that is listed, and deciding on claims."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from lpdqa.audit.models import Entry
from lpdqa.clock import today
from programmes.models import CatalogueEntry
from programmes.services.catalogue import refresh_provider
from providers.choices import ClaimState
from providers.models import Claim, Membership, Provider
from providers.services.organisations import claim_provider, create_provider, decide_claim, update_provider
from tests.factories import OutcodeFactory, ProviderFactory, SchoolFactory
from tests.providers.people import administrator, join, person

pytestmark = pytest.mark.django_db


def test_who_creates_an_organisation_owns_it_and_the_public_does_not_see_it_yet():
    OutcodeFactory(code="LE1", latitude=52.6, longitude=-1.1)
    anna = person()

    provider = create_provider(by=anna, name="Ashdown Partnership", kind="network", postcode="le16tp")

    provider.refresh_from_db()
    assert provider.slug == "ashdown-partnership"
    assert provider.memberships.get().user == anna
    assert provider.memberships.get().role == "owner"
    assert provider.claimed_at is not None
    assert provider.listed_at is None
    assert not CatalogueEntry.objects.exists()
    assert (provider.postcode, provider.latitude) == ("LE1 6TP", 52.6)
    entry = Entry.objects.get(action="provider.create")
    assert (entry.actor, entry.target_id) == (anna, provider.pk)


def test_two_organisations_of_one_name_get_two_addresses():
    first = create_provider(by=person(), name="Leading Together", kind="charity")
    second = create_provider(by=person(), name="Leading together!", kind="company")

    assert (first.slug, second.slug) == ("leading-together", "leading-together-2")


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"name": "  "}, "name", "Enter the organisation’s name"),
        ({"kind": "cult"}, "kind", "not a valid choice"),
        ({"ukprn": "12"}, "ukprn", "8 digits"),
        ({"ukprn": "10001234"}, "ukprn", "Thornbeck High School is on the register with this UKPRN"),
        ({"postcode": "nowhere"}, "postcode", "Enter a postcode"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_field_it_is_about(fields, field, words):
    ProviderFactory(name="Thornbeck High School", ukprn="10001234")

    with pytest.raises(ValidationError) as refusal:
        create_provider(by=person(), **{"name": "New", "kind": "charity", **fields})

    assert words in refusal.value.message_dict[field][0]
    assert Provider.objects.count() == 1
    assert not Entry.objects.filter(action="provider.create").exists()


def test_a_new_name_reaches_the_catalogue_at_once_and_the_trail_says_which_fields():
    provider = ProviderFactory(name="Old name")
    owner = join(provider)
    refresh_provider(provider=provider)

    update_provider(provider=provider, by=owner, name="New name", summary="What we do")

    assert CatalogueEntry.objects.get(provider=provider).title == "New name"
    assert Entry.objects.get(action="provider.update").detail == {"fields": ["name", "summary"]}


class TestClaims:
    def test_a_verified_address_in_the_organisations_domain_is_enough(self):
        provider = ProviderFactory(email_domain="larkmoor.example")
        head = person("head@Larkmoor.example")

        claim = claim_provider(provider=provider, by=head)

        assert claim.state == ClaimState.APPROVED
        assert claim.decided_by is None
        assert Membership.objects.get(provider=provider).user == head
        provider.refresh_from_db()
        assert provider.claimed_at is not None

    def test_an_unverified_address_a_lookalike_or_no_domain_waits_for_an_administrator(self):
        provider = ProviderFactory(email_domain="larkmoor.example")
        unverified = person("one@larkmoor.example")
        unverified.emailaddress_set.update(verified=False)
        lookalike = person("two@notlarkmoor.example")
        no_domain = ProviderFactory()

        claims = [
            claim_provider(provider=provider, by=unverified),
            claim_provider(provider=provider, by=lookalike),
            claim_provider(provider=no_domain, by=lookalike),
        ]

        assert [claim.state for claim in claims] == [ClaimState.PENDING] * 3
        assert not Membership.objects.exists()

    def test_once_somebody_speaks_for_it_the_domain_alone_is_no_longer_enough(self):
        provider = ProviderFactory(email_domain="larkmoor.example")
        claim_provider(provider=provider, by=person("head@larkmoor.example"))

        later = claim_provider(provider=provider, by=person("cleaner@larkmoor.example"), message="I am new")

        assert later.state == ClaimState.PENDING
        assert provider.memberships.count() == 1

    def test_nobody_claims_twice_or_what_is_theirs_or_what_has_ended(self):
        provider, anna = ProviderFactory(), person()
        claim_provider(provider=provider, by=anna)

        with pytest.raises(ValidationError, match="being checked already"):
            claim_provider(provider=provider, by=anna)
        with pytest.raises(ValidationError, match="on the team"):
            claim_provider(provider=provider, by=join(provider))
        with pytest.raises(ValidationError, match="has ended"):
            claim_provider(provider=ProviderFactory(ended_on=today()), by=anna)
        assert Claim.objects.count() == 1

    def test_an_administrator_approves_and_the_person_hears_of_it(self, django_capture_on_commit_callbacks):
        provider, anna, admin = ProviderFactory(name="Larkmoor Trust"), person(), administrator()
        claim = claim_provider(provider=provider, by=anna, message="I am the clerk")

        with django_capture_on_commit_callbacks(execute=True):
            decide_claim(claim=claim, by=admin, approve=True)

        assert claim.state == ClaimState.APPROVED
        assert claim.decided_by == admin
        assert Membership.objects.get(provider=provider, user=anna).role == "owner"
        assert mail.outbox[0].to == [anna.email]
        assert "You now speak for Larkmoor Trust" in mail.outbox[0].body

    def test_a_refusal_needs_a_reason_which_the_person_reads(self, django_capture_on_commit_callbacks):
        claim = claim_provider(provider=ProviderFactory(), by=person())
        admin = administrator()

        with pytest.raises(ValidationError, match="Say why"):
            decide_claim(claim=claim, by=admin, approve=False, reason=" ")
        with django_capture_on_commit_callbacks(execute=True):
            decide_claim(claim=claim, by=admin, approve=False, reason="We could not reach the school.")

        assert claim.state == ClaimState.REFUSED
        assert not Membership.objects.exists()
        assert "We could not reach the school." in mail.outbox[0].body

    def test_a_claim_is_decided_once_and_never_by_the_one_who_made_it(self):
        admin = administrator()
        own = claim_provider(provider=ProviderFactory(), by=admin)
        other = claim_provider(provider=ProviderFactory(), by=person())
        decide_claim(claim=other, by=admin, approve=True)

        with pytest.raises(ValidationError, match="your own claim"):
            decide_claim(claim=own, by=admin, approve=True)
        with pytest.raises(ValidationError, match="decided already"):
            decide_claim(claim=other, by=admin, approve=False, reason="Second thoughts")


def test_a_school_keeps_its_reference_number():
    school = SchoolFactory()

    provider = create_provider(by=person(), name=school.name, kind="school", school=school)

    provider.refresh_from_db()
    assert provider.school_id == school.urn
