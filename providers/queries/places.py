"""From what a person types for "your school" to a point: a postcode, a URN, or the name of a school."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, When

from providers.models import Outcode, School
from providers.postcodes import outcode_of, tidy_postcode

MOST = 10


@dataclass(frozen=True)
class Place:
    """A place with the words for it; `urn` where it is a school. Where some schools are is not known."""

    label: str
    latitude: float | None
    longitude: float | None
    urn: int | None = None
    postcode: str = ""
    """Of a school: what tells it from others of its name in the same town."""

    @property
    def told_apart(self) -> str:
        return f"{self.label}, {self.postcode}" if self.postcode else self.label


def school_label(name: str, town: str) -> str:
    """A school as people know it: its name and town, where the name doesn’t end with the town anyway."""
    return f"{name}, {town}" if town and not name.casefold().endswith(town.casefold()) else name


def locate(text: str) -> Place | None:
    """The one place that `text` means, or None: unknown, or a name that several schools have."""
    places = find_places(text)
    return places[0] if len(places) == 1 else None


def find_places(text: str) -> list[Place]:
    """The places that `text` may mean, at most `MOST`: one for a postcode or URN, several for a common name.

    A school of exactly that name, if there is just one, is the only answer.
    """
    text = text.replace("\x00", "").strip()
    if re.fullmatch(r"\d{6}", text):
        return _schools(Q(urn=int(text)))
    postcode = _postcode(text)
    if postcode:
        return _near(postcode)
    exact = _schools(Q(name__iexact=text))
    if exact:
        return exact
    named = _named(text)
    return _schools(named) if named else []


def find_schools(text: str, limit: int = 20) -> list[School]:
    """Open schools that `text` may mean, with their authority: by URN, by postcode (full or first half), or
    by the beginnings of words of name and town. Schools of exactly that name come first. One query.
    """
    text = text.replace("\x00", "").strip()
    postcode = _postcode(text)
    if re.fullmatch(r"\d{6}", text):
        found = Q(urn=int(text))
    elif postcode:
        found = Q(postcode=postcode) if " " in postcode else Q(postcode__startswith=f"{postcode} ")
    elif named := _named(text):
        found = named
    else:
        return []
    schools = School.objects.filter(found, is_open=True).select_related("authority").defer("search")
    exact_first = Case(When(name__iexact=text, then=0), default=1)
    return list(schools.order_by(exact_first, "name", "urn")[:limit])


def _named(text: str) -> Q | None:
    words = re.findall(r"\w+", text)
    if not words:
        return None
    beginnings = " & ".join(f"{word}:*" for word in words)
    return Q(search=SearchQuery(beginnings, config="simple", search_type="raw"))


def _postcode(text: str) -> str:
    try:
        return tidy_postcode(text)
    except ValidationError:
        return ""


def _near(postcode: str) -> list[Place]:
    """A school at a full postcode tells where that is; else the middle of the postcode's first half."""
    if " " in postcode:
        at = School.objects.filter(postcode=postcode, latitude__isnull=False).first()
        if at and at.latitude is not None and at.longitude is not None:
            return [Place(postcode, at.latitude, at.longitude)]
    outcode = Outcode.objects.filter(code=outcode_of(postcode)).first()
    return [Place(postcode, outcode.latitude, outcode.longitude)] if outcode else []


def schools_at(postcode: str) -> list[Place]:
    """The open schools at a full postcode; none for anything else."""
    postcode = _postcode(postcode)
    return _schools(Q(postcode=postcode)) if " " in postcode else []


def _schools(condition: Q) -> list[Place]:
    schools = School.objects.filter(condition, is_open=True).order_by("name", "urn")
    schools = schools.only("urn", "name", "town", "postcode", "latitude", "longitude")
    return [
        Place(
            school_label(school.name, school.town),
            school.latitude,
            school.longitude,
            school.urn,
            school.postcode,
        )
        for school in schools[:MOST]
    ]
