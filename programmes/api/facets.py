"""The pages of a search, with the counts beside its filters."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from lpdqa.web.api import Pages
from programmes.filters import FITS
from programmes.queries.facets import Choices
from programmes.queries.find import Found, how_many_fit
from programmes.views.narrowing import Limit, Option, distances, lowest_scores, options_of, prices


class FacetedPages(Pages):
    """As every list, and `facets`; the links to other pages keep the seed, so that pages follow each other past
    midnight too.
    """

    _seed = ""

    def get_paginated_response(self, data: Any, found: Found | None = None) -> Response:
        if found is None:
            return super().get_paginated_response(data)
        self._seed = found.query.seed
        response = super().get_paginated_response(data)
        response.data["facets"] = facets_of(found)
        return response

    def get_next_link(self) -> str | None:
        return self._seeded(super().get_next_link())

    def get_previous_link(self) -> str | None:
        return self._seeded(super().get_previous_link())

    def _seeded(self, url: str | None) -> str | None:
        return replace_query_param(url, "seed", self._seed) if url and self._seed else url

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["required"] = [*described.get("required", []), "facets"]
        described["properties"]["facets"] = {
            "type": "object",
            "description": "By the name of a filter, its choices",
            "additionalProperties": {"type": "array", "items": _CHOICE},
            "example": {
                "topic": [{"value": "literacy", "label": "Literacy", "count": 12, "selected": False}]
            },
        }
        return described


_CHOICE = {
    "type": "object",
    "required": ["value", "label", "count", "selected"],
    "properties": {
        "value": {"type": "string", "description": "What the filter takes"},
        "label": {"type": "string"},
        "count": {"type": "integer", "description": "Entries it would find beside the other filters"},
        "selected": {"type": "boolean"},
    },
}


def facets_of(found: Found) -> dict[str, list[dict[str, Any]]]:
    """The facets of an answer, each a list of choices in the order of the pages, and the limits people choose from:
    lowest scores, highest prices, and with a place distances.
    """
    query, counts, limits, choices = found.query, found.facet_counts(), found.limit_counts(), Choices()
    told = {
        facet.name: [_choice(one) for one in options_of(query, facet, counts[facet.name], choices)]
        for facet in query.facets
    }
    shown: list[Limit] = lowest_scores(query, limits)
    shown += [limit for limit in (distances(query, limits), prices(query, limits)) if limit.name in limits]
    told |= {limit.name: [_choice(one) for one in limit.options] for limit in shown}
    if query.school:
        told["fits"] = [_choice(Option("yes", FITS, how_many_fit(query), query.fits))]
    return told


def _choice(option: Option) -> dict[str, Any]:
    return {
        "value": option.value,
        "label": option.label,
        "count": option.count,
        "selected": option.checked,
    }
