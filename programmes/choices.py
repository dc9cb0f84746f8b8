"""The field's own terms for programmes."""

from django.db.models import TextChoices


class ProgrammeKind(TextChoices):
    NPQ = "npq", "National professional qualification (NPQ)"
    COURSE = "course", "Course"
    COACHING = "coaching", "Coaching or mentoring"
    JPD = "jpd", "Joint practice development"
    PEER_REVIEW = "peer_review", "Peer review"
    PLACEMENT = "placement", "Placement or internship"
    NETWORK = "network", "Network"
    SCHOOL_SUPPORT = "school_support", "School-to-school support"
    RESIDENTIAL = "residential", "Residential"
    CONFERENCE = "conference", "Conference"


class Audience(TextChoices):
    ASPIRING_MIDDLE = "aspiring_middle", "Aspiring middle leaders"
    MIDDLE = "middle", "Middle leaders"
    ASPIRING_SENIOR = "aspiring_senior", "Aspiring senior leaders"
    SENIOR = "senior", "Senior leaders"
    ASPIRING_HEAD = "aspiring_head", "Aspiring heads"
    NEW_HEAD = "new_head", "New heads"
    HEAD = "head", "Experienced heads"
    EXECUTIVE = "executive", "Executive heads"
    CEO = "ceo", "Trust chief executives"
    GOVERNOR = "governor", "Governors and trustees"
    BUSINESS = "business", "School business leaders"
    SYSTEM = "system", "Leaders preparing to support other schools"
    TEACHER = "teacher", "Teachers"


class CareerStage(TextChoices):
    EARLY = "early", "Early career"
    MID = "mid", "Mid career"
    LATE = "late", "Late career"
    ASPIRING_HEAD = "aspiring_head", "Aspiring to headship"
    NEW_HEAD = "new_head", "New to headship"
    EXPERIENCED_HEAD = "experienced_head", "Experienced in headship"


class Topic(TextChoices):
    TEACHING = "teaching", "Leading teaching"
    CURRICULUM = "curriculum", "Curriculum"
    ASSESSMENT = "assessment", "Assessment"
    BEHAVIOUR = "behaviour", "Behaviour and culture"
    SEND = "send", "SEND and inclusion"
    DISADVANTAGE = "disadvantage", "Disadvantage"
    EARLY_YEARS = "early_years", "Early years"
    LITERACY = "literacy", "Literacy"
    MATHEMATICS = "mathematics", "Mathematics"
    PROFESSIONAL_DEVELOPMENT = "professional_development", "Leading professional development"
    IMPLEMENTATION = "implementation", "Implementation and change"
    STRATEGY = "strategy", "Vision and strategy"
    FINANCE = "finance", "Finance and operations"
    PEOPLE = "people", "People, well-being and workload"
    GOVERNANCE = "governance", "Governance and accountability"
    COACHING = "coaching", "Coaching skills"
    PARTNERSHIP = "partnership", "Working between schools"
    TRUST = "trust", "Leading several schools"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    SUBJECT = "subject", "Subject leadership"


class HeadteacherStandard(TextChoices):
    """The ten areas of the Headteachers' Standards (Department for Education, 2020), in their order."""

    CULTURE = "culture", "School culture"
    TEACHING = "teaching", "Teaching"
    CURRICULUM = "curriculum", "Curriculum and assessment"
    BEHAVIOUR = "behaviour", "Behaviour"
    SEND = "send", "Additional and special educational needs and disabilities"
    PROFESSIONAL_DEVELOPMENT = "professional_development", "Professional development"
    MANAGEMENT = "management", "Organisational management"
    IMPROVEMENT = "improvement", "Continuous school improvement"
    PARTNERSHIP = "partnership", "Working in partnership"
    GOVERNANCE = "governance", "Governance and accountability"


class Mode(TextChoices):
    FACE_TO_FACE = "face_to_face", "Face to face"
    ONLINE = "online", "Online"
    BLENDED = "blended", "Blended"
    IN_SCHOOL = "in_school", "In your school"


class FundingModel(TextChoices):
    SUBSCRIPTION = "subscription", "Subscription"
    PER_PLACE = "per_place", "Price per place"
    DAY_RATE = "day_rate", "Day rate"
    TOP_SLICE = "top_slice", "Top-slice of school budgets"
    GRANT = "grant", "Grant-funded"
    RECIPROCAL = "reciprocal", "Reciprocal exchange"
    FREE = "free", "Free"


class ParticipantRole(TextChoices):
    RECIPIENT = "recipient", "Recipient of knowledge"
    ADAPTER = "adapter", "Adapts knowledge to own school"
    CONTRIBUTOR = "contributor", "Contributes knowledge"
    CO_DESIGNER = "co_designer", "Designs with others"


class Driver(TextChoices):
    ACCOUNTABILITY = "accountability", "Accountability"
    GROWTH = "growth", "Growth"
    BOTH = "both", "Both"


class Reach(TextChoices):
    VENUE = "venue", "You travel to a venue"
    COMES_TO_YOU = "comes_to_you", "Comes to your school"
    ONLINE = "online", "Online anywhere"


class Accredited(TextChoices):
    YES = "yes", "Accredited, or leads to an award"
    NO = "no", "Not accredited, or not stated"


class EntryKind(TextChoices):
    PROGRAMME = "programme", "Programme"
    SLE = "sle", "Specialist leader"
    PROVIDER = "provider", "Provider"


class EntryStatus(TextChoices):
    """What the public sees of an entry's quality assurance."""

    LISTED = "listed", "Listed, not reviewed"
    RATED = "rated", "Rated"
    ALERT = "alert", "Alert"
    LAPSED = "lapsed", "Lapsed"


class Band(TextChoices):
    NOT_YET = "not_yet", "Not yet"
    WORKING_TOWARDS = "working_towards", "Working towards"
    QUALITY_ASSURED = "quality_assured", "Quality assured"
    EXEMPLARY = "exemplary", "Exemplary"


class Confidence(TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


HEADINGS = ("purpose", "governance", "process", "definitions", "value")
