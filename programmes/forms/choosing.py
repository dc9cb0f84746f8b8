"""What people type while they choose: numbers for a price, notes."""

from __future__ import annotations

from django import forms

from programmes.queries.cost import MOST_PARTICIPANTS

MOST_DAYS = 200


class NumbersForm(forms.Form):
    """For how many colleagues, and for how many days of a specialist leader, prices are worked out."""

    participants = forms.IntegerField(
        label="Participants from your school", min_value=1, max_value=MOST_PARTICIPANTS, required=False
    )
    days = forms.IntegerField(
        label="Days of a specialist leader", min_value=1, max_value=MOST_DAYS, required=False
    )

    @staticmethod
    def usual() -> dict[str, str]:
        return {"participants": "1", "days": "1"}
