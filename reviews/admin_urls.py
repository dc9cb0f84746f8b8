"""Addresses of the administrators' pages."""

from django.urls import URLPattern, URLResolver, path

from reviews.views import (
    allocation,
    assessor_profiles,
    board,
    board_steps,
    calibration_sets,
    people,
    recomputation,
    statistics,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("board/", board.board, name="board"),
    path("board/statistics/", statistics.agreement, name="statistics_agreement"),
    path("board/statistics/severity/", statistics.severity, name="statistics_severity"),
    path("board/statistics/moderation/", statistics.moderation, name="statistics_moderation"),
    path("board/statistics/work-out/", statistics.work_out, name="statistics_work_out"),
    path("board/statistics/moderation/<uuid:public_id>/", statistics.moderation_item, name="moderation_item"),
    path("board/people/", people.people, name="people"),
    path("board/people/<int:pk>/roles/", people.change_role, name="person_role"),
    path("board/allocation/", allocation.index, name="allocation"),
    path("board/allocation/<uuid:public_id>/", allocation.detail, name="allocation_run"),
    path("board/allocation/<uuid:public_id>/confirm/", allocation.confirm, name="allocation_confirm"),
    path("board/allocation/<uuid:public_id>/set-aside/", allocation.set_aside, name="allocation_set_aside"),
    path("board/allocation/<uuid:public_id>/swap/", allocation.swap, name="allocation_swap"),
    path("board/allocation/<uuid:public_id>/progress.json", allocation.progress, name="allocation_progress"),
    path("board/allocation/<uuid:public_id>/<int:number>/", allocation.change, name="allocation_change"),
    path(
        "board/allocation/<uuid:public_id>/<int:number>/leave-out/",
        allocation.leave_out,
        name="allocation_leave_out",
    ),
    path("board/assessors/", assessor_profiles.assessors, name="assessors"),
    path("board/assessors/<int:pk>/", assessor_profiles.assessor, name="assessor_profile"),
    path("board/calibration/", calibration_sets.examples, name="calibration_examples"),
    path("board/calibration/new/", calibration_sets.add, name="calibration_example_new"),
    path("board/calibration/<uuid:public_id>/", calibration_sets.change, name="calibration_example"),
    path("board/calibration/<uuid:public_id>/use/", calibration_sets.use, name="calibration_example_use"),
    path("board/evidence/<uuid:public_id>/check/", board.check, name="evidence_check"),
    path("board/recompute/", recomputation.recompute, name="recompute"),
    path("board/recompute/<uuid:public_id>/", recomputation.recomputation, name="recomputation"),
    path(
        "board/recompute/<uuid:public_id>/progress.json",
        recomputation.recomputation_progress,
        name="recomputation_progress",
    ),
    path(
        "board/recompute/<uuid:public_id>/cancel/",
        recomputation.recomputation_cancel,
        name="recomputation_cancel",
    ),
    path("board/<uuid:public_id>/", board.submission, name="board_submission"),
    path("board/<uuid:public_id>/trail/", board.trail, name="board_trail"),
    path("board/<uuid:public_id>/<slug:name>/", board_steps.take_step, name="board_step"),
    path("board/<uuid:public_id>/<slug:name>/<int:number>/", board_steps.take_step, name="board_step_part"),
]
