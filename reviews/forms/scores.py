"""What an assessor types: the declaration before the file opens, and a judgement of one criterion."""

from __future__ import annotations

from typing import Any

from django import forms

from lpdqa.web.forms import described
from reviews.choices import ConflictKind
from reviews.forms.submissions import SHORT_TEXT
from reviews.queries.workbench import Task

NOT_APPLICABLE, CANNOT_JUDGE = "not_applicable", "cannot_judge"


class DeclarationForm(forms.Form):
    """Whether the assessor has an interest in what is to be assessed."""

    answer = forms.ChoiceField(
        label="Do you have a conflict of interest?",
        choices=[
            ("none", described("No, I have none", "The file opens and you can begin.")),
            (
                "conflict",
                described("Yes, or there may be one", "The file stays closed; somebody else is asked."),
            ),
            ("decline", described("No, but I can’t take this on", "Somebody else is asked.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you have a conflict of interest"},
    )
    kind = forms.ChoiceField(
        label="What kind of conflict",
        required=False,
        choices=[("", "Choose one"), *ConflictKind.choices],
        help_text="Only if you answered yes.",
    )
    note = forms.CharField(
        label="Anything we should know",
        required=False,
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="If you can’t take this on, say why; if you answered yes, what the conflict is. Only "
        "administrators read it.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == "conflict" and not cleaned.get("kind"):
            self.add_error("kind", "Choose the kind of conflict")
        return cleaned


class ConflictForm(forms.Form):
    """A conflict that came to light after the file was opened."""

    kind = forms.ChoiceField(
        label="What kind of conflict",
        choices=[("", "Choose one"), *ConflictKind.choices],
        error_messages={"required": "Choose what kind of conflict it is"},
    )
    note = forms.CharField(
        label="What the conflict is",
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In a sentence. Only administrators read it.",
        error_messages={"required": "Say in a sentence what the conflict is"},
    )


class ScoreForm(forms.Form):
    """A judgement of one criterion: a level with the reason for it, or why there is none. Nothing is required:
    half a judgement can be saved, and is asked for again before the scores are sent."""

    judgement = forms.ChoiceField(
        label="Your judgement",
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small app-levels-choice"}),
        required=False,
    )
    rationale = forms.CharField(
        label="Why",
        required=False,
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What you saw in the evidence that led you to this level. The provider may read it, without "
        "your name. If you can’t judge, write here what is missing: it goes to the provider.",
    )
    pointers = forms.CharField(
        label="Where in the evidence",
        required=False,
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example: evaluation report, pages 4 to 6.",
    )

    def __init__(self, data: Any = None, *, task: Task, scale: dict[str, str]) -> None:
        """The form for one criterion, filled with what was judged before; `scale` names the levels."""
        super().__init__(data, initial=_judged_before(task))
        choices = [
            (level, described(f"{level} {word}", task.criterion.descriptors[level]))
            for level, word in sorted(scale.items())
        ]
        if task.may_be_set_aside:
            hint = "Only if this can’t be asked of this provision at all."
            choices.append((NOT_APPLICABLE, described("Not applicable", hint)))
        # Once the provider has answered there is something to score.
        if not task.was_answered:
            hint = "The provider is asked for what is missing, without your name."
            choices.append((CANNOT_JUDGE, described("I can’t judge this yet", hint)))
        self.fields["judgement"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("judgement") == CANNOT_JUDGE and not (cleaned.get("rationale") or "").strip():
            self.add_error("rationale", "Write what is missing, so that the provider can answer")
        return cleaned


def _judged_before(task: Task) -> dict[str, Any]:
    score = task.score
    if score is None:
        return {}
    judgement = str(score.value or "")
    if score.not_applicable:
        judgement = NOT_APPLICABLE
    elif score.cannot_judge:
        judgement = CANNOT_JUDGE
    return {"judgement": judgement, "rationale": score.rationale, "pointers": score.pointers}
