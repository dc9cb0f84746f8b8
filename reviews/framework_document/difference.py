"""What changed between two framework documents: nothing left out, and readable.

Every value of a document has a path; headings, criteria and bands are found by their code, not by their place.
Numbers that are written otherwise (2 and 2.0) differ, as their hash does.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reviews.framework_document.parts import CRITERION, FIELDS, Path

# Where the order of a list of coded items is kept among the leaves; no key of JSON is a tuple.
_ORDER = ("order",)
_MISSING = object()
_WORD = re.compile(r"\s+|\w+(?:[.,-]\w+)*|[^\w\s]")
_LABELS = {field.path: field.label for field in (*FIELDS["about"],)}
_SCHEME = {field.path: (field.group, field.label) for field in FIELDS["scheme"]}
_ITEM = {field.path: field.label for kind in ("heading", "criterion") for field in FIELDS[kind] if field.path}
_EXEMPLARY = ("scheme", "thresholds", "exemplary", "criteria_at_least")
_SUBJECTS = {"provider": "providers", "programme": "programmes", "sle": "specialist leaders"}


@dataclass(frozen=True)
class Run:
    """Words of a text: `kind` is same, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One value that changed; `old` and `new` as people read them, empty where there is none."""

    label: str
    old: str
    new: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class ItemChange:
    """A heading or criterion: `kind` is added, removed or changed; `old_code` differs if it was renamed."""

    kind: str
    code: str
    old_code: str
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Difference:
    """Everything that differs; each list in the order of the newer document."""

    about: tuple[Change, ...] = ()
    headings: tuple[ItemChange, ...] = ()
    criteria: tuple[ItemChange, ...] = ()
    scheme: tuple[Change, ...] = ()
    orders: tuple[Change, ...] = ()

    @property
    def number(self) -> int:
        items = (*self.headings, *self.criteria)
        fields = sum(len(item.changes) if item.kind == "changed" else 1 for item in items)
        renamed = sum(item.kind == "changed" and item.code != item.old_code for item in items)
        return len(self.about) + fields + renamed + len(self.scheme) + len(self.orders)


def difference(
    old: Mapping[str, Any], new: Mapping[str, Any], became: Mapping[str, str] | None = None
) -> Difference:
    """What has to be done to `old` to get `new`. `became` pairs codes of criteria that were renamed, old to new."""
    renamed = {
        old_code: new_code
        for old_code, new_code in (became or {}).items()
        if old_code != new_code and _pairs(old, new, old_code, new_code)
    }
    before, after = leaves(_rename(old, renamed)), leaves(new)
    paths = [path for path in (*before, *after) if _differs(before, after, path)]
    paths = sorted(dict.fromkeys(paths), key=_reading_order(after))
    old_codes = {new_code: old_code for old_code, new_code in renamed.items()}
    found = _Sorted(before, after)
    for path in paths:
        found.add(path)
    return Difference(
        about=tuple(found.about),
        headings=tuple(found.items("headings", old, new, {})),
        criteria=tuple(found.items("criteria", old, new, old_codes)),
        scheme=tuple(found.scheme),
        orders=tuple(found.orders),
    )


def leaves(document: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    """Every value of a document by its path. `grown` is the way back."""
    if isinstance(document, Mapping) and document:
        return {
            inner: leaf
            for key, value in document.items()
            for inner, leaf in leaves(value, (*path, key)).items()
        }
    if _coded(document):
        found = {(*path, _ORDER): [item["code"] for item in document]}
        for item in document:
            found |= leaves(item, (*path, item["code"]))
        return found
    return {path: document}


def grown(found: Mapping[tuple[Any, ...], Any]) -> Any:
    """The document that has these leaves."""
    if set(found) == {()}:
        return found[()]
    branches: dict[Any, dict[tuple[Any, ...], Any]] = {}
    for path, leaf in found.items():
        branches.setdefault(path[0], {})[path[1:]] = leaf
    if _ORDER in branches:
        return [grown(branches[code]) for code in branches[_ORDER][()]]
    return {key: grown(inner) for key, inner in branches.items()}


def words(old: str, new: str) -> tuple[Run, ...]:
    """The two texts as one, word by word."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    runs: list[Run] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            runs.append(Run("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            runs.append(Run("removed", "".join(before[i1:i2])))
        if j2 > j1:
            runs.append(Run("added", "".join(after[j1:j2])))
    return tuple(runs)


