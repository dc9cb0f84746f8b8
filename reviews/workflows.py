"""The state tables of submissions, framework versions and assessments.

`SUBMISSION` is the one table that gives the database trigger, the buttons a person sees and the diagram in
docs/states.md. What a transition needs and does is in `reviews/services/`, named here in `guard` and `effects`.
"""

from lpdqa.workflow import State, Transition, Workflow

SUBMISSION = Workflow(
    name="submission",
    states=(
        State("draft", "Draft", ""),
        State("submitted", "Submitted", "Received"),
        State("returned", "Returned", "Returned for changes"),
        State("assessing", "Assessing", "Being assessed"),
        State("adjudicating", "Adjudicating", "Being assessed"),
        State("fact_check", "Factual check", "Check the facts"),
        State("deciding", "Deciding", "Awaiting decision"),
        State("amending", "Amending", "Amendment invited"),
        State("decided", "Decided", "Decision made"),
        State("published", "Published", "Rated"),
        State("closed", "Closed", "Listed", terminal=True),
        State("appealed", "Appealed", "Under appeal"),
        State("suspended", "Suspended", "Alert"),
        State("lapsed", "Lapsed", "Lapsed", terminal=True),
        State("superseded", "Superseded", "Earlier rating", terminal=True),
        State("withdrawn", "Withdrawn", "Listed", terminal=True),
    ),
    transitions=(
        Transition(
            "submit",
            ("draft", "returned"),
            "submitted",
            "Submit for review",
            "reviews.edit_submission",
            guard="every criterion has a statement, evidence or a declared gap; an essential one evidence or a "
            "declared gap",
            effects="snapshot of content and evidence",
        ),
        Transition("return", ("submitted",), "returned", "Return for changes", "reviews.run_reviews"),
        Transition(
            "accept",
            ("submitted",),
            "assessing",
            "Accept and assign",
            "reviews.run_reviews",
            guard="two assessors without an open conflict",
            effects="content frozen; two blind assessments opened; the public sees it as listed",
        ),
        Transition(
            "adjudicate",
            ("assessing",),
            "adjudicating",
            "Send discordant criteria to a third assessor",
            guard="both blind assessments in; at least one criterion discordant",
            effects="one adjudication a discordant criterion",
        ),
        Transition(
            "settle",
            ("assessing", "adjudicating"),
            "fact_check",
            "Settle the scores",
            guard="no discordant criterion without a third score",
            effects="fact-check deadline, 10 working days",
        ),
        Transition(
            "reopen",
            ("fact_check", "deciding"),
            "assessing",
            "Score again",
            guard="a conflict of a blind assessor came to light after the scores were settled",
            effects="that assessor's scores are left out; somebody else is asked",
        ),
        Transition(
            "confirm",
            ("fact_check",),
            "deciding",
            "Confirm the facts",
            "reviews.check_facts",
            effects="also by the deadline",
        ),
        Transition(
            "invite_amendment",
            ("deciding",),
            "amending",
            "Invite an amendment",
            "reviews.decide",
            guard="not invited before",
            effects="20 weeks; only the failed criteria",
        ),
        Transition(
            "amend",
            ("amending",),
            "assessing",
            "Send the amendment",
            "reviews.edit_submission",
            effects="new snapshot; the failed criteria are scored again, blind",
        ),
        Transition(
            "decide",
            ("deciding",),
            "decided",
            "Approve the decision",
            "reviews.decide",
            guard="drafted by one person, approved by another",
        ),
        Transition(
            "publish",
            ("decided",),
            "published",
            "Publish",
            "reviews.decide",
            guard="outcome is to publish",
            effects="rating worked out by a job; earlier rating superseded; catalogue refreshed",
        ),
        Transition(
            "close", ("decided",), "closed", "Close: not yet", "reviews.decide", guard="band is not yet"
        ),
        Transition(
            "appeal",
            ("decided", "published", "closed"),
            "appealed",
            "Appeal",
            "reviews.appeal",
            guard="within 15 working days of the decision",
        ),
        Transition(
            "uphold_appeal",
            ("appealed",),
            "deciding",
            "Uphold the appeal",
            "reviews.decide_appeal",
            guard="by people not involved",
        ),
        Transition(
            "dismiss_to_decided", ("appealed",), "decided", "Dismiss the appeal", "reviews.decide_appeal"
        ),
        Transition(
            "dismiss_to_published", ("appealed",), "published", "Dismiss the appeal", "reviews.decide_appeal"
        ),
        Transition(
            "dismiss_to_closed", ("appealed",), "closed", "Dismiss the appeal", "reviews.decide_appeal"
        ),
        Transition(
            "suspend",
            ("published",),
            "suspended",
            "Suspend",
            "reviews.run_reviews",
            guard="an upheld finding",
            effects="an alert replaces the band at once",
        ),
        Transition("reinstate", ("suspended",), "published", "Reinstate", "reviews.run_reviews"),
        Transition("lapse", ("published",), "lapsed", "Lapse", guard="validity and 60 days' grace are over"),
        Transition(
            "supersede", ("published",), "superseded", "Supersede", guard="a newer rating is published"
        ),
        Transition(
            "withdraw",
            (
                "draft",
                "submitted",
                "returned",
                "assessing",
                "adjudicating",
                "fact_check",
                "deciding",
                "amending",
            ),
            "withdrawn",
            "Withdraw",
            "reviews.withdraw_submission",
        ),
    ),
)

