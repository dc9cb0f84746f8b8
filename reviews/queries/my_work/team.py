"""My work of people who write for a provider, or are about to."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.clock import now, today
from programmes.models import ProgrammeVersion
from programmes.queries.enquiries import waiting_at
from providers.choices import ClaimState, MemberRole
from providers.models import Claim, Invitation, LeaderCheck, Membership, Provider
from reviews.choices import ReportState
from reviews.models import Condition, Decision, EvidenceRequest, Submission
from reviews.queries.complaints import answer_due_on as complaint_due_on
from reviews.queries.complaints import of_person
from reviews.queries.conditions import in_force
from reviews.queries.deadlines import answer_due_on, appeal_due_on
from reviews.queries.my_work.items import MOST, MOST_DONE, Item, Lists, about, day, of_submission, submissions
from reviews.queries.provider_submission import state_colour, state_name

_TODO = ("draft", "returned", "amending", "fact_check")
_WAITING = ("submitted", "assessing", "adjudicating", "deciding", "appealed", "suspended")
_DECIDED = ("decided", "published", "closed")
_OVER = ("published", "closed", "lapsed", "superseded", "withdrawn")
# No deadline for an appeal runs longer than this.
_APPEAL_TIME = dt.timedelta(days=60)


def add_invitations(user: User, lists: Lists) -> None:
    """Invitations to a team, and the person's own claims and complaints that are being looked into."""
    invitations = Invitation.objects.filter(
        email__iexact=user.email, accepted_at=None, withdrawn_at=None
    ).select_related("provider")
    for invitation in invitations[:MOST]:
        lists.needs.append(
            Item(
                text=f"Join the team of {invitation.provider}",
                url=reverse("invitation_accept", args=[invitation.code]),
                note=f"You are invited as {invitation.get_role_display().lower()}.",
                since=day(invitation.created_at),
            )
        )
    for claim in Claim.objects.filter(user=user, state=ClaimState.PENDING).select_related("provider")[:MOST]:
        lists.under_way.append(
            Item(
                text=f"Your claim to speak for {claim.provider}",
                url=reverse("provider_claim", args=[claim.provider.slug]),
                note="The register’s team checks it. You can work for the organisation once it is approved.",
                since=day(claim.created_at),
                status="Being checked",
                colour="blue",
            )
        )
    for complaint in of_person(user)[:MOST]:
        lists.under_way.append(
            Item(
                text=f"Your complaint: {complaint.submission.title}",
                url=reverse("complaint", args=[complaint.public_id]),
                note=complaint.get_kind_display(),
                due=complaint_due_on(complaint),
                due_words="answered by",
                status=complaint.get_state_display(),
                colour="blue",
            )
        )


def add_for_teams(memberships: list[Membership], lists: Lists) -> None:
    """What the teams a person is on have to do; those who only read see it as under way."""
    writes = {m.provider_id for m in memberships if m.role in (MemberRole.OWNER, MemberRole.EDITOR)}
    # Whose work it is needs saying only to people of more than one organisation.
    team = _Team(writes, tells_whose=len(memberships) > 1, lists=lists)
    mine = submissions().filter(provider__in=[m.provider_id for m in memberships])
    for submission in mine.filter(state__in=_TODO).order_by("state_since", "id")[: 3 * MOST]:
        team.add_task(submission)
    team.add_requests()
    team.add_enquiries()
    team.add_conditions()
    team.add_leader_checks()
    for submission in mine.filter(state__in=_WAITING).order_by("state_since", "id")[: 3 * MOST]:
        lists.under_way.append(team.line(submission))
    team.add_not_submitted()
    shown = team.add_decisions(mine)
    over = mine.filter(state__in=_OVER).exclude(pk__in=shown)
    for submission in over.order_by("-state_since", "-id")[:MOST_DONE]:
        lists.done.append(team.line(submission, since_words="on"))


