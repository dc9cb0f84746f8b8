"""Reading specialist leaders without telling who they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from providers.models import Deployment, SpecialistLeader


def without_name(leader: SpecialistLeader, text: str) -> str:
    """`text` as the public may read it: without consent to be named, a name written into it becomes the code.

    Catches the full name and a title with the surname; a provider who writes more than that tells more than
    it may, which screening looks for.
    """
    if leader.consent_named_at or not leader.name.strip() or not text:
        return text
    words = leader.name.split()
    full = r"\s+".join(re.escape(word) for word in words)
    titled = rf"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame)\.?\s+{re.escape(words[-1])}"
    return re.sub(rf"(?<!\w)(?:{full}|{titled})(?!\w)", leader.public_name, text, flags=re.IGNORECASE)


@dataclass(frozen=True)
class Context:
    """Where a specialist leader has worked, without saying at which school."""

    focus: str
    phase: str
    region: str
    days: str
    year: int
    reached: str
    """How far the receiving head's evaluation reaches."""


def deployment_contexts(leader: SpecialistLeader) -> list[Context]:
    """Evaluated work, newest first; one query. The supported school isn't named: it has not been asked."""
    done = leader.deployments.filter(state__in=["evaluated", "closed"])
    return [
        Context(
            focus=without_name(leader, deployment.focus),
            phase=deployment.supported_school.get_phase_display() if deployment.supported_school else "",
            region=_region(deployment),
            days=f"{deployment.days.normalize():f}" if deployment.days is not None else "",
            year=(deployment.ends_on or deployment.starts_on or deployment.requested_on).year,
            reached=deployment.get_evaluation_level_display(),
        )
        for deployment in done.select_related("supported_school__authority__region").order_by(
            "-requested_on", "-pk"
        )
    ]


def _region(deployment: Deployment) -> str:
    school = deployment.supported_school
    return school.authority.region.name if school and school.authority.region else ""
