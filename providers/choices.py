"""The field's own terms for organisations and people."""

from django.db.models import TextChoices


class ProviderKind(TextChoices):
    SCHOOL = "school", "School"
    MAT = "mat", "Multi-academy trust"
    SAT = "sat", "Single-academy trust"
    TSA = "tsa", "Teaching school alliance (historic)"
    HUB = "hub", "Teaching school hub"
    LA = "la", "Local authority"
    EIP = "eip", "Local authority education improvement partnership"
    DIOCESE = "diocese", "Diocese"
    UNIVERSITY = "university", "University"
    COMPANY = "company", "Private company"
    PARTNERSHIP_COMPANY = "partnership_company", "Not-for-profit partnership company"
    CHARITY = "charity", "Charity"
    CONSULTANT = "consultant", "Independent consultant"
    NPQ_LEAD = "npq_lead", "NPQ lead provider"
    DELIVERY_PARTNER = "delivery_partner", "Delivery partner"
    RESEARCH_SCHOOL = "research_school", "Research school"
    SUBJECT_HUB = "subject_hub", "Subject hub"
    ASSOCIATION = "association", "Subject or professional association"
    NETWORK = "network", "Network"


class OrganisingModel(TextChoices):
    MIDDLE_TIER = "middle_tier", "Middle tier coordinated regionally"
    LA_EIP = "la_eip", "LA improvement partnership on subscription"
    SECONDARY_EXCHANGE = "secondary_exchange", "Secondaries exchanging and purchasing"
    ALLIANCE = "alliance", "Teaching school alliance or hub"
    HOME_GROWN = "home_grown", "Stand-alone, home-grown"
    PARTNERSHIP_COMPANY = "partnership_company", "Partnership company"
    DIOCESAN = "diocesan", "Diocesan"
    UNIVERSITY = "university", "University partnership"
    NATIONAL_PRIVATE = "national_private", "National or private provider"


class LegalForm(TextChoices):
    MAINTAINED_SCHOOL = "maintained_school", "Maintained school"
    ACADEMY_TRUST = "academy_trust", "Academy trust"
    PUBLIC_BODY = "public_body", "Public body"
    COMPANY_SHARES = "company_shares", "Company limited by shares"
    COMPANY_GUARANTEE = "company_guarantee", "Company limited by guarantee"
    CIC = "cic", "Community interest company"
    CHARITY = "charity", "Charity"
    UNINCORPORATED = "unincorporated", "Unincorporated partnership or association"
    SOLE_TRADER = "sole_trader", "Sole trader"
    CHARTERED = "chartered", "Chartered or statutory corporation"


class RelationshipKind(TextChoices):
    MEMBER_OF = "member_of", "Member of"
    PARTNER_IN = "partner_in", "Partner in"
    ACCREDITS = "accredits", "Accredits"
    SUBSCRIBES_TO = "subscribes_to", "Subscribes to"
    DELIVERS_FOR = "delivers_for", "Delivers for"
    COORDINATES = "coordinates", "Coordinates"
    LED_BY = "led_by", "Led by"
    SERVES = "serves", "Serves"


class MemberRole(TextChoices):
    OWNER = "owner", "Owner"
    EDITOR = "editor", "Editor"
    VIEWER = "viewer", "Viewer"


class ClaimState(TextChoices):
    PENDING = "pending", "Waiting for a check"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


class Phase(TextChoices):
    NURSERY = "nursery", "Nursery"
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"
    ALL_THROUGH = "all_through", "All-through"
    SIXTEEN_PLUS = "16_plus", "16 plus"
    SPECIAL = "special", "Special or alternative"


class LeaderKind(TextChoices):
    SLE = "sle", "Specialist leader of education (SLE)"
    LLE = "lle", "Local leader of education (LLE)"
    NLE = "nle", "National leader of education (NLE)"
    NLG = "nlg", "National leader of governance (NLG)"


class Expertise(TextChoices):
    """Areas a specialist leader may be designated in (the 28 of the national SLE scheme)."""

    ACADEMIES = "academies", "Academies and academy transition"
    ASSESSMENT = "assessment", "Assessment"
    BUSINESS = "business", "School business management"
    CLOSING_GAP = "closing_gap", "Closing the gap"
    CPD = "cpd", "Leadership of continuing professional development"
    CURRICULUM = "curriculum", "Leadership of curriculum"
    ATTENDANCE = "attendance", "Attendance"
    BEHAVIOUR = "behaviour", "Behaviour and discipline"
    EARLY_YEARS = "early_years", "Early years"
    INITIAL_TRAINING = "initial_training", "Initial teacher training and new teachers"
    SEND = "send", "Special educational needs and disability (SEND)"
    EAL = "eal", "English as an additional language"
    ART = "art", "Art"
    COMPUTING = "computing", "Computing and ICT"
    DESIGN_TECHNOLOGY = "design_technology", "Design and technology"
    DRAMA = "drama", "Drama"
    ENGLISH = "english", "English"
    GEOGRAPHY = "geography", "Geography"
    HISTORY = "history", "History"
    LITERACY = "literacy", "Literacy"
    MATHEMATICS = "mathematics", "Mathematics"
    LANGUAGES = "languages", "Modern languages"
    MUSIC = "music", "Music"
    PE = "pe", "Physical education"
    PHONICS = "phonics", "Phonics"
    PSHE = "pshe", "Personal, social, health and economic education"
    RELIGIOUS_EDUCATION = "religious_education", "Religious education"
    SCIENCE = "science", "Science"


class LeaderStatus(TextChoices):
    APPLIED = "applied", "Applied"
    DESIGNATED = "designated", "Designated"
    UNDER_REVIEW = "under_review", "Under review"
    LAPSED = "lapsed", "Lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    RESIGNED = "resigned", "Resigned"
    HISTORIC = "historic", "Historic"


class GuskeyLevel(TextChoices):
    """Guskey's five levels of evaluating professional development."""

    REACTIONS = "1", "1 Participants' reactions"
    LEARNING = "2", "2 Participants' learning"
    ORGANISATION = "3", "3 Organisation support and change"
    USE = "4", "4 Use of new knowledge and skills"
    OUTCOMES = "5", "5 Pupil outcomes"


class SchoolType(TextChoices):
    """Kinds of school as they matter for how leadership works; the official type groups fall into these."""

    MAINTAINED = "maintained", "Local authority maintained"
    ACADEMY = "academy", "Academy"
    FREE_SCHOOL = "free_school", "Free school"
    INDEPENDENT = "independent", "Independent"
    SPECIAL = "special", "Special school"
    COLLEGE = "college", "College"


class Setting(TextChoices):
    URBAN = "urban", "Urban"
    RURAL = "rural", "Rural"


class ImprovementStage(TextChoices):
    """Where a school is on its way to improve, in order."""

    STABILISE = "stabilise", "Stabilising: the basics have to be made safe first"
    REPAIR = "repair", "Repairing: known weaknesses are being put right"
    IMPROVE = "improve", "Improving: sound, and getting better"
    SUSTAIN = "sustain", "Sustaining: strong, and lending strength to others"


# What the head of a supported school says of the value of the work, best first.
VALUE_FOR_MONEY = [(4, "Well worth it"), (3, "Worth it"), (2, "Partly"), (1, "Not worth it")]


class Availability(TextChoices):
    """What a provider says once a year of a specialist leader."""

    YES = "yes", "Takes deployments"
    LIMITED = "limited", "Takes few deployments"
    NO = "no", "Takes no deployments now"
