"""How Django forms become GOV.UK markup, without a form base class of our own.

`settings.FORM_RENDERER` points at `Renderer`, so for any plain Django form

    {% error_summary form %}
    <form method="post" novalidate>{% csrf_token %}{{ form }}{% button "Save" %}</form>

gives labels or legends, hints, errors with the right ids, and links from the error summary to each field.
One field: `{{ form.name.as_field_group }}`, or `{% field form.name size="m" %}` to vary it. Only the input:
`{{ form.name }}`.

What a form says in the usual Django way is used:

- `help_text` is the hint (plain text; mark_safe it to use markup);
- a field that isn't required gets "(optional)", in forms where another one is required;
- `Textarea` with `max_length` shows a character count;
- numbers are typed into a text field with a number keyboard, so that nothing typed is lost;
- a `placeholder` is dropped: say it in `help_text`, which stays;
- `DateField` and `DateTimeField` get the browser's own date picker;
- `attrs={"data-prefix": "£", "data-suffix": "per day"}` puts words beside an input;
- `attrs={"data-shown-when": "reach=venue|region"}` shows a question only where another answer makes it one (a
  page with such a form loads static/js/when.js; without scripts all are shown);
- `attrs={"class": "govuk-input--width-5"}` is added to ours; on radios and checkboxes it goes on the group
  ("govuk-radios--inline", "govuk-radios--small");
- `choices=[("a", described("Label", "a hint under it"))]` gives an option its own hint.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

_CONTROL_CLASSES = {
    "text": "govuk-input",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "textarea": "govuk-textarea",
    "counted": "govuk-textarea govuk-js-character-count",
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "checkbox": "govuk-checkboxes__input",
}


# Plain words for the limits that Django's validators put in "Ensure this value…".
_LIMITS = {
    "max_length": "{label} must be {limit} characters or fewer",
    "min_length": "{label} must be {limit} characters or more",
    "max_value": "{label} must be {limit} or less",
    "min_value": "{label} must be {limit} or more",
}


class _Described(str):
    """A choice's label that carries a hint."""

    hint: str


def described(label: str, hint: str) -> str:
    """Return `label` for use in `choices`, with a hint that is shown under that option."""
    text = _Described(label)
    text.hint = hint
    return text


