"""Addresses of the work on framework versions."""

from django.urls import URLPattern, URLResolver, path

from reviews.views import consultation, framework_steps, simulations
from reviews.views import framework_editor as editor
from reviews.views import framework_versions as versions

_ONE = "board/frameworks/<int:pk>"
_PART = f"{_ONE}/edit/<slug:kind>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("board/frameworks/", versions.index, name="framework_versions"),
    path("board/frameworks/new/", versions.start, name="framework_start"),
    path("board/frameworks/file/", versions.bring_in, name="framework_bring_in"),
    path(f"{_ONE}/", editor.overview, name="framework_editor"),
    path(f"{_ONE}/file/", versions.replace, name="framework_replace"),
    path(f"{_ONE}/delete/", versions.delete, name="framework_delete"),
    path(f"{_ONE}/crosswalk/", versions.crosswalk, name="framework_crosswalk"),
    path(f"{_ONE}/add/<slug:kind>/", editor.add, name="framework_part_new"),
    path(f"{_PART}/", editor.part, name="framework_part"),
    path(f"{_PART}/<str:part>/", editor.part, name="framework_item"),
    path(f"{_PART}/<str:part>/move/", editor.move, name="framework_item_move"),
    path(f"{_PART}/<str:part>/remove/", editor.remove, name="framework_item_remove"),
    path(f"{_ONE}/check/<slug:kind>/", editor.check, name="framework_check"),
    path(f"{_ONE}/check/<slug:kind>/<str:part>/", editor.check, name="framework_check_item"),
    path(f"{_ONE}/step/<slug:name>/", framework_steps.take_step, name="framework_step"),
    path(f"{_ONE}/simulation/", simulations.latest, name="framework_simulation"),
    path("board/simulations/<uuid:public_id>/", simulations.simulation, name="simulation"),
    path(f"{_ONE}/comments/", consultation.inbox, name="framework_inbox"),
    path("board/framework-comments/<uuid:public_id>/", consultation.answer, name="framework_answer"),
    path(
        "framework-comments/<uuid:public_id>/withdraw/",
        consultation.withdraw,
        name="framework_comment_withdraw",
    ),
    path("framework/<slug:code>/<str:version>/comments/", consultation.comments, name="framework_comments"),
    path("framework/<slug:code>/<str:version>/comments/add/", consultation.comment, name="framework_comment"),
    path(
        "framework/<slug:code>/<str:version>/differences/", versions.differences, name="framework_differences"
    ),
]
