"""A form that loses nothing: kept while it is typed, taken up on another device, merged with other people's changes.

In a view:

    work = Writing(request, make=lambda **how: PartForm(instance=row, **how), row=row, about="programme:12")
    if work.response:
        return work.response
    if work.save(lambda **data: update(row=row, opened=work.opened, **data)):
        return redirect(…)
    return render(…, {"form": work.form, "writing": work})

and in the template, inside the form, `{% include "drafts/writing.html" %}`. With the script (static/js/write.js)
the form is kept every few seconds; without it, whenever a button is pressed, also where the answers are
refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone

from lpdqa.accounts.models import User
from lpdqa.drafts.merging import fingerprints
from lpdqa.drafts.models import WorkingCopy
from lpdqa.drafts.queries import copy_of, others_at
from lpdqa.drafts.services import count_time, drop, keep
from lpdqa.web.refusals import carried_out

THEN = "then"
# What the buttons, the script and the browser add to the answers.
_NOT_ANSWERS = frozenset({"csrfmiddlewaretoken", "opened", THEN})


class Make(Protocol):
    def __call__(self, *, data: Any, files: Any, initial: dict[str, Any] | None) -> forms.BaseForm: ...


class Writing:
    """One person at one form.

    make: the form, from `data`, `files` and `initial` as Django's forms take them.
    row: what the form is about, for the merge with other people's changes; None where each save adds a row.
    about: what the time spent counts towards, such as "programme:12".
    picture: markup shown beside the form, worked out from what is typed so far.
    back: where "Save for later" leads.
    purpose: what the form's button does, to go after "press the button to".
    """

    response: HttpResponse | None = None

    def __init__(
        self,
        request: HttpRequest,
        *,
        make: Make,
        about: str,
        row: models.Model | None = None,
        picture: Callable[[forms.BaseForm], str] | None = None,
        back: str = "",
        purpose: str = "save it for your team",
        may_write: bool = True,
    ) -> None:
        if not isinstance(request.user, User):
            raise TypeError("This view needs a signed-in person.")
        self.request, self.user, self.about, self.row, self.back = request, request.user, about, row, back
        self.address, self.purpose = request.get_full_path()[:300], purpose
        self._picture = picture
        posted = request.method == "POST"
        then = request.POST.get(THEN, "") if posted else ""
        # A row that is set up from the form's answers would hide what it said before.
        self._present = fingerprints(row, _columns(row)) if row is not None else {}
        self.copy: WorkingCopy | None = None if posted else copy_of(self.user, self.address)
        self.opened = _opened(request.POST.get("opened", "")) if posted else dict(self._present)
        count_time(user=self.user, about=about, page=not posted)
        if then == "discard":
            drop(user=self.user, address=self.address)
            messages.success(request, "What was not saved is gone.")
            self.response = HttpResponseRedirect(self.address)
        if posted:
            self.form = make(data=request.POST, files=request.FILES or None, initial=None)
        elif self.copy:
            self.opened = {**self.opened, **self.copy.opened}
            self.form = make(data=None, files=None, initial=_as_typed(make, self.copy))
        else:
            self.form = make(data=None, files=None, initial=None)
        if then == "keep" and may_write:
            self.copy = self.keep()
            self.response = render(request, "drafts/as_you_go.html", {"writing": self})
        elif then == "later" and may_write:
            self.keep()
            messages.success(request, "Kept for you as you left it. It is not saved for your team yet.")
            self.response = HttpResponseRedirect(back or self.address)

    def save(self, do: Callable[..., Any]) -> bool:
        """Carry out `do` with the answers; where they are refused they are kept, and the form says why."""
        if self.request.method != "POST":
            return False
        theirs = self.changed_by_others()
        if carried_out(self.form, do):
            drop(user=self.user, address=self.address)
            if theirs:
                names = ", ".join(f"“{name}”" for name in theirs)
                messages.info(
                    self.request,
                    f"Somebody else changed {names} meanwhile. Where you didn’t, theirs is kept.",
                )
            return True
        # Who was told of a change has seen it: the next save is the person's own decision.
        for name, errors in self.form.errors.as_data().items():
            if any(error.code == "changed" for error in errors) and self.row is not None:
                self.opened[name] = self._present[name]
        self.copy = self.keep()
        return False

    def changed_by_others(self) -> list[str]:
        """Labels of the questions whose answer has changed since the form was opened."""
        return [
            str(self.form[name].label)
            for name, mark in self._present.items()
            if name in self.form.fields and name in self.opened and self.opened[name] != mark
        ]

    def others(self) -> list[WorkingCopy]:
        """Other people who are at this form now."""
        return others_at(self.user, self.address) if self.row is not None else []

    @property
    def opened_json(self) -> str:
        return json.dumps({name: mark for name, mark in self.opened.items() if name in self.form.fields})

    @property
    def kept_at(self) -> str:
        return f"{timezone.localtime(self.copy.saved_at):%H:%M}" if self.copy else ""

    @property
    def kept_on(self) -> Any:
        return timezone.localdate(self.copy.saved_at) if self.copy else None

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(anchor, sentence) for what is wrong with answers given so far; what is still empty is not wrong."""
        found = []
        for bound in self.form:
            missing = all(error.code == "required" for error in bound.errors.as_data())
            if bound.errors and not missing and not bound.is_hidden:
                found += [(bound.error_anchor, text) for text in bound.summary_texts]  # type: ignore[attr-defined]
        return found

    @property
    def picture(self) -> str:
        return self._picture(self.form) if self._picture else ""

    def keep(self) -> WorkingCopy | None:
        """Keep what was sent as it was typed, without looking at it: for a button that leads elsewhere."""
        data = {
            name: [value.replace("\x00", "") for value in values]
            for name, values in self.request.POST.lists()
            if name not in _NOT_ANSWERS
        }
        return keep(user=self.user, address=self.address, about=self.about, data=data, opened=self.opened)


def _columns(row: models.Model) -> list[str]:
    return [field.name for field in row._meta.concrete_fields]


def _opened(text: str) -> dict[str, str]:
    """What the hidden field says; nothing where somebody changed it into something else."""
    try:
        marks = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(marks, dict) or len(marks) > 100:
        return {}
    return {str(name): str(mark)[:16] for name, mark in marks.items()}


def _as_typed(make: Make, copy: WorkingCopy) -> dict[str, Any]:
    """Initial values that show a form as it was left, without saying what is wrong with it yet."""
    data = QueryDict(mutable=True)
    for name, values in copy.data.items():
        data.setlist(name, values)
    bound = make(data=data, files=None, initial=None)
    return {
        name: field.widget.value_from_datadict(data, {}, bound.add_prefix(name))  # type: ignore[arg-type]
        for name, field in bound.fields.items()
        if not isinstance(field, forms.FileField)
    }
