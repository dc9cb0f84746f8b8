"""What administrators type at the steps of a review."""

from __future__ import annotations

from typing import Any

from django import forms

from lpdqa.accounts.models import Role, User
from lpdqa.clock import today
from lpdqa.web.forms import described
from reviews.choices import ConflictKind, FindingKind, SubjectKind
from reviews.forms.submissions import SHORT_TEXT, STATEMENT_LENGTH
from reviews.models import Decision, Submission
from reviews.queries.assessors import Candidate, eligible_assessors
from reviews.workflows import SUBMISSION


def _text(
    label: str, *, rows: int = 4, required: bool = True, help_text: str = "", long: bool = False
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=STATEMENT_LENGTH if long else SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class StepForm(forms.Form):
    """A form about one submission, filled in by `by`."""

    def __init__(self, *args: Any, submission: Submission, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submission, self.by = submission, by
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the submission."""


class ConfirmForm(StepForm):
    """Nothing to type: the step is only confirmed."""


class ReasonForm(StepForm):
    reason = _text("Reason", help_text="The provider reads this.")


class VoidForm(StepForm):
    reason = _text("Reason", help_text="Kept in the trail.")


class BoardFilterForm(forms.Form):
    """The filters of the board, all in the address."""

    q = forms.CharField(label="Title or provider", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("open", "Waiting for somebody"), ("", "Every state"), *SUBMISSION.choices],
    )
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *SubjectKind.choices])
    late = forms.ChoiceField(
        label="In its state",
        required=False,
        choices=[
            ("", "For any time"),
            ("14", "Over two weeks"),
            ("42", "Over six weeks"),
            ("due", "Past its date"),
        ],
    )
    rows = forms.ChoiceField(
        label="Rows", required=False, choices=[("", "50 at a time"), ("100", "100"), ("250", "250")]
    )


def _fit_in_words(candidate: Candidate) -> str:
    fit = ", ".join(candidate.fit).replace("_", " ") or "no matching expertise recorded"
    return f"Fits: {fit}. Open work: {candidate.open_work}."


def _assessor_choices(submission: Submission, by: User) -> list[tuple[str, str]]:
    return [
        (str(each.user.pk), described(each.user.name, _fit_in_words(each)))
        for each in eligible_assessors(submission, viewer=by)
    ]


class AcceptForm(StepForm):
    assessors = forms.MultipleChoiceField(
        label="Choose two assessors",
        help_text="Only people without a conflict of interest are listed. They declare again before the "
        "file opens.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose two assessors"},
    )

    def prepare(self) -> None:
        self.fields["assessors"].choices = _assessor_choices(self.submission, self.by)  # type: ignore[attr-defined]

    def clean_assessors(self) -> list[User]:
        chosen = self.cleaned_data["assessors"]
        if len(chosen) != 2:
            raise forms.ValidationError("Choose exactly two assessors")
        return list(User.objects.filter(pk__in=chosen))


class AssessorForm(StepForm):
    assessor = forms.ChoiceField(
        label="Choose an assessor",
        help_text="Only people without a conflict of interest and without a part in this review are listed.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an assessor"},
    )

    def prepare(self) -> None:
        self.fields["assessor"].choices = _assessor_choices(self.submission, self.by)  # type: ignore[attr-defined]

    def clean_assessor(self) -> User:
        return User.objects.get(pk=self.cleaned_data["assessor"])


class AnswerForm(StepForm):
    answer = _text("Your answer", help_text="The provider reads this.")


# Labels of a condition and of its date; who needs more puts two things into one.
_CONDITIONS = (
    ("A condition", "By when"),
    ("A second condition", "By when, the second"),
    ("A third condition", "By when, the third"),
)


class DecisionForm(StepForm):
    strengths = _text("Strengths", long=True, help_text="Published. What the evidence shows to be good.")
    improvements = _text("What to improve", long=True, help_text="Published.")
    report = _text("Public report", rows=8, required=False, long=True)

    def prepare(self) -> None:
        for number, (words, due_words) in enumerate(_CONDITIONS):
            hint = "Something the provider must do by a date." if not number else ""
            self.fields[f"condition_{number}"] = _text(words, rows=2, required=False, help_text=hint)
            self.fields[f"due_{number}"] = forms.DateField(
                label=due_words, required=False, widget=forms.DateInput
            )

    @classmethod
    def of(cls, decision: Decision | None) -> dict[str, Any]:
        """What an earlier draft says, as initial values."""
        if decision is None:
            return {}
        conditions: dict[str, Any] = {}
        for number, condition in enumerate(decision.conditions.all()[: len(_CONDITIONS)]):
            conditions |= {f"condition_{number}": condition.text, f"due_{number}": condition.due_on}
        return {
            "strengths": decision.strengths,
            "improvements": decision.improvements,
            "report": decision.report,
            **conditions,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        conditions = []
        for number in range(len(_CONDITIONS)):
            text, due = cleaned.pop(f"condition_{number}", ""), cleaned.pop(f"due_{number}", None)
            if text and due is None and f"due_{number}" not in self.errors:
                self.add_error(f"due_{number}", "Give the date by which the condition has to be met")
            elif due is not None and due <= today():
                self.add_error(f"due_{number}", "Give a date that lies ahead")
            if due is not None and not text:
                self.add_error(f"condition_{number}", "Say what has to be done by that date")
            if text and due:
                conditions.append((text, due))
        return cleaned | {"conditions": conditions}


class OverrideForm(StepForm):
    assessor = forms.ChoiceField(label="Assessor")
    kind = forms.ChoiceField(label="Kind of conflict", choices=ConflictKind.choices)
    reason = _text("Why it does not block", help_text="Kept for good.")

    def prepare(self) -> None:
        active = User.objects.filter(is_active=True, role_grants__revoked_at=None)
        assessors = active.filter(role_grants__role=Role.ASSESSOR).exclude(pk=self.by.pk).order_by("name")
        self.fields["assessor"].choices = [(str(u.pk), u.name) for u in assessors]  # type: ignore[attr-defined]

    def clean_assessor(self) -> User:
        return User.objects.get(pk=self.cleaned_data["assessor"])


class LiftForm(StepForm):
    confirm = forms.TypedChoiceField(
        label="Does the conflict block?",
        choices=[
            ("yes", described("It does not: lift it", "You are the second person; your name is recorded.")),
            ("no", described("It does: leave it", "The request is closed.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the conflict blocks"},
    )


class FindingForm(StepForm):
    kind = forms.ChoiceField(label="Kind", choices=FindingKind.choices, widget=forms.RadioSelect)
    public_text = _text(
        "What the public alert says", help_text="Shown in place of the rating if it is upheld."
    )
    detail = _text("Detail", required=False, help_text="For administrators only.")


class FindingDecisionForm(StepForm):
    uphold = forms.TypedChoiceField(
        label="Is the finding upheld?",
        choices=[
            (
                "yes",
                described("Yes, uphold it", "The rating is suspended at once and an alert takes its place."),
            ),
            ("no", "No, it is not upheld"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the finding is upheld"},
    )


class AppealDecisionForm(StepForm):
    uphold = forms.TypedChoiceField(
        label="Is the appeal upheld?",
        choices=[
            ("yes", described("Yes, uphold it", "The decision is made again, by other people.")),
            ("no", described("No, dismiss it", "The decision stands.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the appeal is upheld"},
    )
    outcome_text = _text("Reasons", help_text="The provider reads this.")
