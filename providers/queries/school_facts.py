"""A school's facts in the register's own words, whatever its source calls them."""

from __future__ import annotations

from typing import Any

from providers.choices import Phase, SchoolType, Setting
from providers.models import School

_TYPES = {
    "academies": SchoolType.ACADEMY,
    "free schools": SchoolType.FREE_SCHOOL,
    "local authority maintained schools": SchoolType.MAINTAINED,
    "independent schools": SchoolType.INDEPENDENT,
    "special schools": SchoolType.SPECIAL,
    "colleges": SchoolType.COLLEGE,
}


def type_of(school: School) -> str:
    """The kind of school by its official type group; "" where the group says nothing."""
    return _TYPES.get(school.type_group.casefold(), "")


def setting_of(rurality: str) -> str:
    """Urban or rural by the official classification, in its words of 2011 or 2021; "" where unknown."""
    words = rurality.casefold()
    return Setting.RURAL if "rural" in words else Setting.URBAN if "urban" in words else ""


READ = (
    "phase",
    "type_group",
    "pupils",
    "disadvantage_percent",
    "send_percent",
    "eal_percent",
    "rurality",
    "postcode",
)
"""The columns `facts_of` reads."""


def facts_of(school: School) -> dict[str, Any]:
    """What is known of a school, by the names of `SchoolFacts`; the stage of improvement nobody publishes."""
    return {
        "phase": school.phase if school.phase in Phase.values else "",
        "school_type": type_of(school),
        "pupils": school.pupils,
        "disadvantage_percent": school.disadvantage_percent,
        "send_percent": school.send_percent,
        "eal_percent": school.eal_percent,
        "setting": setting_of(school.rurality),
        "postcode": school.postcode,
        "improvement_stage": "",
    }
