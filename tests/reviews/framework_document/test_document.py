"""A framework document taken in, edited, compared and written out again."""

from __future__ import annotations

import copy
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.framework_document import parts
from reviews.framework_document.crosswalk import chained, dropped, one_to_one, renamed, sources
from reviews.framework_document.difference import difference, grown, leaves, words
from reviews.framework_document.shape import DocumentError, read_document, shape_faults, write_document
from reviews.rating import check_framework
from tests.reviews.rating.strategies import examples, frameworks, json_values

SHIPPED = "reviews/frameworks/lpd-qa-1.0.json"


@pytest.fixture
def document():
    with open(SHIPPED) as file:
        return json.load(file)


# --- In and out --------------------------------------------------------------------------------------------


def test_the_shipped_file_comes_out_as_it_went_in():
    with open(SHIPPED) as file:
        text = file.read().rstrip() + "\n"
    assert write_document(read_document(text)) == text


@examples(60)
@given(frameworks(), st.randoms())
def test_a_document_comes_out_as_it_went_in_whatever_the_order_of_its_keys(document, random):
    keys = list(document)
    random.shuffle(keys)
    shuffled = {key: document[key] for key in keys}
    out = write_document(read_document(json.dumps(shuffled)))
    assert json.loads(out) == document
    assert write_document(read_document(out)) == out


@examples(150)
@given(json_values)
def test_no_json_breaks_the_reader(value):
    with pytest.raises(DocumentError) as refusal:
        read_document(json.dumps(value))
    assert refusal.value.lines
    assert all(line.endswith(".") for line in refusal.value.lines)


@examples(100)
@given(st.data(), json_values)
def test_a_document_with_one_thing_put_out_of_shape_is_refused_or_can_be_edited(data, value):
    with open(SHIPPED) as file:
        document = json.load(file)
    paths = sorted(leaves(document), key=str)
    found = leaves(document)
    found[data.draw(st.sampled_from([path for path in paths if "order" not in str(path)]))] = value
    spoilt = grown(found)
    if shape_faults(spoilt):
        return
    check_framework(spoilt)
    for kind in ("about", "scheme"):
        parts.write_part(spoilt, kind, "", parts.read_part(spoilt, kind))
    for kind, name in parts.LISTS.items():
        for item in spoilt[name]:
            values = parts.read_part(spoilt, kind, item["code"])
            assert parts.write_part(spoilt, kind, item["code"], values) == spoilt


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda d: d.pop("criteria"), "The framework: “criteria” is missing"),
        (
            lambda d: d["criteria"].append(dict(d["criteria"][0])),
            "The criteria: the code P1 is used more than once",
        ),
        (lambda d: d["criteria"][0].update(title="x" * 121), "The criteria, P1, title: has 121 characters"),
        (lambda d: d["criteria"][0].update(weight="3"), "The criteria, P1, weight: is not a number"),
        (lambda d: d.update(version="1/0"), "The version: “1/0” is no code"),
        (lambda d: d.update(context="\0"), "A text holds characters that can't be kept"),
        (lambda d: d["scheme"]["bands"].pop(), "The scheme, bands: List not_yet"),
    ],
)
def test_what_cannot_be_kept_is_told(document, change, line):
    change(document)
    with pytest.raises(DocumentError, match=re.escape(line)):
        read_document(json.dumps(document))


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"code": NaN}', "3"])
def test_what_is_no_document_is_told(text):
    with pytest.raises(DocumentError):
        read_document(text)


# --- Pieces ------------------------------------------------------------------------------------------------


@examples(40)
@given(frameworks())
def test_a_piece_that_is_saved_as_it_was_read_changes_nothing(document):
    for kind, codes in {
        "about": [""],
        "scheme": [""],
        "heading": [heading["code"] for heading in document["headings"]],
        "criterion": [criterion["code"] for criterion in document["criteria"]],
    }.items():
        for code in codes:
            values = parts.read_part(document, kind, code)
            again = parts.write_part(document, kind, code, values)
            assert json.dumps(again, sort_keys=True) == json.dumps(document, sort_keys=True)


def test_an_equal_number_keeps_the_way_it_was_written(document):
    values = parts.read_part(document, "scheme")
    assert parts.write_part(document, "scheme", "", {**values, "not_yet_overall": 2}) == document
    after = parts.write_part(document, "scheme", "", {**values, "not_yet_overall": 2.25})
    assert after["scheme"]["thresholds"]["not_yet"]["overall_below"] == 2.25
    assert document["scheme"]["thresholds"]["not_yet"]["overall_below"] == 2.0


