"""Looking at pages as a person does."""

from __future__ import annotations

import re
from html import unescape

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lpdqa.accounts.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def main(response: HttpResponse) -> str:
    """The page's own part, without tags, spaces made single."""
    html = response.content.decode()
    text = re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")])
    return " ".join(unescape(text).split())


def queries(client: Client, url: str) -> int:
    """How many queries the page takes when it is opened again."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
