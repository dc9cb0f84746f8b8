"""The states of a deployment, one table."""

from lpdqa.workflow import State, Transition, Workflow

DEPLOYMENT = Workflow(
    name="deployment",
    states=(
        State("requested", "Requested", "Requested"),
        State("matched", "Matched", "Being arranged"),
        State("confirmed", "Confirmed", "Being arranged"),
        State("planned", "Planned", "Being arranged"),
        State("visiting", "Visiting", "Under way"),
        State("reviewed", "Reviewed", "Under way"),
        State("evaluated", "Evaluated", "Evaluated"),
        State("closed", "Closed", "Closed", terminal=True),
    ),
    transitions=(
        Transition("match", ("requested",), "matched", "Match", "providers.edit_provider"),
        Transition("confirm", ("matched",), "confirmed", "Confirm", "providers.edit_provider"),
        Transition("plan", ("confirmed",), "planned", "Agree the plan", "providers.edit_provider"),
        Transition("start", ("planned",), "visiting", "Start visits", "providers.edit_provider"),
        Transition("review", ("visiting",), "reviewed", "Record the review", "providers.edit_provider"),
        Transition(
            "evaluate",
            ("reviewed",),
            "evaluated",
            "Record the evaluation",
            guard="the receiving head's evaluation is in",
        ),
        Transition("close", ("evaluated",), "closed", "Close", "providers.edit_provider"),
    ),
)
