"""What the register writes to people about a review: each message with its words, who reads it and when.

These are the words as shipped: they change with the code, so that a word and the rule it tells of change together.
Administrators can put others in their place (`reviews.services.message_words`), and are told where the words they
replaced have changed since. What a message now says is read by `reviews.queries.message_words` alone:
`reviews.services.telling` fills that in and sends it, and the board's page of letters shows it as its reader gets it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from reviews import gaps

TEAM, ADMINISTRATORS, ASSESSOR, LODGER = (
    "The provider’s owners and editors",
    "Administrators",
    "The assessor",
    "Whoever lodged it; on the handling of a review their team too",
)


SUBJECT_LENGTH = 120
"""Longest subject, in characters with its gaps: filled in it is cut at 200, and a title takes up to 160 of these."""
BODY_LENGTH = 2000
"""Longest body, in characters with its gaps."""


@dataclass(frozen=True)
class Gap:
    """Something that is filled in: what it is, and why it can't be left out of a message that has it."""

    what: str
    why: str
    is_long: bool = False
    """Somebody typed it, at any length: not for a subject."""


_UNTIL_WHEN = "the reader has to know until when"
GAPS: dict[str, Gap] = {
    "title": Gap("What the review is of", "the reader has to know which review it is about"),
    "reason": Gap("The reason that was given", "the reader has to know why", is_long=True),
    "facts_due": Gap("The last day to check the facts", _UNTIL_WHEN),
    "amendment_due": Gap("The last day to send the amendment", _UNTIL_WHEN),
    "due": Gap("The last day to answer", _UNTIL_WHEN),
    "code": Gap("The criterion, such as P2", "the reader has to know which criterion it is about"),
    "question": Gap("What the assessor asks", "there is nothing to answer without it", is_long=True),
    "kind": Gap("What the complaint is about", "the reader has to know what it is about"),
    "answer": Gap("The answer that was given", "the reader gets the answer by this letter", is_long=True),
    "condition": Gap("What has to be done", "the reader has to know which condition it is", is_long=True),
    "how": Gap("What the team says it did", "the reader looks at just that", is_long=True),
}


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
        return gaps.filled(self.subject, words), gaps.filled(self.body, words)

    @property
    def gaps(self) -> list[str]:
        """Names of what it is given to fill in: all that its words as shipped use."""
        return gaps.names(f"{self.subject} {self.body}")

    @property
    def digest(self) -> str:
        """SHA-256 of its words, to see whether they are still the same."""
        return hashlib.sha256(f"{self.subject}\n{self.body}".encode()).hexdigest()


def faults_of(shipped: Message, *, subject: str, body: str) -> dict[str, list[str]]:
    """Why these words can't stand in place of those shipped, by part (subject, body); empty where they can.

    Only what the shipped words have is filled in, and all of it has to stay: the title in the subject, the rest
    in either, texts that somebody typed in the body.
    """
    found: dict[str, list[str]] = {"subject": [], "body": []}
    if not subject.strip():
        found["subject"].append("Write a subject.")
    if len(subject.splitlines()) > 1:
        found["subject"].append("A subject is one line: take the line break out.")
    for part, text, limit in (("subject", subject, SUBJECT_LENGTH), ("body", body, BODY_LENGTH)):
        if len(text) > limit:
            found[part].append(f"Shorten this to {limit:,} characters: it has {len(text):,}.")
        if any(not (each.isprintable() or each.isspace()) for each in text):
            found[part].append("Take out the characters that can’t be seen.")
        found[part] += gaps.faults(text, shipped.gaps)
    in_subject = gaps.names(subject)
    for name in in_subject:
        if name in shipped.gaps and GAPS[name].is_long:
            found["subject"].append(f"{{{name}}} can be long: it belongs in the body.")
    for name in shipped.gaps:
        if name == "title" and name not in in_subject:
            found["subject"].append(f"{{title}} is left out of the subject: {GAPS[name].why}.")
        elif name not in in_subject and name not in gaps.names(body):
            part = "body" if name in gaps.names(shipped.body) else "subject"
            found[part].append(f"{{{name}}} is left out: {GAPS[name].why}.")
    return {part: texts for part, texts in found.items() if texts}


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
CONDITION_REPORTED = Message(
    "a team reports a condition as met", "Administrators without a part in it",
    "A condition on “{title}” is reported as met", "{how}", "the condition",
)  # fmt: skip
CONDITION_MET = _team(
    "a condition is recorded as met", "A condition on “{title}” is met", "{condition}", "the decision"
)
CONDITION_NOT_MET = _team(
    "a report on a condition is answered", "A condition on “{title}” is not met yet",
    "{answer}\n\nWhen that is done, report it again.", "the decision",
)  # fmt: skip


def name_of_step(to: str, step: str) -> str:
    """What the message about a step is called: `to` is “team” or “board”."""
    return f"{to}-{step.replace('_', '-')}"


MESSAGES: dict[str, Message] = {
    **{name_of_step("team", step): message for step, message in TO_TEAM.items()},
    **{name_of_step("board", step): message for step, message in TO_ADMINISTRATORS.items()},
    "request": REQUEST,
    "invited": INVITED,
    "complaint": COMPLAINT,
    "complaint-answered": COMPLAINT_ANSWERED,
    "condition-reported": CONDITION_REPORTED,
    "condition-met": CONDITION_MET,
    "condition-not-met": CONDITION_NOT_MET,
}
"""Every message by the name its page has in its address."""
