"""The field's own terms for reviews."""

from django.db.models import TextChoices


class SubjectKind(TextChoices):
    PROVIDER = "provider", "Provider"
    PROGRAMME = "programme", "Programme"
    SLE = "sle", "Specialist leader"


class EvidenceKind(TextChoices):
    FILE = "file", "File"
    LINK = "link", "Link"
    TEXT = "text", "Text"
    DEPLOYMENT = "deployment", "Closed deployment"


class EvidenceCheck(TextChoices):
    """Whether an assessor could verify an item of evidence."""

    UNCHECKED = "unchecked", "Not checked yet"
    VERIFIED = "verified", "Verified"
    NOT_VERIFIED = "not_verified", "Could not be verified"


class Capacity(TextChoices):
    """In which capacity somebody comments on a framework."""

    LEADER = "school_leader", "School leader"
    PROVIDER = "provider", "Member of a provider’s team"
    ASSESSOR = "assessor", "Assessor"
    RESEARCHER = "researcher", "Researcher"
    OTHER = "other", "Somebody else"


class JobState(TextChoices):
    """How far a job is whose result is kept."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class AssessmentRole(TextChoices):
    BLIND = "blind", "Blind assessment"
    ADJUDICATION = "adjudication", "Adjudication"


class ConflictKind(TextChoices):
    SAME_ORGANISATION = "same_organisation", "Same employer, trust or alliance"
    DESIGNATOR = "designator", "Designator of the SLE"
    TIE = "tie", "Paid, co-authored or family tie within 36 months"
    COMPETITOR = "competitor", "Competitor in the same authority and topic"
    DECLARED = "declared", "Declared by the assessor"


class AffiliationKind(TextChoices):
    """How a person belongs, or belonged, to an organisation besides their present employer."""

    EMPLOYED = "employed", "Employed by it"
    BOARD = "board", "Trustee, governor or member of its board"
    CONSULTANT = "consultant", "Works or worked for it as a consultant"
    MEMBER = "member", "Member of it"
    OTHER = "other", "In another way"


class AllocationState(TextChoices):
    """Of a run of the allocation."""

    WAITING = "waiting", "Waiting"
    WORKING = "working", "Being worked out"
    PROPOSED = "proposed", "Proposed"
    INVITING = "inviting", "Inviting"
    DONE = "done", "Done"
    SET_ASIDE = "set_aside", "Set aside"
    FAILED = "failed", "Failed"


class AllocationCause(TextChoices):
    """Why a run was made."""

    ASKED = "asked", "Asked for"
    NIGHTLY = "nightly", "Nightly"
    DECLINED = "declined", "A seat fell free"


class OverrideState(TextChoices):
    """Of a request to lift a conflict."""

    OPEN = "open", "Waits for a second administrator"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"


class Outcome(TextChoices):
    PUBLISH = "publish", "Publish the rating"
    CLOSE = "close", "Close: not yet"


class AppealState(TextChoices):
    LODGED = "lodged", "Lodged"
    UPHELD = "upheld", "Upheld"
    DISMISSED = "dismissed", "Dismissed"


class FindingKind(TextChoices):
    INTEGRITY = "integrity", "Integrity"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    COMPLAINT = "complaint", "Complaint"


class FindingState(TextChoices):
    OPEN = "open", "Open"
    UPHELD = "upheld", "Upheld"
    NOT_UPHELD = "not_upheld", "Not upheld"
    CLEARED = "cleared", "Cleared"


class ComplaintKind(TextChoices):
    HANDLING = "handling", "How the review was handled"
    PROVISION = "provision", "What was reviewed"


class ComplaintState(TextChoices):
    OPEN = "open", "Being looked into"
    UPHELD = "upheld", "Upheld"
    NOT_UPHELD = "not_upheld", "Not upheld"


class ReportState(TextChoices):
    """Of a team's report that a condition is met."""

    WAITING = "waiting", "Waits to be looked at"
    MET = "met", "Met"
    NOT_MET = "not_met", "Not met yet"


class Facet(TextChoices):
    """What has a measure of severity, in the model's order."""

    SUBJECT = "subject", "Subject"
    ASSESSOR = "assessor", "Assessor"
    CRITERION = "criterion", "Criterion"


class RunState(TextChoices):
    """Of a run of the statistics."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Being worked out"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class ModerationOutcome(TextChoices):
    """What somebody found who looked at a queued rating."""

    STANDS = "stands", "The rating stands"
    BRIEF = "brief", "The rating stands; the assessors are briefed"
    DECIDE_AGAIN = "decide_again", "The decision should be looked at again"


class RecomputationState(TextChoices):
    """Of a recomputation."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"
