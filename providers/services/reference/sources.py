"""What is known of every source of reference data: the text of its `DataSource` row.

The same facts as data/PROVENANCE.md. Where a source gives only a month or a span of years, `as_of` is its
first day and `as_of_text` says it as the source does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from providers.models import DataSource

DFE = "Department for Education"
OGL = "Open Government Licence v3.0"
MIT = "MIT licence (Crown copyright)"
OPEN, CROWN = DataSource.Class.OPEN, DataSource.Class.CROWN


@dataclass(frozen=True)
class Source:
    """One source. `files` are names in the data folder: the first holds the rows, others help to read them;
    none for a source that only lends columns to another."""

    code: str
    title: str
    publisher: str
    obtained_from: str
    licence: str
    licence_class: str
    as_of: dt.date
    as_of_text: str
    notes: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column whose values come from another source than the rows of its table."""

    table: str
    column: str
    source: str
    note: str = ""


REGIONS = Source(
    "regions",
    "Regions of England",
    DFE,
    "github.com/dfe-analytical-services/dfe-published-data-qa @bcc7ca5, data/regions.csv",
    MIT,
    OPEN,
    dt.date(2026, 4, 1),
    "April 2026",
    "The nine regions. Inner and Outer London, also in the file, are parts of a region and are left out.",
    ("regions.csv",),
)
AUTHORITIES = Source(
    "local-authorities",
    "Local authorities with education duties",
    DFE,
    "github.com/dfe-analytical-services/dfe-published-data-qa @bcc7ca5, data/las.csv",
    MIT,
    OPEN,
    dt.date(2026, 4, 1),
    "April 2026",
    "One row for each three-digit code of the Department. The regional schools commissioner (RSC) region, "
    "2014 to 2022, was worked out from the list of teaching schools of March 2018.",
    ("local_authorities.csv",),
)
DIOCESES = Source(
    "dioceses",
    "Church of England and Roman Catholic dioceses",
    DFE,
    "github.com/symroe/school-eng-data, data/discovery",
    OGL,
    OPEN,
    dt.date(2016, 1, 1),
    "2016 to 2017",
    "Bradford, Ripon and Wakefield ended in 2014; schools may still name them, but they are not listed as "
    "providers.",
    ("dioceses.csv", "religious_characters.csv"),
)
OUTCODES = Source(
    "outcodes",
    "Centres of postcode districts",
    "Gibbs/uk-postcodes",
    "github.com/Gibbs/uk-postcodes @e770814, postcodes.csv",
    "CC0 (public domain)",
    OPEN,
    dt.date(2017, 11, 1),
    "November 2017",
    "Distances from a postcode are measured from the centre of its first half.",
    ("outcodes.csv",),
)
SCHOOLS = Source(
    "schools",
    "Schools in England",
    DFE,
    "github.com/DFE-Digital/gias-data, branch gh-pages @a7b9638, joined by URN with the sources of "
    "the columns below",
    OGL,
    CROWN,
    dt.date(2024, 6, 17),
    "17 June 2024; some columns are older",
    "Open schools and schools proposed to close. A school that replaced another may have its predecessor's "
    "point and postcode; its row says so.",
    ("schools.csv.gz", "gias_establishment_types_2025.csv"),
)
TEACHING_SCHOOLS = Source(
    "teaching-schools-2018",
    "Teaching school alliances",
    "National College for Teaching and Leadership (Department for Education)",
    "github.com/matt-dray/nctl-teaching-schools @da31b4c, data/180312_teaching-schools-all.xls",
    OGL,
    CROWN,
    dt.date(2018, 3, 12),
    "12 March 2018",
    "Historic: the list names 808 teaching schools in 640 alliances on that day. Schools that have closed "
    "since, or become another, are not linked.",
    ("teaching_schools_2018.csv",),
)
HUBS = Source(
    "teaching-school-hubs",
    "Teaching school hubs",
    DFE,
    "github.com/DFE-Digital/teaching-school-hub-finder @c41c924, db/data/hubs.csv",
    OGL,
    CROWN,
    dt.date(2025, 10, 2),
    "2 October 2025",
    "Email addresses and telephone numbers are left out on purpose. The region is told by the hub's code.",
    ("teaching_school_hubs.csv",),
)
HUB_AREAS = Source(
    "teaching-school-hub-areas",
    "Areas of the teaching school hubs",
    DFE,
    "Worked out from the list of hubs, with codes of districts found by name",
    OGL,
    CROWN,
    dt.date(2025, 10, 2),
    "2 October 2025",
    "292 of 302 areas have a code; the others are parts of districts or new unitary authorities.",
    ("teaching_school_hub_areas.csv",),
)
TRUSTS = Source(
    "academy-trusts-2016",
    "Academy trusts",
    DFE,
    "github.com/symroe/school-eng-data @224be8e, lists/edubase-academy-trust",
    OGL,
    OPEN,
    dt.date(2016, 11, 22),
    "22 November 2016",
    "The list does not say which schools belong to a trust, so none are linked until a download of Get "
    "Information about Schools (GIAS) is imported.",
    ("academy_trusts_2016.csv",),
)
NPQ_COURSES = Source(
    "npq-courses",
    "National professional qualifications (NPQs)",
    DFE,
    "github.com/DFE-Digital/npq-registration @9e9784a, config/initializers/courses.rb",
    MIT,
    OPEN,
    dt.date(2026, 1, 1),
    "2026",
    "Six courses have a description, from the guidance pages on GOV.UK named in each row.",
    ("npq_courses.csv",),
)
NPQ_OFFERS = Source(
    "npq-offers",
    "NPQ lead providers and the courses they offer",
    DFE,
    "github.com/DFE-Digital/npq-registration @9e9784a, db/seeds/data/default_course_cohort_providers.csv",
    MIT,
    OPEN,
    dt.date(2026, 6, 1),
    "June 2026",
    "Each offer is listed, not reviewed: price, dates and places are not in the source.",
    ("npq_course_lead_providers.csv",),
)