class BoundField(forms.BoundField):
    """Adds to Django's what the GOV.UK templates ask: the kind of control, its classes, and ids for links."""

    label_size = "s"
    is_page_heading = False
    label_hidden = False

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        # A hint in the box disappears when it is needed; help_text says it where it stays.
        field.widget.attrs.pop("placeholder", None)
        # The form's fields are its own copies, so changing the widget here touches no other form. Exact types
        # only: a subclass (the admin's date widget with its own script) has chosen how it works.
        if type(field.widget) is forms.DateInput:
            field.widget.input_type, field.widget.format = "date", "%Y-%m-%d"
        elif type(field.widget) is forms.DateTimeInput:
            field.widget.input_type, field.widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
        elif type(field.widget) is forms.TimeInput:
            field.widget.input_type, field.widget.format = "time", "%H:%M"
        elif type(field.widget) is forms.NumberInput:
            # As GOV.UK advises: type="number" scrolls the value away, and drops what it can't read, so that a
            # person who typed "£1,250" would find the field empty beside the error.
            field.widget.input_type = "text"
            field.widget.attrs["inputmode"] = "numeric" if type(field) is forms.IntegerField else "decimal"
            for limit in ("min", "max", "step"):
                field.widget.attrs.pop(limit, None)

    @property
    def control(self) -> str:
        """What the field is shown as; the templates branch on it."""
        widget = self.field.widget
        if widget.is_hidden:
            return "hidden"
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "choices"
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, forms.Select):
            return "select"
        if isinstance(widget, forms.Textarea):
            return "counted" if self.count_limit else "textarea"
        if isinstance(widget, forms.FileInput):
            return "file"
        if isinstance(widget, forms.PasswordInput):
            return "password"
        if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
            return "several"
        return "text"

    @property
    def use_fieldset(self) -> bool:
        # Django groups a file input with its "clear" checkbox; GOV.UK labels it like any other single input.
        return super().use_fieldset and self.control != "file"

    @property
    def count_limit(self) -> int | None:
        """The length a textarea counts down from, or None."""
        limit = self.field.widget.attrs.get("maxlength")
        return int(limit) if limit and isinstance(self.field.widget, forms.Textarea) else None

    @property
    def shown_when(self) -> str:
        """The answer that makes this a question: "reach=in_school", "funding_model!=free|grant"; else empty."""
        return self.field.widget.attrs.get("data-shown-when", "")

    @property
    def prefix_text(self) -> str:
        return self.field.widget.attrs.get("data-prefix", "")

    @property
    def suffix_text(self) -> str:
        return self.field.widget.attrs.get("data-suffix", "")

    @property
    def shows_optional(self) -> bool:
        """True where the label should say "(optional)".

        In a form with nothing required, such as the filters of a search, the word would be noise; a lone
        checkbox is optional by nature.
        """
        if self.field.required or self.control in ("checkbox", "hidden") or "optional" in str(self.label):
            return False
        return any(field.required for field in self.form.fields.values())

    @property
    def error_texts(self) -> list[str]:
        """What is wrong, beside the field.

        Django's own sentences ("This field is required.", "Ensure this value has at most 200…") are
        replaced by what to do; sentences that a form or a validator brings of its own are left alone.
        """
        texts = []
        for error in self.errors.as_data():
            texts += [self._plain(error, str(message)) for message in error.messages]
        return texts

    @property
    def summary_texts(self) -> list[str]:
        """The same for the error summary, where each has to be understood without seeing the field."""
        label = str(self.label)
        known = _lower_first(label)
        join = " " if label.endswith("?") else ": "
        texts = []
        for error in self.errors.as_data():
            for message in error.messages:
                text = self._plain(error, str(message))
                # What is said of a missing answer names the question or was written for it.
                alone = error.code == "required" or not label or label in text or known in text
                texts.append(text if alone else f"{label}{join}{_lower_first(text)}")
        return texts

    def _plain(self, error: ValidationError, message: str) -> str:
        code = error.code or ""
        if code == "required" and message == str(forms.Field.default_error_messages["required"]):
            return self._what_is_missing()
        if code in _LIMITS and message.startswith("Ensure this value "):
            limit = (error.params or {}).get("limit_value")
            number = f"{limit:,}" if isinstance(limit, int) else str(limit)
            return _LIMITS[code].format(label=self.label, limit=number)
        # A single sentence stands without its full stop, like the rest.
        return message.removesuffix(".") if message.count(".") == 1 else message

    def _what_is_missing(self) -> str:
        label = str(self.label)
        if self.control == "checkbox":
            return f"Tick “{label}”"
        if self.control in ("choices", "select"):
            return (
                f"Choose an answer to “{label}”" if label.endswith("?") else f"Choose {_lower_first(label)}"
            )
        if self.control == "file":
            return f"Choose a file: {_lower_first(label)}"
        return f"Answer “{label}”" if label.endswith("?") else f"Enter {_lower_first(label)}"

    @property
    def error_anchor(self) -> str:
        """Id of the first thing a person can change in this field: where the error summary leads."""
        identity = self.field.widget.attrs.get("id") or self.auto_id
        if self.control == "choices":
            return f"{identity}_0" if len(self.subwidgets) else identity
        if isinstance(self.field.widget, forms.SelectDateWidget):
            return f"{identity}_day"
        if isinstance(self.field.widget, forms.MultiWidget):
            return f"{identity}_0"
        return identity

    @property
    def aria_describedby(self) -> str | None:
        described_by = super().aria_describedby
        if described_by is None or not self.auto_id or self.control != "counted":
            return described_by
        # The script of the character count finds its message by this id, "-info" included.
        return f"{described_by} {self.auto_id}-info".strip()

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        # as_text() and the like come with another widget than the field's; classes follow the field's only.
        if widget is None or widget is self.field.widget:
            classes = self._classes()
            if classes:
                own = f"{self.field.widget.attrs.get('class', '')} {attrs.get('class', '')}".split()
                attrs["class"] = " ".join(dict.fromkeys([*classes, *own]))
        return attrs

    def _classes(self) -> list[str]:
        if self.control == "several":
            is_dates = isinstance(self.field.widget, forms.SelectDateWidget)
            return ["govuk-select" if is_dates else "govuk-input"]
        classes = _CONTROL_CLASSES.get(self.control, "").split()
        if not classes:
            return []
        own = self.field.widget.attrs.get("class", "")
        if isinstance(self.field.widget, forms.NumberInput) and "width" not in own:
            classes.append("govuk-input--width-5")
        if getattr(self.field.widget, "input_type", "") in ("date", "datetime-local", "time"):
            classes.append("app-input--date")
        if self.errors and self.control != "checkbox":
            classes.append(f"{classes[0]}--error")
        return classes


def _lower_first(text: str) -> str:
    """ "Full price" becomes "full price"; "SEND" and "I agree" stay."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


class Renderer(TemplatesSetting):
    """Django's form renderer with our templates and bound field."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = BoundField
