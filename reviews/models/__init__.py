from reviews.models.allocation import AllocationFile, AllocationRun, AllocationSeat
from reviews.models.assessment import (
    Adjudication,
    Affiliation,
    Assessment,
    AssessorProfile,
    ConflictOverride,
    OverrideRequest,
    Score,
    Tie,
)
from reviews.models.back_reading import BackReading
from reviews.models.badge_key import BadgeKey
from reviews.models.calibration import CalibrationAnswer, CalibrationAttempt, CalibrationExample
from reviews.models.complaint import Complaint
from reviews.models.consultation import FrameworkComment
from reviews.models.decision import (
    Appeal,
    Condition,
    ConditionReport,
    Decision,
    Finding,
    ScheduledPublication,
)
from reviews.models.framework import Criterion, FrameworkVersion, Heading
from reviews.models.message_words import MessageWords
from reviews.models.rating import Rating, StaleSubject
from reviews.models.recomputation import Recomputation, RecomputationChunk
from reviews.models.simulation import Simulation
from reviews.models.statistics import ModerationItem, SeverityMeasure, StatisticsRun
from reviews.models.submission import (
    CriterionStatement,
    Evidence,
    EvidenceRequest,
    FactComment,
    Snapshot,
    StoredFile,
    Submission,
)

__all__ = [
    "Adjudication",
    "Affiliation",
    "AllocationFile",
    "AllocationRun",
    "AllocationSeat",
    "Appeal",
    "Assessment",
    "AssessorProfile",
    "BackReading",
    "BadgeKey",
    "CalibrationAnswer",
    "CalibrationAttempt",
    "CalibrationExample",
    "Complaint",
    "Condition",
    "ConditionReport",
    "ConflictOverride",
    "Criterion",
    "CriterionStatement",
    "Decision",
    "Evidence",
    "EvidenceRequest",
    "FactComment",
    "Finding",
    "FrameworkComment",
    "FrameworkVersion",
    "Heading",
    "MessageWords",
    "ModerationItem",
    "OverrideRequest",
    "Rating",
    "Recomputation",
    "RecomputationChunk",
    "ScheduledPublication",
    "Score",
    "SeverityMeasure",
    "Simulation",
    "Snapshot",
    "StaleSubject",
    "StatisticsRun",
    "StoredFile",
    "Submission",
    "Tie",
]