class _Team:
    """Puts the work of a person's teams into the lists."""

    def __init__(self, writes: set[int], *, tells_whose: bool, lists: Lists) -> None:
        self.writes = writes
        self.tells_whose = tells_whose
        self.lists = lists

    def whose(self, submission: Submission) -> str:
        return about(submission) if self.tells_whose else ""

    def line(self, submission: Submission, since_words: str = "since") -> Item:
        # A provider reads the same date whether or not its submission went to adjudication.
        assessed_since = submission.accepted_at if submission.state in ("assessing", "adjudicating") else None
        return Item(
            text=submission.title,
            url=reverse("submission_detail", args=[submission.public_id]),
            about=self.whose(submission),
            since=day(assessed_since or submission.state_since),
            since_words=since_words,
            status=state_name(submission.state),
            colour=state_colour(submission.state),
        )

    def add_task(self, submission: Submission) -> None:
        words, due, note = {
            "draft": ("Finish the draft", None, ""),
            "returned": ("Make changes and submit again", None, submission.return_reason),
            "amending": ("Send the amendment", submission.amendment_due_on, ""),
            "fact_check": ("Check the facts", submission.fact_check_due_on, ""),
        }[submission.state]
        view = "fact_check" if submission.state == "fact_check" else "submission_detail"
        mine = self.lists.needs if submission.provider_id in self.writes else self.lists.under_way
        mine.append(
            Item(
                text=f"{words}: {submission.title}",
                url=reverse(view, args=[submission.public_id]),
                about=self.whose(submission),
                note=note,
                due=due,
                since=day(submission.state_since),
                late=bool(due and due < today()),
            )
        )

    def add_not_submitted(self) -> None:
        """Programmes nobody has put forward yet, and organisations that have none: how to go on with them."""
        drafts = ProgrammeVersion.objects.filter(
            programme__provider__in=self.writes, programme__public_version=None, number=1
        ).filter(~Exists(Submission.objects.filter(version__programme=OuterRef("programme"))))
        for version in drafts.select_related("programme__provider").order_by("-updated_at", "-id")[:MOST]:
            programme = version.programme
            self.lists.under_way.append(
                Item(
                    text=version.title,
                    url=reverse("programme_edit", args=[programme.slug, version.number]),
                    about=programme.provider.name if self.tells_whose else "",
                    note="Described so far by your team, not submitted for review.",
                    status="Draft",
                    colour="grey",
                )
            )
        empty = Provider.objects.filter(pk__in=self.writes, programmes=None, specialist_leaders=None)
        for provider in empty.exclude(submissions__isnull=False).order_by("name")[:MOST]:
            self.lists.needs.append(
                Item(
                    text="Describe your first programme or specialist leader",
                    url=reverse("provider_manage", args=[provider.slug]),
                    about=provider.name if self.tells_whose else "",
                )
            )

    def add_requests(self) -> None:
        requests = EvidenceRequest.objects.filter(
            submission__provider__in=self.writes, answered_at=None, closed_at=None
        )
        for asked in requests.select_related("criterion", *of_submission())[:MOST]:
            self.lists.needs.append(
                Item(
                    text=f"Answer a question about {asked.criterion}: {asked.submission.title}",
                    url=reverse("evidence_request", args=[asked.submission.public_id, asked.pk]),
                    about=self.whose(asked.submission),
                    note="An assessor can’t judge it from your evidence.",
                    due=answer_due_on(asked),
                )
            )

    def add_enquiries(self) -> None:
        for oldest in waiting_at(self.writes)[:MOST]:
            n = oldest.waiting  # type: ignore[attr-defined]
            self.lists.needs.append(
                Item(
                    text="Answer an enquiry" if n == 1 else f"Answer {n} enquiries",
                    url=reverse("enquiry_inbox", args=[oldest.provider.slug]),
                    about=oldest.provider.name if self.tells_whose else "",
                    since=day(oldest.state_since),
                )
            )

    def add_conditions(self) -> None:
        conditions = in_force().filter(
            met_on=None,
            decision__submission__provider__in=self.writes,
            decision__submission__state__in=("decided", "published", "suspended"),
        )
        rows = conditions.select_related(*of_submission("decision__submission")).prefetch_related("reports")
        for condition in rows[:MOST]:
            self.add_condition(condition)

    def add_condition(self, condition: Condition) -> None:
        submission, report = condition.decision.submission, condition.last_report
        url = reverse("submission_report", args=[submission.public_id])
        if report is not None and report.state == ReportState.WAITING:
            self.lists.under_way.append(
                Item(
                    text=f"A condition you reported as met: {submission.title}",
                    url=url,
                    about=self.whose(submission),
                    note=condition.text,
                    since=day(report.reported_at),
                    status="Being looked at",
                    colour="blue",
                )
            )
            return
        still = f" Not met yet: {report.answer}" if report is not None else ""
        self.lists.needs.append(
            Item(
                text=f"Meet a condition: {submission.title}",
                url=url,
                about=self.whose(submission),
                note=f"{condition.text}{still}",
                due=condition.due_on,
                late=condition.due_on < today(),
            )
        )

    def add_leader_checks(self) -> None:
        open_ones = LeaderCheck.objects.filter(leader__designator__in=self.writes, answered_on=None)
        for check in open_ones.select_related("leader__designator").order_by("due_on", "id")[:MOST]:
            self.lists.needs.append(
                Item(
                    text=f"Say whether they still take deployments: {check.leader.public_name}",
                    url=reverse("leader_check", args=[check.public_id]),
                    about=check.leader.designator.name if self.tells_whose else "",
                    due=check.due_on,
                    late=check.due_on < today(),
                )
            )

    def add_decisions(self, mine: QuerySet[Submission]) -> list[int]:
        """Decisions that can still be appealed against; returns whose they are."""
        # The deadline comes from the framework version's scheme, which is kept once it was read.
        approved = (
            Decision.objects.filter(approved_at__isnull=False)
            .select_related("submission__framework")
            .defer("submission__framework__document")
            .prefetch_related("appeals")
            .order_by("-id")
        )
        decided = mine.filter(
            Q(state="decided") | Q(state__in=_DECIDED, state_since__gte=now() - _APPEAL_TIME)
        ).prefetch_related(Prefetch("decisions", queryset=approved, to_attr="approved"))
        shown = []
        for submission in decided.order_by("state_since", "id")[: 3 * MOST]:
            decision: Decision | None = next(iter(submission.approved), None)  # type: ignore[attr-defined]
            until = appeal_due_on(decision) if decision and not decision.appeals.all() else None
            if until is None or until < today():
                if submission.state == "decided":
                    self.lists.under_way.append(self.line(submission))
                continue
            shown.append(submission.pk)
            self.lists.under_way.append(
                Item(
                    text=f"Read the decision: {submission.title}",
                    url=reverse("submission_report", args=[submission.public_id]),
                    about=self.whose(submission),
                    due=until,
                    due_words="appeal possible until",
                    status=state_name(submission.state),
                    colour=state_colour(submission.state),
                )
            )
        return shown
