"""Faults in a framework document, each a line that says where, what and what to do."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from reviews.rating import FrameworkError, Scheme, check_framework
from tests.reviews.rating.strategies import examples, frameworks, json_values

Document = dict[str, Any]


def criterion(document: Document, code: str) -> dict[str, Any]:
    return next(row for row in document["criteria"] if row["code"] == code)


def test_the_first_framework_is_sound(document: Document) -> None:
    assert check_framework(document) == []


@examples(30)
@given(document=frameworks())
def test_sound_frameworks_have_no_lines(document: Document) -> None:
    assert check_framework(document) == []


FAULTS: list[tuple[Callable[[Document], Any], str]] = [
    (lambda d: d.pop("criteria"), "The framework: “criteria” is missing. Add it as a list."),
    (lambda d: d.pop("title"), "The framework: “title” is missing. Add it as text."),
    (lambda d: d.update(version=1), "The framework, version: is 1, not text. Write some text."),
    (lambda d: d.update(code=" "), "The framework, code: is empty. Write some text."),
    (lambda d: d["scale"].pop("3"), "The scale: “3” is missing. Add it as text."),
    (
        lambda d: d["scale"].update({"5": "Superb"}),
        "The scale: has a level “5”. Scores run from 1 to 4: remove it.",
    ),
    (
        lambda d: criterion(d, "D4").update(code="D3"),
        "Criterion D3: the code is used more than once. Give each its own code.",
    ),
    (
        lambda d: d["headings"].append(dict(d["headings"][0])),
        "Heading purpose: the code is used more than once. Give each its own code.",
    ),
    (
        lambda d: d["headings"].append({"code": "context", "title": "Context", "question": "Where?"}),
        "Heading context: has no criterion. Add one, or remove the heading.",
    ),
    (
        lambda d: criterion(d, "P2").update(weight=0),
        "Criterion P2, weight: is 0. Give a number from 0.01 to 100.",
    ),
    (
        lambda d: criterion(d, "P2").update(weight=-1),
        "Criterion P2, weight: is -1. Give a number from 0.01 to 100.",
    ),
    (
        lambda d: criterion(d, "P2").update(weight="2"),
        "Criterion P2, weight: is “2”. Give a number from 0.01 to 100.",
    ),
    (
        lambda d: criterion(d, "P2").update(weight=True),
        "Criterion P2, weight: is true. Give a number from 0.01 to 100.",
    ),
    (
        lambda d: criterion(d, "P2").update(weight=float("nan")),
        "Criterion P2, weight: is nan. Give a number from 0.01 to 100.",
    ),
    (
        lambda d: criterion(d, "P2").update(weight=10**5000),
        "Criterion P2, weight: is a very large number. Give a number from 0.01 to 100.",
    ),
    (
        lambda d: criterion(d, "P2")["descriptors"].pop("4"),
        "Criterion P2, descriptors: “4” is missing. Add it as text.",
    ),
    (
        lambda d: criterion(d, "P2")["descriptors"].update({"1": ""}),
        "Criterion P2, descriptors, 1: is empty. Write some text.",
    ),
    (
        lambda d: criterion(d, "P2").update(heading="aims"),
        "Criterion P2, heading: there is no heading “aims”. Use the code of a heading.",
    ),
    (
        lambda d: criterion(d, "P2").update(applies_to=["programme", "school"]),
        "Criterion P2, applies_to: “school” is not a subject type. Use provider, programme, sle.",
    ),
    (
        lambda d: criterion(d, "P2").update(essential_for=["course"]),
        "Criterion P2, essential_for: “course” is not a subject type. Use provider, programme, sle.",
    ),
    (
        lambda d: criterion(d, "P2").update(essential_for=["sle"]),
        "Criterion P2: essential for sle, but doesn't apply to it. "
        "Add it to applies_to, or take it out of essential_for.",
    ),
    (
        lambda d: criterion(d, "P2").update(applies_to=["sle", "sle"]),
        "Criterion P2, applies_to: a subject type is there more than once. Name each once.",
    ),
    (
        lambda d: criterion(d, "P2").update(applies_to=[]),
        "Criterion P2, applies_to: names no subject type. Name one, or remove the criterion.",
    ),
    (
        lambda d: [c["essential_for"].remove("sle") for c in d["criteria"] if "sle" in c["essential_for"]],
        "The criteria: no criterion is essential for sle. "
        "Make at least one that applies to sle essential for it.",
    ),
    (
        lambda d: d["criteria"].append("P9"),
        "Criterion number 19: is “P9”, not an object. Give an object.",
    ),
    (
        lambda d: d["scheme"]["discordance"].update(gap=2.5),
        "The scheme, discordance, gap: is 2.5. Give a whole number from 1 to 3.",
    ),
    (
        lambda d: d["scheme"]["bands"].reverse(),
        "The scheme, bands: are not the four that there are. "
        "List not_yet, working_towards, quality_assured, exemplary, in this order.",
    ),
    (
        lambda d: d["scheme"]["bands"][2].pop("title"),
        "The scheme, band quality_assured: “title” is missing. Add it as text.",
    ),
    (
        lambda d: d["scheme"]["thresholds"]["not_yet"].pop("essential_below"),
        "The scheme, thresholds, not_yet: “essential_below” is missing. Give a number from 1 to 4.",
    ),
    (
        lambda d: d["scheme"]["thresholds"]["not_yet"].update(esential_below=2),
        "The scheme, thresholds, not_yet: “esential_below” would not be read. "
        "Remove it, or use any_heading_below, essential_below, overall_below.",
    ),
    (
        lambda d: d["scheme"]["thresholds"]["exemplary"]["criteria_at_least"].update(D9=3),
        "The scheme, thresholds, exemplary, criteria_at_least: there is no criterion “D9”. "
        "Use the code of a criterion.",
    ),
    (
        lambda d: d["scheme"]["thresholds"]["exemplary"]["criteria_at_least"].update(D3=5),
        "The scheme, thresholds, exemplary, criteria_at_least, D3: is 5. Give a number from 1 to 4.",
    ),
    (
        lambda d: d["scheme"]["thresholds"]["exemplary"]["headings_at_least"].update(count=6),
        "The scheme, thresholds, exemplary, headings_at_least, count: is 6. Give a whole number from 0 to 5.",
    ),
    (
        lambda d: d["scheme"]["confidence"]["weights"].update(evidence=0.3),
        "The scheme, confidence, weights: add up to 1.05, not 1. Change them so that they do.",
    ),
    (
        lambda d: d["scheme"]["confidence"].update(high=0.5),
        "The scheme, confidence: high is not above medium. Raise high, or lower medium.",
    ),
    (
        lambda d: d["scheme"]["confidence"].update(recency_zero_months=12),
        "The scheme, confidence: recency_zero_months is not after recency_full_months. "
        "Give the later month to zero.",
    ),
    (
        lambda d: d["scheme"]["validity_months"].pop("sle"),
        "The scheme, validity_months: “sle” is missing. Give a whole number from 1 to 120.",
    ),
    (
        lambda d: d["scheme"].update(reminder_days=[180, "soon"]),
        "The scheme, reminder_days: is “soon”. Give a whole number from 1 to 3650.",
    ),
]


@pytest.mark.parametrize(("spoil", "line"), FAULTS, ids=[line[:60] for _, line in FAULTS])
def test_fault(document: Document, spoil: Callable[[Document], Any], line: str) -> None:
    spoil(document)
    assert line in check_framework(document)
    with pytest.raises(FrameworkError) as caught:
        Scheme.from_document(document)
    assert line in caught.value.lines


def test_every_fault_is_reported_at_once(document: Document) -> None:
    criterion(document, "P2").update(weight=0, heading="aims")
    document["scheme"]["confidence"]["high"] = 2
    assert len(check_framework(document)) == 3


def test_not_yet_may_have_a_gate_for_headings_too(document: Document) -> None:
    document["scheme"]["thresholds"]["not_yet"]["any_heading_below"] = 1.5
    assert check_framework(document) == []
    gates = Scheme.from_document(document).gates
    headings = [gate.code for gate in gates if gate.band == "working_towards" and gate.kind == "heading"]
    assert headings == ["purpose", "governance", "process", "definitions", "value"]


@examples(100)
@given(document=json_values)
def test_any_json_gives_lines_and_no_error(document: Any) -> None:
    assert check_framework(document)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, each in inner for deeper in paths(each, (*path, key)))]


@examples(100)
@given(data=st.data())
def test_what_the_check_lets_through_can_be_read(framework_text: str, data: DataObject) -> None:
    """Anything at all in any place of a sound document: either there is a line, or it is a scheme."""
    spoilt = json.loads(framework_text)
    path = data.draw(st.sampled_from(paths(spoilt)[1:]))
    holder = spoilt
    for key in path[:-1]:
        holder = holder[key]
    if data.draw(st.booleans()):
        del holder[path[-1]]
    else:
        holder[path[-1]] = data.draw(json_values)
    if check_framework(spoilt) == []:
        Scheme.from_document(spoilt)
