"""Gaps in the words of a message: plain names in braces, filled in when it is written.

They are not Python's format strings: `{title.__class__}`, `{0}`, `{title!r}` and `{title:>9}` are faults here, so that
words which people type reach nothing but the texts a message is given.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping

_GAP = re.compile(r"\{([a-z][a-z_]*)\}")
# Doubled braces, a pair of braces, or one brace alone.
_BRACES = re.compile(r"(\{\{[^{}]*\}\})|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"\w+")
_SHOWN = 30
"""Characters of a faulty place that are quoted."""


def names(text: str) -> list[str]:
    """The names in a text's gaps, each once, in its order."""
    return list(dict.fromkeys(_GAP.findall(text)))


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with its gaps filled; KeyError for a name without words. Braces in the words are left alone."""
    return _GAP.sub(lambda match: words[match[1]], text)


def listed(found: Collection[str]) -> str:
    """Names as a sentence has them: `{title}, {code} and {due}`."""
    *most, last = (f"{{{name}}}" for name in found)
    return f"{', '.join(most)} and {last}" if most else last


def faults(text: str, may: Collection[str]) -> list[str]:
    """What is wrong with the braces of a text in which the names `may` can stand: a sentence for each place, in the
    order of the text; the line is said where there are several.
    """
    found = []
    for match in _BRACES.finditer(text):
        doubled, inner = match[1], match[2]
        if inner is not None and inner in may:
            continue
        if doubled:
            what = f"“{_cut(doubled)}” has doubled braces. Write each name in single ones."
        elif inner is not None:
            what = _not_a_gap(inner, may)
        elif match[0] == "{":
            what = f"the brace at “{_cut(text[match.start() :])}” is never closed."
        else:
            what = f"the brace after “{_cut(text[: match.start()], from_end=True)}” closes nothing."
        line = f"line {text.count(chr(10), 0, match.start()) + 1}: " if "\n" in text else ""
        found.append(_upper_first(line + what))
    return found


def _not_a_gap(inner: str, may: Collection[str]) -> str:
    shown = f"“{{{_cut(inner)}}}”"
    plain = inner.strip().lower()
    if not plain:
        return f"{shown} has no name between its braces. Choose from {listed(may)}."
    if plain in may:
        return f"{shown} has to be written {{{plain}}}, in small letters and without spaces."
    if not _NAME.fullmatch(plain) or plain[0].isdigit():
        return f"{shown}: only a name by itself can stand in braces. Choose from {listed(may)}."
    close = difflib.get_close_matches(plain, list(may), n=1)
    if close:
        return f"{shown} is nothing that this letter fills in. Did you mean {{{close[0]}}}?"
    return f"{shown} is nothing that this letter fills in. Choose from {listed(may)}."


def _cut(text: str, *, from_end: bool = False) -> str:
    """A few words of one line, for a quotation."""
    line = text.split("\n")[-1 if from_end else 0]
    if len(line) <= _SHOWN:
        return line
    return f"…{line[-_SHOWN:]}" if from_end else f"{line[:_SHOWN]}…"


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
