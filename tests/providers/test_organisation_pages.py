"""Finding, claiming, adding and describing an organisation, and its team, as people do it on the pages."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from providers.models import Claim, Invitation, Provider, Relationship
from providers.services.organisations import claim_provider, decide_claim
from providers.services.relationships import relate
from tests.factories import LocalAuthorityFactory, ProviderFactory, SchoolFactory, UserFactory
from tests.providers.pages import main, queries, signed_in
from tests.providers.people import administrator, join, person, team_of

pytestmark = pytest.mark.django_db


class TestFinding:
    @pytest.fixture(autouse=True)
    def listed(self):
        school = SchoolFactory(urn=123456, name="Hollin Edge School", postcode="LE1 6TP")
        ProviderFactory(
            name="Larkmoor Learning Trust", kind="mat", ukprn="10001234", postcode="LE1 6TP", school=school
        )
        ProviderFactory(name="Larkmoor Alliance", ended_on="2020-01-01")
        ProviderFactory(name="Elsewhere Trust", postcode="M1 1AA")

    def found(self, text):
        return main(signed_in(UserFactory()).get(reverse("provider_find"), {"q": text}))

    @pytest.mark.parametrize(
        "text",
        ["larkmoor", "trust LARK", "le1 6tp", "LE1", "10001234", " 123456 "],
    )
    def test_by_name_postcode_urn_or_ukprn(self, text):
        page = self.found(text)

        assert "1 organisation " in page
        assert "Larkmoor Learning Trust" in page
        assert "Elsewhere" not in page
        assert "Larkmoor Alliance" not in page

    @pytest.mark.parametrize("text", ["zzz", "99999999", "ZZ9 9ZZ", "…", "\x00"])
    def test_nothing_fits(self, text):
        page = self.found(text)

        assert "organisations" not in page.replace("Add an organisation", "")
        assert "Larkmoor" not in page

    def test_a_school_that_is_no_provider_yet_can_be_added_with_what_is_known(self):
        SchoolFactory(urn=200001, name="Dunmarsh School", postcode="LE2 1AA")
        client = signed_in(person())

        assert "Dunmarsh School" in main(client.get(reverse("provider_find"), {"q": "dunmarsh"}))
        form = client.get(reverse("provider_new"), {"school": "200001"}).context["form"]
        client.post(reverse("provider_new"), {**form.initial, "school": form["school"].value()})

        provider = Provider.objects.get(school_id=200001)
        assert (provider.name, provider.kind, provider.postcode) == ("Dunmarsh School", "school", "LE2 1AA")
        page = main(client.get(reverse("provider_find"), {"q": "dunmarsh"}))
        assert "1 organisation Dunmarsh School" in page
        assert "Add as a provider" not in page

    def test_an_empty_search_shows_nothing(self):
        assert "Not there?" not in self.found("")


def test_a_claim_from_the_search_to_the_decision(django_capture_on_commit_callbacks):
    provider = ProviderFactory(name="Larkmoor Trust")
    anna, admin = signed_in(person("anna@home.example")), signed_in(administrator())
    claim_url = reverse("provider_claim", args=[provider.slug])

    assert "Say how we can tell" in main(anna.post(claim_url, {"message": ""}))
    page = anna.post(claim_url, {"message": "I am the clerk."}, follow=True)
    assert "Your claim is being checked" in main(page)
    assert "I am the clerk." not in main(anna.post(claim_url, {"message": "Again"}, follow=True))
    assert Claim.objects.count() == 1

    assert "Larkmoor Trust" in main(admin.get(reverse("claims")))
    decide_url = reverse("claim_decide", args=[Claim.objects.get().pk])
    assert "I am the clerk." in main(admin.get(decide_url))
    assert "Say why the claim is refused" in main(admin.post(decide_url, {"approve": "no"}))
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(decide_url, {"approve": "yes"})

    assert len(mail.outbox) == 1
    assert anna.get(claim_url).url == reverse("provider_manage", args=[provider.slug])
    assert "Larkmoor Trust" in main(anna.get(reverse("provider_manage", args=[provider.slug])))
    assert "Larkmoor Trust" in main(admin.get(reverse("claims"), {"show": "decided"}))
    assert "No claims wait" in main(admin.get(reverse("claims")))


def test_an_email_address_in_the_domain_opens_the_organisation_at_once():
    provider = ProviderFactory(email_domain="larkmoor.example")
    head = signed_in(person("head@larkmoor.example"))

    page = head.post(
        reverse("provider_claim", args=[provider.slug]), {"message": "I am the head"}, follow=True
    )

    assert page.redirect_chain == [(reverse("provider_manage", args=[provider.slug]), 302)]


def test_an_administrator_can_not_decide_on_their_own_claim():
    admin = administrator()
    claim = claim_provider(provider=ProviderFactory(), by=admin)
    client, url = signed_in(admin), reverse("claim_decide", args=[claim.pk])

    assert "Another administrator decides" in main(client.get(url))
    client.post(url, {"approve": "yes"})

    claim.refresh_from_db()
    assert claim.state == "pending"


class TestAdding:
    def test_the_name_of_another_organisation_is_asked_about_and_nothing_typed_is_lost(self):
        ProviderFactory(name="Fern Hill Trust")
        client, url = signed_in(person()), reverse("provider_new")
        typed = {"name": "fern hill trust", "kind": "mat", "postcode": "SK1 1AA"}

        page = client.post(url, typed)
        assert "An organisation of this name is on the register" in main(page)
        assert 'value="SK1 1AA"' in page.content.decode()
        assert 'type="checkbox"' in page.content.decode()
        client.post(url, {**typed, "is_another": "on"})

        assert Provider.objects.filter(name__iexact="Fern Hill Trust").count() == 2

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"name": "", "kind": "mat"}, "Enter the organisation’s name"),
            ({"name": "New", "kind": ""}, "Choose what kind"),
            ({"name": "New", "kind": "mat", "postcode": "?"}, "Enter a postcode like"),
            ({"name": "New", "kind": "school", "school": "123"}, "No school on the register"),
            ({"name": "New", "kind": "school", "school": "300001"}, "Taken is on the register with this URN"),
            ({"name": "New", "kind": "mat", "school": "300002"}, "Only a school or a single-academy trust"),
        ],
    )
    def test_what_does_not_fit(self, typed, words):
        ProviderFactory(name="Taken", school=SchoolFactory(urn=300001))
        SchoolFactory(urn=300002)

        assert words in main(signed_in(person()).post(reverse("provider_new"), typed))
        assert Provider.objects.count() == 1


def test_an_organisation_is_described_part_by_part_and_mistakes_keep_what_was_typed():
    provider, owner, _, _ = team_of(name="Larkmoor", summary="Old words")
    client = signed_in(owner)
    about = reverse("provider_edit", args=[provider.slug])
    place = reverse("provider_edit", args=[provider.slug, "place"])

    page = client.post(about, {"name": "", "kind": "mat", "summary": "New words"})
    assert "New words" in main(page)
    provider.refresh_from_db()
    assert provider.summary == "Old words"

    client.post(about, {"name": "Larkmoor", "kind": "mat", "summary": "New words"})
    client.post(place, {"postcode": "sk11aa", "authority": LocalAuthorityFactory(name="Stockport").pk})
    page = main(client.get(reverse("provider_manage", args=[provider.slug])))

    assert "New words" in page
    assert "SK1 1AA" in page
    assert "Stockport" in page
    assert client.get(reverse("provider_edit", args=[provider.slug, "nonsense"])).status_code == 404


class TestTeam:
    def test_an_invitation_goes_out_with_a_link_that_leads_to_the_team(
        self, django_capture_on_commit_callbacks
    ):
        provider, owner, _, _ = team_of(name="Larkmoor Trust")
        bea = person("bea@school.example", name="Bea Ford")
        url = reverse("provider_team", args=[provider.slug])
        with django_capture_on_commit_callbacks(execute=True):
            page = signed_in(owner).post(url, {"email": bea.email, "role": "editor"}, follow=True)
        assert "bea@school.example" in main(page)
        assert mail.outbox[0].to == ["bea@school.example"]
        link = re.search(r"http://testserver(/invitations/\S+)", mail.outbox[0].body)[1]

        visitor = Client().get(link)
        assert visitor.url == f"{reverse('account_login')}?next={link}"
        assert "another email address" in main(signed_in(person()).get(link))
        client = signed_in(bea)
        assert "Join the team of Larkmoor Trust" in main(client.get(link))
        assert "Welcome to the team" in main(client.post(link, follow=True))

        assert bea.has_perm("providers.edit_provider", provider)
        assert client.get(link).url == reverse("provider_manage", args=[provider.slug])

    def test_a_refused_invitation_says_why_and_a_withdrawn_one_stops_working(self):
        provider, owner, editor, _ = team_of()
        client, url = signed_in(owner), reverse("provider_team", args=[provider.slug])

        assert "on the team already" in main(client.post(url, {"email": editor.email, "role": "viewer"}))
        client.post(url, {"email": "bea@school.example", "role": "viewer"})
        invitation = Invitation.objects.get()
        client.post(reverse("invitation_withdraw", args=[invitation.pk]))

        link = reverse("invitation_accept", args=[invitation.code])
        bea = signed_in(person("bea@school.example"))
        assert "was withdrawn" in main(bea.post(link))
        assert not provider.memberships.filter(user__email="bea@school.example").exists()

    def test_roles_change_members_go_and_the_last_owner_stays(self):
        provider, owner, editor, viewer = team_of()
        client = signed_in(owner)
        of = {member.user_id: member.pk for member in provider.memberships.all()}

        client.post(reverse("member", args=[of[viewer.pk]]), {"role": "editor"})
        client.post(reverse("member_end", args=[of[editor.pk]]))
        page = client.post(reverse("member_end", args=[of[owner.pk]]))

        assert "A team needs an owner" in main(page)
        standing = provider.memberships.filter(ended_at=None)
        assert {(each.user_id, each.role) for each in standing} == {
            (owner.pk, "owner"),
            (viewer.pk, "editor"),
        }

    def test_a_viewer_can_leave_and_can_not_remove_others(self):
        provider, owner, _, viewer = team_of()
        client = signed_in(viewer)
        of = {member.user_id: member.pk for member in provider.memberships.all()}

        assert client.post(reverse("member_end", args=[of[owner.pk]])).status_code == 403
        client.post(reverse("member_end", args=[of[viewer.pk]]))

        assert not provider.memberships.filter(user=viewer, ended_at=None).exists()


class TestRelationships:
    def test_one_side_says_it_and_the_other_confirms(self):
        school, head, _, _ = team_of(name="Priors Lea School")
        alliance, director, _, _ = team_of(name="Larkmoor Alliance")
        add = reverse("relationship_add", args=[school.slug])
        client = signed_in(head)

        assert "Larkmoor Alliance" in main(client.get(add, {"q": "larkmoor"}))
        typed = {"other": f"provider-{alliance.pk}", "kind": "", "area": "Maths"}
        page = client.post(f"{add}?q=larkmoor", typed)
        assert "Choose how you are related" in main(page)
        assert 'value="Maths"' in page.content.decode()
        client.post(f"{add}?q=larkmoor", {**typed, "kind": "member_of", "valid_from": "2024-09-01"})
        tie = Relationship.objects.get()
        ties = reverse("provider_relationships", args=[school.slug])
        assert "Waits for them" in main(client.get(ties))

        other = signed_in(director)
        confirm = reverse("relationship_confirm", args=[tie.pk])
        assert client.post(confirm).status_code == 403
        assert "Confirm a relationship" in main(other.get(reverse("provider_manage", args=[alliance.slug])))
        assert "Confirmed by both" in main(other.post(confirm, follow=True))
        other.post(reverse("relationship_end", args=[tie.pk]), {"on": "2026-07-31"})
        assert "Ended" in main(client.get(ties))

    def test_a_tie_to_a_school_and_one_that_is_not_true(self):
        trust, owner, _, _ = team_of(name="Larkmoor Trust")
        SchoolFactory(urn=400001, name="Tarnside School")
        add = reverse("relationship_add", args=[trust.slug])
        signed_in(owner).post(f"{add}?q=tarnside", {"other": "school-400001", "kind": "serves"})
        assert trust.relationships.get().school_id == 400001

        stranger, liar, _, _ = team_of()
        tie = relate(subject=stranger, kind="accredits", by=liar, object=trust)
        page = signed_in(owner).post(reverse("relationship_refuse", args=[tie.pk]), follow=True)
        assert "no longer on the register" in main(page)
        assert not stranger.relationships.exists()

    def test_what_was_not_among_the_choices_can_not_be_slipped_in(self):
        trust, owner, _, _ = team_of()
        hidden = ProviderFactory(name="Hidden")
        add = reverse("relationship_add", args=[trust.slug])

        signed_in(owner).post(f"{add}?q=other", {"other": f"provider-{hidden.pk}", "kind": "serves"})

        assert not Relationship.objects.exists()


class TestQueryCounts:
    """A list costs the same for one row and for three."""

    def test_search(self):
        client, url = signed_in(person()), reverse("provider_find") + "?q=trust"
        ProviderFactory(name="Trust 0", authority=LocalAuthorityFactory())
        SchoolFactory(name="Trust school 0")
        one = queries(client, url)
        for number in (1, 2):
            ProviderFactory(name=f"Trust {number}", authority=LocalAuthorityFactory())
            SchoolFactory(name=f"Trust school {number}")

        assert queries(client, url) == one

    def test_team_and_invitations(self):
        provider, owner, _, _ = team_of()
        client, url = signed_in(owner), reverse("provider_team", args=[provider.slug])
        Invitation.objects.create(provider=provider, email="0@x.example", role="viewer", invited_by=owner)
        one = queries(client, url)
        for number in (1, 2):
            by = join(provider, "owner")
            Invitation.objects.create(
                provider=provider, email=f"{number}@x.example", role="viewer", invited_by=by
            )

        assert queries(client, url) == one

    def test_relationships(self):
        provider, owner, _, _ = team_of()
        client, url = signed_in(owner), reverse("provider_relationships", args=[provider.slug])
        relate(subject=provider, kind="serves", by=owner, object=ProviderFactory())
        one = queries(client, url)
        relate(subject=provider, kind="serves", by=owner, school=SchoolFactory())
        other, stranger, _, _ = team_of()
        relate(subject=other, kind="serves", by=stranger, object=provider)

        assert queries(client, url) == one

    @pytest.mark.parametrize("show", ["", "decided"])
    def test_claims(self, show):
        admin = administrator()
        client, url = signed_in(admin), reverse("claims") + f"?show={show}"

        def claim():
            made = claim_provider(provider=ProviderFactory(), by=person())
            if show:
                decide_claim(claim=made, by=administrator(), approve=True)

        claim()
        one = queries(client, url)
        claim()
        claim()

        assert queries(client, url) == one
