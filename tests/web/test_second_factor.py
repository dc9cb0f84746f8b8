"""Assessors and administrators need more than a password; nobody else is asked for it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory, person
from tests.providers.pages import main, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["assessor", "administrator"])
def test_without_a_second_way_nothing_but_the_account_and_the_public_pages(settings, role):
    settings.REQUIRE_SECOND_FACTOR = True
    user = person(role)
    client = signed_in(user)
    answer = client.get(reverse("my_work"), follow=True)
    assert answer.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "Set up a passkey or an authenticator app" in main(answer)
    assert client.get(reverse("privacy")).status_code == 200
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(reverse("my_work")).status_code == 200


def test_others_and_a_register_that_does_not_ask_are_left_alone(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    assert signed_in(UserFactory()).get(reverse("my_work")).status_code == 200
    assert Client().get(reverse("my_work")).status_code == 302
    settings.REQUIRE_SECOND_FACTOR = False
    assert signed_in(person("assessor")).get(reverse("my_work")).status_code == 200
