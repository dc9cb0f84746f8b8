"""Reading a text query of PostgreSQL in the form it prints it: 'coach' & ( 'head':* | !'new' ).

The database makes the query (stemming, stop words, what people may type); only its meaning as "and", "or"
and "not" of words is taken over here. What needs positions or weights stays text, for the database to answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A word, or all words that begin with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True)
class Other:
    """A part that only the database can answer (a phrase, a weight), as it prints it."""

    text: str


@dataclass(frozen=True)
class Not:
    part: Node


@dataclass(frozen=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    parts: tuple[Node, ...]


Node = Word | Other | Not | And | Or

_TOKEN = re.compile(r"\s*(?:('(?:[^'\\]|''|\\.)*')(:[*A-D]+)?|([&|!()])|(<(?:-|\d+)>))", re.DOTALL)


def parse(text: str) -> Node | None:
    """The query of its printed form; None for the empty one, which finds nothing.

    Raises:
        ValueError: this is no printed query.
    """
    tokens: list[tuple[str, int, int]] = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if not match:
            raise ValueError(f"Not a text query: {text!r}")
        tokens.append((match[0].strip(), match.start() + len(match[0]) - len(match[0].lstrip()), match.end()))
        at = match.end()
    if not tokens:
        return None
    reader = _Reader(stripped, tokens)
    node = reader.either()
    if reader.at != len(tokens):
        raise ValueError(f"Not a text query: {text!r}")
    return node


class _Reader:
    """Binding, loosest first: | & <-> !"""

    def __init__(self, text: str, tokens: list[tuple[str, int, int]]) -> None:
        self.text, self.tokens, self.at = text, tokens, 0

    def _next(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def either(self) -> Node:
        parts = [self.both()]
        while self._next() == "|":
            self.at += 1
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Node:
        parts = [self.phrase()]
        while self._next() == "&":
            self.at += 1
            parts.append(self.phrase())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def phrase(self) -> Node:
        start = self.at
        node = self.unless()
        if not self._next().startswith("<"):
            return node
        while self._next().startswith("<"):
            self.at += 1
            self.unless()
        return Other(self.text[self.tokens[start][1] : self.tokens[self.at - 1][2]])

    def unless(self) -> Node:
        if self._next() == "!":
            self.at += 1
            return Not(self.unless())
        return self.atom()

    def atom(self) -> Node:
        token = self._next()
        if not token:
            raise ValueError("A text query ends too early.")
        self.at += 1
        if token == "(":  # noqa: S105 - not a secret
            node = self.either()
            if self._next() != ")":
                raise ValueError("A text query lacks a bracket.")
            self.at += 1
            return node
        if not token.startswith("'"):
            raise ValueError(f"Not expected in a text query: {token}")
        word, _, marks = token.rpartition("'")
        if marks not in ("", ":*"):
            return Other(token)
        plain = re.sub(r"''|\\(.)", lambda found: found[1] or "'", word[1:], flags=re.DOTALL)
        return Word(plain, prefix=bool(marks))
