"""Words that mean the same to people who search. One table; an entry that
holds any word of a row is found by all of them.

Entries are expanded when they are indexed, not queries when they are asked: the words a person typed stay
the words that are looked for.
"""

from __future__ import annotations

import re

# Each row: equivalent words. A row applies to an entry whose title, summary or labels hold any of them.
_SAME: tuple[tuple[str, ...], ...] = (
    ("SENCo", "SENDCo", "special needs coordinator", "special educational needs co-ordinator"),
    ("SEND", "SEN", "special educational needs", "special needs", "additional needs", "inclusion"),
    ("headship", "headteacher", "head teacher", "principal"),
    ("executive leadership", "executive head", "executive principal", "trust chief executive", "CEO"),
    ("senior leadership", "senior leaders", "deputy head", "assistant head", "SLT"),
    ("middle leaders", "head of department", "subject lead", "phase lead", "curriculum lead"),
    ("school business leaders", "school business management", "bursar", "SBM", "business manager"),
    ("governors", "governor", "trustee", "governing body", "NLG"),
    ("professional development", "CPD", "CPDL", "INSET", "staff development", "teacher development"),
    ("specialist leader of education", "specialist leader", "SLE"),
    ("local leader of education", "LLE"),
    ("national leader of education", "NLE"),
    ("multi-academy trust", "MAT"),
    ("single-academy trust", "SAT"),
    ("teaching school alliance", "TSA"),
    ("teaching school hub", "TSH"),
    ("local authority", "LA", "council"),
    ("education improvement partnership", "EIP"),
    ("early career", "ECT", "ECF", "ECTE", "NQT", "newly qualified", "early career teacher"),
    ("initial teacher training", "ITT", "ITE", "PGCE", "trainee"),
    ("early years", "EYFS", "nursery", "reception"),
    ("English as an additional language", "EAL"),
    ("physical education", "PE", "sport"),
    ("personal, social, health and economic education", "PSHE"),
    ("mathematics", "maths", "numeracy"),
    ("literacy", "reading and writing"),
    ("phonics", "early reading"),
    ("behaviour", "discipline"),
    ("disadvantage", "closing the gap", "pupil premium"),
    ("modern languages", "MFL", "foreign languages"),
    ("computing", "ICT", "computer science"),
    ("design and technology", "DT"),
    ("religious education", "RE"),
    ("safeguarding", "child protection", "DSL"),
    ("coaching", "mentoring", "mentor", "coach"),
    ("joint practice development", "JPD", "lesson study"),
    ("peer review", "peer-to-peer review"),
    ("well-being", "wellbeing", "workload", "mental health"),
    ("online", "remote", "virtual", "distance learning"),
    ("face to face", "in person"),
    ("national professional qualification", "NPQ"),
)


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words; abbreviations in capitals only as written, so that "trust" or "pe" inside a text is no
    match.
    """
    parts = []
    for word in words:
        body = re.escape(word).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]?")
        parts.append(body if word.isupper() else f"(?i:{body})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def _beginnings(words: tuple[str, ...]) -> frozenset[str]:
    """A text that matches has one of these among its words: what each begins with, a hyphen left out or not."""
    first = [word.split()[0].lower() for word in words]
    return frozenset(part.strip(",") for one in first for part in (one.split("-")[0], one.replace("-", "")))


_PATTERNS = [(_beginnings(words), _pattern(words), words) for words in _SAME]


def with_synonyms(text: str) -> str:
    """Every word of the table that means the same as something in `text`, once each, in table order."""
    found: dict[str, None] = {}
    present = set(re.findall(r"\w+", text.lower()))
    for beginnings, pattern, words in _PATTERNS:
        # Looking for every pattern takes most of the time of making an entry.
        if not beginnings.isdisjoint(present) and pattern.search(text):
            found.update(dict.fromkeys(words))
    return " ".join(found)