@dataclass
class _Sorted:
    """Changed paths, sorted by where a person would look for them."""

    before: Mapping[tuple[Any, ...], Any]
    after: Mapping[tuple[Any, ...], Any]
    about: list[Change] = field(default_factory=list)
    scheme: list[Change] = field(default_factory=list)
    orders: list[Change] = field(default_factory=list)
    of_items: dict[tuple[str, str], list[Change]] = field(default_factory=dict)

    def add(self, path: tuple[Any, ...]) -> None:
        old, new = self.before.get(path, _MISSING), self.after.get(path, _MISSING)
        if path[-1] == _ORDER:
            self._add_order(path, old, new)
        elif path[0] in ("headings", "criteria") and len(path) > 1:
            label = _ITEM.get(path[2:], " ".join(map(str, path[2:])))
            self.of_items.setdefault((path[0], path[1]), []).append(_change(label, old, new))
        elif path[:4] == _EXEMPLARY and len(path) == 5:
            label = next(each.label for each in CRITERION if each.name == "exemplary_from")
            self.of_items.setdefault(("criteria", str(path[4])), []).append(_change(label, old, new))
        elif path[:4] == _EXEMPLARY:
            return  # the last condition went, or the first came: told at its criterion
        elif path[0] == "scheme":
            self.scheme.append(_change(_scheme_label(path), old, new))
        else:
            self.about.append(_change(_LABELS.get(path, " ".join(map(str, path)).capitalize()), old, new))

    def _add_order(self, path: tuple[Any, ...], old: Any, new: Any) -> None:
        """Only if what is in both changed places: what came or went is told by itself."""
        before = [] if old is _MISSING else old
        after = [] if new is _MISSING else new
        kept = [code for code in before if code in after]
        if kept != [code for code in after if code in before]:
            self.orders.append(_change(f"Order of the {path[-2]}", before, after))

    def items(
        self, name: str, old: Mapping[str, Any], new: Mapping[str, Any], old_codes: Mapping[str, str]
    ) -> Iterator[ItemChange]:
        was = {_newer(old_codes, item["code"]): item for item in _items(old, name)}
        now = {item["code"]: item for item in _items(new, name)}
        for code in (*now, *(code for code in was if code not in now)):
            item = now.get(code) or was[code]
            kind = "added" if code not in was else "removed" if code not in now else "changed"
            old_code = old_codes.get(code, code)
            changes = [change for change in self.of_items.get((name, code), []) if change.label != "Code"]
            if kind == "changed" and not changes and old_code == code:
                continue
            yield ItemChange(kind, code, old_code, str(item.get("title", "")), tuple(changes))


def _newer(old_codes: Mapping[str, str], code: str) -> str:
    """The newer code of an older item."""
    return next((new for new, old in old_codes.items() if old == code), code)


def _items(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items: Any = document.get(name)
    return list(items) if _coded(items) else []


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any], old_code: str, new_code: str) -> bool:
    """May the two be told as one criterion? Not if either code is there before and after."""
    before = [item["code"] for item in _items(old, "criteria")]
    after = [item["code"] for item in _items(new, "criteria")]
    return old_code in before and new_code in after and old_code not in after and new_code not in before


def _rename(document: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    if not renamed:
        return dict(document)
    copied = json.loads(json.dumps(document))
    for item in copied["criteria"]:
        item["code"] = renamed.get(item["code"], item["code"])
    exemplary = copied.get("scheme", {}).get("thresholds", {}).get("exemplary", {})
    if isinstance(exemplary.get("criteria_at_least"), dict):
        least = exemplary["criteria_at_least"]
        exemplary["criteria_at_least"] = {renamed.get(code, code): value for code, value in least.items()}
    return dict(copied)


def _coded(value: Any) -> bool:
    """A list of objects that each have a code of their own."""
    if not isinstance(value, list) or not value:
        return False
    codes = [item.get("code") if isinstance(item, Mapping) else None for item in value]
    return all(isinstance(code, str) for code in codes) and len(set(codes)) == len(codes)


def _differs(before: Mapping[Any, Any], after: Mapping[Any, Any], path: Any) -> bool:
    if (path in before) != (path in after):
        return True
    return json.dumps(before[path], sort_keys=True) != json.dumps(after[path], sort_keys=True)


def _reading_order(after: Mapping[tuple[Any, ...], Any]) -> Any:
    """Paths in the order of the fields on the pages."""
    fields: Sequence[Path] = [
        each.path for kind in ("about", "heading", "criterion", "scheme") for each in FIELDS[kind]
    ]
    places = {path: place for place, path in enumerate(fields)}

    def place(path: tuple[Any, ...]) -> tuple[int, str]:
        within = path[2:] if path[0] in ("headings", "criteria") else _by_place(path)
        return places.get(within, len(places)), str(path)

    return place


def _by_place(path: tuple[Any, ...]) -> tuple[Any, ...]:
    """A band's path as the fields name it: by place."""
    if path[:2] == ("scheme", "bands") and len(path) == 4:
        codes = ("not_yet", "working_towards", "quality_assured", "exemplary")
        return ("scheme", "bands", codes.index(path[2]) if path[2] in codes else path[2], path[3])
    return path


def _scheme_label(path: tuple[Any, ...]) -> str:
    group, label = _SCHEME.get(_by_place(path), ("", ""))
    if not label:
        return " ".join(str(step).replace("_", " ") for step in path[1:]).capitalize()
    return f"{group}: {label[:1].lower()}{label[1:]}" if group else label


def _change(label: str, old: Any, new: Any) -> Change:
    before, after = _shown(old), _shown(new)
    texts = isinstance(old, str) and isinstance(new, str)
    if texts:
        return Change(label, before, after, words(before, after))
    runs = [Run(kind, text) for kind, text in (("removed", before), ("added", after)) if text]
    if len(runs) == 2:
        runs.insert(1, Run("same", " "))
    return Change(label, before, after, tuple(runs))


def _shown(value: Any) -> str:
    if value is _MISSING or value is None or value == [] or value == {}:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ", ".join(_SUBJECTS.get(item, item) if isinstance(item, str) else str(item) for item in value)
    return json.dumps(value, ensure_ascii=False)
