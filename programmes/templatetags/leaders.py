"""Texts about a specialist leader as people other than the team read them."""

from __future__ import annotations

from django import template

from programmes.queries.leaders import without_name
from providers.models import SpecialistLeader

register = template.Library()


@register.filter
def unnamed(text: str, leader: SpecialistLeader | None) -> str:
    """`{{ item.title|unnamed:submission.leader }}`: with the code for the name of a leader who isn’t named."""
    return without_name(leader, text)
