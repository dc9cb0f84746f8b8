"""What is known of a school that provision worked in, at the time."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from providers.choices import ImprovementStage, Phase, SchoolType, Setting


def _percent(label: str) -> models.FloatField:
    return models.FloatField(
        label, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )


class SchoolFacts(models.Model):
    """Facts that a school's context is made of; what is empty is taken from the school's row, where there is one."""

    phase = models.CharField(max_length=20, choices=Phase.choices, blank=True)
    school_type = models.CharField("type", max_length=12, choices=SchoolType.choices, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    disadvantage_percent = _percent("disadvantaged pupils (%)")
    send_percent = _percent("pupils with SEND (%)")
    eal_percent = _percent("pupils with English as an additional language (%)")
    setting = models.CharField(max_length=5, choices=Setting.choices, blank=True)
    postcode = models.CharField("postcode of the school", max_length=8, blank=True)
    improvement_stage = models.CharField(max_length=10, choices=ImprovementStage.choices, blank=True)

    class Meta:
        abstract = True


FACTS = tuple(field.name for field in SchoolFacts._meta.local_fields)


def facts_constraints(name: str) -> list[models.CheckConstraint]:
    """Codes inside their choices, percentages inside 0 to 100; `name` begins the constraints' names."""
    percents = ("disadvantage_percent", "send_percent", "eal_percent")
    coded = (
        ("phase", Phase),
        ("school_type", SchoolType),
        ("setting", Setting),
        ("improvement_stage", ImprovementStage),
    )
    return [
        models.CheckConstraint(
            condition=Q(**{f"{field}__in": ["", *choices.values]}), name=f"{name}_{field}"
        )
        for field, choices in coded
    ] + [
        models.CheckConstraint(condition=Q(**{field: None}) | Q(**{f"{field}__range": (0, 100)}),
                               name=f"{name}_{field}")
        for field in percents
    ]  # fmt: skip
