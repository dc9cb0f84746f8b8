from reviews.models.assessment import (
    Adjudication,
    Assessment,
    AssessorProfile,
    ConflictOverride,
    Score,
    Tie,
)
from reviews.models.consultation import FrameworkComment
from reviews.models.decision import Appeal, Condition, Decision, Finding
from reviews.models.framework import Criterion, FrameworkVersion, Heading
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
    "Appeal",
    "Assessment",
    "AssessorProfile",
    "Condition",
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
    "ModerationItem",
    "Rating",
    "Recomputation",
    "RecomputationChunk",
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
