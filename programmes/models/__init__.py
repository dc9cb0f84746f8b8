from programmes.models.catalogue import CatalogueEntry
from programmes.models.npq import NPQCourse
from programmes.models.programme import Cohort, Price, Programme, ProgrammeVersion
from programmes.models.shortlist import Shortlist, ShortlistItem
from programmes.models.vocabulary import SearchWord

__all__ = [
    "CatalogueEntry",
    "Cohort",
    "NPQCourse",
    "Price",
    "Programme",
    "ProgrammeVersion",
    "SearchWord",
    "Shortlist",
    "ShortlistItem",
]
