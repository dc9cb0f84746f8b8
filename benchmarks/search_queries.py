"""Questions as people might ask them: drawn at random from a mix, the same every time for the same catalogue."""

from __future__ import annotations

import random
from urllib.parse import urlencode

from programmes.choices import HEADINGS
from programmes.queries.facets import FACETS, Choices, Facet
from programmes.services.load import WORDS
from providers.models import Outcode, School

SEED = 20261124
_KINDS = ("programme",) * 14 + ("sle",) * 3 + ("provider",) * 3
_PLAIN = (
    "coaching",
    "leadership",
    "phonics",
    "senco",
    "mathematics",
    "behaviour",
    "mentoring",
    "headteachers",
)
_STATUS = ("all", "exemplary", "listed", "quality_assured", "working_towards", "lapsed")


def draw(number: int) -> list[str]:
    """So many different query strings: words, filters of every facet, distances, fit, orders, pages."""
    dice = random.Random(SEED)  # noqa: S311 - nothing secret
    choices = Choices()
    outcodes = list(Outcode.objects.order_by("code").values_list("code", flat=True))
    schools = list(
        School.objects.filter(is_open=True, latitude__isnull=False)
        .order_by("urn")
        .values_list("urn", flat=True)
    )
    drawn: dict[str, None] = {}
    while len(drawn) < number:
        drawn[urlencode(_one(dice, choices, outcodes, schools), doseq=True)] = None
    return list(drawn)


def _one(
    dice: random.Random, choices: Choices, outcodes: list[str], schools: list[int]
) -> dict[str, str | list[str]]:
    kind = dice.choice(_KINDS)
    asked: dict[str, str | list[str]] = {"kind": kind, "seed": "2026-11-24"}
    if dice.random() < 0.45:
        asked["q"] = _words(dice)
    if dice.random() < 0.4:
        asked["status"] = dice.choice(_STATUS) if dice.random() < 0.5 else "all"
    facets = [facet for facet in FACETS if kind in facet.kinds and facet.name != "status"]
    for facet in dice.sample(facets, dice.choice((0, 0, 1, 1, 1, 2, 2, 3))):
        if values := _values(dice, facet, choices):
            asked[facet.name] = values
    if dice.random() < 0.08:
        asked[f"min_{dice.choice(HEADINGS)}"] = dice.choice(("2.5", "3.0", "3.5"))
    if dice.random() < 0.1 and kind != "provider":
        asked["price"] = str(dice.choice((250, 500, 1000, 2500)))
    orders = ["", "", "", "band"]
    if dice.random() < 0.3:
        fit = dice.random() < 0.4
        asked["place"] = str(dice.choice(schools)) if fit or dice.random() < 0.3 else dice.choice(outcodes)
        if dice.random() < 0.8:
            asked["within"] = str(dice.choice((5, 10, 25, 50, 100)))
        if fit and dice.random() < 0.6:
            asked["fits"] = "yes"
        orders += ["distance", "distance", *(["fit"] * 2 if fit else [])]
    orders += {"programme": ["price", "start"], "sle": ["price"], "provider": []}[kind]
    if order := dice.choice(orders):
        asked["order"] = order
    if dice.random() < 0.15:
        asked["page"] = str(dice.randint(2, 5))
    return asked


def _words(dice: random.Random) -> str:
    common = dice.random() < 0.5
    pool = WORDS[:60] if common else WORDS
    words = [
        dice.choice(_PLAIN) if dice.random() < 0.3 else dice.choice(pool)
        for _ in range(dice.choice((1, 1, 1, 2)))
    ]
    how = dice.random()
    if how < 0.05 and len(words) > 1:
        return f'"{" ".join(words)}"'
    if how < 0.1:
        return f"{words[0]} or {dice.choice(WORDS)}"
    if how < 0.15:
        return f"{words[0]} -{dice.choice(_PLAIN)}"
    if how < 0.25:
        return words[0][:4]
    return " ".join(words)


def _values(dice: random.Random, facet: Facet, choices: Choices) -> list[str]:
    codes = list(choices.of(facet))
    return sorted(dice.sample(codes, min(len(codes), dice.choice((1, 1, 2, 3)))))