# States in which a subject's review is under way: only one such submission a subject.
OPEN_STATES = (
    "draft",
    "submitted",
    "returned",
    "assessing",
    "adjudicating",
    "fact_check",
    "deciding",
    "amending",
    "decided",
)
EDITABLE_STATES = ("draft", "returned", "amending")

FRAMEWORK = Workflow(
    name="framework",
    states=(
        State("draft", "Draft", "Draft"),
        State("consultation", "Consultation", "Open for comments"),
        State("published", "Published", "In force"),
        State("retired", "Retired", "Retired", terminal=True),
    ),
    transitions=(
        Transition(
            "consult",
            ("draft",),
            "consultation",
            "Open for comments",
            "accounts.run_register",
            guard="nothing is missing in it",
        ),
        Transition("redraft", ("consultation",), "draft", "Back to draft", "accounts.run_register"),
        Transition(
            "publish",
            ("draft", "consultation"),
            "published",
            "Publish",
            "accounts.run_register",
            guard="nothing is missing, comments are closed and every one is answered",
            effects="new submissions are made under it; nothing published changes",
        ),
        Transition("retire", ("published",), "retired", "Retire", "accounts.run_register"),
    ),
)

ASSESSMENT = Workflow(
    name="assessment",
    states=(
        State("invited", "Invited", ""),
        State("scoring", "Scoring", ""),
        State("submitted", "Submitted", ""),
        State("declined", "Declined", "", terminal=True),
        State("void", "Void", "", terminal=True),
    ),
    transitions=(
        Transition(
            "declare",
            ("invited",),
            "scoring",
            "Declare no conflict and open the file",
            "reviews.score_assessment",
            guard="no conflict found or declared",
        ),
        Transition(
            "decline",
            ("invited",),
            "declined",
            "Decline",
            "reviews.score_assessment",
            effects="must be reassigned",
        ),
        Transition(
            "submit",
            ("scoring",),
            "submitted",
            "Submit scores",
            "reviews.score_assessment",
            guard="every criterion has a score and a rationale",
            effects="scores locked; the last blind one settles or adjudicates",
        ),
        Transition(
            "void",
            ("invited", "scoring", "submitted"),
            "void",
            "Void",
            "reviews.run_reviews",
            effects="left out of the consensus; kept in the trail",
        ),
    ),
)
