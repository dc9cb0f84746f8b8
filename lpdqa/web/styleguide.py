"""A page that shows every component with made-up content and the line that makes it."""

from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from lpdqa.web.bands import BANDS
from lpdqa.web.forms import described

_PROFILE = {"purpose": 3.5, "governance": 3.0, "process": 2.67, "definitions": 3.25, "value": 3.0}


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(max_length=80, help_text="As it appears in your prospectus")
    email = forms.EmailField(label="Work email address")
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    summary = forms.CharField(max_length=200, widget=forms.Textarea(attrs={"rows": 3}), required=False)
    price = forms.DecimalField(
        label="Full price",
        widget=forms.NumberInput(attrs={"data-prefix": "£", "data-suffix": "per participant"}),
    )
    starts = forms.DateField(label="First day", help_text="For example, 1 September 2026")
    phase = forms.ChoiceField(
        choices=[("", "Choose a phase"), ("primary", "Primary"), ("secondary", "Secondary")]
    )
    way = forms.ChoiceField(
        label="How does it run?",
        widget=forms.RadioSelect,
        choices=[
            ("school", described("In school", "Sessions and coaching at the participant's own school")),
            ("online", described("Online", "Live sessions, with recordings")),
            ("both", "Both"),
        ],
    )
    topics = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[("curriculum", "Curriculum"), ("send", "SEND"), ("finance", "School finance")],
        help_text="Choose all that apply",
    )
    outline = forms.FileField(label="Course outline", help_text="A PDF of up to 20 MB", required=False)
    consent = forms.BooleanField(
        label="The people named in this file have agreed to it", help_text="You can withdraw it at any time"
    )


@public
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components; `?page=` moves the sample pagination."""
    wrong = SampleForm(
        {"title": "Leading together", "email": "nobody", "summary": "x" * 210, "price": "free"}
    )
    return render(
        request,
        "web/styleguide.html",
        {
            "bands": [band for key, band in BANDS.items() if key != "not_yet"],
            "profile": _PROFILE,
            "partial": _PROFILE | {"definitions": None},
            "blank_form": SampleForm(prefix="blank"),
            "wrong_form": wrong,
            "page_obj": Paginator(range(300), 25).get_page(request.GET.get("page")),
            "decided": date(2026, 11, 23),
            "valid_to": date(2029, 11, 22),
            "tabs": [
                {"text": "Programmes", "url": "#", "current": True, "count": 1284},
                {"text": "Specialist leaders", "url": "#", "current": False, "count": 212},
                {"text": "Providers", "url": "#", "current": False, "count": 87},
            ],
            "chips": [{"text": "Aspiring heads", "url": "#"}, {"text": "Within 25 miles of LE1", "url": "#"}],
            "facts": [
                ("For", "Middle leaders in primary schools"),
                ("Hours", "24 over 26 weeks"),
                ("Full price", "£1,250 per participant, VAT included", "#", "Change"),
            ],
            "tasks": [
                {"text": "About the programme", "url": "#", "status": "Completed"},
                {
                    "text": "Evidence",
                    "url": "#",
                    "status": "3 to add",
                    "colour": "blue",
                    "hint": "For D3 and V1",
                },
                {"text": "Submit for review", "status": "Cannot start yet"},
            ],
        },
    )
