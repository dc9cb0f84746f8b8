"""How two versions of a programme differ, in words, and which differences are material."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from lpdqa.drafts.merging import in_words
from programmes.forms.sections import SECTIONS
from programmes.models import ProgrammeVersion
from providers.forms.answers import unsaid

# What makes it another programme for those who take part and pay (DESIGN of the register: aims, content, audience,
# basis of the price, deliverers). A rating of the version before says nothing about these.
MATERIAL = frozenset({"aims", "content", "audience", "funding_model", "deliverers"})


@dataclass(frozen=True)
class Change:
    """One question that is answered differently."""

    part: str
    question: str
    pieces: list[tuple[str, str]]
    """The text in order: ("same" | "gone" | "new", words)."""
    material: bool


def differences(before: ProgrammeVersion, after: ProgrammeVersion) -> list[Change]:
    """Every question with another answer, in the order of the parts; no queries."""
    found = []
    asked = [
        (section.title, name, str(form.fields[name].label))
        for section in SECTIONS
        for form in (section.form(instance=after),)
        for name in form.fields
    ]
    asked.append(("Price", "funding_model", "How is it paid for?"))
    for part, name, question in asked:
        old, new = getattr(before, name), getattr(after, name)
        if old == new or (unsaid(old) and unsaid(new)):
            continue
        found.append(Change(part, question, _pieces(before, after, name), name in MATERIAL))
    return found


def _pieces(before: ProgrammeVersion, after: ProgrammeVersion, name: str) -> list[tuple[str, str]]:
    old, new = (_words(version, name) for version in (before, after))
    if isinstance(getattr(after, name), str) and old and new and name not in ("funding_model", "driver"):
        return _by_words(old, new)
    return [("gone", old)] * bool(old) + [("new", new)] * bool(new)


def _words(version: ProgrammeVersion, name: str) -> str:
    value = getattr(version, name)
    if unsaid(value):
        return ""
    field = version._meta.get_field(name)
    if isinstance(value, str) and not getattr(field, "choices", None):
        return value
    return in_words(version, name, value)


def _by_words(old: str, new: str) -> list[tuple[str, str]]:
    """The new text with what is gone and what is new marked, word by word."""
    a, b = (re.findall(r"\S+\s*", text) for text in (old, new))
    pieces: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, [w.strip() for w in a], [w.strip() for w in b], autojunk=False)
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(b[b1:b2])))
            continue
        if a2 > a1:
            pieces.append(("gone", "".join(a[a1:a2])))
        if b2 > b1:
            pieces.append(("new", "".join(b[b1:b2])))
    return pieces
