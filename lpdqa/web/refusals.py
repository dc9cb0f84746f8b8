"""What a service refuses, shown where the person can mend it, with everything they typed still there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lpdqa.workflow import WorkflowError


def show(form: forms.BaseForm, refusal: ValidationError | WorkflowError) -> None:
    """Put a service's refusal on the form: at the field it names, else above the whole form."""
    if isinstance(refusal, WorkflowError):
        form.add_error(None, str(refusal))
    elif hasattr(refusal, "error_dict"):
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, refusal)


def words(refusal: ValidationError | WorkflowError) -> str:
    """The refusal as one text, for a message where there is no form."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def carried_out(form: forms.BaseForm, do: Callable[..., Any]) -> bool:
    """Call `do` with what a valid form holds; False where form or service refuse, with the reasons on it."""
    if not form.is_valid():
        return False
    try:
        do(**form.cleaned_data)
    except (ValidationError, WorkflowError) as refusal:
        show(form, refusal)
        return False
    return True
