"""Errors of the API are problem documents; pages are bounded and stable."""

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, Throttled, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from lpdqa.web import errors
from lpdqa.web.api import Pages, stable


class Venue(serializers.Serializer):
    town = serializers.CharField()


class Offer(serializers.Serializer):
    price = serializers.IntegerField(min_value=0)
    venues = Venue(many=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["price"] == 13:
            raise serializers.ValidationError("Thirteen is not a price")
        return attrs


def failing(error: Exception) -> HttpResponse:
    class View(APIView):
        permission_classes = [AllowAny]
        throttle_classes: list[Any] = []

        def get(self, request: Request) -> Response:
            raise error

    return View.as_view()(APIRequestFactory().get("/api/things/")).render()


def validating(data: dict[str, Any]) -> list[dict[str, str]]:
    offer = Offer(data=data)
    with pytest.raises(ValidationError) as caught:
        offer.is_valid(raise_exception=True)
    answer = failing(caught.value)
    assert answer.status_code == 400
    return json.loads(answer.content)["errors"]


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Http404(), 404, "Not Found"),
        (NotAuthenticated(), 403, "Forbidden"),
        (Throttled(wait=7), 429, "Too Many Requests"),
    ],
)
def test_errors_are_problem_documents(error: Exception, status: int, title: str) -> None:
    answer = failing(error)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert (body["type"], body["title"], body["status"]) == ("about:blank", title, status)
    assert body["detail"]


def test_throttling_says_when_to_come_back() -> None:
    assert failing(Throttled(wait=7))["Retry-After"] == "7"


def test_a_fault_of_ours_tells_nothing_about_itself() -> None:
    answer = failing(RuntimeError("the password is swordfish"))
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert b"swordfish" not in answer.content


def test_validation_errors_point_at_what_is_wrong() -> None:
    assert validating({"price": -1, "venues": [{"town": "Leeds"}, {}]}) == [
        {"pointer": "/price", "detail": "Ensure this value is greater than or equal to 0."},
        {"pointer": "/venues/1/town", "detail": "This field is required."},
    ]
    assert validating({"price": 13, "venues": []}) == [{"pointer": "", "detail": "Thirteen is not a price"}]


@pytest.mark.parametrize(
    ("handler", "status"),
    [(errors.bad_request, 400), (errors.permission_denied, 403), (errors.page_not_found, 404)],
)
def test_handlers_answer_api_clients_in_json(handler: Any, status: int) -> None:
    request: HttpRequest = RequestFactory().get("/api/nothing/")
    answer = handler(request, Exception("x"))
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_server_error_page_needs_no_request_context() -> None:
    answer = errors.server_error(RequestFactory().get("/somewhere/"))
    assert answer.status_code == 500
    assert b"Sorry, something went wrong" in answer.content
    assert b"not a government service" in answer.content
    assert json.loads(errors.server_error(RequestFactory().get("/api/x/")).content)["status"] == 500


def test_pages_are_bounded() -> None:
    request = Request(APIRequestFactory().get("/api/things/", {"page_size": "100000"}))
    pages = Pages()
    assert len(pages.paginate_queryset(list(range(500)), request) or []) == 100
    assert len(Pages().paginate_queryset(list(range(500)), Request(APIRequestFactory().get("/"))) or []) == 25


def test_querysets_get_a_total_order() -> None:
    people = get_user_model().objects.all()
    assert stable(people.order_by("-name")).query.order_by == ("-name", "pk")
    assert stable(people.order_by("name", "-pk")).query.order_by == ("name", "-pk")
    assert stable(people.order_by()).ordered
