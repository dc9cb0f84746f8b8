"""How severe assessors are: a many-facet Rasch model of subjects, assessors and criteria (docs/statistics.md).

found = severity(subjects, assessors, criteria, scores)     # found.to_dict() is what `manage.py severity` prints
found.facets["assessor"][0].measure                         # logits; positive is more severe
"""

from reviews.rating.severity.design import FACETS
from reviews.rating.severity.leniency import ENOUGH_SCORES, shifts, well_known
from reviews.rating.severity.report import Element, Reliability, Severity, severity

__all__ = [
    "ENOUGH_SCORES",
    "FACETS",
    "Element",
    "Reliability",
    "Severity",
    "severity",
    "shifts",
    "well_known",
]
