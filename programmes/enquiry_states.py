"""The states of an enquiry at one provider, one table."""

from lpdqa.workflow import State, Transition, Workflow

_READ, _ANSWER, _FOLLOW, _MODERATE = (
    "programmes.read_enquiry",
    "programmes.answer_enquiry",
    "programmes.follow_enquiry",
    "programmes.moderate",
)

ENQUIRY = Workflow(
    name="enquiry",
    states=(
        State("waiting", "Waiting for the sender to confirm", "Waiting for you to confirm your address"),
        State("sent", "New", "Sent"),
        State("seen", "Read", "Seen by the provider"),
        State("answered", "Answered", "Answered"),
        State("declined", "Declined", "Declined"),
        State("closed", "Closed by the sender", "Closed"),
        State("commissioned", "Commissioned", "Commissioned", terminal=True),
        State("blocked", "Blocked by the register", "Blocked by the register", terminal=True),
    ),
    transitions=(
        Transition(
            "deliver",
            ("waiting",),
            "sent",
            "Send",
            guard="the sender's address is confirmed",
            effects="the team is told by mail",
        ),
        Transition("see", ("sent",), "seen", "Open", _READ),
        Transition(
            "answer",
            ("sent", "seen", "answered"),
            "answered",
            "Send the answer",
            _ANSWER,
            effects="the sender is told by mail",
        ),
        Transition(
            "decline", ("sent", "seen"), "declined", "Decline", _ANSWER, effects="the sender is told by mail"
        ),
        Transition(
            "follow_up",
            ("sent", "seen", "answered"),
            "sent",
            "Write again",
            _FOLLOW,
            effects="the team is told by mail",
        ),
        Transition("close", ("sent", "seen", "answered", "declined"), "closed", "Close", _FOLLOW),
        Transition(
            "commission",
            ("seen", "answered", "closed"),
            "commissioned",
            "We worked together",
            f"{_FOLLOW}` or `{_ANSWER}",
            guard="which programme, and when it ended or ends",
            effects="the sender is asked for feedback",
        ),
        Transition(
            "block",
            ("waiting", "sent", "seen", "answered", "declined", "closed"),
            "blocked",
            "Block the enquiry",
            _MODERATE,
            guard="a provider has reported it",
            effects="nothing more is sent of it to anybody, and its sender can’t send others for 90 days",
        ),
    ),
)
