"""Writing saved searches and sending their alerts. No trail: see `programmes.models.saved_search`."""

from __future__ import annotations

import datetime as dt

import structlog
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.clock import now, today
from lpdqa.mail import absolute, post
from lpdqa.rows import put
from programmes.filters import CatalogueForm
from programmes.models import CatalogueEntry, SavedSearch
from programmes.models.saved_search import Frequency
from programmes.queries.leaders import lasting_titles
from programmes.queries.news import due, news, what_happened
from programmes.queries.search import SearchQuery

log = structlog.get_logger("lpdqa.alerts")

MOST_SEARCHES = 20
MOST_PARAMS = 2000
# Named in a letter; the rest is counted and one click away.
MOST_NAMED = 20
# A change is written with the time at which its transaction began: leave those under way for the next letter.
SETTLED = dt.timedelta(minutes=5)
# Not part of what is searched for.
_PASSING = ("page", "seed", "order", "csrfmiddlewaretoken")
_SALT = "programmes.alerts"


def tidy_params(params: QueryDict) -> str:
    """The query string of a search without what is empty or passing."""
    kept = params.copy()
    for name in list(kept):
        values = [value for value in kept.getlist(name) if value]
        if name in _PASSING or not values:
            del kept[name]
        else:
            kept.setlist(name, values)
    kept.setdefault("kind", "programme")
    return kept.urlencode()


def query_of(search: SavedSearch) -> SearchQuery:
    """What a saved search asks, read exactly as the page reads its address."""
    return CatalogueForm(QueryDict(search.params)).query


@transaction.atomic
def save_search(*, owner: User, name: str, frequency: str, params: QueryDict) -> SavedSearch:
    """Keep a search under a name.

    Raises:
        ValidationError: by field; too many saved searches, or too long an address.
    """
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if SavedSearch.objects.filter(owner=owner).count() >= MOST_SEARCHES:
        raise ValidationError(f"You have {MOST_SEARCHES} saved searches. Delete one of them first.")
    text = tidy_params(params)
    if len(text) > MOST_PARAMS:
        raise ValidationError("This search has too many filters to be saved. Leave some out.")
    saved = SavedSearch(owner=owner, params=text)
    put(saved, {"name": name, "frequency": frequency}, allowed=("name", "frequency"))
    saved.save()
    return saved


@transaction.atomic
def change_search(*, search: SavedSearch, name: str, frequency: str) -> SavedSearch:
    """Another name or rhythm. Whoever had no alerts is told of what comes from now on."""
    began = search.frequency == Frequency.NEVER and frequency != Frequency.NEVER
    put(search, {"name": name, "frequency": frequency}, allowed=("name", "frequency"))
    if began:
        search.told_until, search.checked_on = now(), today()
    search.save()
    return search


def delete_search(*, search: SavedSearch) -> None:
    search.delete()


# --- Alerts ---


def stop_token(search: SavedSearch) -> str:
    """What the link that ends alerts holds; it can do nothing else."""
    return signing.dumps(str(search.public_id), salt=_SALT)


def stop_alerts(*, token: str) -> SavedSearch | None:
    """End the alerts of a search; again changes nothing. None: no such search, or not our token."""
    search = search_of_token(token)
    if search is not None and search.frequency != Frequency.NEVER:
        search.frequency = Frequency.NEVER
        search.save(update_fields=["frequency", "updated_at"])
    return search


def search_of_token(token: str) -> SavedSearch | None:
    try:
        public_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return SavedSearch.objects.filter(public_id=public_id).first()


def send_alerts() -> int:
    """Send what is due; returns how many letters that were. May run twice, and at the same time."""
    sent = 0
    for pk in due(today()):
        try:
            sent += send_alert(pk=pk)
        except OSError:  # smtplib's errors are OSErrors too; the next run tries again
            log.exception("alert_not_sent", search=pk)
    return sent


@transaction.atomic
def send_alert(*, pk: int) -> bool:
    """Tell of what is new in one saved search, if there is anything; True where a letter went out.

    The row is locked from the look at the date until the letter is out: nobody gets it twice, and if it can't be
    sent nothing counts as told.
    """
    locked = SavedSearch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("owner")
    search = locked.filter(pk=pk, pk__in=due(today())).first()
    if search is None:
        return False
    after, until = search.told_until, now() - SETTLED
    search.checked_on = today()
    if until <= after:
        search.save(update_fields=["checked_on", "updated_at"])
        return False
    found = news(query_of(search), after, until)
    n, entries = found.count(), list(found[:MOST_NAMED])
    search.told_until = until
    search.save(update_fields=["checked_on", "told_until", "updated_at"])
    if n:
        _write(search, n, [(entry, what_happened(entry, after)) for entry in entries])
    return bool(n)


def _write(search: SavedSearch, n: int, lines: list[tuple[CatalogueEntry, str]]) -> None:
    stop = absolute(reverse("alerts_stop", args=[stop_token(search)]))
    titles = lasting_titles([entry for entry, _ in lines])
    body = render_to_string(
        "programmes/mail/alert.txt",
        {
            "search": search,
            "n": n,
            "more": n - len(lines),
            "lines": [(entry, titles[entry.pk], what) for entry, what in lines],
            "link": absolute(f"{reverse('search')}?{search.params}"),
            "stop": stop,
            "base": absolute(""),
        },
    )
    post(
        to=search.owner.email,
        subject=f"{n} new or changed: {search.name}",
        body=body,
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