# Sources that only lend columns.
GIAS_2018 = Source(
    "gias-2018",
    "Get Information about Schools (GIAS), 2018",
    DFE,
    "github.com/matt-dray/nctl-teaching-schools, output/gias.RDS",
    OGL,
    CROWN,
    dt.date(2018, 3, 12),
    "12 March 2018",
)
EDUBASE_2017 = Source(
    "edubase-2017",
    "EduBase, July 2017",
    DFE,
    "education-benchmarking, archive/prototype.zip; matched to URNs by name and order",
    OGL,
    CROWN,
    dt.date(2017, 7, 1),
    "July 2017",
    "Of 17,454 matched rows that could be checked, 99.86% lie within 5 km of the school's own point.",
)
EDUBASE_2016 = Source(
    "edubase-2016",
    "EduBase, November 2016",
    DFE,
    "github.com/symroe/school-eng-data, lists/establishment-group-type/types.tsv",
    OGL,
    OPEN,
    dt.date(2016, 11, 1),
    "November 2016",
)
PUPIL_PREMIUM = Source(
    "pupil-premium-2021",
    "Pupil premium, 2021 to 2022",
    DFE,
    "github.com/DFE-Digital/early-careers-framework, data/pupil_premium_2021.csv",
    MIT,
    OPEN,
    dt.date(2021, 9, 1),
    "2021 to 2022",
)
NPQ_GUIDANCE = Source(
    "npq-guidance",
    "GOV.UK guidance on NPQs",
    DFE,
    "The guidance pages named in each row",
    OGL,
    OPEN,
    dt.date(2023, 1, 1),
    "2023 to 2024",
)
LENDERS = (GIAS_2018, EDUBASE_2017, EDUBASE_2016, PUPIL_PREMIUM, NPQ_GUIDANCE)

_REPLACED = "Schools opened later have their predecessor's; the row says so"
_TYPES = "Else the pupil premium files of 2019 to 2020 or 2021 to 2022; the row says which"
COLUMNS = (
    Column("school", "latitude", GIAS_2018.code, _REPLACED),
    Column("school", "longitude", GIAS_2018.code, _REPLACED),
    Column("school", "postcode", EDUBASE_2017.code, _REPLACED),
    Column("school", "town", EDUBASE_2017.code),
    Column("school", "establishment_type", EDUBASE_2016.code, _TYPES),
    Column("school", "type_group", EDUBASE_2016.code, _TYPES),
    Column("school", "pupils", PUPIL_PREMIUM.code, "Else GIAS of March 2018; the row names its school year"),
    Column(
        "school",
        "disadvantage_percent",
        PUPIL_PREMIUM.code,
        "Pupils with deprivation pupil premium per 100 on roll; not the share with free school meals",
    ),
    Column(
        "school", "ofsted_rating", GIAS_2018.code, "As it stood then; the row has the day of the inspection"
    ),
    Column("school", "ofsted_on", GIAS_2018.code),
    *(
        Column("npqcourse", column, NPQ_GUIDANCE.code)
        for column in (
            "summary",
            "audience",
            "duration_months",
            "weekly_hours",
            "study_type",
            "assessment",
            "topics",
        )
    ),
)
