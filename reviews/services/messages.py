"""What the register writes to people about a review: each message with its words, who reads it and when.

Words stand here once; `reviews.services.telling` fills them in and sends them, and the board's page of letters shows
each as its reader gets it. They change with the code, so that a word and the rule it tells of change together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TEAM, ADMINISTRATORS, ASSESSOR, LODGER = (
    "The provider’s owners and editors",
    "Administrators",
    "The assessor",
    "Whoever lodged it; on the handling of a review their team too",
)


@dataclass(frozen=True)
class Message:
    """A message. `subject` and `body` name what is filled in, in braces; `page` is where its link leads, in words."""

    when: str
    to: str
    subject: str
    body: str = ""
    page: str = ""

    def filled(self, words: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body with the words filled in; KeyError for one that is not given."""
        return self.subject.format_map(words), self.body.format_map(words)


def _team(when: str, subject: str, body: str, page: str = "the submission") -> Message:
    return Message(when, TEAM, subject, body, page)


_DISMISSED = "Your appeal on “{title}” is dismissed"

# By the name of the step in the state table. A step that is not here is not told (that a third assessor is needed is
# nobody's business; a lapse by supersession speaks for itself).
TO_TEAM: dict[str, Message] = {
    "submit": _team("it is submitted", "“{title}” is submitted",
                    "We check that it is complete. Then two assessors score it."),
    "return": _team("it is returned", "“{title}” is returned for changes", "{reason}"),
    "accept": _team("it is accepted", "“{title}” is being assessed",
                    "Two trained assessors score it without seeing each other’s scores."),
    "settle": _team("the scores are settled", "Check the facts of “{title}” by {facts_due}",
                    "Read what assessors noted, and correct what is wrong. Without an answer the facts stand.",
                    "the check of the facts"),
    "confirm": _team("the facts are checked", "The facts of “{title}” are checked",
                     "One person drafts the decision, another approves it."),
    "invite_amendment": _team("an amendment is invited", "You may amend “{title}” until {amendment_due}",
                              "It is about the criteria that did not reach their level. Only these are scored again."),
    "amend": _team("the amendment is sent", "The amendment of “{title}” is sent",
                   "Assessors score the amended criteria again."),
    "decide": _team("the decision is approved", "The decision on “{title}” is made",
                    "Read it. You can appeal within 15 working days."),
    "publish": _team("the rating is published", "The rating of “{title}” is public",
                     "You can show the badge on your own pages."),
    "close": _team("it is closed as not yet", "The review of “{title}” is closed",
                   "Read your feedback. The public sees it as listed, not reviewed."),
    "appeal": _team("an appeal is lodged", "Your appeal on “{title}” is lodged",
                    "People who had no part in the decision decide on it."),
    "uphold_appeal": _team("the appeal is upheld", "Your appeal on “{title}” is upheld",
                           "The decision is set aside. Other people decide anew."),
    "dismiss_to_decided": _team("the appeal is dismissed before publication", _DISMISSED, "All is as before."),
    "dismiss_to_published": _team("the appeal is dismissed", _DISMISSED, "All is as before."),
    "dismiss_to_closed": _team("the appeal is dismissed after closing", _DISMISSED, "All is as before."),
    "suspend": _team("a finding is upheld", "The rating of “{title}” is suspended",
                     "An alert stands in its place. The submission says why."),
    "reinstate": _team("the last finding is cleared", "The rating of “{title}” is back", "The alert is gone."),
    "lapse": _team("the days of grace are over", "The rating of “{title}” has lapsed",
                   "It was not renewed in time. You can put it forward again."),
    "withdraw": _team("it is withdrawn", "“{title}” is withdrawn", "The review has ended."),
}  # fmt: skip
TO_ADMINISTRATORS: dict[str, Message] = {
    name: Message(when, ADMINISTRATORS, subject, page="the submission on the board")
    for name, when, subject in (
        ("submit", "it is submitted", "Screen “{title}”"),
        ("confirm", "the facts are checked", "Draft the decision on “{title}”"),
        ("appeal", "an appeal is lodged", "An appeal on “{title}” waits"),
    )
}
REQUEST = Message(
    "an assessor asks for more", TEAM, "A question about {code} of “{title}”, to answer by {due}", "{question}",
    "the question",
)  # fmt: skip
INVITED = Message(
    "somebody is asked to assess", ASSESSOR, "You are asked to assess “{title}”",
    "Say first whether you have a conflict of interest. The file opens after that.", "My work",
)  # fmt: skip
COMPLAINT = Message(
    "a complaint is lodged", "Administrators without a part in it",
    "A complaint about “{title}”, to answer by {due}", "{kind}.", "the complaint",
)  # fmt: skip
COMPLAINT_ANSWERED = Message(
    "a complaint is answered",
    LODGER,
    "The complaint about “{title}” is answered",
    "{answer}",
    "the complaint",
)

MESSAGES: dict[str, Message] = {
    **{f"team-{name.replace('_', '-')}": message for name, message in TO_TEAM.items()},
    **{f"board-{name}": message for name, message in TO_ADMINISTRATORS.items()},
    "request": REQUEST,
    "invited": INVITED,
    "complaint": COMPLAINT,
    "complaint-answered": COMPLAINT_ANSWERED,
}
"""Every message by the name its page has in its address."""
