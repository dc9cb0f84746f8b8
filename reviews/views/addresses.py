"""One address for every public thing: other spellings of it lead there for good."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from programmes.choices import EntryKind
from programmes.models import CatalogueEntry
from programmes.views.cards import entry_url

View = Callable[[HttpRequest, CatalogueEntry], HttpResponse]


def of_entry(kind: EntryKind) -> Callable[[View], Callable[..., HttpResponse]]:
    """Give a view the catalogue entry that the address names.

    Without an entry the subject isn't public: a draft, hidden or not there at all look the same (404). Capitals,
    underscores and the identifier that the API gives are answered with a permanent redirect (301) to the one
    address, with the query string.
    """

    def decorator(view: View) -> Callable[..., HttpResponse]:
        @wraps(view)
        def found(request: HttpRequest, slug: str) -> HttpResponse:
            entry = _entries(kind).filter(slug=slug).first()
            if entry:
                return view(request, entry)
            entry = _entries(kind).filter(_variants(kind, slug)).first()
            if entry is None:
                raise Http404
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{entry_url(entry)}{'?' if query else ''}{query}")

        return found

    return decorator


def _entries(kind: EntryKind) -> QuerySet[CatalogueEntry]:
    return CatalogueEntry.objects.select_related("region", "authority", "provider").filter(kind=kind)


def _variants(kind: EntryKind, slug: str) -> Q:
    variants = Q(slug=slug.lower().replace("_", "-"))
    try:
        public_id = uuid.UUID(slug)
    except ValueError:
        return variants
    # Not for specialist leaders: who has not agreed to be named has a code, and no second way to be known.
    if kind == EntryKind.PROGRAMME:
        return variants | Q(programme__public_id=public_id)
    if kind == EntryKind.PROVIDER:
        return variants | Q(provider__public_id=public_id)
    return variants
