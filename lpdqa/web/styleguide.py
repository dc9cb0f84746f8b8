"""A page that shows every component with made-up content and the line that makes it."""

from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from lpdqa.web.bands import BANDS
from lpdqa.web.charts import (
    Chart,
    Group,
    Mark,
    Point,
    Spread,
    axis_for,
    bar_chart,
    csv_of,
    interval_chart,
    scatter_chart,
)
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


def _charts() -> list[Chart]:
    """One chart of each kind, with made-up numbers."""
    kinds = [("Trusts", 128), ("Teaching school hubs", 87), ("Universities", 12), ("Dioceses", 0)]
    agreement = [
        Mark("P1 Purpose is stated", 0.82, low=0.71, high=0.93, n=128),
        Mark("G1 Who answers for it", 0.64, low=0.55, high=0.73, n=130),
        Mark(
            "D3 Impact",
            0.31,
            low=0.08,
            high=0.54,
            n=41,
            tone="warn",
            note="Below 0.40: discuss at moderation",
        ),
        Mark("V1 Price in full", None, n=12, note="12 paired scores: shown from 30 up"),
    ]
    logits = axis_for("Logits", [-2.0, 3.0], below="milder, lower", above="more severe, higher", places=2)
    subjects = [-1.8, -1.1, -0.9, -0.4, -0.2, 0.0, 0.1, 0.1, 0.3, 0.5, 0.6, 0.6, 0.9, 1.4, 2.7]
    return [
        bar_chart(
            "providers",
            "Rated providers by kind",
            axis_for("Providers", [count for _, count in kinds], zero=True, places=0),
            [Mark(name, count) for name, count in kinds],
            rows_are="Kind",
        ),
        interval_chart(
            "agreement",
            "Agreement by criterion",
            axis_for("Gwet’s AC2", [0.0, 1.0], low=0, high=1, places=2),
            agreement,
            rows_are="Criterion",
        ),
        interval_chart(
            "ruler",
            "Subjects and assessors on one ruler",
            logits,
            [
                Spread("Programmes", subjects),
                Group(
                    "Assessors", [Mark("A7", 0.9, low=0.5, high=1.3), Mark("B2", -0.6, low=-0.9, high=-0.3)]
                ),
            ],
            rows_are="Who",
        ),
        scatter_chart(
            "fit",
            "Severity and fit",
            logits,
            axis_for("Infit mean square", [0.4, 1.8], low=0, places=2),
            [Point("A7", 0.9, 1.7, named=True, tone="warn"), Point("B2", -0.6, 0.9), Point("C1", 0.1, 1.1)],
            rows_are="Assessor",
        ),
    ]


@public
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components; `?page=` moves the sample pagination."""
    charts = _charts()
    if answer := csv_of(request, charts):
        return answer
    wrong = SampleForm(
        {"title": "Leading together", "email": "nobody", "summary": "x" * 210, "price": "free"}
    )
    return render(
        request,
        "web/styleguide.html",
        {
            "bands": [band for key, band in BANDS.items() if key != "not_yet"],
            "profile": _PROFILE,
            "charts": charts,
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
