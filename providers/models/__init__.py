from providers.models.leader_check import LeaderCheck
from providers.models.leaders import Deployment, DeploymentVisit, SpecialistLeader
from providers.models.places import (
    ColumnSource,
    DataSource,
    Diocese,
    LocalAuthority,
    Outcode,
    Region,
    Sourced,
)
from providers.models.provider import (
    Claim,
    Invitation,
    Membership,
    Provider,
    ProviderArea,
    Relationship,
)
from providers.models.school import School
from providers.models.school_facts import FACTS, SchoolFacts

__all__ = [
    "FACTS",
    "Claim",
    "ColumnSource",
    "DataSource",
    "Deployment",
    "DeploymentVisit",
    "Diocese",
    "Invitation",
    "LeaderCheck",
    "LocalAuthority",
    "Membership",
    "Outcode",
    "Provider",
    "ProviderArea",
    "Region",
    "Relationship",
    "School",
    "SchoolFacts",
    "Sourced",
    "SpecialistLeader",
]
