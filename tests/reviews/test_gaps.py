"""The gaps in the words of a message: what may stand in braces, and what is said of all else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.gaps import faults, filled, names
from reviews.messages import GAPS, MESSAGES, faults_of

MAY = ("title", "due")
ANYTHING = st.text(st.sampled_from("{}{}{}titledu .!_0:[]\nä") | st.characters(), max_size=40)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{titel}", "“{titel}” is nothing that this letter fills in. Did you mean {title}?"),
        ("{xyz}", "“{xyz}” is nothing that this letter fills in. Choose from {title} and {due}."),
        ("{title.__class__}", "“{title.__class__}”: only a name by itself can stand in braces. "
         "Choose from {title} and {due}."),
        ("{title!r}", "“{title!r}”: only a name by itself"),
        ("{title:>9}", "“{title:>9}”: only a name by itself"),
        ("{title[0]}", "“{title[0]}”: only a name by itself"),
        ("{0}", "“{0}”: only a name by itself"),
        ("{}", "“{}” has no name between its braces."),
        ("{ Title }", "“{ Title }” has to be written {title}, in small letters and without spaces."),
        ("{{title}}", "“{{title}}” has doubled braces."),
        ("Read {title by then", "The brace at “{title by then” is never closed."),
        ("Read title} by then", "The brace after “Read title” closes nothing."),
        ("One\nTwo {due", "Line 2: the brace at “{due” is never closed."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(text, said):
    (fault,) = faults(text, MAY)
    assert fault.startswith(said)


def test_each_place_is_said_once_in_the_order_of_the_text():
    found = faults("{a}\n{title}\n{b} {", MAY)
    assert [fault[:8] for fault in found] == ["Line 1: ", "Line 3: ", "Line 3: "]


@given(ANYTHING)
def test_what_has_no_fault_is_filled_and_nothing_else_is_touched(text):
    words = dict.fromkeys(MAY, "{secret}")
    if faults(text, MAY):
        return
    assert set(names(text)) <= set(MAY)
    # What stands between the gaps, and what is between the words put in.
    between = re.split("|".join(re.escape(f"{{{name}}}") for name in MAY), text)
    assert filled(text, words) == "{secret}".join(between)


@given(ANYTHING)
def test_a_brace_that_is_no_gap_is_a_fault(text):
    plain = text
    for name in MAY:
        plain = plain.replace(f"{{{name}}}", "")
    assert bool(faults(text, MAY)) == bool(set("{}") & set(plain))


@given(st.sampled_from(sorted(MESSAGES)), ANYTHING, ANYTHING)
def test_words_without_fault_can_always_be_filled(name, subject, body):
    shipped = MESSAGES[name]
    gaps = shipped.gaps
    subject, body = f"{{title}} {subject}", f"{body} " + " ".join(f"{{{gap}}}" for gap in gaps)
    if faults_of(shipped, subject=subject, body=body):
        return
    words = dict.fromkeys(gaps, "x")
    for text in (filled(subject, words), filled(body, words)):
        assert not set("{}") & set(text)


def test_the_words_as_shipped_have_no_fault():
    for name, message in MESSAGES.items():
        assert faults_of(message, subject=message.subject, body=message.body) == {}, name
        assert set(message.gaps) <= set(GAPS), name


@pytest.mark.parametrize(
    ("name", "subject", "body", "part", "said"),
    [
        ("team-submit", "It is submitted", "", "subject", "{title} is left out of the subject"),
        ("team-submit", "It is submitted", "About {title}.", "subject", "{title} is left out of the subject"),
        ("team-return", "“{title}” comes back", "Change it.", "body", "{reason} is left out"),
        ("team-return", "“{title}”: {reason}", "Change it.", "subject", "{reason} can be long"),
        ("team-settle", "Check “{title}”", "Read it.", "subject", "{facts_due} is left out"),
        ("team-settle", "Check “{title}” by {due}", "", "subject", "“{due}” is nothing"),
        ("request", "About {code} of “{title}” by {due}", "Please.", "body", "{question} is left out"),
        ("complaint-answered", "“{title}” is answered", "", "body", "{answer} is left out"),
        ("team-submit", "“{title}”\nis submitted", "", "subject", "A subject is one line"),
        ("team-submit", "“{title}”\u2028is submitted", "", "subject", "A subject is one line"),
        ("team-submit", "“{title}” \x07", "", "subject", "Take out the characters"),
        (
            "team-submit",
            "“{title}”" + "x" * 112,
            "",
            "subject",
            "Shorten this to 120 characters: it has 121.",
        ),
        ("team-submit", "“{title}”", "x" * 2001, "body", "Shorten this to 2,000 characters: it has 2,001."),
        ("team-submit", "  ", "", "subject", "Write a subject."),
    ],
)
def test_words_that_would_not_do_are_refused_with_the_reason(name, subject, body, part, said):
    found = faults_of(MESSAGES[name], subject=subject, body=body)
    assert any(text.startswith(said) for text in found[part]), found


def test_a_day_may_stand_in_the_body_as_well():
    assert faults_of(MESSAGES["team-settle"], subject="Check “{title}”", body="Until {facts_due}.") == {}
