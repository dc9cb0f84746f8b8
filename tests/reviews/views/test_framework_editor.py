"""The framework editor as administrators meet it, without JavaScript."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.framework_document import parts
from reviews.models import FrameworkVersion
from reviews.services import framework_editor as editor
from tests.factories import person
from tests.journeys import FRAMEWORK, framework
from tests.reviews.views.people import signed_in, take, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines():
    return signed_in(person("administrator", name="Ines Farrow"))


@pytest.fixture
def draft():
    return editor.start_draft(base=framework(), version="1.1", by=person("administrator"))


def address(draft, kind="criterion", code="P1"):
    return reverse(
        "framework_item" if code else "framework_part", args=[draft.pk, kind, *([code] if code else [])]
    )


def typed(page) -> dict[str, object]:
    """What a browser would send if the form of a page were sent as it is."""
    form = page.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        data[bound.name] = "" if value is None else value
        if hasattr(bound.field, "prepare_value"):
            value = form.fields[bound.name].prepare_value(value)
            data[bound.name] = "" if value is None else value
    return data


def now(draft):
    return FrameworkVersion.objects.get(pk=draft.pk).document


def test_from_the_board_to_a_draft_that_lacks_something_and_to_one_that_is_whole(ines):
    framework()
    assert "LPD-QA 1.0" in text(ines.get(reverse("framework_versions")))
    page = ines.get(reverse("framework_start"))
    assert page.context["form"].initial["version"] == "1.1"
    said = take(ines, reverse("framework_start"), base=FrameworkVersion.objects.get().pk, version="1.1")
    assert "Nothing of it is public" in said
    assert "Every part is complete" in said
    draft = FrameworkVersion.objects.get(version="1.1")
    form = typed(ines.get(reverse("framework_part_new", args=[draft.pk, "criterion"]) + "?heading=value"))
    assert form["heading"] == "value"
    said = take(
        ines,
        reverse("framework_part_new", args=[draft.pk, "criterion"]),
        **{**form, "code": "V9", "title": "Cost", "applies_to": ["programme"], "weight": "2"},
    )
    assert "things left to mend before it can be published" in said
    assert "Criterion V9, question: is empty" in said
    assert Client().get(reverse("framework_page", args=["LPD-QA", "1.1"])).status_code == 404
    assert ines.get(reverse("framework_page", args=["LPD-QA", "1.1"])).status_code == 302
    levels = {f"level_{level}": f"At {level}" for level in range(1, 5)}
    form = typed(ines.get(address(draft, code="V9")))
    said = take(
        ines,
        address(draft, code="V9"),
        **{**form, "question": "What?", "evidence_expected": "Prices", **levels},
    )
    assert "Every part is complete" in said
    assert "V9 Cost" in text(ines.get(reverse("framework_page", args=["LPD-QA", "1.1"])))


def test_a_form_saved_as_it_was_opened_changes_nothing(ines, draft):
    for kind, code in (("about", ""), ("scheme", ""), ("heading", "value"), ("criterion", "D3")):
        before = FrameworkVersion.objects.get(pk=draft.pk).content_hash
        take(ines, address(draft, kind, code), **typed(ines.get(address(draft, kind, code))))
        assert FrameworkVersion.objects.get(pk=draft.pk).content_hash == before, kind


def test_what_cannot_be_kept_is_refused_with_everything_typed_still_there(ines, draft):
    form = {**typed(ines.get(address(draft))), "weight": "heavy", "title": "New title", "code": "a b"}
    page = ines.post(address(draft), form)
    said = page.content.decode()
    assert page.status_code == 200
    assert 'value="heavy"' in said
    assert 'value="New title"' in said
    assert "Use letters, digits, full stops and hyphens" in said
    assert now(draft)["criteria"][0]["title"] == "Intended outcomes"


def test_two_at_once_are_told_and_lose_nothing(ines, draft):
    page = ines.get(address(draft))
    theirs = parts.read_part(now(draft), "criterion", "P1")
    editor.save_part(
        framework=draft,
        kind="criterion",
        code="P1",
        values={**theirs, "title": "Outcomes", "weight": 2},
        seen=theirs,
        by=person("administrator", name="Owen Brill"),
    )
    page = ines.post(address(draft), {**typed(page), "title": "Aims", "question": "Is it clear?"})
    said = text(page)
    assert "Owen Brill changed this draft" in said
    assert "You changed this too." in said
    assert "Outcomes" in said
    kept = typed(page)
    # Only the title was changed by both: theirs is shown, ours stands; their weight and our question are both in.
    assert (kept["title"], kept["weight"], kept["question"]) == ("Aims", "2", "Is it clear?")
    assert now(draft)["criteria"][0]["title"] == "Outcomes"
    take(ines, address(draft), **kept)
    first = now(draft)["criteria"][0]
    assert (first["title"], first["weight"], first["question"]) == ("Aims", 2, "Is it clear?")


def test_a_part_that_went_meanwhile_can_be_added_again(ines, draft):
    page = ines.get(address(draft))
    editor.remove_part(framework=draft, kind="criterion", code="P1", by=person("administrator"))
    form = {**typed(page), "title": "Aims"}
    page = ines.post(address(draft), form)
    assert "removed or has another code now" in text(page)
    again = re.search(r'action="(/board/frameworks/\d+/add/criterion/)"', page.content.decode())
    assert again
    take(ines, again[1], **form)
    assert next(row for row in now(draft)["criteria"] if row["code"] == "P1")["title"] == "Aims"


def test_the_check_while_typing_says_what_saving_would_say(ines, draft):
    form = typed(ines.get(address(draft)))
    url = reverse("framework_check_item", args=[draft.pk, "criterion", "P1"])
    assert "Nothing is missing here" in ines.post(url, form).content.decode()
    said = ines.post(
        url, {**form, "weight": "", "level_2": "", "essential_for": ["sle"], "applies_to": ["provider"]}
    )
    assert "Criterion P1, weight: is null" in said.content.decode()
    assert "Criterion P1, descriptors, 2: is empty" in said.content.decode()
    assert "doesn&#x27;t apply to it" in said.content.decode()
    assert "use letters" in ines.post(url, {**form, "code": "a b"}).content.decode()
    new = reverse("framework_check", args=[draft.pk, "criterion"])
    assert "There is a criterion P1 already" in ines.post(new, form).content.decode()
    assert now(draft)["criteria"][0]["weight"] == 3


def test_criteria_and_headings_are_moved_and_removed(ines, draft):
    take(ines, reverse("framework_item_move", args=[draft.pk, "criterion", "P2"]), to="up")
    assert [row["code"] for row in now(draft)["criteria"][:2]] == ["P2", "P1"]
    remove = reverse("framework_item_remove", args=[draft.pk, "criterion", "P2"])
    assert "Remove P2" in text(ines.get(remove))
    assert "is removed" in take(ines, remove)
    assert "P2" not in [row["code"] for row in now(draft)["criteria"]]
    assert "still has criteria" in text(
        ines.post(reverse("framework_item_remove", args=[draft.pk, "heading", "value"]))
    )
    assert ines.get(remove).status_code == 404


def upload(document) -> SimpleUploadedFile:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return SimpleUploadedFile("framework.json", content, content_type="application/json")


def test_a_version_goes_out_as_a_file_and_comes_in_again(ines, draft):
    out = ines.get(reverse("framework_document", args=["LPD-QA", "1.1"])).content
    document = json.loads(out)
    assert document == {**json.loads(FRAMEWORK.read_text()), "version": "1.1"}
    page = ines.get(reverse("framework_replace", args=[draft.pk]))
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    assert seen
    document["criteria"][0]["question"] = ""
    url = reverse("framework_replace", args=[draft.pk])
    assert "taken the draft’s place" in take(ines, url, file=upload(document), seen=seen[1])
    assert now(draft) == document
    assert "Nothing was replaced" in text(ines.post(url, {"file": upload(document), "seen": seen[1]}))
    document["version"] = "1.2"
    assert "brought in as a draft" in take(ines, reverse("framework_bring_in"), file=upload(document))
    made = FrameworkVersion.objects.get(version="1.2")
    assert (made.document, made.based_on.version) == (document, "1.0")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "not text in UTF-8"),
        (b"{", "not JSON that can be read"),
        (b"{}", "“criteria” is missing"),
        (b"[" * 5000, "not JSON that can be read"),
        (b" " * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_framework_is_told_why(ines, content, says):
    assert says in text(ines.post(reverse("framework_bring_in"), {"file": upload(content)}))
    assert not FrameworkVersion.objects.exists()


def test_the_crosswalk_and_the_differences_are_read_and_written(ines, draft):
    form = typed(ines.get(address(draft)))
    take(
        ines,
        address(draft),
        **{**form, "code": "P8", "question": form["question"].replace("explicit", "plain")},
    )
    url = reverse("framework_crosswalk", args=[draft.pk])
    page = ines.get(url)
    assert page.context["form"]["from_P8"].value() == "P1"
    typed_walk = {**typed(page), "from_P3": "P2, P3", "from_P2": ""}
    assert "no criterion Q1" in text(ines.post(url, {**typed_walk, "from_P2": "Q1"}))
    assert "The crosswalk is saved" in take(ines, url, **typed_walk)
    said = text(ines.get(reverse("framework_differences", args=["LPD-QA", "1.1"])))
    assert "Was P1." in said
    assert "[removed: explicit ]" in said
    assert "[added: plain ]" in said
    assert "P2, P3" in said
    # A draft is compared for those who edit it only.
    assert Client().get(reverse("framework_differences", args=["LPD-QA", "1.1"])).status_code == 404
    only = text(Client().get(reverse("framework_differences", args=["LPD-QA", "1.0"])))
    assert "There is no other version" in only


@pytest.mark.parametrize("role", [None, "assessor", "researcher"])
def test_nobody_but_an_administrator_comes_near_a_draft(draft, role):
    client = signed_in(person(role)) if role else Client()
    wanted = 403 if role else 302
    for name, args in {
        "framework_versions": [],
        "framework_start": [],
        "framework_bring_in": [],
        "framework_editor": [draft.pk],
        "framework_replace": [draft.pk],
        "framework_delete": [draft.pk],
        "framework_crosswalk": [draft.pk],
        "framework_part": [draft.pk, "scheme"],
        "framework_item": [draft.pk, "criterion", "P1"],
        "framework_item_remove": [draft.pk, "criterion", "P1"],
        "framework_part_new": [draft.pk, "criterion"],
    }.items():
        assert client.get(reverse(name, args=args)).status_code == wanted, name
        assert client.post(reverse(name, args=args), {"code": "X"}).status_code == wanted, name
    for name in ("framework_item_move", "framework_check_item"):
        url = reverse(name, args=[draft.pk, "criterion", "P1"])
        assert client.post(url, {"to": "up"}).status_code == wanted, name
    for name in ("framework_document", "framework_page", "framework_differences"):
        assert client.get(reverse(name, args=["LPD-QA", "1.1"])).status_code == 404, name
    assert now(draft)["criteria"][0]["code"] == "P1"


def test_addresses_that_lead_nowhere(ines, draft):
    for url in (
        address(draft, "criterion", "X1"),
        address(draft, "weights", ""),
        reverse("framework_part_new", args=[draft.pk, "scheme"]),
        reverse("framework_editor", args=[10**30]),
    ):
        assert ines.get(url).status_code == 404, url
    published = draft.based_on
    assert ines.post(reverse("framework_delete", args=[published.pk])).status_code == 404
    page = ines.get(address(published))
    assert "no draft any more" in text(ines.post(address(published), {**typed(page), "title": "x"}))


def test_the_list_takes_as_many_queries_for_three_versions_as_for_one(ines, draft, django_assert_num_queries):
    with CaptureQueriesContext(connection) as few:
        ines.get(reverse("framework_versions"))
    for number in ("1.2", "1.3"):
        editor.start_draft(base=draft, version=number, by=person("administrator"))
    with django_assert_num_queries(len(few)):
        ines.get(reverse("framework_versions"))
