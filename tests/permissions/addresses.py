"""What every URL name is asked with: the values in its address, which all belong to one organisation.

`ADDRESSES` has an entry for each URL name of the register with values in its address: a function of the world that
gives them. A name whose one view does many things (the steps of a review) has one for each, called “name step”.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from lpdqa.web.access import declared_access
from reviews.views.framework_steps import STEPS as FRAMEWORK_STEPS
from reviews.views.steps import STEPS
from tests.permissions.world import World

Kwargs = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Route:
    """A URL name and what it says in the configuration."""

    name: str
    keys: frozenset[str]
    is_api: bool
    access: str

    @property
    def asks_everybody(self) -> bool:
        """Unless it is for everybody and its address names nothing of anybody's, or a library guards it."""
        if self.is_api or self.access.startswith("third party"):
            return False
        return self.access != "public" or bool(self.keys)


def routes() -> dict[str, Route]:
    """Every named URL of the configuration, by its full name; of several forms of one the longest."""
    found: dict[str, Route] = {}
    for name, keys, path, view in _walk(get_resolver().url_patterns):
        if name not in found or len(keys) > len(found[name].keys):
            found[name] = Route(name, keys, path.startswith("api/"), declared_access(view) or "")
    return found


def _walk(
    patterns: list[Any], path: str = "", space: str = "", keys: frozenset[str] = frozenset()
) -> Iterator[Any]:
    for entry in patterns:
        here, names = path + str(entry.pattern), keys | {*entry.pattern.regex.groupindex}
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, here, entry.namespace or space, names)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{space}:{entry.name}" if space else entry.name, names, here, entry.callback


def _slug(row: str) -> Kwargs:
    return lambda world: {"slug": getattr(world, row).slug}


def _pk(row: str, **more: Any) -> Kwargs:
    return lambda world: {"pk": getattr(world, row).pk, **more}


def _id(row: str, **more: Any) -> Kwargs:
    return lambda world: {"public_id": getattr(world, row).public_id, **more}


def _review(state: str, **more: Any) -> Kwargs:
    return lambda world: {"public_id": world.review(state).public_id, **more}


def _version(row: str) -> Kwargs:
    return lambda world: {"code": getattr(world, row).code, "version": getattr(world, row).version}


def _section(section: str) -> Kwargs:
    return lambda world: {"slug": world.draft_programme.slug, "number": 1, "section": section}


# --- A step of a review: in which state it is asked about, and of which part -----------------------------------

_STATE = {
    "return": "assessing", "accept": "assessing", "override": "assessing", "assign": "assessing",
    "adjudicator": "assessing", "void": "assessing", "close-request": "assessing", "answer-comment": "deciding",
    "finding": "published", "decide-finding": "published", "clear-finding": "published", "answer-lift": "assessing",
    "decide-appeal": "appealed",
}  # fmt: skip
_PART = {
    "void": "assessment", "close-request": "request", "answer-comment": "comment", "decide-finding": "finding",
    "clear-finding": "upheld", "answer-lift": "lift", "decide-appeal": "appeal",
}  # fmt: skip


def _step(name: str) -> tuple[str, Kwargs]:
    state = _STATE.get(name, "deciding")
    if STEPS[name].part is None:
        return f"board_step {name}", _review(state, name=name)
    return (
        f"board_step_part {name}",
        lambda world: {**_review(state, name=name)(world), "number": getattr(world, _PART[name]).pk},
    )


_TABLES = ("providers_datasource", "providers_columnsource", "providers_region", "providers_localauthority",
           "providers_diocese", "providers_outcode", "providers_school", "programmes_npqcourse")  # fmt: skip


def _framework_step(name: str) -> Kwargs:
    of = {"draft": "draft", "consultation": "consulted", "published": "framework"}
    return _pk(of[FRAMEWORK_STEPS[name].states[0]], name=name)


