"""Any search as an Atom feed: what is new or changed first."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from lpdqa.clock import now
from lpdqa.web.access import public
from programmes.models import CatalogueEntry
from programmes.queries.facets import Choices
from programmes.queries.news import fingerprint, newest
from programmes.queries.search import SearchQuery
from programmes.services.saved_searches import tidy_params
from programmes.templatetags.choosing import standing_words
from programmes.views.cards import entry_url
from programmes.views.search import read_address, sentence

MOST = 50
FRESH_FOR = 900


class SearchFeed(Feed):
    """The feed of one query; `query`, `params` and `n` are what the view has read already."""

    feed_type = Atom1Feed

    def __init__(self, query: SearchQuery, params: str, n: int, latest: dt.datetime | None) -> None:
        self.query, self.params, self.n, self.latest = query, params, n, latest

    def title(self) -> str:
        return f"LPD Quality Register: {sentence(self.query, self.n, Choices())}"

    def link(self) -> str:
        return f"{reverse('search')}?{self.params}"

    def feed_url(self) -> str:
        return f"{reverse('search_feed')}?{self.params}"

    def items(self) -> list[CatalogueEntry]:
        return list(newest(self.query)[:MOST])

    def item_title(self, item: CatalogueEntry) -> str:
        return f"{item.title} (example, made up)" if item.is_example else item.title

    def item_description(self, item: CatalogueEntry) -> str:
        by = f"{item.provider_name}. " if item.provider_name != item.title else ""
        return f"{standing_words(item)}. {by}{item.summary}"

    def item_link(self, item: CatalogueEntry) -> str:
        return entry_url(item)

    def item_updateddate(self, item: CatalogueEntry) -> dt.datetime:
        return item.changed_at

    def item_pubdate(self, item: CatalogueEntry) -> dt.datetime:
        return item.first_at

    def item_author_name(self, item: CatalogueEntry) -> str:
        return item.provider_name

    def item_categories(self, item: CatalogueEntry) -> tuple[str, ...]:
        return (item.get_kind_display(), *(("Example",) if item.is_example else ()))


@public
@require_safe
def search_feed(request: HttpRequest) -> HttpResponseBase:
    """The newest of a search's results; a reader that has them already is told so without their being read."""
    params = tidy_params(request.GET)
    query = read_address(request).query
    n, latest = fingerprint(query)
    moment = latest or now()
    etag = quote_etag(sha256(f"{params}:{n}:{latest}".encode()).hexdigest()[:32])
    known: Any = get_conditional_response(request, etag=etag, last_modified=int(moment.timestamp()))
    answer = known or SearchFeed(query, params, n, latest)(request)
    answer["ETag"] = etag
    patch_cache_control(answer, public=True, max_age=FRESH_FOR)
    return answer  # type: ignore[no-any-return]
