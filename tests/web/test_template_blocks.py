"""What blocks of templates can't know of each other, and of which nothing would tell: a name that one block sets is not
there in another, and a link would have no address; base.html says “Error:” in the title already.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "templates"
MAIN = re.compile(r"{% block main %}(.*?){% endblock main %}", re.DOTALL)
TAG = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
SET = re.compile(r" as (\w+) %}")


def _set_outside(text: str) -> set[str]:
    """Names set in blocks before the main one, in the template or in the frame it extends. (What base.html sets stands
    outside its blocks, and is there in all of them.)"""
    before = text.partition("{% block main %}")[0]
    extended = re.search(r'{% extends "(.*?)" %}', text)
    frame = (ROOT / extended[1]).read_text() if extended and extended[1] != "base.html" else ""
    return set(SET.findall(before)) | set(SET.findall(frame.partition("{% block main %}")[0]))


def test_what_a_main_block_uses_it_sets_itself() -> None:
    lacking = {}
    for path in sorted(ROOT.rglob("*.html")):
        text = path.read_text()
        if main := MAIN.search(text):
            tags = " ".join(TAG.findall(main[1]))
            used = {name for name in _set_outside(text) if re.search(rf"\b{name}\b", tags)}
            if lost := used - set(SET.findall(main[1])):
                lacking[str(path.relative_to(ROOT))] = lost
    assert lacking == {}


def test_a_title_leaves_it_to_the_base_to_say_that_the_form_has_errors() -> None:
    twice = [
        str(path.relative_to(ROOT))
        for path in sorted(ROOT.rglob("*.html"))
        if path.name != "base.html"
        and (title := re.search(r"{% block title %}(.*?){% endblock title %}", path.read_text(), re.DOTALL))
        and "{% if form.errors %}" in title[1]
    ]
    assert twice == []
