"""Plain Django forms come out as GOV.UK markup whose labels, hints, errors and links hang together."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from lpdqa.web.forms import described
from lpdqa.web.styleguide import SampleForm


class Page(HTMLParser):
    """All tags with their attributes; enough to ask who points at whom."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, Any]]:
        return [attrs for tag, attrs in self.tags if tag in names]

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]

    def one(self, **wanted: str) -> dict[str, Any]:
        found = [a for _, a in self.tags if all(a.get(k) == v for k, v in wanted.items())]
        assert len(found) == 1, (wanted, found)
        return found[0]


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


WRONG = {"title": "Leading together", "email": "nobody", "summary": "x" * 210, "price": "£free"}


@pytest.fixture
def wrong() -> SampleForm:
    return SampleForm(WRONG)


@pytest.mark.parametrize("data", [None, WRONG])
def test_ids_are_unique_and_everything_pointed_at_exists(data: dict[str, str] | None) -> None:
    form = SampleForm(data)
    page = Page(render("{% error_summary form %}{{ form }}", form=form))
    assert len(page.ids) == len(set(page.ids))
    for label in page.all("label"):
        assert label["for"] in page.ids
    for _, attrs in page.tags:
        for target in (attrs.get("aria-describedby") or "").split():
            assert target in page.ids
    for link in page.all("a"):
        assert link["href"].removeprefix("#") in page.ids


def test_every_input_has_a_label() -> None:
    page = Page(render("{{ form }}", form=SampleForm()))
    labelled = {label["for"] for label in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        assert control["id"] in labelled


def test_hint_and_error_describe_the_input(wrong: SampleForm) -> None:
    page = Page(render("{{ form }}", form=wrong))
    day = page.one(name="starts")
    assert day["aria-describedby"] == "id_starts_helptext id_starts_error"
    assert day["aria-invalid"] == "true"
    assert "govuk-input--error" in day["class"]


def test_a_group_is_a_fieldset_that_carries_the_description(wrong: SampleForm) -> None:
    html = str(wrong["topics"].as_field_group())
    page = Page(html)
    assert page.all("fieldset")[0]["aria-describedby"] == "id_topics_helptext id_topics_error"
    assert all("aria-invalid" not in box for box in page.all("input"))
    assert "<legend" in html


def test_the_error_summary_leads_to_the_first_thing_to_change(wrong: SampleForm) -> None:
    html = render("{% error_summary form %}", form=wrong)
    links = dict(re.findall(r'href="#([^"]+)">([^<]+)<', html))
    assert links["id_email"] == "Work email address: enter a valid email address"
    assert links["id_password"] == "Enter password"
    assert links["id_summary"] == "Summary must be 200 characters or fewer"
    assert links["id_way_0"] == "Choose an answer to “How does it run?”"
    assert links["id_topics_0"] == "Choose topics"
    assert links["id_consent"] == "Tick “The people named in this file have agreed to it”"


def test_no_summary_without_errors() -> None:
    assert render("{% error_summary form %}", form=SampleForm()).strip() == ""


def test_what_was_typed_is_kept_even_where_it_is_wrong(wrong: SampleForm) -> None:
    page = Page(render("{{ form }}", form=wrong))
    assert page.one(name="price")["value"] == "£free"
    assert page.one(name="price")["inputmode"] == "decimal"
    assert page.one(name="email")["value"] == "nobody"


def test_a_message_of_the_forms_own_is_left_alone() -> None:
    class Form(forms.Form):
        name = forms.CharField(error_messages={"required": "Tell us your name. We need it."})

    assert "Tell us your name. We need it." in render("{{ form }}", form=Form({}))


def test_errors_about_the_whole_form_are_shown_and_linked() -> None:
    class Form(forms.Form):
        name = forms.CharField(required=False)

        def clean(self) -> None:
            raise forms.ValidationError("These two do not go together")

    html = render("{% error_summary form %}{{ form }}", form=Form({}))
    assert html.count("These two do not go together") == 2
    assert 'href="#form_errors"' in html
    assert 'id="form_errors"' in html


def test_optional_is_said_only_where_something_is_required() -> None:
    class Filters(forms.Form):
        q = forms.CharField(required=False)

    assert "(optional)" not in render("{{ form }}", form=Filters())
    assert "Summary (optional)" in render("{{ form }}", form=SampleForm())


def test_native_date_picker_gets_an_iso_value() -> None:
    class Form(forms.Form):
        day = forms.DateField(initial="2026-11-23")

    assert Page(str(Form()["day"])).one(name="day")["type"] == "date"
    form = Form({"day": "2026-12-01"})
    assert form.is_valid()
    assert Page(str(form["day"])).one(name="day")["value"] == "2026-12-01"


def test_character_count_is_announced() -> None:
    page = Page(render("{{ form }}", form=SampleForm()))
    box = page.one(name="summary")
    assert "id_summary-info" in box["aria-describedby"]
    assert page.one(**{"data-module": "govuk-character-count"})["data-maxlength"] == "200"


def test_a_choice_can_have_a_hint() -> None:
    class Form(forms.Form):
        way = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", described("School", "In yours"))])

    page = Page(render("{{ form }}", form=Form()))
    assert page.one(value="a")["aria-describedby"] == "id_way_0_hint"
    assert "id_way_0_hint" in page.ids


def test_own_classes_are_added_to_ours() -> None:
    class Form(forms.Form):
        year = forms.CharField(widget=forms.TextInput(attrs={"class": "govuk-input--width-4"}))

    assert Page(str(Form()["year"])).one(name="year")["class"] == "govuk-input govuk-input--width-4"


def test_formset_errors_and_fields_are_linked() -> None:
    class Form(forms.Form):
        place = forms.CharField()

    Set = forms.formset_factory(Form, extra=0, min_num=2, validate_min=True)
    bound = Set({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-place": "Leeds"})
    html = render("{% error_summary set %}{{ set }}", set=bound)
    page = Page(html)
    assert 'href="#id_form-1-place"' in html
    assert "id_form-1-place" in page.ids
    assert len(page.all("fieldset")) == 2
    assert "form-TOTAL_FORMS" in html


def test_text_from_people_is_escaped() -> None:
    class Form(forms.Form):
        name = forms.CharField(label="<b>Name</b>", help_text="<i>hint</i>")

    html = render("{% error_summary form %}{{ form }}", form=Form({"name": ""}))
    assert "<b>" not in html
    assert "<i>" not in html