def test_a_new_code_is_carried_to_what_refers_to_it(document):
    after = parts.write_part(document, "criterion", "D3", {"code": "D9"})
    assert after["scheme"]["thresholds"]["exemplary"]["criteria_at_least"] == {"D9": 3.5}
    after = parts.write_part(after, "heading", "value", {"code": "worth"})
    assert {row["heading"] for row in after["criteria"] if row["code"].startswith("V")} == {"worth"}
    assert check_framework(after) == []


def test_criteria_are_added_moved_and_removed_within_their_heading(document):
    new = {**parts.empty_part("criterion"), "code": "P9", "heading": "purpose"}
    after = parts.add_part(document, "criterion", new)
    codes = [row["code"] for row in after["criteria"]]
    assert codes[codes.index("P9") - 1].startswith("P")
    assert codes[codes.index("P9") + 1] == "G1"
    assert "Criterion P9, title: is empty. Write some text." in check_framework(after)
    up = parts.move_part(after, "criterion", "P9", up=True)
    codes = [row["code"] for row in up["criteria"]]
    assert codes[codes.index("P9") + 1].startswith("P")
    assert parts.move_part(document, "criterion", "P1", up=True) == document
    assert parts.remove_part(after, "criterion", "P9") == document
    assert (
        parts.remove_part(document, "criterion", "D3")["scheme"]["thresholds"]["exemplary"][
            "criteria_at_least"
        ]
        == {}
    )
    with pytest.raises(KeyError):
        parts.remove_part(document, "criterion", "X1")


# --- Difference --------------------------------------------------------------------------------------------


@examples(100)
@given(frameworks() | json_values)
def test_leaves_grow_back_into_the_document(document):
    text = json.dumps(document, sort_keys=True)
    assert json.dumps(grown(leaves(json.loads(text))), sort_keys=True) == text


@examples(25)
@given(frameworks(), frameworks())
def test_two_documents_without_a_difference_are_the_same(one, other):
    assert difference(one, copy.deepcopy(one)).number == 0
    found = difference(one, other)
    assert (found.number == 0) == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


@examples(50)
@given(st.data())
def test_any_one_value_that_changes_is_told_once(data):
    document = data.draw(frameworks())
    found = leaves(document)
    path = data.draw(
        st.sampled_from([p for p, leaf in found.items() if isinstance(leaf, str | float) and p[-1] != "code"])
    )
    changed = {**found, path: f"{found[path]} more" if isinstance(found[path], str) else found[path] + 0.125}
    assert difference(document, grown(changed)).number == 1


@examples(150)
@given(st.text(), st.text())
def test_the_runs_of_words_hold_both_texts(old, new):
    runs = words(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "removed") == new


def test_the_difference_reads_like_a_person_would_tell_it(document):
    after = parts.write_part(
        document,
        "criterion",
        "P1",
        {"code": "P7", "question": "Is it explicit who should learn what?", "weight": 2},
    )
    after = parts.remove_part(after, "criterion", "V3")
    after = parts.add_part(
        after,
        "criterion",
        {**parts.empty_part("criterion"), "code": "V9", "title": "Cost", "heading": "value"},
    )
    after = parts.write_part(after, "scheme", "", {"working_overall": 2.5})
    after = parts.move_part(after, "heading", "value", up=True)
    found = difference(document, after, {"P1": "P7"})
    by_code = {item.code: item for item in found.criteria}
    assert {code: item.kind for code, item in by_code.items()} == {
        "P7": "changed",
        "V9": "added",
        "V3": "removed",
    }
    assert by_code["P7"].old_code == "P1"
    question, weight = by_code["P7"].changes
    assert [run.text for run in question.runs if run.kind == "removed"] == [
        ", and what should then change for leaders, staff and pupils"
    ]
    assert (weight.label, weight.old, weight.new) == ("Weight within its heading", "3", "2")
    (threshold,) = found.scheme
    assert (threshold.label, threshold.old, threshold.new) == (
        "Working towards: or the overall is below",
        "2.75",
        "2.5",
    )
    assert [change.label for change in found.orders] == ["Order of the headings"]


# --- Crosswalk ---------------------------------------------------------------------------------------------


def test_the_crosswalk_follows_codes_unless_it_says_otherwise(document):
    newer = parts.write_part(document, "criterion", "P1", {"code": "P8"})
    walk = renamed({}, "P1", "P8")
    walk = {**walk, "D1": [], "D2": ["D1", "D2"]}
    found = sources(document, newer, walk)
    assert (found["P8"], found["D1"], found["D2"], found["V1"]) == (("P1",), (), ("D1", "D2"), ("V1",))
    assert dropped(document, found) == []
    assert one_to_one(found)["P1"] == "P8"
    assert "D1" not in one_to_one(found)
    newest = parts.write_part(newer, "criterion", "P8", {"code": "P9"})
    assert chained(found, sources(newer, newest, renamed({}, "P8", "P9")))["P9"] == ("P1",)
