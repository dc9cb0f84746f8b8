"""Which criterion became which, from one framework version to the next.

A crosswalk says for codes of the newer version from which codes of the older one they come: none for a new criterion,
several where criteria were put together. A code that it doesn't name comes from the criterion of the same code.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Crosswalk = Mapping[str, Sequence[str]]


def sources(
    old: Mapping[str, Any], new: Mapping[str, Any], crosswalk: Crosswalk
) -> dict[str, tuple[str, ...]]:
    """For each criterion of `new`, in order, the codes of `old` that it comes from."""
    known = {criterion["code"] for criterion in old["criteria"]}
    return {
        code: tuple(source for source in crosswalk.get(code, [code]) if source in known)
        for code in (criterion["code"] for criterion in new["criteria"])
    }


def dropped(old: Mapping[str, Any], found: Mapping[str, Sequence[str]]) -> list[str]:
    """The codes of `old` from which nothing comes."""
    used = {source for codes in found.values() for source in codes}
    return [criterion["code"] for criterion in old["criteria"] if criterion["code"] not in used]


def chained(
    first: Mapping[str, Sequence[str]], second: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Sources over two steps: `first` leads from the middle version back, `second` from the newest to the middle."""
    return {
        code: tuple(dict.fromkeys(source for middle in codes for source in first.get(middle, ())))
        for code, codes in second.items()
    }


def one_to_one(found: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Old to new code, where one criterion became exactly one."""
    used = [source for codes in found.values() for source in codes]
    return {codes[0]: code for code, codes in found.items() if len(codes) == 1 and used.count(codes[0]) == 1}


def renamed(crosswalk: Crosswalk, old_code: str, new_code: str) -> dict[str, list[str]]:
    """The crosswalk after a criterion of the newer version got another code."""
    changed = {code: list(codes) for code, codes in crosswalk.items()}
    if old_code != new_code:
        changed[new_code] = changed.pop(old_code, [old_code])
    return changed
