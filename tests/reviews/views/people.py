"""What the stories of the assessors', the administrators' and the public pages have in common."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lpdqa.accounts.models import User
from reviews.models import Assessment, Submission


def signed_in(user: User) -> Client:
    """The person's browser."""
    client = Client()
    client.force_login(user)
    return client


def text(response: HttpResponse) -> str:
    """What a page says, as one line of words."""
    assert response.status_code == 200, response.status_code
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def step(submission: Submission, name: str, *number: int) -> str:
    """The address of a step with a submission, or with one of its parts."""
    return reverse("board_step_part" if number else "board_step", args=[submission.public_id, name, *number])


def take(client: Client, url: str, **typed: Any) -> str:
    """Take a step and read the page it leads to; fails where it is refused."""
    response = client.post(url, typed)
    assert response.status_code == 302, text(response)
    return text(client.get(response["Location"]))


def page_of(assessment: Assessment, code: str = "") -> str:
    """The address of an assessment, or of one criterion of it."""
    args = [assessment.public_id, code] if code else [assessment.public_id]
    return reverse("assessment_criterion" if code else "assessment_detail", args=args)
