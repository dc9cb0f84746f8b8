"""Addresses under which an organisation's team works on it, and those of claims."""

from django.urls import URLPattern, URLResolver, path

from providers.views import claims, deployments, leader_checks, leaders, organisations, relationships, team

urlpatterns: list[URLPattern | URLResolver] = [
    # Finding one's organisation
    path("my-work/organisations/find/", organisations.find, name="provider_find"),
    path("my-work/organisations/new/", organisations.new, name="provider_new"),
    path("my-work/organisations/<slug:slug>/claim/", organisations.claim, name="provider_claim"),
    path("invitations/<slug:code>/", team.invitation_accept, name="invitation_accept"),
    # The organisation itself
    path("manage/providers/<slug:slug>/describe/", organisations.describe, name="provider_describe"),
    path("manage/providers/<slug:slug>/edit/", organisations.edit, name="provider_edit"),
    path("manage/providers/<slug:slug>/edit/<slug:section>/", organisations.edit, name="provider_edit"),
    path("manage/providers/<slug:slug>/team/", team.provider_team, name="provider_team"),
    path("manage/team/<int:pk>/", team.member, name="member"),
    path("manage/team/<int:pk>/end/", team.member_end, name="member_end"),
    path("manage/invitations/<int:pk>/withdraw/", team.invitation_withdraw, name="invitation_withdraw"),
    path(
        "manage/providers/<slug:slug>/relationships/",
        relationships.relationships,
        name="provider_relationships",
    ),
    path("manage/providers/<slug:slug>/relationships/add/", relationships.add, name="relationship_add"),
    path("manage/relationships/<int:pk>/confirm/", relationships.confirm, name="relationship_confirm"),
    path("manage/relationships/<int:pk>/refuse/", relationships.refuse, name="relationship_refuse"),
    path("manage/relationships/<int:pk>/end/", relationships.end, name="relationship_end"),
    # Specialist leaders
    path("manage/providers/<slug:slug>/specialist-leaders/new/", leaders.new, name="leader_new"),
    path("manage/specialist-leaders/<slug:slug>/", leaders.manage, name="leader_manage"),
    path("manage/specialist-leaders/<slug:slug>/describe/", leaders.describe, name="leader_describe"),
    path("manage/specialist-leaders/<slug:slug>/edit/<slug:section>/", leaders.edit, name="leader_edit"),
    path("manage/specialist-leaders/<slug:slug>/designate/", leaders.designation, name="leader_designate"),
    path("manage/specialist-leaders/<slug:slug>/consent/", leaders.consent, name="leader_consent"),
    path("manage/specialist-leaders/<slug:slug>/status/", leaders.status, name="leader_status"),
    path("manage/leader-checks/<uuid:public_id>/", leader_checks.check, name="leader_check"),
    # Deployments
    path("manage/providers/<slug:slug>/deployments/", deployments.index, name="deployment_list"),
    path("manage/specialist-leaders/<slug:slug>/deployments/new/", deployments.new, name="deployment_new"),
    path("manage/deployments/<uuid:public_id>/", deployments.detail, name="deployment_detail"),
    path("manage/deployments/<uuid:public_id>/school/", deployments.school, name="deployment_school"),
    path("manage/deployments/<uuid:public_id>/visits/", deployments.visits, name="deployment_visit"),
    path("manage/deployments/<uuid:public_id>/steps/<slug:step>/", deployments.step, name="deployment_step"),
    path("evaluate/<str:token>/", deployments.evaluate, name="deployment_evaluate"),
    # Administrators
    path("board/claims/", claims.claims, name="claims"),
    path("board/claims/<int:pk>/", claims.decide, name="claim_decide"),
]
