"""What commissioners say of programmes: who was asked, what they answered, and the provider's reply.

Stands beside a rating and is never part of it. Answers are asked when the work ends and 6 and 12 months later, because
what changes in a school shows late.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from lpdqa.clock import now
from lpdqa.fields import PublicIdModel, TimedModel, in_choices
from programmes.feedback_states import MODERATION
from programmes.models.enquiry import EnquiryRecipient
from programmes.models.programme import Cohort, Programme

# Months after the work has ended at which a commissioner is asked.
ROUNDS = (0, 6, 12)
MAX_WORDS = 2000


class FeedbackSource(models.TextChoices):
    """How the register knows that somebody is a commissioner."""

    ENQUIRY = "enquiry", "An enquiry through this register"
    COHORT = "cohort", "Invited by the provider after a cohort"


class Again(models.TextChoices):
    YES = "yes", "Yes"
    CHANGED = "changed", "Yes, with changes"
    NO = "no", "No"


class Reason(models.TextChoices):
    """Why words or a whole answer are not accepted."""

    NAMES = "names", "It says who somebody is"
    ABUSIVE = "abusive", "It is abusive"
    OFF_TOPIC = "off_topic", "It is about something else"
    DOUBTFUL = "doubtful", "There is doubt that it comes from a commissioner"


class FeedbackInvitation(PublicIdModel, TimedModel):
    """A commissioner who is asked about a programme, by a signed link to an address that only the register sees.

    The address is emptied when nothing is asked any more; the keyed hash stays, so that nobody counts twice.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="feedback_invitations")
    source = models.CharField(max_length=7, choices=FeedbackSource.choices)
    recipient = models.OneToOneField(
        EnquiryRecipient, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )
    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    organisation = models.CharField("school or trust", max_length=200, blank=True)
    email = models.EmailField(blank=True)
    person = models.CharField(max_length=64, editable=False, help_text="Keyed hash of the address")
    ended_on = models.DateField(help_text="When the work ended; the later questions count from here")
    asked_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The round that was asked last"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="They want no more letters")

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("source", FeedbackSource, "invitation_source"),
            models.UniqueConstraint(fields=["programme", "person"], name="feedback_invitation_once"),
            models.CheckConstraint(
                condition=Q(asked_months=None) | Q(asked_months__in=ROUNDS), name="feedback_invitation_round"
            ),
        ]
        indexes = [models.Index(fields=["ended_on"], condition=~Q(email=""), name="feedback_invitation_open")]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


def _answer(label: str) -> models.PositiveSmallIntegerField:
    """How clearly one of Guskey's levels is seen, 1 not at all to 4 very clearly; empty: too early to say."""
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )


# Guskey's five levels in their order.
LEVELS = ("reactions", "learning", "organisation", "use", "outcomes")


class Feedback(PublicIdModel, TimedModel):
    """One commissioner's answer at one moment: never changed, and shown once an administrator has accepted it."""

    invitation = models.ForeignKey(FeedbackInvitation, on_delete=models.CASCADE, related_name="answers")
    months = models.PositiveSmallIntegerField("months after the end")
    reactions = _answer("those who took part found it worth their time")
    learning = _answer("they know or can do more")
    organisation = _answer("the school works differently")
    use = _answer("they use it in their work")
    outcomes = _answer("pupils are better off")
    again = models.CharField("would commission it again", max_length=7, choices=Again.choices)
    words = models.TextField(max_length=MAX_WORDS, blank=True)
    name = models.CharField("name and post", max_length=120, blank=True, help_text="Not published")
    given_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=7, choices=MODERATION.choices, default=MODERATION.initial)
    state_since = models.DateTimeField(default=now)
    reason = models.CharField(max_length=9, choices=Reason.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["invitation", "months"], name="feedback_once_a_round"),
            models.CheckConstraint(condition=Q(months__in=ROUNDS), name="feedback_round"),
            in_choices("again", Again, "feedback_again"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "shown"]) | ~Q(reason=""), name="feedback_reason"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{level: None}) | Q(**{f"{level}__range": (1, 4)}), name=f"feedback_{level}"
                )
                for level in LEVELS
            ),
        ]
        indexes = [models.Index(fields=["given_at"], condition=Q(state="waiting"), name="feedback_waiting")]
        triggers = [
            *MODERATION.triggers(),
            pgtrigger.ReadOnly(
                name="feedback_fixed",
                fields=["invitation", "months", *LEVELS, "again", "words", "given_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Feedback {self.pk}"

    @property
    def programme(self) -> Programme:
        return self.invitation.programme


class FeedbackReply(TimedModel):
    """What the provider says to one answer, once; checked like the answer itself."""

    feedback = models.OneToOneField(Feedback, on_delete=models.CASCADE, related_name="reply")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.TextField(max_length=MAX_WORDS)
    written_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=7, choices=MODERATION.choices, default=MODERATION.initial)
    state_since = models.DateTimeField(default=now)
    reason = models.CharField(max_length=9, choices=Reason.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "feedback replies"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "shown"]) | (Q(state="refused") & ~Q(reason="")),
                name="reply_reason",
            )
        ]
        indexes = [models.Index(fields=["written_at"], condition=Q(state="waiting"), name="reply_waiting")]
        triggers = [
            *MODERATION.triggers(),
            pgtrigger.ReadOnly(name="reply_fixed", fields=["feedback", "words", "written_at"]),
        ]

    def __str__(self) -> str:
        return f"Reply {self.pk}"