ADDRESSES: dict[str, Kwargs] = {
    # The school's side
    "fit": lambda world: {"kind": "programme", "slug": world.programme.slug},
    "shortlist_shared": lambda world: {"code": world.shortlist.share_code},
    "shortlist_copy": lambda world: {"code": world.shortlist.share_code},
    "search_change": _id("search"),
    "search_delete": _id("search"),
    "alerts_stop": lambda world: {"token": world.stop},
    "needs_page": _id("brief"),
    "needs_edit": _id("brief"),
    "needs_delete": _id("brief"),
    "enquiry": lambda world: {"code": world.enquiry.code},
    "enquiry_confirm": lambda world: {"code": world.enquiry.code},
    "enquiry_step write": lambda world: {
        "code": world.enquiry.code,
        "public_id": world.recipient.public_id,
        "step": "write",
    },
    "enquiry_step close": lambda world: {
        "code": world.enquiry.code,
        "public_id": world.recipient.public_id,
        "step": "close",
    },
    "programme_page": _slug("programme"),
    "leader_page": _slug("leader"),
    "provider_page": _slug("home"),
    "entry_preview": lambda world: {"kind": "programme", "slug": world.programme.slug},
    "sitemap": lambda world: {"section": "programmes"},
    "rating_explained": _id("rating"),
    "framework_page": _version("framework"),
    "framework_document": _version("framework"),
    "framework_comments": _version("consulted"),
    "framework_comment": _version("consulted"),
    "framework_differences": _version("framework"),
    "credential_key": lambda world: {"thumbprint": world.badge_key.thumbprint},
    "credential": _id("rating"),
    "badge": _id("rating"),
    "badge_qr": _id("rating"),
    "credential_json": _id("rating"),
    "credential_jwt": _id("rating"),
    "open_data_file": lambda world: {"name": "datapackage.json"},
    # The API
    "api_catalogue_one": lambda world: {"kind": "programme", "slug": world.programme.slug},
    "api_providers_one": _slug("home"),
    "api_programmes_one": _slug("programme"),
    "api_specialist_leaders_one": _slug("leader"),
    "api_frameworks_one": _version("framework"),
    "api_ratings_one": lambda world: {"id": world.rating.public_id},
    "enquiry_commissioned": lambda world: {
        "code": world.enquiry.code,
        "public_id": world.recipient.public_id,
    },
    "feedback_give": lambda world: {"token": world.asked},
    "feedback_stop": lambda world: {"token": world.asked},
    # A provider's team
    "enquiry_manage_commissioned": _id("recipient"),
    "enquiry_report": _id("recipient"),
    "feedback_list": _slug("home"),
    "feedback_invite": _id("cohort"),
    "feedback_reply": _id("feedback"),
    "enquiry_inbox": _slug("home"),
    "enquiry_manage": _id("recipient"),
    "provider_manage": _slug("home"),
    "programme_new": _slug("home"),
    "programme_manage": _slug("draft_programme"),
    "version_new": _slug("draft_programme"),
    "programme_edit": lambda world: {"slug": world.draft_programme.slug, "number": 1},
    "programme_section": _section("basics"),
    "programme_price": _slug("draft_programme"),
    "cohort_new": _slug("draft_programme"),
    "context_new": _slug("draft_programme"),
    "context_edit": _id("context"),
    "context_remove": _id("context"),
    "cohort_edit": _id("cohort"),
    "cohort_remove": _id("cohort"),
    "provider_claim": _slug("unclaimed"),
    "invitation_accept": lambda world: {"code": world.invitation.code},
    "leader_check": _id("leader_check"),
    "provider_edit": lambda world: {"slug": world.home.slug, "section": "about"},
    "provider_team": _slug("home"),
    "member": _pk("membership"),
    "member_end": _pk("membership"),
    "invitation_withdraw": _pk("invitation"),
    "provider_relationships": _slug("home"),
    "relationship_add": _slug("home"),
    "relationship_confirm": _pk("relationship"),
    "relationship_refuse": _pk("relationship"),
    "relationship_end": _pk("relationship"),
    "leader_new": _slug("home"),
    "leader_manage": _slug("hidden_leader"),
    "leader_edit": lambda world: {"slug": world.hidden_leader.slug, "section": "about"},
    "leader_designate": _slug("hidden_leader"),
    "leader_consent": _slug("hidden_leader"),
    "leader_status": _slug("hidden_leader"),
    "deployment_list": _slug("home"),
    "deployment_new": _slug("leader"),
    "deployment_detail": _id("deployment"),
    "deployment_school": _id("deployment"),
    "deployment_visit": _id("deployment"),
    "deployment_step": _id("deployment", step="match"),
    "deployment_evaluate": lambda world: {"token": world.evaluation},
    "submission_start": lambda world: {"kind": "programme", "slug": world.draft_programme.slug},
    "submission_detail": _review("draft"),
    "submission_criterion": _review("draft", code="P1"),
    "submission_submit": _review("draft"),
    "submission_withdraw": _review("draft"),
    "evidence_request": lambda world: {**_review("assessing")(world), "number": world.request.pk},
    "evidence_add": _review("draft", kind="text"),
    "evidence_download": _id("evidence"),
    "evidence_withdraw": _id("evidence"),
    "fact_check": _review("deciding"),
    "submission_report": _review("published"),
    "submission_report_pdf": _review("published"),
    "appeal_lodge": _review("published"),
    "condition_report": lambda world: {**_review("published")(world), "number": world.condition.pk},
    "complaint_lodge": _review("published"),
    "concern": _review("appealed"),
    "complaint": _id("complaint"),
    "board_complaint": _id("complaint"),
    "provider_describe": _slug("home"),
    "provider_preview": _slug("home"),
    "leader_preview": _slug("hidden_leader"),
    "leader_describe": _slug("hidden_leader"),
    "imports": _slug("home"),
    "import_export": lambda world: {"slug": world.home.slug, "kind": "programmes", "suffix": "csv"},
    "import_detail": _id("bulk_import"),
    "import_apply": _id("bulk_import"),
    "import_progress": _id("bulk_import"),
    "version_changes": lambda world: {"slug": world.draft_programme.slug, "number": 2},
    "programme_preview": lambda world: {"slug": world.draft_programme.slug, "number": 1},
    "provider_figures": _slug("home"),
    "calendar": lambda world: {"code": world.calendar.calendar_code},
    "notice": lambda world: {"number": world.notice.pk},
    "api_key_revoke": lambda world: {"prefix": world.key.prefix},
    # An assessor
    "assessment_detail": _id("assessment"),
    "assessment_criterion": _id("assessment", code="P1"),
    "assessment_submit": _id("assessment"),
    "calibration_attempt": _id("attempt"),
    "calibration_answer": _id("attempt", position=1),
    "assessment_conflict": _id("assessment"),
    "assessment_autosave": _id("assessment", code="P1"),
    # Administrators
    "report_decide": _id("report"),
    "feedback_check": _id("feedback"),
    "assessor_profile": lambda world: {"pk": world.people.assessor.pk},
    "calibration_example": _id("example"),
    "calibration_example_use": _id("example"),
    "claim_decide": _pk("claim"),
    "framework_editor": _pk("draft"),
    "framework_replace": _pk("draft"),
    "framework_delete": _pk("draft"),
    "framework_crosswalk": _pk("draft"),
    "framework_part_new": _pk("draft", kind="criterion"),
    "framework_part": _pk("draft", kind="about"),
    "framework_item": _pk("draft", kind="criterion", part="P1"),
    "framework_item_move": _pk("draft", kind="criterion", part="P1"),
    "framework_item_remove": _pk("draft", kind="criterion", part="P1"),
    "framework_check": _pk("draft", kind="about"),
    "framework_check_item": _pk("draft", kind="criterion", part="P1"),
    **{f"framework_step {name}": _framework_step(name) for name in FRAMEWORK_STEPS},
    "framework_simulation": _pk("draft"),
    "simulation": _id("simulation"),
    "framework_inbox": _pk("consulted"),
    "framework_answer": _id("said"),
    "framework_comment_withdraw": _id("said"),
    "moderation_item": _id("moderation"),
    "person_role": lambda world: {"pk": world.people.researcher.pk},
    "trail_entry": _pk("entry"),
    "entry_acknowledge": _pk("entry"),
    "trail_export": lambda world: {"form": "csv"},
    "proposal_decide": _pk("proposal"),
    "allocation_run": _id("allocation"),
    "allocation_confirm": _id("allocation"),
    "allocation_set_aside": _id("allocation"),
    "allocation_swap": _id("allocation"),
    "allocation_progress": _id("allocation"),
    "allocation_leave_out": lambda world: {**_id("allocation")(world), "number": world.allocation_file.pk},
    "allocation_change": lambda world: {**_id("allocation")(world), "number": world.allocation_file.pk},
    "condition": _pk("condition"),
    "letter": lambda world: {"name": "invited"},
    "letter_words": lambda world: {"name": "invited"},
    "letter_as_shipped": lambda world: {"name": "invited"},
    "back_reading": _id("reading"),
    "evidence_check": _id("evidence"),
    "recomputation": _id("recomputation"),
    "recomputation_progress": _id("recomputation"),
    "recomputation_cancel": _id("recomputation"),
    "board_submission": _review("assessing"),
    "board_trail": _review("assessing"),
    **dict(_step(name) for name in STEPS),
    # Sign-in and reference tables: pages of libraries
    "account_confirm_email": lambda world: {"key": "unknown"},
    "account_reset_password_from_key": lambda world: {"uidb36": "1", "key": "unknown"},
    "mfa_remove_webauthn": lambda world: {"pk": 1},
    "mfa_edit_webauthn": lambda world: {"pk": 1},
    "admin:app_list": lambda world: {"app_label": "providers"},
    **{
        f"admin:{table}_{action}": lambda world: {"object_id": "1"}
        for table in _TABLES
        for action in ("history", "delete", "change")
    },
}
