"""Nothing opens unless it says who may open it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from lpdqa.web.access import THIRD_PARTY, declared_access, public, requires, signed_in


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


def test_every_route_declares_who_may_open_it() -> None:
    found = dict(routes(get_resolver().url_patterns))
    assert found
    undeclared = sorted(route for route, view in found.items() if declared_access(view) is None)
    assert undeclared == []


def test_third_party_views_each_have_a_reason() -> None:
    assert all(len(reason) > 20 for reason in THIRD_PARTY.values())


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


@public
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


class Undeclared(APIView):
    def get(self, request: HttpRequest) -> Response:
        return Response({})


class Declared(APIView):
    permission_classes = [AllowAny]


class Inheriting(Declared):
    pass


real_patterns = get_resolver().url_patterns
urlpatterns = [
    path("test-forgotten/", forgotten),
    path("test-open/", open_to_all),
    path("test-api/", Undeclared.as_view()),
    *real_patterns,
]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_view_without_a_declaration_is_refused(client: Client) -> None:
    answer = client.get("/test-forgotten/")
    assert answer.status_code == 403
    assert b"secret" not in answer.content
    assert client.get("/test-api/").status_code == 403
    assert client.get("/test-open/").content == b"open"


def test_rest_views_must_name_their_permissions() -> None:
    assert declared_access(Undeclared.as_view()) is None
    assert declared_access(Declared.as_view()) == "api: AllowAny"
    assert declared_access(Inheriting.as_view()) == "api: AllowAny"


# --- The decorators ---


class Person:
    """Stands for a signed-in user who holds one permission about one object."""

    is_authenticated = True

    def __init__(self, allowed: set[tuple[str, Any]]) -> None:
        self.allowed = allowed

    def has_perm(self, permission: str, about: Any = None) -> bool:
        return (permission, about) in self.allowed


def ask(view: Any, user: Any, method: str = "get", **kwargs: Any) -> HttpResponse:
    request = getattr(RequestFactory(), method)("/somewhere/?page=2")
    request.user = user
    return view(request, **kwargs)


LETTERS = {1: "first", 2: "second"}


def letter_or_404(request: HttpRequest, pk: int) -> str:
    if pk not in LETTERS:
        raise Http404
    return LETTERS[pk]


@requires("letters.read", get=letter_or_404)
def read(request: HttpRequest, letter: str) -> HttpResponse:
    return HttpResponse(letter)


@requires("letters.read", get=letter_or_404, anonymous=True)
def glance(request: HttpRequest, letter: str) -> HttpResponse:
    return HttpResponse(letter)


@requires("letters.write")
def write(request: HttpRequest, kind: str) -> HttpResponse:
    return HttpResponse(kind)


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    return HttpResponse("mine")


def test_the_view_gets_the_object_that_was_checked() -> None:
    assert ask(read, Person({("letters.read", "second")}), pk=2).content == b"second"


def test_another_object_is_refused() -> None:
    with pytest.raises(PermissionDenied):
        ask(read, Person({("letters.read", "second")}), pk=1)


def test_without_an_object_the_address_is_passed_on() -> None:
    assert ask(write, Person({("letters.write", None)}), kind="note").content == b"note"
    with pytest.raises(PermissionDenied):
        ask(write, Person(set()), kind="note")


@pytest.mark.parametrize("pk", [1, 99])
def test_a_visitor_signs_in_first_and_learns_nothing(pk: int) -> None:
    answer = ask(read, AnonymousUser(), pk=pk)
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/somewhere/%3Fpage%3D2")


def test_a_visitor_who_posted_is_not_sent_back_to_that_address() -> None:
    assert "next" not in ask(read, AnonymousUser(), method="post", pk=1)["Location"]


def test_visitors_can_be_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AnonymousUser, "has_perm", lambda self, permission, about: about == "first")
    assert ask(glance, AnonymousUser(), pk=1).content == b"first"
    assert ask(glance, AnonymousUser(), pk=2).status_code == 302
    with pytest.raises(Http404):
        ask(glance, AnonymousUser(), pk=99)


def test_signed_in() -> None:
    assert ask(mine, AnonymousUser()).status_code == 302
    assert ask(mine, Person(set())).content == b"mine"
