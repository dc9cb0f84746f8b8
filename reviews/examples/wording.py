"""Texts of the example data, put together from the framework's own words so that a page reads like a real one."""

from __future__ import annotations

import re

from programmes.choices import Audience, HeadteacherStandard, ProgrammeKind, Topic
from providers.choices import Expertise
from reviews.models import Criterion

AIMS = {
    ProgrammeKind.COURSE: "By the end participants can lead {topics} in their own school: they have diagnosed a need, planned and rehearsed a change, and shown what changed for staff and pupils two terms later.",
    ProgrammeKind.COACHING: "Each leader works on two goals of their own in {topics}, agreed with their chair or line manager at the start and reviewed at the end.",
    ProgrammeKind.JPD: "Pairs of schools develop one practice in {topics} together, test it in each other's classrooms and write down what others would need to know.",
    ProgrammeKind.PEER_REVIEW: "Reviewers and reviewed schools both leave with a sharper view of {topics}, two agreed actions and a date on which they look again.",
    ProgrammeKind.PLACEMENT: "Participants lead a piece of work on {topics} in a school unlike their own and bring back one practice that lasts.",
    ProgrammeKind.NETWORK: "Members leave each meeting with something tried elsewhere in {topics} and report at the next what happened in their school.",
    ProgrammeKind.SCHOOL_SUPPORT: "The supported school leads its own improvement in {topics} when the support ends; a dated exit plan says how.",
    ProgrammeKind.RESIDENTIAL: "Participants step back together, build a plan for {topics} that their governors have tested, and meet again after a term.",
    ProgrammeKind.CONFERENCE: "Participants hear current evidence on {topics} and choose one thing to do about it.",
}
CONTENT = "Starting point and need; what the evidence says about {topics}; modelling and rehearsal; a task in school between sessions; looking at what changed; handing on."
SUITS = "Suits {audience} with a say over {topics} in their school and a head who will free the time between sessions."
DOES_NOT_SUIT = (
    "Not for leaders in their first term in a post, nor for schools that want a single training day."
)
KNOWLEDGE = "What works is written down after each cohort by participants and deliverers together, tried in at least one other school, and kept or dropped on the results."
TENSION = "We live partly from what we know; giving it away brings schools back, but not every year."
EVIDENCE_BASE = "National guidance on effective professional development; reviews of school leadership and implementation; our own follow-up of earlier cohorts, limits stated."


# Which of the Headteachers' Standards a topic belongs to, where it clearly does.
_STANDARDS = {
    Topic.TEACHING: HeadteacherStandard.TEACHING,
    Topic.CURRICULUM: HeadteacherStandard.CURRICULUM,
    Topic.ASSESSMENT: HeadteacherStandard.CURRICULUM,
    Topic.BEHAVIOUR: HeadteacherStandard.BEHAVIOUR,
    Topic.SEND: HeadteacherStandard.SEND,
    Topic.PROFESSIONAL_DEVELOPMENT: HeadteacherStandard.PROFESSIONAL_DEVELOPMENT,
    Topic.IMPLEMENTATION: HeadteacherStandard.IMPROVEMENT,
    Topic.STRATEGY: HeadteacherStandard.CULTURE,
    Topic.FINANCE: HeadteacherStandard.MANAGEMENT,
    Topic.PEOPLE: HeadteacherStandard.MANAGEMENT,
    Topic.GOVERNANCE: HeadteacherStandard.GOVERNANCE,
    Topic.PARTNERSHIP: HeadteacherStandard.PARTNERSHIP,
}


def standards_of(topics: tuple[str, ...]) -> list[str]:
    """The Headteachers' Standards that these topics belong to, once each."""
    return list(dict.fromkeys(str(_STANDARDS[Topic(topic)]) for topic in topics if topic in _STANDARDS))


def listed(items: list[str]) -> str:
    """Join words as a sentence does: "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def topics_in_words(codes: tuple[str, ...]) -> str:
    return listed([Topic(code).label.lower().replace("send", "SEND") for code in codes])


def audience_in_words(codes: tuple[str, ...]) -> str:
    return listed([Audience(code).label.lower() for code in codes])


def expertise_in_words(codes: tuple[str, ...]) -> str:
    words = [Expertise(code).label for code in codes]
    return listed(
        [word if word.startswith(("English", "Special")) else word[0].lower() + word[1:] for word in words]
    )


def statement(criterion: Criterion) -> str:
    """What the example provider says about a criterion."""
    return (
        f"We show this with: {criterion.evidence_expected}. The items attached say what we do, since when, who "
        "checks it and what we changed as a result."
    )


def evidence_title(criterion: Criterion) -> str:
    first = criterion.evidence_expected.split(",")[0].strip()
    return f"{first[0].upper()}{first[1:]} ({criterion.code})"


def evidence_text(criteria: list[Criterion]) -> str:
    """A text item of fictional evidence that serves several criteria."""
    subjects = listed([criterion.title.lower() for criterion in criteria])
    expected = "; ".join(criterion.evidence_expected for criterion in criteria)
    return f"Example evidence on {subjects}: {expected}. Fictional text that stands where a provider's document would be."


def rationale(criterion: Criterion, value: int) -> str:
    """An example assessor's reason for a score, from the descriptor it was matched to. It names no level: the provider
    reads it when the facts are checked, and no score is shown there."""
    descriptor = re.sub(
        r"^as \d, ", "", str(criterion.descriptors[str(value)]).rstrip("."), flags=re.IGNORECASE
    )
    return f"What the evidence shows: {descriptor[0].lower()}{descriptor[1:]}."


def strengths(criteria: list[Criterion]) -> str:
    named = (
        listed([criterion.title.lower() for criterion in criteria[:3]]) if criteria else "clear description"
    )
    return (
        f"Strongest in {named}: what is claimed can be followed from the evidence to what changed in schools."
    )


def improvements(criteria: list[Criterion]) -> str:
    named = listed([criterion.title.lower() for criterion in criteria[:3]]) if criteria else "follow-up"
    return f"Most to gain in {named}: show what was learned from it and what was changed."
