"""The states of what commissioners say and of providers' replies to it, one table for both."""

from lpdqa.workflow import State, Transition, Workflow

_CHECK = "programmes.moderate"

MODERATION = Workflow(
    name="moderation",
    states=(
        State("waiting", "Waits for a check", "Being checked"),
        State("shown", "Shown", "Shown"),
        State("counted", "Counted, words left out", "Counted, words left out"),
        State("refused", "Not accepted", "Not accepted"),
    ),
    transitions=(
        Transition(
            "show",
            ("waiting", "counted", "refused"),
            "shown",
            "Accept",
            _CHECK,
            effects="public once three commissioners have been accepted",
        ),
        Transition(
            "count",
            ("waiting", "shown"),
            "counted",
            "Count the answers, leave the words out",
            _CHECK,
            guard="a reason; not of a reply",
        ),
        Transition(
            "refuse", ("waiting", "shown", "counted"), "refused", "Do not accept", _CHECK, guard="a reason"
        ),
    ),
)
