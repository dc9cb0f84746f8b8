"""Finding an organisation on the register, and claims that wait."""

from __future__ import annotations

import re
from functools import reduce
from operator import and_

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from lpdqa.clock import today
from providers.choices import ClaimState
from providers.models import Claim, Provider, School
from providers.postcodes import tidy_postcode
from providers.queries.places import find_schools


def find_organisations(text: str) -> QuerySet[Provider]:
    """Organisations that go on today and that `text` may mean, those without a team first.

    Digits are a URN, UKPRN or group UID; a postcode finds what is there or, for its first half, around; other
    words must all be in the name. Nothing for an empty text.
    """
    found = Provider.objects.filter(Q(ended_on=None) | Q(ended_on__gt=today())).select_related("authority")
    condition = _condition(text.replace("\x00", "").strip())
    if condition is None:
        return found.none()
    return found.filter(condition).order_by(F("claimed_at").asc(nulls_first=True), Lower("name"), "id")


def schools_to_add(text: str, *, limit: int = 10) -> list[School]:
    """Open schools that `text` may mean and that are no organisation of their own on the register yet."""
    schools = find_schools(text, limit)
    known = set(Provider.objects.filter(school__in=schools).values_list("school_id", flat=True))
    return [school for school in schools if school.urn not in known]


def waiting_claims() -> QuerySet[Claim]:
    """Claims an administrator has to decide on, oldest first."""
    return Claim.objects.filter(state=ClaimState.PENDING).select_related("provider", "user").order_by("id")


def decided_claims() -> QuerySet[Claim]:
    """Claims that were decided, newest first."""
    decided = Claim.objects.exclude(state=ClaimState.PENDING)
    return decided.select_related("provider", "user", "decided_by").order_by("-decided_at", "-id")


def _condition(text: str) -> Q | None:
    if re.fullmatch(r"\d{4,8}", text):
        return Q(school_id=int(text)) | Q(ukprn=text) | Q(group_uid=text)
    if postcode := _postcode(text):
        around = Q() if " " in postcode else Q(postcode__startswith=f"{postcode} ")
        return Q(postcode=postcode) | around
    words = re.findall(r"\w+", text)
    return reduce(and_, (Q(name__icontains=word) for word in words)) if words else None


def _postcode(text: str) -> str:
    try:
        return tidy_postcode(text)
    except ValidationError:
        return ""
