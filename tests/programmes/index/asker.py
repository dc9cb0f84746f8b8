"""A process of its own that answers searches: reads addresses, one a line, and prints what it found."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.http import QueryDict  # noqa: E402

from programmes.filters import CatalogueForm  # noqa: E402
from programmes.queries.find import FoundInIndex, find  # noqa: E402
from programmes.queries.index import live  # noqa: E402

live.build()
print("ready", flush=True)  # noqa: T201 - read by the test
for line in sys.stdin:
    found = find(CatalogueForm(QueryDict(line.strip())).query)
    answer = {
        "from_index": isinstance(found, FoundInIndex),
        "titles": [entry.title for entry in found[0:100]],
        "topics": found.facet_counts()["topic"],
    }
    print(json.dumps(answer), flush=True)  # noqa: T201 - read by the test
